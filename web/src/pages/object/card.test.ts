import { createElement } from 'react';
import { expect, test } from 'vitest';

import type { Contribution, FactValue, RuleKind } from '../../api/types';
import { usePack } from '../../app/pack';
import { draw } from '../../test/pack';
import { isEmptyOrdering } from './Assessment';
import { valueText } from './Contributions';

type Part = Pick<Contribution, 'feature' | 'value' | 'unit'>;

async function said(parts: readonly Part[], language: 'ru' | 'en'): Promise<string[]> {
  const Each = () => {
    const words = usePack();
    return createElement('p', null, parts.map((part) => valueText(part, words)).join('|'));
  };
  return ((await draw(createElement(Each), language)).textContent ?? '').split('|');
}

test('a part of the model says its value with its unit, and yes or no where it stands for one value', async () => {
  const days = { ru: 'дн', en: 'days' };
  const parts: Part[] = [
    { feature: 'age', value: '1200.5', unit: days },
    { feature: 'object_kind=building', value: '0' },
    { feature: 'object_kind=parcel', value: '1' },
    { feature: 'missing:debt', value: null },
    { feature: 'debt', value: null },
    { feature: 'use', value: 'жильё' },
  ];
  expect(await said(parts, 'ru')).toEqual(['1\u00a0200,5 дн', 'нет', 'да', '', 'нет данных', 'жильё']);
  expect((await said(parts, 'en'))[0]).toBe('1,200.5 days');
});

test('a rule that only orders work is left out when all that it counts is zero', () => {
  const fact = (value: string): FactValue => ({ name: 'debt', title: { ru: 'д', en: 'd' }, value, value_type: 'integer' });
  const rule = (kind: RuleKind, ...values: string[]) => ({ kinds: [kind], facts: values.map(fact) });
  expect(isEmptyOrdering(rule('ordering', '0', '0'))).toBe(true);
  expect(isEmptyOrdering(rule('ordering', '0', '3'))).toBe(false);
  expect(isEmptyOrdering(rule('ordering'))).toBe(false);
  expect(isEmptyOrdering(rule('criterion', '0'))).toBe(false);
});
