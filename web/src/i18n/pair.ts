/** The shape of a catalogue's section. */

export interface RussianForms {
  one: string;
  few: string;
  many: string;
  other: string;
}
export interface EnglishForms {
  one: string;
  other: string;
}
export type Pair = readonly [ru: string | RussianForms, en: string | EnglishForms];

/** Checks a section's shape and keeps its keys. */
export function texts<K extends string>(section: Record<K, Pair>): Record<K, Pair> {
  return section;
}

/** Is a text that counts: Russian forms for 1, 2–4 and 5; English for 1 and many. */
export function count(one: string, few: string, many: string, english: string, englishMany: string): Pair {
  const grouped = (text: string) => text.replace('{{count}}', '{{count, number}}');
  return [
    { one: grouped(one), few: grouped(few), many: grouped(many), other: grouped(few) },
    { one: grouped(english), other: grouped(englishMany) },
  ];
}
