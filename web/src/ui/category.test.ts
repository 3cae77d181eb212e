import { expect, test } from 'vitest';

import { CATEGORIES } from '../api/types';
import { CATEGORY_PAINT } from './category';

type Rgb = [number, number, number];
const linear = (part: number) => (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4);
const rgb = (hex: string): Rgb => [1, 3, 5].map((at) => linear(Number.parseInt(hex.slice(at, at + 2), 16) / 255)) as Rgb;
const luminance = ([r, g, b]: Rgb) => 0.2126 * r + 0.7152 * g + 0.0722 * b;

/** Machado, Oliveira, Fernandes 2009, severity 1, on linear RGB. */
const BLINDNESS: Record<string, number[][]> = {
  none: [[1, 0, 0], [0, 1, 0], [0, 0, 1]],
  protanopia: [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]],
  deuteranopia: [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.01182, 0.04294, 0.968881]],
  tritanopia: [[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602], [0.004733, 0.691367, 0.3039]],
};

/** CIE L*a*b*, D65. */
function lab([r, g, b]: Rgb): Rgb {
  const f = (t: number) => (t > 0.008856 ? Math.cbrt(t) : 7.787 * t + 16 / 116);
  const x = f((0.4124 * r + 0.3576 * g + 0.1805 * b) / 0.95047);
  const y = f(0.2126 * r + 0.7152 * g + 0.0722 * b);
  const z = f((0.0193 * r + 0.1192 * g + 0.9505 * b) / 1.08883);
  return [116 * y - 16, 500 * (x - y), 200 * (y - z)];
}

const seen = (hex: string, matrix: number[][]): Rgb => {
  const colour = rgb(hex);
  return lab(matrix.map((row) => Math.min(1, Math.max(0, row.reduce((sum, part, at) => sum + part * (colour[at] ?? 0), 0)))) as Rgb);
};
const distance = (a: Rgb, b: Rgb) => Math.hypot(a[0] - b[0], a[1] - b[1], a[2] - b[2]);

test.each(Object.entries(BLINDNESS))('the five categories stay apart with %s', (_, matrix) => {
  // `significant` is off in the five-level scale and sits between its neighbours.
  const five = CATEGORIES.filter((category) => category !== 'significant');
  for (const [at, one] of five.entries()) {
    for (const other of five.slice(at + 1)) {
      const apart = distance(seen(CATEGORY_PAINT[one].fill, matrix), seen(CATEGORY_PAINT[other].fill, matrix));
      expect(apart, `${one} and ${other}`).toBeGreaterThan(15);
    }
  }
});

test.each(CATEGORIES)('text on the colour of %s has a contrast of at least 4.5', (category) => {
  const { fill, ink } = CATEGORY_PAINT[category];
  const [a, b] = [luminance(rgb(fill)), luminance(rgb(ink))];
  expect((Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05)).toBeGreaterThanOrEqual(4.5);
});
