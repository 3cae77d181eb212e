/** The filters of register and map ↔ the URL. What the URL holds wrongly is dropped, never guessed. */
import type { ObjectFilters } from '../../api/queries';
import { CATEGORIES, type Category } from '../../api/types';

type Search = Record<string, unknown>;

function text(search: Search, key: string): string | undefined {
  const value = search[key];
  if (typeof value !== 'string') return undefined;
  const trimmed = value.trim();
  return trimmed === '' || trimmed.length > 200 ? undefined : trimmed;
}

/** Reads a comma-separated list of categories, in the order of the scale, each once. */
export function readCategories(value: string | undefined): Category[] {
  const wanted = new Set((value ?? '').split(','));
  return CATEGORIES.filter((category) => wanted.has(category));
}

export function writeCategories(categories: readonly Category[]): string | undefined {
  return categories.length === 0 ? undefined : categories.join(',');
}

/** Reads filters from search parameters; absent ones are absent from the result. */
export function readFilters(search: Search): ObjectFilters {
  const filters: ObjectFilters = {};
  const category = writeCategories(readCategories(text(search, 'category')));
  if (category !== undefined) filters.category = category;
  for (const key of ['control_kind', 'object_kind', 'territory', 'text'] as const) {
    const value = text(search, key);
    if (value !== undefined) filters[key] = value;
  }
  return filters;
}

/** Changes one filter; `undefined` takes it away. */
export function withFilter(filters: ObjectFilters, key: keyof ObjectFilters, value: string | undefined): ObjectFilters {
  const { [key]: _, ...rest } = filters;
  return value === undefined ? rest : { ...rest, [key]: value };
}

/** Adds or removes one category of the list. */
export function toggleCategory(filters: ObjectFilters, category: Category): ObjectFilters {
  const now = readCategories(filters.category);
  const next = now.includes(category) ? now.filter((other) => other !== category) : [...now, category];
  return withFilter(filters, 'category', writeCategories(CATEGORIES.filter((one) => next.includes(one))));
}

/** The address of the same rows as a file. */
export function exportHref(filters: ObjectFilters): string {
  const query = new URLSearchParams(Object.entries(filters) as [string, string][]).toString();
  return `/api/v1/exports/objects.csv${query === '' ? '' : `?${query}`}`;
}
