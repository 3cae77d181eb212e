import { describe, expect, it } from 'vitest';

import { ordered } from './Groups';

const group = (name: string, outcomes: number, misjudged = false) => ({
  group: name,
  title: { ru: name, en: name },
  outcomes,
  burdened: { value: 0, low: 0, high: 1 },
  misjudged,
});

describe('groups', () => {
  it('stand with all first, then those that ask for an answer, then by how much is known', () => {
    const found = ordered([group('b', 3), group('a', 3), group('', 90), group('c', 40), group('d', 33, true)]);
    expect(found.map((one) => one.group)).toEqual(['', 'd', 'c', 'a', 'b']);
  });
});
