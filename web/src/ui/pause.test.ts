import { expect, test } from 'vitest';

import { pausePlace } from './pause';

const stops = [{ start: 600 }, { start: 770 }, { start: 850 }];

test('the break stands before the first stop that begins after it', () => {
  expect(pausePlace(stops, { start: 780, end: 840 })).toBe(2);
  expect(pausePlace(stops, { start: 530, end: 590 })).toBe(0);
  expect(pausePlace(stops, { start: 900, end: 960 })).toBe(3);
});

test('a day without a break shows none', () => {
  expect(pausePlace(stops, null)).toBeUndefined();
  expect(pausePlace(stops, undefined)).toBeUndefined();
});
