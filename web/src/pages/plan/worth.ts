/** What a plan is worth beside what no plan of its day could exceed. */
import type { Plan } from '../../api/types';

/** Returns the share of the bound that the plan may miss, from 0 to 1; none where no bound is known. */
export function gapOf({ value, bound }: Pick<Plan, 'value' | 'bound'>): number | undefined {
  if (!bound || bound <= 0) return undefined;
  return Math.min(1, Math.max(0, 1 - value / bound));
}
