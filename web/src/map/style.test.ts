import { expect, test } from 'vitest';

import { BANDS, counted } from './cells';
import { boundsOf, positionsOf } from './model';
import { buildStyle } from './style';

test('a style asks nobody but its own origin, and for no glyphs', () => {
  const style = buildStyle({ territories: [], tiles: { controlKind: 'a b', categories: ['high'], counted: ['high'] } }, true, 'http://here');
  expect(style.glyphs).toBeUndefined();
  expect(style.sprite).toBeUndefined();
  expect(JSON.stringify(style).match(/https?:\/\/[^/"]+/g)).toEqual(['http://here']);
  expect(JSON.stringify(style)).toContain('control_kind=a%20b');
});

test('without a tile request no tile is asked for', () => {
  expect(Object.keys(buildStyle({ territories: [] }, false, 'http://here').sources)).not.toContain('tiles');
});

test('the chosen categories are the filter of objects', () => {
  const layer = buildStyle({ territories: [], tiles: { controlKind: undefined, categories: ['high'], counted: ['high'] } }, false, '').layers.find(({ id }) => id === 'objects');
  expect(layer && 'filter' in layer ? layer.filter : undefined).toEqual(['in', ['get', 'category'], ['literal', ['high']]]);
});

test('bounds hold all positions and one point is not a whole screen', () => {
  expect(boundsOf([])).toBeUndefined();
  expect(boundsOf([{ lat: 55, lon: 37 }, { lat: 56, lon: 38 }])).toEqual([37, 55, 38, 56]);
  const [west, , east] = boundsOf([{ lat: 55, lon: 37 }]) ?? [0, 0, 0, 0];
  expect(east - west).toBeCloseTo(0.0012);
});

test('positions of any geometry are found', () => {
  expect(positionsOf({ type: 'Point', coordinates: [37, 55] })).toEqual([{ lat: 55, lon: 37 }]);
  expect(positionsOf({ type: 'MultiPolygon', coordinates: [[[[37, 55], [38, 56]]]] })).toHaveLength(2);
});

test('a square is coloured and numbered by what is counted, not by its heaviest object', () => {
  const { layers } = buildStyle({ territories: [], tiles: { controlKind: undefined, categories: [], counted: ['high'] } }, false, '');
  const cells = layers.find(({ id }) => id === 'cells');
  expect(cells && 'paint' in cells ? (cells.paint as Record<string, unknown>)['fill-color'] : undefined).toEqual([
    'step', ['+', 0, ['coalesce', ['get', 'high'], 0]], '#e6ebf0', ...BANDS.flatMap(({ from, light }) => [from, light.fill]),
  ]);
});

test('squares count what is chosen, else the heavy categories of the scale', () => {
  expect(counted([], ['low', 'medium', 'high', 'extremely_high'])).toEqual(['high', 'extremely_high']);
  expect(counted(['low'], ['low', 'medium', 'high'])).toEqual(['low']);
  expect(counted([], ['low', 'moderate', 'medium'])).toEqual(['medium']);
});

test('the number of a square can be read on it in both themes', () => {
  const linear = (part: number) => (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4);
  const luminance = (hex: string) => [1, 3, 5].reduce((sum, at, place) => sum + linear(Number.parseInt(hex.slice(at, at + 2), 16) / 255) * ([0.2126, 0.7152, 0.0722][place] ?? 0), 0);
  for (const { light, dark } of BANDS) {
    for (const { fill, ink } of [light, dark]) {
      const [low = 0, high = 0] = [luminance(fill), luminance(ink)].sort((a, b) => a - b);
      expect((high + 0.05) / (low + 0.05), `${ink} on ${fill}`).toBeGreaterThanOrEqual(4.5);
    }
  }
});
