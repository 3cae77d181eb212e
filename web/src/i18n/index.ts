/** Russian and English texts: one catalogue of pairs, typed keys, the language kept in the browser. */
import i18next, { type i18n } from 'i18next';
import { initReactI18next, useTranslation } from 'react-i18next';

import type { Localized } from '../api/types';
import { catalogue, type TextKey } from './catalogue';

export const LANGUAGES = ['ru', 'en'] as const;
export type Language = (typeof LANGUAGES)[number];
export type Params = Record<string, string | number>;
export type Translate = (key: TextKey, params?: Params) => string;

const STORED = 'dozor-language';

/** Builds the resources of one language: plural forms become keys with i18next's endings. */
export function resources(language: Language): Record<string, Record<string, string>> {
  const sections: Record<string, Record<string, string>> = {};
  for (const [section, texts] of Object.entries(catalogue)) {
    const flat: Record<string, string> = {};
    for (const [key, pair] of Object.entries(texts)) {
      const text = pair[language === 'ru' ? 0 : 1];
      if (typeof text === 'string') flat[key] = text;
      else for (const [form, words] of Object.entries(text)) flat[`${key}_${form}`] = words;
    }
    sections[section] = flat;
  }
  return sections;
}

export function storedLanguage(): Language {
  return globalThis.localStorage?.getItem(STORED) === 'en' ? 'en' : 'ru';
}

/** Makes an i18next of its own, ready at once: all texts are in the bundle. */
export function createTexts(language: Language): i18n {
  const instance = i18next.createInstance();
  void instance.use(initReactI18next).init({
    lng: language,
    fallbackLng: false,
    resources: { ru: { translation: resources('ru') }, en: { translation: resources('en') } },
    interpolation: { escapeValue: false },
    initAsync: false,
  });
  return instance;
}

export interface Words {
  t: Translate;
  /** Picks the language of a text that the server gives in both. */
  say: (text: Localized) => string;
  language: Language;
  setLanguage: (language: Language) => void;
}

export function useWords(): Words {
  const { t, i18n: instance } = useTranslation();
  const language: Language = instance.language === 'en' ? 'en' : 'ru';
  return {
    t: (key, params) => t(key, params ?? {}),
    say: (text) => text[language] || text.ru,
    language,
    setLanguage: (next) => {
      globalThis.localStorage?.setItem(STORED, next);
      document.documentElement.lang = next;
      void instance.changeLanguage(next);
    },
  };
}

export type { TextKey };
