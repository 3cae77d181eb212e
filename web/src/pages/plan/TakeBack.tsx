import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useId, useState } from 'react';

import { client, take } from '../../api/client';
import type { Route } from '../../api/types';
import { usePack } from '../../app/pack';
import { Confirm } from '../../ui/Confirm';
import { placeName } from '../../ui/place';
import { ProblemLine } from '../../ui/states';
import { isWaiting } from '../../ui/task';

/** Takes back what is left of an inspector's day, with a reason: he is ill, the car broke down. */
export function TakeBack({ date, route }: { date: string; route: Route }) {
  const { t, format } = usePack();
  const queries = useQueryClient();
  const [asking, setAsking] = useState(false);
  const [reason, setReason] = useState('');
  const fields = useId();
  const open = route.visits.filter((visit) => isWaiting(visit.task_state));
  const [from, setFrom] = useState<number>();
  const start = from ?? open[0]?.start;
  const returning = useMutation({
    mutationFn: () =>
      take(client.POST('/api/v1/tasks/returns', { body: { date, inspector: route.inspector.key, from: start, reason: reason.trim() } })),
    // The other days' plans may take the objects that are free now.
    onSuccess: () => Promise.all(['plan', 'orders', 'task-day'].map((key) => queries.invalidateQueries({ queryKey: [key] }))),
  });
  return (
    <>
      {returning.isError && <ProblemLine error={returning.error} />}
      {open.length > 0 && (
        <button type="button" className="link-button" disabled={returning.isPending} onClick={() => setAsking(true)}>
          {t('plan.take_back')}
        </button>
      )}
      <Confirm
        isOpen={asking}
        title={t('plan.take_back_title', { name: route.inspector.name })}
        text={t('plan.take_back_text', { tasks: t('common.tasks', { count: open.length }) })}
        action={t('plan.take_back')}
        isReady={reason.trim() !== ''}
        onClose={() => setAsking(false)}
        onConfirm={() => {
          setAsking(false);
          returning.mutate();
        }}
      >
        <label className="field" htmlFor={`${fields}from`}>
          <span className="label">{t('plan.take_back_from')}</span>
          <select id={`${fields}from`} value={start} onChange={(event) => setFrom(Number(event.target.value))}>
            {open.map((visit) => (
              <option key={`${visit.object_id} ${visit.control_kind} ${visit.event_kind}`} value={visit.start}>
                {t('plan.take_back_stop', { time: format.clock(visit.start), place: placeName(visit) })}
              </option>
            ))}
          </select>
        </label>
        <label className="field" htmlFor={`${fields}reason`}>
          <span className="label">{t('plan.take_back_reason')}</span>
          <input id={`${fields}reason`} value={reason} maxLength={300} onChange={(event) => setReason(event.target.value)} />
        </label>
      </Confirm>
    </>
  );
}
