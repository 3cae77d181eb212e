import { expect, test } from 'vitest';

import { safeNext } from './next';

test.each([
  ['/objects?text=a', '/objects?text=a'],
  ['//evil.example', undefined],
  ['/\\evil.example', undefined],
  ['https://evil.example', undefined],
  ['', undefined],
  [undefined, undefined],
])('after login %s leads to %s', (next, target) => {
  expect(safeNext(next)).toBe(target);
});
