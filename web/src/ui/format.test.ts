import { expect, test } from 'vitest';

import { translator } from '../i18n';
import { createFormat, isDay, plusDays, isWeekend } from './format';

const ru = createFormat('ru', 'Europe/Moscow', translator('ru'));
const en = createFormat('en', 'Europe/Moscow', translator('en'));
const plain = (text: string) => text.replace(/[\u00a0\u202f]/g, ' ');
const say = (text: { ru: string; en: string }) => text.ru;

test('numbers, shares and signs are written as in the language', () => {
  expect(plain(ru.number(20_000))).toBe('20 000');
  expect(en.number(20_000)).toBe('20,000');
  expect(plain(ru.share(0.587))).toBe('58,7 %');
  expect([ru.signed(6), ru.signed(-6), ru.signed(0)]).toEqual(['+6', '−6', '0']);
});

test('a day has no zone and an instant is shown in the zone of the pack', () => {
  expect(ru.day('2026-03-01')).toBe('01.03.2026');
  expect(ru.instant('2026-11-21T21:30:00Z')).toBe('22.11.2026, 00:30');
  expect(ru.instantDay('2026-11-21T21:30:00Z')).toBe('22.11.2026');
});

test('days step over months and leap days', () => {
  expect(plusDays('2026-11-30', 1)).toBe('2026-12-01');
  expect(plusDays('2028-03-01', -1)).toBe('2028-02-29');
  expect([isDay('2026-02-30'), isDay('26-1-1'), isDay(undefined), isDay('2026-02-28')]).toEqual([false, false, false, true]);
});

test('minutes become a clock and a duration', () => {
  expect([ru.clock(545), ru.clock(0), ru.clock(1439)]).toEqual(['09:05', '00:00', '23:59']);
  expect([ru.duration(45), ru.duration(125), en.duration(125), ru.duration(1440)]).toEqual(['45 мин', '2 ч 5 мин', '2 h 5 min', '24 ч']);
});

test.each([
  ['boolean', 'true', 'да'],
  ['float', '1934.5', '1 934,5 м²'],
  ['date', '2026-03-01', '01.03.2026'],
  ['codes', '4.1, 4.4', '4.1, 4.4 м²'],
  ['integer', null, 'нет данных'],
  ['float', 'NaN', 'NaN'],
] as const)('a fact of type %s with value %s reads as a person writes it', (value_type, value, text) => {
  expect(plain(ru.fact({ value_type, value, unit: { ru: 'м²', en: 'm²' } }, say))).toBe(text);
});

test('sizes of files are rounded to a unit', () => {
  expect([ru.bytes(0), ru.bytes(900), ru.bytes(1_834_221), en.bytes(2048)]).toEqual(['0 Б', '900 Б', '1,7 МБ', '2 KB']);
});

test('a weekend is told in any zone', () => {
  expect(['2026-11-20', '2026-11-21', '2026-11-22', '2026-11-23'].map(isWeekend)).toEqual([false, true, true, false]);
});
