/** Periods that a head plans: this year and the next, and their quarters. */

export interface Period {
  key: string;
  from: string;
  to: string;
  year: number;
  /** 1 to 4; none = the whole year. */
  quarter?: number;
}

const ENDS = ['03-31', '06-30', '09-30', '12-31'] as const;

/** Whole years and quarters that have not ended by a day, the sooner first. */
export function periods(today: string): Period[] {
  const first = Number(today.slice(0, 4));
  return [first, first + 1]
    .flatMap((year): Period[] => [
      { key: `${year}`, from: `${year}-01-01`, to: `${year}-12-31`, year },
      ...ENDS.map((end, at) => ({
        key: `${year}-${at + 1}`,
        from: `${year}-${String(at * 3 + 1).padStart(2, '0')}-01`,
        to: `${year}-${end}`,
        year,
        quarter: at + 1,
      })),
    ])
    .filter((period) => period.to >= today);
}

/** The chosen period; else the year that is planned by then: the next one from the autumn on. */
export function chosenPeriod(all: readonly Period[], key: string | undefined, today: string): Period | undefined {
  const year = Number(today.slice(0, 4)) + (today.slice(5, 7) >= '09' ? 1 : 0);
  return all.find((period) => period.key === key) ?? all.find((period) => period.key === `${year}`);
}

/** Reads a whole number within bounds; what is none counts as absent. */
export function wholeNumber(text: string | undefined, least: number, most: number): number | undefined {
  if (text === undefined || !/^-?\d+$/.test(text)) return undefined;
  const value = Number(text);
  return value >= least && value <= most ? value : undefined;
}
