import { describe, expect, it } from 'vitest';

import type { MonthLine } from './months';
import { scaleOf } from './months';

const line = (askedMinutes: number, plannedMinutes: number, capacity: number): MonthLine => ({
  month: '2027-01', workingDays: 15, capacity, leave: 0, lapsed: 0, cells: [], asked: 0, planned: 0, askedMinutes, plannedMinutes,
});

describe('the scale of the picture', () => {
  it('holds the line of time unless bars would be too small to see', () => {
    expect(scaleOf([line(100, 80, 200)])).toBeCloseTo(210);
    expect(scaleOf([line(300, 80, 200)])).toBeCloseTo(315);
    expect(scaleOf([line(100, 80, 5000)])).toBeCloseTo(110);
    expect(scaleOf([])).toBeGreaterThan(0);
  });
});
