import { expect, test } from 'vitest';

import type { Plan, Visit } from '../../api/types';
import { takersOf } from './handing';

const visit = (object_key: string, changes: Partial<Visit> = {}) => ({ object_key, task_state: 'assigned', ...changes }) as Visit;
const route = (key: string, unit: string, visits: Visit[] = []) => ({ inspector: { key, unit, name: `N ${key}` }, visits }) as unknown as Plan['routes'][number];
const told = (plan: Pick<Plan, 'routes' | 'rest'>, absent: string[] = []) =>
  takersOf(plan, absent).map((one) => `${one.visit.object_key}: ${one.from} > ${one.to.map(({ key }) => key).join(' ')}`);

test('a visit that nobody has begun goes to another of the same unit', () => {
  const routes = [
    route('a', 'north', [visit('1'), visit('2', { task_state: 'on_site' }), visit('3', { partner: { name: 'N b', leads: true } as Visit['partner'] }), visit('4', { task_state: 'returned' })]),
    route('b', 'north'),
    route('c', 'south', [visit('5')]),
    route('d', 'north'),
  ];
  expect(told({ routes })).toEqual(['1: N a > b d']);
  expect(told({ routes }, ['d'])).toEqual(['1: N a > b']);
  expect(told({ routes, rest: { away: [{ key: 'b', name: 'N b' }] } as Plan['rest'] }, ['d'])).toEqual([]);
});
