import { readFileSync } from 'node:fs';

import { expect, test } from 'vitest';

import { remarks } from './note';

const ID = '01a2';

test.each([
  [
    `held as a whole: FULL_DUMP_SHRANK: 40 of 100 keys held are not in this full delivery; \`dozor ingest --confirm ${ID}\` takes it as it is, \`--dismiss\` puts it away`,
    [{ about: 'held', code: 'FULL_DUMP_SHRANK', rows: 40, of: 100 }],
  ],
  [
    `3 keys of earlier deliveries are not among the sound rows of this full one; they stay until \`dozor ingest --confirm ${ID}\` ends them; MATCH_AMBIGUOUS: 2 records fit several objects equally well and are attached to none`,
    [{ about: 'vanished', count: 3 }, { about: 'ambiguous', count: 2 }],
  ],
  ['7 keys that are not in this full delivery have ended', [{ about: 'ended', count: 7 }]],
  ['5 objects that came before now have a territory; 3 records of `appeals` that came before have found their objects; 4 records of `acts` that came before have found their objects', [{ about: 'matched', count: 7 }, { about: 'placed', count: 5 }]],
  ['put away: a test file; sent twice', [{ about: 'put_away', reason: 'a test file; sent twice' }]],
  ['something of a later version', [{ about: 'text', text: 'something of a later version' }]],
])('%s', (note, found) => {
  expect(remarks(note)).toEqual(found);
});

test('the words are still those of the server', () => {
  const written = ['../app/src/ingesting/taking.rs', '../app/src/confirming.rs', '../ingest/src/delivery.rs'].map((path) => readFileSync(path, 'utf8')).join('');
  const words = ['held as a whole: {reason}', '{keys} keys of earlier deliveries are not among', 'keys that are not in this full delivery have ended', 'MATCH_AMBIGUOUS: {ambiguous} records', 'put away: {reason}'];
  const codes = ['FULL_DUMP_SHRANK', 'GEOMETRY_AXES_SWAPPED', 'CRS_MISSING'].map((code) => `=> "${code}"`);
  for (const part of [...words, ...codes]) expect(written).toContain(part);
});
