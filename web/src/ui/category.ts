/** Colours of the categories: one home. Each differs from its neighbours in lightness and on the blue–yellow
 *  axis, so that the common kinds of colour blindness keep them apart (a test simulates them). */
import type { Category } from '../api/types';

interface Paint {
  fill: string;
  /** Text on `fill`; at least 4.5:1. */
  ink: string;
}

export const CATEGORY_PAINT: Record<Category, Paint> = {
  low: { fill: '#8fa6bd', ink: '#0d1b2a' },
  moderate: { fill: '#f2d15c', ink: '#0d1b2a' },
  medium: { fill: '#ee8f2f', ink: '#0d1b2a' },
  significant: { fill: '#e0603a', ink: '#0d1b2a' },
  high: { fill: '#c4262e', ink: '#ffffff' },
  extremely_high: { fill: '#5a0f52', ink: '#ffffff' },
};
