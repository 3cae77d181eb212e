import { expect, test } from 'vitest';

import type { TaskItem } from '../../api/types';
import { offered } from './offered';
import type { Said } from './outbox';

const title = { ru: 'ничего', en: 'nothing' };
const assigned: Pick<TaskItem, 'state' | 'next' | 'results'> = {
  state: 'assigned',
  next: ['accept', 'depart', 'start', 'no_access', 'impossible'],
  results: [{ code: 'nothing_found', title }],
};

test.each<[Said['step'][], boolean, string]>([
  [[], true, 'accept depart no_access impossible'],
  [['accept'], true, 'depart no_access impossible'],
  [['depart'], true, 'no_access impossible'],
  [['accept', 'start'], false, 'report no_access impossible'],
  [['start', 'report'], false, ''],
  [['no_access'], false, ''],
])('after %j that the server has not heard', (waits, start, steps) => {
  expect(offered(assigned, waits)).toEqual({ start, steps: steps === '' ? [] : steps.split(' ') });
});

test('a visit that has begun is reported, and one that was reported is over', () => {
  expect(offered({ ...assigned, state: 'on_site', next: ['report', 'no_access', 'impossible'] }, [])).toEqual({ start: false, steps: ['report', 'no_access', 'impossible'] });
  expect(offered({ ...assigned, state: 'reported', next: [] }, ['start'])).toEqual({ start: false, steps: [] });
});
