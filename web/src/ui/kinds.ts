import type { PackWords } from '../app/pack';

interface Row {
  object_key: string;
  object_kind: string;
  control_kind: string;
}

/** Key, kind of object and kind of control in a line; a kind of control of the same name is not said twice. */
export function kindLine(row: Row, { objectKind, controlKindShort }: Pick<PackWords, 'objectKind' | 'controlKindShort'>): string {
  return [...new Set([row.object_key, objectKind(row.object_kind), controlKindShort(row.control_kind)])].join(' · ');
}
