import { expect, test } from 'vitest';

import { placeName } from './place';

test.each([
  ['улица Солнечная, дом 184, 77:06:0080005:13', 'улица Солнечная, дом 184'],
  ['улица Солнечная, дом 184', 'улица Солнечная, дом 184'],
  ['77:06:0080005:13', '77:06:0080005:13'],
  ['', '77:06:0080005:13'],
])('%s', (title, name) => {
  expect(placeName({ object_title: title, object_key: '77:06:0080005:13' })).toBe(name);
});
