/** Russian and English texts: one catalogue of pairs, typed keys, the language kept in the browser. */
import { createContext, createElement, useContext, useMemo, useState, type ReactNode } from 'react';

import type { Localized } from '../api/types';
import type { TextKey } from './catalogue';
import { translator, type Language, type Translate } from './translate';

const STORED = 'dozor-language';

export function storedLanguage(): Language {
  return globalThis.localStorage?.getItem(STORED) === 'en' ? 'en' : 'ru';
}

export interface Words {
  t: Translate;
  /** Picks the language of a text that the server gives in both. */
  say: (text: Localized) => string;
  language: Language;
  setLanguage: (language: Language) => void;
}

const Context = createContext<Words | undefined>(undefined);

/** Gives every component below it its words; all texts are in the bundle, so a switch is instant. */
export function WordsProvider({ start, children }: { start: Language; children?: ReactNode }) {
  const [language, setLanguage] = useState(start);
  const words = useMemo<Words>(
    () => ({
      t: translator(language),
      say: (text) => text[language] || text.ru,
      language,
      setLanguage: (next) => {
        globalThis.localStorage?.setItem(STORED, next);
        document.documentElement.lang = next;
        setLanguage(next);
      },
    }),
    [language],
  );
  return createElement(Context, { value: words }, children);
}

export function useWords(): Words {
  const words = useContext(Context);
  if (!words) throw new Error('useWords is called outside WordsProvider');
  return words;
}

export { LANGUAGES, translator, type Language, type Params, type Translate } from './translate';
export type { TextKey };
