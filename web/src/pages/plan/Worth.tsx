import type { Plan } from '../../api/types';
import { usePack } from '../../app/pack';
import { gapOf } from './worth';

/** How good the plan is: what it is worth, what no plan of the day could exceed, and how much lies between. */
export function Worth({ plan }: { plan: Plan }) {
  const { t, format } = usePack();
  const gap = gapOf(plan);
  const value = format.number(plan.value, 1);
  if (!plan.bound || gap === undefined) return <p>{t('plan.worth_alone', { value })}</p>;
  return (
    <details className="plan-worth">
      <summary>{t('plan.worth_gap', { value, bound: format.number(plan.bound, 1), gap: format.share(gap) })}</summary>
      <p className="faint">{t(plan.rest ? 'plan.worth_rest' : 'plan.worth_how')}</p>
    </details>
  );
}
