import { expect, test } from 'vitest';

import { uuidv7 } from './uuid';

test('an id is a UUIDv7 that holds its instant', () => {
  const id = uuidv7(0x0192_3456_789a, new Uint8Array(10).fill(0xff));
  expect(id).toBe('01923456-789a-7fff-bfff-ffffffffffff');
  expect(uuidv7()).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
});

test('two ids of one instant differ', () => {
  expect(uuidv7(5)).not.toBe(uuidv7(5));
});
