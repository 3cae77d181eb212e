import { expect, it } from 'vitest';

import { matrices } from './matrix';

it('a matrix has the categories that occur, from the lightest, one for each kind of control', () => {
  const cell = (control_kind: string, from: 'low' | 'medium' | 'high', to: 'low' | 'medium' | 'high', count: number) => ({ control_kind, from, to, count });
  const made = matrices([cell('land', 'high', 'medium', 2), cell('land', 'medium', 'medium', 40), cell('land', 'low', 'low', 0), cell('rooms', 'low', 'low', 7)]);
  expect(made.map((one) => [one.controlKind, one.levels])).toEqual([['land', ['medium', 'high']], ['rooms', ['low']]]);
  expect([made[0]?.count('high', 'medium'), made[0]?.count('medium', 'high'), made[1]?.count('low', 'low')]).toEqual([2, 0, 7]);
});
