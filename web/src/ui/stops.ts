/** Stops of a route: what is made at one place one after another is one of them. */
import type { Category, Position } from '../api/types';

interface Made {
  /** None of a visit by video: nobody goes anywhere. */
  location?: Position | null;
  travel: number;
}

/** Four digits are some ten metres. */
function placeOf({ lat, lon }: Position): string {
  return `${lat.toFixed(4)} ${lon.toFixed(4)}`;
}

/** Groups visits in route order by stop. Without a way, but elsewhere: the visit between them is off the day. */
export function stopsOf<V extends Made>(visits: readonly V[]): V[][] {
  const stops: V[][] = [];
  for (const visit of visits) {
    const last = stops.at(-1);
    const before = last?.at(-1);
    const isHere = before?.location && visit.location && placeOf(before.location) === placeOf(visit.location);
    if (last && isHere && visit.travel === 0) last.push(visit);
    else stops.push([visit]);
  }
  return stops;
}

/** Numbers of a stop's visits on the route, as people say them: 3, or 3–5. */
export function numbersOf(first: number, last: number): string {
  return first === last ? String(first) : `${first}–${last}`;
}

interface Pin {
  object_id: string;
  location?: Position | null;
  category: Category;
  number: number;
}

/** One point for visits at one place, with all their numbers: else only the last number could be read. None for those by video. */
export function pinsOf(visits: readonly Pin[]) {
  const places = new Map<string, { id: string; position: Position; category: Category; text: string }>();
  for (const { object_id: id, location, category, number } of visits) {
    if (!location) continue;
    const place = placeOf(location);
    const before = places.get(place);
    if (before) before.text = `${before.text},${number}`;
    else places.set(place, { id, position: location, category, text: String(number) });
  }
  return [...places.values()];
}
