import { createElement } from 'react';
import { expect, test } from 'vitest';

import type { LeftOutReason } from '../../api/types';
import { usePack } from '../../app/pack';
import { draw } from '../../test/pack';
import { expectedText, reasonText } from './LeftOutList';

const REASONS: LeftOutReason[] = [
  { reason: 'no_lawful_event', lacks: { ru: 'нет решения', en: 'no decision' } },
  { reason: 'no_position' },
  { reason: 'no_inspector_in_territory' },
  { reason: 'no_inspector_with_skill', skill: { ru: 'обмер', en: 'measuring' } },
  { reason: 'inspectors_excluded' },
  { reason: 'no_second_inspector' },
  { reason: 'never_open' },
  { reason: 'too_far' },
  { reason: 'no_time_left', value: 12.4, least_planned: 14 },
  { reason: 'no_time_left', value: 12.4, least_planned: 8 },
  { reason: 'no_time_left', value: 12.4 },
  { reason: 'quota', of: 'event_kind', title: { ru: 'Обследование', en: 'Survey' }, most: 4 },
  { reason: 'quota', of: 'territory', title: { ru: 'Арбат', en: 'Arbat' }, most: 4 },
  { reason: 'quota', of: 'unit', title: { ru: 'Отдел', en: 'Unit' }, most: 4 },
  { reason: 'mandatory_conflict', with: ['77:01:0001:1'], proof: 'exact' },
  { reason: 'mandatory_conflict', with: ['77:01:0001:1'], proof: 'search' },
  { reason: 'mandatory_conflict', with: [], proof: 'exact' },
  { reason: 'task_open' },
  { reason: 'mandatory_task_open', until: '2026-11-27' },
  { reason: 'appointed', on: '2026-11-26' },
];

function All() {
  const words = usePack();
  return createElement('ul', null, REASONS.map((reason, index) => createElement('li', { key: index }, reasonText(reason, words))));
}

test.each(['ru', 'en'] as const)('every reason is a sentence without codes (%s)', async (language) => {
  const texts = [...(await draw(createElement(All), language)).querySelectorAll('li')].map((item) => item.textContent ?? '');
  expect(texts).toHaveLength(REASONS.length);
  for (const text of texts) expect(text).toMatch(language === 'ru' ? /^[А-ЯЁ][^_{}]{20,}$/ : /^[A-Z][^_{}]{20,}$/);
});

test('a visit of less worth in the plan is never called a reason', async () => {
  const Each = () => {
    const words = usePack();
    const of = (least: number) => reasonText({ reason: 'no_time_left', value: 12, least_planned: least }, words, 'Арбат');
    return createElement('p', null, `${of(12)}|${of(11)}`);
  };
  const [same, less] = ((await draw(createElement(Each))).textContent ?? '').split('|');
  expect(same).toContain('более важные выезды');
  expect(less).toContain('Промежутка');
  for (const text of [same, less]) expect(text).toContain('(Арбат)');
});

test('only what waits for its turn is told that its turn comes', () => {
  expect(expectedText({ reason: 'no_time_left' })).toBe('plan.text_expected');
  expect(expectedText({ reason: 'mandatory_conflict' })).toBe('plan.text_expected');
  expect(expectedText({ reason: 'task_open' })).toBe('plan.text_expected_task');
  for (const reason of ['no_lawful_event', 'deferred', 'appointed', 'mandatory_task_open'] as const) {
    expect(expectedText({ reason })).toBe('plan.text_expected_then');
  }
});
