import { readFileSync } from 'node:fs';
import { createElement } from 'react';
import { expect, test } from 'vitest';

import { usePack } from '../../../app/pack';
import { draw } from '../../../test/pack';
import { foundText } from './problems';

async function said(problem: string): Promise<string> {
  const One = () => createElement('p', null, foundText(problem, usePack()));
  return (await draw(createElement(One))).textContent ?? '';
}

test('a failed case is told with the name of its rule and what differs', async () => {
  const text = await said('case «три нарушения» of r1: gave 14 points, expected 12.0; answered NotFired, expected Fired');
  expect(text).toContain('Пристройка');
  expect(text).toContain('три нарушения');
  expect(text).toMatch(/14.*12/);
  expect(text).toMatch(/не сработало.*сработало/);
  expect(text).not.toMatch(/expected|Fired|r1/);
});

test('what is no case stays as the server says it', async () => {
  expect(await said('rules/a.rhai:3: an unknown fact')).toBe('rules/a.rhai:3: an unknown fact');
});

test('the sentences are still those of the server', () => {
  const written = readFileSync('../rules/src/cases.rs', 'utf8') + readFileSync('../app/src/versions/checking_version.rs', 'utf8');
  for (const part of ['answered {got:?}, expected', 'gave {points} points, expected', 'case «{}» of {}: {}']) expect(written).toContain(part);
});
