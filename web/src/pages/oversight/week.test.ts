import { expect, test } from 'vitest';

import type { QueueTerms } from '../../api/types';
import { lastOfWeek, weekAhead } from './week';

const queue = (name: string, overdue: number, days: [string, number, number][]): QueueTerms => ({
  queue: name, waiting: overdue + days.reduce((sum, [, due]) => sum + due, 0), overdue, will_break: 0, pace: 1, needed: 1,
  days: days.map(([day, due, breaks]) => ({ day, due, will_break: breaks })), late: [], breaking: [],
});

test('a week is today and six days more', () => {
  expect(lastOfWeek('2026-11-27')).toBe('2026-12-03');
  const found = weekAhead([queue('desk', 0, [['2026-11-27', 2, 1], ['2026-12-03', 3, 2], ['2026-12-04', 9, 9]])], '2026-11-27');
  expect(found.map(({ due, breaks }) => [due, breaks])).toEqual([[5, 3]]);
});

test('what breaks most comes first, and nothing that waits for nobody', () => {
  const queues = [queue('requests', 0, []), queue('results', 4, []), queue('desk', 1, [['2026-11-27', 2, 1]]), queue('orders', 5, [['2026-11-27', 2, 0]])];
  expect(weekAhead(queues, '2026-11-27').map(({ queue: { queue: name } }) => name)).toEqual(['desk', 'orders', 'results']);
});
