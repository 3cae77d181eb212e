import { expect, test } from 'vitest';

import { stopsOf } from './TodayPage';

test('tasks at one place are one point with all their numbers', () => {
  const task = (number: number, lat: number) => ({ object_id: `o${number}`, location: { lat, lon: 37.5 }, category: 'low' as const, number });
  const stops = stopsOf([task(1, 55.75001), task(2, 55.75002), task(3, 55.76)]);
  expect(stops.map(({ id, text }) => [id, text])).toEqual([['o1', '1,2'], ['o3', '3']]);
});
