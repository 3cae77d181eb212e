import { expect, test } from 'vitest';

import { firstDay } from './Days';

const day = (date: string, state: 'approved' | 'proposed') => ({ id: date, date, state, visits: 1, left_out: 0, inspectors: 1 });
const DAYS = [day('2026-11-24', 'proposed'), day('2026-11-23', 'proposed'), day('2026-11-22', 'approved'), day('2026-11-20', 'proposed')];

test('who approves starts at the first plan that waits, others at today', () => {
  expect(firstDay(DAYS, '2026-11-22', true)).toBe('2026-11-23');
  expect(firstDay(DAYS, '2026-11-22', false)).toBe('2026-11-22');
});

test('without a plan that waits, the next day; without any ahead, the latest; without plans, today', () => {
  expect(firstDay(DAYS.slice(2), '2026-11-22', true)).toBe('2026-11-22');
  expect(firstDay(DAYS, '2026-12-01', true)).toBe('2026-11-24');
  expect(firstDay([], '2026-11-22', true)).toBe('2026-11-22');
});
