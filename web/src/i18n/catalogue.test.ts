import { expect, test } from 'vitest';

import { catalogue } from './catalogue';
import type { Pair } from './pair';
import { translator } from './translate';

/** Every text of one language; plural forms become keys with their endings. */
const flat = (language: 'ru' | 'en') =>
  Object.entries(catalogue).flatMap(([section, texts]) =>
    Object.entries<Pair>(texts).flatMap(([key, pair]): (readonly [string, string])[] => {
      const text = pair[language === 'ru' ? 0 : 1];
      if (typeof text === 'string') return [[`${section}.${key}`, text]];
      return Object.entries(text).map(([form, words]) => [`${section}.${key}_${form}`, words]);
    }),
  );
const holes = (text: string) => [...text.matchAll(/\{\{(\w+)/g)].map((match) => match[1]).sort();

test('both languages have the same keys, apart from plural forms', () => {
  const keys = (language: 'ru' | 'en') => new Set(flat(language).map(([key]) => key.replace(/_(one|few|many|other)$/, '')));
  expect(keys('ru')).toEqual(keys('en'));
});

test('no text is empty', () => {
  for (const [key, text] of [...flat('ru'), ...flat('en')]) expect(text.trim(), key).not.toBe('');
});

test('both languages fill in the same values', () => {
  for (const [section, texts] of Object.entries(catalogue)) {
    for (const [key, [ru, en]] of Object.entries(texts)) {
      if (typeof ru === 'string' && typeof en === 'string') expect(holes(ru), `${section}.${key}`).toEqual(holes(en));
      else expect(typeof ru, `${section}.${key} counts in both`).toBe(typeof en);
    }
  }
});

test('Russian texts are Russian and English ones are not', () => {
  const words = (text: string) => text.replace(/\{\{.*?\}\}/g, '');
  for (const [key, text] of flat('ru')) if (/\p{L}/u.test(words(text))) expect(text, key).toMatch(/[а-яё]/i);
  for (const [key, text] of flat('en')) expect(text, key).not.toMatch(/[а-яё]/i);
});

test('counted words take the right form and group their digits', () => {
  const say = (language: 'ru' | 'en', count: number) => translator(language)('common.objects', { count }).replace(/\u00a0/g, ' ');
  expect([1, 2, 5, 11, 21, 1002].map((count) => say('ru', count))).toEqual(['1 объект', '2 объекта', '5 объектов', '11 объектов', '21 объект', '1 002 объекта']);
  expect([0, 1, 2, 1002].map((count) => say('en', count))).toEqual(['0 objects', '1 object', '2 objects', '1,002 objects']);
});

test('values are filled in as they are, even when they look like patterns', () => {
  expect(translator('en')('desk.failed', { object: '$& {{object}}' })).toBe('Not recorded: $& {{object}}');
});
