import { useMutation, useQueryClient } from '@tanstack/react-query';

import { client, ProblemError, take } from '../../api/client';
import type { Plan } from '../../api/types';
import { usePack } from '../../app/pack';
import { ProblemLine } from '../../ui/states';

/** A day that has no plan yet: the head has it made. */
export function PlanDay({ date }: { date: string }) {
  const { t } = usePack();
  const planning = usePlanning(date);
  return (
    <div className="stack">
      {planning.isError && <ProblemLine error={planning.error} />}
      <button type="button" className="button button-primary" disabled={planning.isPending} onClick={() => planning.mutate()}>
        {planning.isPending ? t('plan.replanning') : t('plan.plan_day')}
      </button>
    </div>
  );
}

/** Decisions, signs and staff move while a plan waits: the head has it made anew without trying to approve it first. */
export function PlanAgain({ plan }: { plan: Plan }) {
  const { t } = usePack();
  const planning = usePlanning(plan.date);
  return (
    <>
      {planning.isError && <ProblemLine error={planning.error} />}
      {planning.data?.id === plan.id && <p className="notice" role="status">{t('plan.same_plan')}</p>}
      <button type="button" className="button" disabled={planning.isPending} onClick={() => planning.mutate()}>
        {planning.isPending ? t('plan.replanning') : t('plan.replan')}
      </button>
    </>
  );
}

/** The plan was made of what has changed since: says what moved, and makes the day's plan anew. */
export function Replan({ date, refusal }: { date: string; refusal: unknown }) {
  const { t } = usePack();
  const planning = usePlanning(date);
  if (planning.isSuccess) return <p className="notice" role="status">{t('plan.replanned')}</p>;
  return (
    <>
      <ProblemLine error={planning.isError ? planning.error : refusal} />
      {isStale(refusal) && (
        <button type="button" className="button" disabled={planning.isPending} onClick={() => planning.mutate()}>
          {planning.isPending ? t('plan.replanning') : t('plan.replan')}
        </button>
      )}
    </>
  );
}

function usePlanning(date: string) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: () => take(client.POST('/api/v1/plans', { body: { date } })),
    // Ends with the new plan on the page, so that nobody presses a button of the old one meanwhile.
    onSuccess: () =>
      Promise.all([queries.invalidateQueries({ queryKey: ['plan', date] }), queries.invalidateQueries({ queryKey: ['plans'] })]),
  });
}

export function isStale(error: unknown): boolean {
  return error instanceof ProblemError && (error.code === 'PLAN_STALE' || error.code === 'TASK_ALREADY_OPEN');
}
