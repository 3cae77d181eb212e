/** Starts that were captured without a network: kept on the device until the server has them. */

export interface CapturedStart {
  id: string;
  task: string;
  startedAt: string;
}

const KEY = 'dozor.starts';

type Shelf = Pick<Storage, 'getItem' | 'setItem'>;

function isStart(value: unknown): value is CapturedStart {
  if (typeof value !== 'object' || value === null) return false;
  const { id, task, startedAt } = value as Partial<Record<keyof CapturedStart, unknown>>;
  return typeof id === 'string' && typeof task === 'string' && typeof startedAt === 'string';
}

/** What waits on this device; what cannot be read is not thrown away, only not sent. */
export function captured(shelf: Shelf = localStorage): CapturedStart[] {
  try {
    const kept: unknown = JSON.parse(shelf.getItem(KEY) ?? '[]');
    return Array.isArray(kept) ? kept.filter(isStart) : [];
  } catch {
    return [];
  }
}

/** Keeps a start; of one task the first one counts. */
export function capture(start: CapturedStart, shelf: Shelf = localStorage): CapturedStart[] {
  const kept = captured(shelf);
  const all = kept.some((one) => one.task === start.task) ? kept : [...kept, start];
  shelf.setItem(KEY, JSON.stringify(all));
  return all;
}

/** Lets go of a start that the server has. */
export function release(id: string, shelf: Shelf = localStorage): CapturedStart[] {
  const rest = captured(shelf).filter((one) => one.id !== id);
  shelf.setItem(KEY, JSON.stringify(rest));
  return rest;
}
