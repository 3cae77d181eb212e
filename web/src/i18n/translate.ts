/** Picks, counts and fills in a text of the catalogue: a pure function for one language. */
import { catalogue, type TextKey } from './catalogue';
import type { Pair } from './pair';

export const LANGUAGES = ['ru', 'en'] as const;
export type Language = (typeof LANGUAGES)[number];
export type Params = Readonly<Record<string, string | number>>;
export type Translate = (key: TextKey, params?: Params) => string;

/** `{{name}}` takes a value as it is, `{{name, number}}` groups its digits. */
const HOLE = /\{\{(\w+)(, number)?\}\}/g;

const PLACE: Record<Language, 0 | 1> = { ru: 0, en: 1 };

function pairOf(key: TextKey): Pair | undefined {
  const dot = key.indexOf('.');
  const section: Readonly<Record<string, Pair>> | undefined = catalogue[key.slice(0, dot) as keyof typeof catalogue];
  return section?.[key.slice(dot + 1)];
}

export function translator(language: Language): Translate {
  const plural = new Intl.PluralRules(language);
  const digits = new Intl.NumberFormat(language);
  return (key, params = {}) => {
    const text = pairOf(key)?.[PLACE[language]];
    // A key that the catalogue lacks does not compile; one made of a server's code may still miss.
    if (text === undefined) return key;
    const words = typeof text === 'string' ? text : formOf(text, plural.select(Number(params['count'])));
    return words.replace(HOLE, (hole, name: string, grouped?: string) => {
      const value = params[name];
      if (value === undefined) return hole;
      return grouped !== undefined && typeof value === 'number' ? digits.format(value) : String(value);
    });
  };
}

function formOf(forms: { other: string } & Partial<Record<Intl.LDMLPluralRule, string>>, form: Intl.LDMLPluralRule): string {
  return forms[form] ?? forms.other;
}
