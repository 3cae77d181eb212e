/** The overview: squares that count objects. One home of their bands, colours and words. */
import type { Category } from '../api/types';

export interface Paint {
  fill: string;
  /** The number on `fill`; at least 4.5:1. */
  ink: string;
}
export interface Band {
  /** From so many objects on. */
  from: number;
  /** Up to so many; none for the last. */
  to: number | undefined;
  light: Paint;
  /** In the dark more is brighter, as in the light it is darker. */
  dark: Paint;
}

const PALE = '#ffffff';
const DEEP = '#0d1b2a';

/** Each band is at least twice the one before: the eye tells doublings apart. No colour of a category among them. */
export const BANDS: readonly Band[] = [
  { from: 1, to: 1, light: { fill: '#d3e3f3', ink: DEEP }, dark: { fill: '#1f3a5a', ink: PALE } },
  { from: 2, to: 3, light: { fill: '#9cc3e6', ink: DEEP }, dark: { fill: '#2b5688', ink: PALE } },
  { from: 4, to: 7, light: { fill: '#5d97cf', ink: DEEP }, dark: { fill: '#3872b2', ink: PALE } },
  { from: 8, to: 31, light: { fill: '#2a62a3', ink: PALE }, dark: { fill: '#7fb0e0', ink: DEEP } },
  { from: 32, to: 127, light: { fill: '#173a6b', ink: PALE }, dark: { fill: '#b4d4f3', ink: DEEP } },
  { from: 128, to: undefined, light: { fill: '#0a1c38', ink: PALE }, dark: { fill: '#edf5fd', ink: DEEP } },
];

/** Categories that make a place worth a look when nothing else is chosen. */
const HEAVY: readonly Category[] = ['high', 'extremely_high'];

/** What the cells count: the chosen categories, else the heavy ones of the pack's scale. */
export function counted(chosen: readonly Category[], scale: readonly Category[]): Category[] {
  if (chosen.length > 0) return scale.filter((category) => chosen.includes(category));
  const heavy = scale.filter((category) => HEAVY.includes(category));
  return heavy.length > 0 ? heavy : scale.slice(-1);
}

export function bandText({ from, to }: Band, more: string): string {
  if (to === undefined) return more;
  return from === to ? String(from) : `${from}–${to}`;
}
