import { expect, test } from 'vitest';

import type { Route } from '../../api/types';
import { loadOf, spreadOf } from './load';

const route = (unit: string, visits: [number, number, number][], pause?: Route['pause']) =>
  ({ inspector: { unit, shift_start: 540, shift_end: 1080 }, travel_back: 15, pause, visits: visits.map(([travel, start, end]) => ({ travel, start, end })) }) as unknown as Route;

test('waiting and the break are no load', () => {
  // On the way 20, waits until 10:00, works around a break of 45 minutes, goes back 15.
  expect(loadOf(route('n', [[20, 600, 660], [10, 700, 805]], { start: 720, end: 765 }))).toEqual({ service: 120, travel: 45, carried: 0, shift: 495 });
  expect(loadOf(route('n', []))).toEqual({ service: 0, travel: 0, carried: 0, shift: 540 });
  expect(loadOf({ ...route('n', []), carried: { tasks: 2, minutes: 95 } })).toEqual({ service: 0, travel: 0, carried: 95, shift: 540 });
});

test('the difference is told within a unit', () => {
  const [busy, free, alone] = [route('n', [[20, 600, 660]]), route('n', [[5, 600, 620]]), route('s', [])];
  expect(spreadOf([busy, free, alone])).toBe(95 - 40);
  expect(spreadOf([busy, alone])).toBeUndefined();
});
