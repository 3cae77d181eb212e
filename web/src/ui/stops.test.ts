import { expect, test } from 'vitest';

import { numbersOf, pinsOf, stopsOf } from './stops';

const at = (lat: number) => ({ lat, lon: 37.5 });

test('visits at one place one after another are one stop', () => {
  const visit = (name: string, lat: number, travel: number) => ({ name, location: at(lat), travel });
  const stops = stopsOf([visit('a', 55.75, 12), visit('b', 55.75001, 0), visit('c', 55.76, 5), visit('d', 55.75, 5)]);
  expect(stops.map((stop) => stop.map(({ name }) => name))).toEqual([['a', 'b'], ['c'], ['d']]);
});

test('a visit without a way is a stop of its own when the one that it shared the place with is off the day', () => {
  const stops = stopsOf([{ location: at(55.75), travel: 9 }, { location: at(55.8), travel: 0 }]);
  expect(stops).toHaveLength(2);
});

test('a visit by video is a line of its own, and no point of the map', () => {
  const call = { location: null, travel: 0 };
  expect(stopsOf([call, call, { location: at(55.75), travel: 9 }]).map((stop) => stop.length)).toEqual([1, 1, 1]);
  expect(pinsOf([{ object_id: 'o1', location: null, category: 'low', number: 1 }])).toEqual([]);
});

test('a stop says the numbers of its visits', () => {
  expect([numbersOf(3, 3), numbersOf(3, 5)]).toEqual(['3', '3–5']);
});

test('visits at one place are one point of the map with all their numbers', () => {
  const pin = (number: number, lat: number) => ({ object_id: `o${number}`, location: at(lat), category: 'low' as const, number });
  const pins = pinsOf([pin(1, 55.75001), pin(2, 55.75002), pin(3, 55.76)]);
  expect(pins.map(({ id, text }) => [id, text])).toEqual([['o1', '1,2'], ['o3', '3']]);
});
