import { expect, test } from 'vitest';

import { gapOf } from './worth';

test('the gap is the share of the bound that may be missed', () => {
  expect(gapOf({ value: 900, bound: 1000 })).toBeCloseTo(0.1);
  expect(gapOf({ value: 1000, bound: 1000 })).toBe(0);
  // Sums of the same numbers in another order may differ in the last bit.
  expect(gapOf({ value: 1000.0000001, bound: 1000 })).toBe(0);
});

test('a day without a bound, or with nothing to do, has no gap', () => {
  expect(gapOf({ value: 900 })).toBeUndefined();
  expect(gapOf({ value: 0, bound: 0 })).toBeUndefined();
});
