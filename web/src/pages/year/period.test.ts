import { describe, expect, it } from 'vitest';

import { chosenPeriod, periods, wholeNumber } from './period';

describe('periods', () => {
  it('offers what has not ended, and the next year from the autumn on', () => {
    const all = periods('2026-11-22');
    expect(all.map((one) => one.key)).toEqual(['2026', '2026-4', '2027', '2027-1', '2027-2', '2027-3', '2027-4']);
    expect(all.find((one) => one.key === '2027-2')).toMatchObject({ from: '2027-04-01', to: '2027-06-30' });
    expect(chosenPeriod(all, undefined, '2026-11-22')?.key).toBe('2027');
    expect(chosenPeriod(all, '2026-4', '2026-11-22')?.key).toBe('2026-4');
    expect(chosenPeriod(periods('2026-03-01'), 'nonsense', '2026-03-01')?.key).toBe('2026');
  });

  it('reads whole numbers within bounds', () => {
    expect(['3', '-2', '1.5', 'x', '101', undefined].map((text) => wholeNumber(text, -100, 100))).toEqual([3, -2, undefined, undefined, undefined, undefined]);
  });
});
