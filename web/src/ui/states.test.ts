import { readFileSync } from 'node:fs';

import { expect, test } from 'vitest';

import { ProblemError } from '../api/client';
import { LANGUAGES, translator } from '../i18n';
import { errors } from '../i18n/texts/errors';
import contract from '../../../api/openapi.json';
import { problemText } from './states';

/** What the pages themselves cause; a person meets these while doing the job. */
const MET = [
  'SESSION_REQUIRED', 'LOGIN_REFUSED', 'PERMISSION_DENIED', 'PARAMETER_INVALID', 'CURSOR_INVALID', 'NOT_FOUND', 'OBJECT_NOT_FOUND', 'SIGN_NOT_FOUND', 'PLAN_NOT_FOUND',
  'SIGN_ALREADY_DECIDED', 'COMMENT_REQUIRED', 'PLAN_ALREADY_APPROVED', 'PLAN_STALE', 'PROPOSAL_STALE', 'ORDER_NUMBER_TAKEN', 'ORDER_NUMBER_EMPTY', 'DATABASE_LOCKED', 'INTERNAL',
];

test('every error code that the contract names has a text', () => {
  const named = JSON.stringify(contract.paths).match(/(?<=`)[A-Z]+(?:_[A-Z]+)+(?=`)/g) ?? [];
  for (const code of new Set([...MET, ...named])) expect(Object.keys(errors)).toContain(code);
});

test('every error code that the server answers with has a text', () => {
  const source = readFileSync('../api/src/problem.rs', 'utf8');
  const codes = [...source.matchAll(/"([A-Z]+(?:_[A-Z]+)+)"/g)].map((match) => match[1]);
  expect(codes.length).toBeGreaterThan(15);
  for (const code of new Set(codes)) expect(Object.keys(errors)).toContain(code);
});

test('a code without a text falls back to what the server says', () => {
  const t = translator('en');
  const problem = { type: 'about:blank', title: 'reading', status: 500, code: 'NEW_CODE', cause: 'The disk is full', action: 'Free some space' };
  expect(problemText(new ProblemError('NEW_CODE', 500, problem), t)).toEqual({ text: 'The disk is full. Free some space.', code: 'NEW_CODE' });
});

test.each(LANGUAGES)('a failure of the page itself is worded too (%s)', (language) => {
  const t = translator(language);
  expect(problemText(new TypeError('x'), t).code).toBe('UNEXPECTED');
  expect(problemText(new ProblemError('NETWORK', 0), t).text.length).toBeGreaterThan(20);
});
