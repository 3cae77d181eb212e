import type { Pause } from '../api/types';

interface Spell {
  start: number;
}

/** Says before which of the stops the break is shown: the first that begins after it; behind all where none does. None without a break. */
export function pausePlace(stops: readonly Spell[], pause: Pause | null | undefined): number | undefined {
  if (!pause) return undefined;
  const after = stops.findIndex((stop) => stop.start >= pause.end);
  return after < 0 ? stops.length : after;
}
