import { readFileSync } from 'node:fs';

import { expect, test } from 'vitest';

import { REFUSALS } from './refusals';

test('every code with which a row can be refused has words', () => {
  const source = readFileSync('../ingest/src/reject.rs', 'utf8');
  const table = source.slice(source.indexOf('REJECT_CODES'), source.indexOf('];'));
  const codes = [...table.matchAll(/code: "([A-Z0-9_]+)"/g)].map((match) => match[1]);
  expect(codes.length).toBeGreaterThan(10);
  expect(Object.keys(REFUSALS).sort()).toEqual(codes.sort());
});
