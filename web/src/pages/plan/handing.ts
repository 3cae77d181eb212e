/** Whom a visit of a day may be handed to. The server judges skills, conflicts of interest, rotation and time. */
import type { Plan, Visit } from '../../api/types';
import { isWaiting } from '../../ui/task';

export interface Takers {
  visit: Visit;
  from: string;
  /** Inspectors of the same unit, but who makes it now and who is away. */
  to: readonly { key: string; name: string }[];
}

/** Visits that somebody else of the unit could make: nobody has begun them, and one inspector is enough. */
export function takersOf(plan: Pick<Plan, 'routes' | 'rest'>, absent: readonly string[]): Takers[] {
  const away = new Set([...absent, ...(plan.rest?.away ?? []).map((one) => one.key)]);
  return plan.routes.flatMap(({ inspector, visits }) => {
    const mates = plan.routes.map((route) => route.inspector).filter((one) => one.unit === inspector.unit && one.key !== inspector.key && !away.has(one.key));
    const to = mates.map(({ key, name }) => ({ key, name }));
    const own = visits.filter((visit) => isWaiting(visit.task_state) && !visit.partner);
    return to.length === 0 ? [] : own.map((visit) => ({ visit, from: inspector.name, to }));
  });
}
