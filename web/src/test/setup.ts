/** What the pages expect of a browser and jsdom lacks. */
import { vi } from 'vitest';

Object.defineProperty(window, 'matchMedia', {
  writable: true,
  value: (query: string) => ({ matches: false, media: query, addEventListener: vi.fn(), removeEventListener: vi.fn() }),
});
window.scrollTo = vi.fn();
Element.prototype.scrollIntoView = vi.fn();
