import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState, type FormEvent } from 'react';

import { client, take } from '../../api/client';
import type { Proposal } from '../../api/types';
import { usePack, useSession } from '../../app/pack';
import { Confirm } from '../../ui/Confirm';
import { ProblemLine } from '../../ui/states';

/** The number of the order and the decision over the whole batch. */
export function Decide({ proposal }: { proposal: Proposal }) {
  const { t } = usePack();
  const session = useSession();
  const queries = useQueryClient();
  const [number, setNumber] = useState('');
  const [asking, setAsking] = useState(false);
  const decision = useMutation({
    mutationFn: () => take(client.POST('/api/v1/decisions', { body: { run_id: proposal.run_id, order_number: number.trim() } })),
    onSuccess: () => setNumber(''),
    // Categories stand on every page.
    onSettled: () => void queries.invalidateQueries({ predicate: (query) => query.queryKey[0] !== 'session' && query.queryKey[0] !== 'pack' }),
  });
  const done = decision.data;
  const ask = (event: FormEvent) => {
    event.preventDefault();
    if (number.trim() !== '') setAsking(true);
  };
  return (
    <>
      {decision.isError && <ProblemLine error={decision.error} />}
      {done && (
        <p className="notice notice-good" role="status">
          {t('decisions.done', { number: done.order_number, count: t('common.objects', { count: done.count }) })}
        </p>
      )}
      {proposal.count > 0 && (
        <form className="card decide" onSubmit={ask}>
          <label className="field">
            <span className="label">{t('decisions.order_number')}</span>
            <input name="order_number" required maxLength={64} autoComplete="off" value={number} onChange={(event) => setNumber(event.target.value)} />
          </label>
          <button type="submit" className="button button-primary" disabled={decision.isPending || number.trim() === ''}>
            {decision.isPending ? t('decisions.deciding') : t('decisions.decide')}
          </button>
        </form>
      )}
      <Confirm
        isOpen={asking}
        title={t('decisions.confirm_title', { objects: t('common.objects', { count: proposal.count }), number: number.trim() })}
        text={t('decisions.confirm_text', { official: session.name })}
        action={t('decisions.decide')}
        onClose={() => setAsking(false)}
        onConfirm={() => {
          setAsking(false);
          decision.mutate();
        }}
      />
    </>
  );
}
