import { expect, test } from 'vitest';

import type { Permission } from '../../api/types';
import { fieldsOf, isReady, mayTake, stateMark, wishOf, type OrderPapers } from './orders';

const PAPERS: OrderPapers = { document: '17-р', sha256: 'ab'.repeat(32), signature: 'MIAG=', number: '7726', way: 'нарочно', on: '2026-11-20', until: '2026-11-24', reason: 'ошибка' };
const withOnly = (one: Permission) => (permission: Permission) => permission === one;

test('the head signs, who enters papers of others does not', () => {
  expect(mayTake('sign', withOnly('sign_orders'))).toBe(true);
  expect(mayTake('sign', withOnly('register_orders'))).toBe(false);
  expect(mayTake('register', withOnly('register_orders'))).toBe(true);
  expect(mayTake('notify', withOnly('register_orders'))).toBe(true);
  expect(mayTake('issue', withOnly('approve_plans'))).toBe(false);
  expect(mayTake('execute', () => true)).toBe(false);
});

test('a step is ready when every paper that it asks for is there', () => {
  expect(isReady('sign', PAPERS)).toBe(true);
  expect(isReady('sign', { ...PAPERS, sha256: 'ab' })).toBe(false);
  expect(isReady('sign', { ...PAPERS, signature: '  ' })).toBe(false);
  expect(isReady('issue', { ...PAPERS, document: '', reason: '' })).toBe(true);
  expect(isReady('revoke', { ...PAPERS, reason: ' ' })).toBe(false);
});

test('a call carries what its step asks for and nothing else', () => {
  expect(wishOf('sign', PAPERS)).toEqual({ step: 'sign', document: { number: '17-р', sha256: PAPERS.sha256 }, signature: 'MIAG=' });
  expect(wishOf('extend', PAPERS)).toEqual({ step: 'extend', until: '2026-11-24', reason: 'ошибка' });
  expect(wishOf('notify', PAPERS)).toEqual({ step: 'notify', way: 'нарочно', number: '7726', on: '2026-11-20' });
  expect(wishOf('close', PAPERS)).toEqual({ step: 'close' });
  expect(fieldsOf('check')).toEqual([]);
});

test('only what was issued is green', () => {
  expect([stateMark('signed'), stateMark('issued'), stateMark('revoked')]).toEqual(['tag-warn', 'tag-good', 'tag-bad']);
});
