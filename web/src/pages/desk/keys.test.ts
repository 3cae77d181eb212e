import { expect, test } from 'vitest';

import { deskAction, REASONS, type Key } from './keys';

const key = (name: string, more: Partial<Key> = {}): Key => ({ key: name, ctrlKey: false, altKey: false, metaKey: false, repeat: false, typing: false, ...more });

test('1 confirms at once; 2, 3 and 4 ask for a reason first', () => {
  expect(deskAction(key('1'), undefined)).toEqual({ act: 'decide', verdict: 'confirmed', reason: undefined });
  expect(deskAction(key('2'), undefined)).toEqual({ act: 'choose', asking: 'refuted' });
  expect(deskAction(key('3'), undefined)).toEqual({ act: 'choose', asking: 'needs_data' });
  expect(deskAction(key('4'), undefined)).toEqual({ act: 'choose', asking: 'referred' });
});

test('with a reason being asked for, digits choose it and no verdict is given by mistake', () => {
  expect(deskAction(key('1'), 'refuted')).toEqual({ act: 'decide', verdict: 'refuted', reason: REASONS.refuted[0] });
  expect(deskAction(key('9'), 'refuted')).toBeUndefined();
  expect(deskAction(key('Escape'), 'refuted')).toEqual({ act: 'cancel' });
  expect(deskAction(key('ArrowDown'), 'refuted')).toBeUndefined();
});

test.each([
  ['typing a reason', { typing: true }],
  ['a held key', { repeat: true }],
  ['a shortcut of the browser', { ctrlKey: true }],
  ['a shortcut of the system', { metaKey: true }],
  ['a menu key', { altKey: true }],
])('%s decides nothing', (_, more) => {
  expect(deskAction(key('1', more), undefined)).toBeUndefined();
});

test('Escape leaves the reasons even while typing', () => {
  expect(deskAction(key('Escape', { typing: true }), 'referred')).toEqual({ act: 'cancel' });
  expect(deskAction(key('Escape'), undefined)).toBeUndefined();
});

test('arrows move in the queue', () => {
  expect(deskAction(key('ArrowDown'), undefined)).toEqual({ act: 'move', by: 1 });
  expect(deskAction(key('ArrowUp'), undefined)).toEqual({ act: 'move', by: -1 });
  expect(deskAction(key('6'), undefined)).toBeUndefined();
});

test('all but confirming have ready reasons, as the server asks for one', () => {
  for (const [verdict, reasons] of Object.entries(REASONS)) expect(reasons.length > 0).toBe(verdict !== 'confirmed');
});

test('5 asks until when a sign is put aside, and then no digit decides', () => {
  expect(deskAction(key('5'), undefined)).toEqual({ act: 'choose', asking: 'aside' });
  expect(deskAction(key('1'), 'aside')).toBeUndefined();
  expect(deskAction(key('Escape', { typing: true }), 'aside')).toEqual({ act: 'cancel' });
});
