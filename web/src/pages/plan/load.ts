/** How an inspector's day is filled: minutes of service and of ways; waiting and the break are none. */
import type { Route } from '../../api/types';

export interface Load {
  service: number;
  travel: number;
  /** What is left of earlier days: work and ways. */
  carried: number;
  /** Minutes of the shift without the break. */
  shift: number;
}

type Filled = Pick<Route, 'visits' | 'pause' | 'travel_back' | 'inspector' | 'carried'>;

export function loadOf({ visits, pause, travel_back: back, inspector, carried }: Filled): Load {
  const rest = (start: number, end: number) => (pause ? Math.max(0, Math.min(end, pause.end) - Math.max(start, pause.start)) : 0);
  const within = (start: number, end: number) => end - start - rest(start, end);
  return {
    service: visits.reduce((sum, { start, end }) => sum + within(start, end), 0),
    travel: visits.length === 0 ? 0 : back + visits.reduce((sum, { travel }) => sum + travel, 0),
    carried: carried?.minutes ?? 0,
    shift: within(inspector.shift_start, inspector.shift_end),
  };
}

/** Returns the greatest difference within one unit, minutes; none where nobody has a colleague. */
export function spreadOf(routes: readonly Filled[]): number | undefined {
  const units = new Map<string, number[]>();
  for (const route of routes) {
    const { service, travel } = loadOf(route);
    const { unit } = route.inspector;
    units.set(unit, [...(units.get(unit) ?? []), service + travel]);
  }
  const spreads = [...units.values()].filter((all) => all.length > 1).map((all) => Math.max(...all) - Math.min(...all));
  return spreads.length === 0 ? undefined : Math.max(...spreads);
}
