/** Reads what the server noted on a delivery, so that pages can say it in either language with what to do. */

/** Why a delivery waits or what became of it; `text` is a note of a later version in the server's own words. */
export type Remark =
  | { about: 'held'; code: HoldCode; rows: number; of: number }
  | { about: 'vanished' | 'ended' | 'ambiguous' | 'matched' | 'placed'; count: number }
  | { about: 'put_away'; reason: string }
  | { about: 'text'; text: string };

const HOLDS = ['FULL_DUMP_SHRANK', 'GEOMETRY_AXES_SWAPPED', 'CRS_MISSING'] as const;
export type HoldCode = (typeof HOLDS)[number];

const HELD = /held as a whole: ([A-Z_]+): (\d+) of (\d+) /;
const COUNTED = [
  ['vanished', /(\d+) keys of earlier deliveries are not among/g],
  ['ended', /(\d+) keys that are not in this full delivery have ended/g],
  ['ambiguous', /MATCH_AMBIGUOUS: (\d+) records/g],
  ['matched', /(\d+) records of `[^`]+` (?:that came before have found their objects|found objects that came)/g],
  ['placed', /(\d+) objects that came before now have a territory/g],
] as const;

export function remarks(note: string): Remark[] {
  const away = /^put away: (.*)$/s.exec(note)?.[1];
  if (away !== undefined) return [{ about: 'put_away', reason: away }];
  const [, code, rows, of] = HELD.exec(note) ?? [];
  const hold = HOLDS.find((known) => known === code);
  const found: Remark[] = hold ? [{ about: 'held', code: hold, rows: Number(rows), of: Number(of) }] : [];
  for (const [about, pattern] of COUNTED) {
    const counts = [...note.matchAll(pattern)].map((one) => Number(one[1]));
    if (counts.length > 0) found.push({ about, count: counts.reduce((sum, one) => sum + one) });
  }
  return found.length > 0 ? found : [{ about: 'text', text: note }];
}
