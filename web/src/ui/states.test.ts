import { expect, test } from 'vitest';

import { ProblemError } from '../api/client';
import { createTexts, LANGUAGES } from '../i18n';
import { errors } from '../i18n/texts/errors';
import contract from '../../../api/openapi.json';
import { problemText } from './states';

test('every error code that the contract names has a text in both languages', () => {
  const codes = new Set(JSON.stringify(contract.paths).match(/(?<=`)[A-Z]+(?:_[A-Z]+)+(?=`)/g));
  expect(codes.size).toBeGreaterThan(10);
  for (const code of codes) expect(Object.keys(errors)).toContain(code);
});

test('a code without a text falls back to what the server says', () => {
  const t = createTexts('en').t as never;
  const problem = { type: 'about:blank', title: 'reading', status: 500, code: 'NEW_CODE', cause: 'The disk is full', action: 'Free some space' };
  expect(problemText(new ProblemError('NEW_CODE', 500, problem), t)).toEqual({ text: 'The disk is full. Free some space.', code: 'NEW_CODE' });
});

test.each(LANGUAGES)('a failure of the page itself is worded too (%s)', (language) => {
  const t = createTexts(language).t as never;
  expect(problemText(new TypeError('x'), t).code).toBe('UNEXPECTED');
  expect(problemText(new ProblemError('NETWORK', 0), t).text.length).toBeGreaterThan(20);
});
