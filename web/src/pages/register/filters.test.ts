import { expect, test } from 'vitest';

import { parseSearch, stringifySearch } from '../../app/search';
import { exportHref, readFilters, toggleCategory, withFilter } from './filters';

test.each([
  ['', {}],
  ['?category=high,extremely_high&territory=77-001', { category: 'high,extremely_high', territory: '77-001' }],
  ['?text=77%3A01&control_kind=municipal_land', { text: '77:01', control_kind: 'municipal_land' }],
  ['?text=0101', { text: '0101' }],
])('filters survive the way through the address: %s', (address, filters) => {
  expect(readFilters(parseSearch(address))).toEqual(filters);
  expect(readFilters(parseSearch(stringifySearch(filters)))).toEqual(filters);
});

test('what the address holds wrongly is dropped', () => {
  expect(readFilters(parseSearch('?category=huge,high,high&colour=red&text=%20'))).toEqual({ category: 'high' });
  expect(readFilters({ category: 5, text: 'x'.repeat(201), territory: ['a'] })).toEqual({});
});

test('a category is pressed and released, in the order of the scale', () => {
  const pressed = toggleCategory(toggleCategory({ text: 'a' }, 'high'), 'low');
  expect(pressed).toEqual({ text: 'a', category: 'low,high' });
  expect(toggleCategory(toggleCategory(pressed, 'high'), 'low')).toEqual({ text: 'a' });
});

test('taking a filter away leaves no empty key in the address', () => {
  expect(stringifySearch({ ...withFilter({ text: 'a', territory: 't' }, 'text', undefined) })).toBe('?territory=t');
});

test('the file holds the rows that the page shows', () => {
  expect(exportHref({})).toBe('/api/v1/exports/objects.csv');
  expect(exportHref({ category: 'high,low', text: 'а б' })).toBe('/api/v1/exports/objects.csv?category=high%2Clow&text=%D0%B0+%D0%B1');
});
