import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useId, useState } from 'react';

import { client, take } from '../../api/client';
import type { Route } from '../../api/types';
import { usePack } from '../../app/pack';
import { Confirm } from '../../ui/Confirm';
import { ProblemLine } from '../../ui/states';

/** Takes back what is left of an inspector's day, with a reason: he is ill, the car broke down. */
export function TakeBack({ date, route }: { date: string; route: Route }) {
  const { t } = usePack();
  const queries = useQueryClient();
  const [asking, setAsking] = useState(false);
  const [reason, setReason] = useState('');
  const field = useId();
  const returning = useMutation({
    mutationFn: () =>
      take(client.POST('/api/v1/tasks/returns', { body: { date, inspector: route.inspector.key, reason: reason.trim() } })),
    // The other days' plans may take the objects that are free now.
    onSuccess: () => queries.invalidateQueries({ queryKey: ['plan'] }),
  });
  const open = route.visits.filter(isOpen).length;
  return (
    <>
      {returning.isError && <ProblemLine error={returning.error} />}
      {open > 0 && (
        <button type="button" className="link-button" disabled={returning.isPending} onClick={() => setAsking(true)}>
          {t('plan.take_back')}
        </button>
      )}
      <Confirm
        isOpen={asking}
        title={t('plan.take_back_title', { name: route.inspector.name })}
        text={t('plan.take_back_text', { tasks: t('common.tasks', { count: open }) })}
        action={t('plan.take_back')}
        isReady={reason.trim() !== ''}
        onClose={() => setAsking(false)}
        onConfirm={() => {
          setAsking(false);
          returning.mutate();
        }}
      >
        <label className="field" htmlFor={field}>
          <span className="label">{t('plan.take_back_reason')}</span>
          <input id={field} value={reason} maxLength={300} onChange={(event) => setReason(event.target.value)} />
        </label>
      </Confirm>
    </>
  );
}

/** Tells whether the visit's task is still to be carried out. */
function isOpen(visit: Route['visits'][number]): boolean {
  const state = visit.task_state;
  return state === 'generated' || state === 'in_unit' || state === 'assigned' || state === 'accepted';
}
