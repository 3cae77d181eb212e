import { expect, test } from 'vitest';

import { catalogue } from './catalogue';
import { createTexts, resources } from './index';

const flat = (language: 'ru' | 'en') => Object.entries(resources(language)).flatMap(([section, texts]) => Object.entries(texts).map(([key, text]) => [`${section}.${key}`, text] as const));
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

test('counted words take the right Russian form', () => {
  const texts = createTexts('ru');
  const say = (count: number) => texts.t('common.objects', { count }).replace(/\u00a0/g, ' ');
  expect([1, 2, 5, 11, 21, 1002].map(say)).toEqual(['1 объект', '2 объекта', '5 объектов', '11 объектов', '21 объект', '1 002 объекта']);
});
