/** Light, dark or as the system: kept in the browser, an attribute of the page. */
import { useSyncExternalStore } from 'react';

export const THEMES = ['auto', 'light', 'dark'] as const;
export type Theme = (typeof THEMES)[number];

const STORED = 'dozor-theme';
const listeners = new Set<() => void>();
const systemDark = () => globalThis.matchMedia?.('(prefers-color-scheme: dark)');

function stored(): Theme {
  const value = globalThis.localStorage?.getItem(STORED);
  return THEMES.find((theme) => theme === value) ?? 'auto';
}

export function applyTheme(): void {
  const theme = stored();
  if (theme === 'auto') delete document.documentElement.dataset['theme'];
  else document.documentElement.dataset['theme'] = theme;
}

export function setTheme(theme: Theme): void {
  globalThis.localStorage?.setItem(STORED, theme);
  applyTheme();
  for (const listener of listeners) listener();
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  systemDark()?.addEventListener('change', listener);
  return () => {
    listeners.delete(listener);
    systemDark()?.removeEventListener('change', listener);
  };
}

export function useTheme(): Theme {
  return useSyncExternalStore(subscribe, stored);
}

/** Tells what is really shown; the map draws by it. */
export function useDark(): boolean {
  return useSyncExternalStore(subscribe, () => {
    const theme = stored();
    return theme === 'auto' ? (systemDark()?.matches ?? false) : theme === 'dark';
  });
}
