/** Steps of tasks that were captured without a network: kept on the device, in their order, until the server has them. */
import type { TaskWish } from '../../api/types';

export interface CapturedStep {
  id: string;
  task: string;
  capturedAt: string;
  wish: TaskWish;
}

const KEY = 'dozor.steps';

type Shelf = Pick<Storage, 'getItem' | 'setItem'>;

function isStep(value: unknown): value is CapturedStep {
  if (typeof value !== 'object' || value === null) return false;
  const { id, task, capturedAt, wish } = value as Partial<Record<keyof CapturedStep, unknown>>;
  const known = typeof wish === 'object' && wish !== null && 'step' in wish;
  return typeof id === 'string' && typeof task === 'string' && typeof capturedAt === 'string' && known;
}

/** What waits on this device; what cannot be read is not sent. */
export function keptSteps(shelf: Shelf = localStorage): CapturedStep[] {
  try {
    const kept: unknown = JSON.parse(shelf.getItem(KEY) ?? '[]');
    return Array.isArray(kept) ? kept.filter(isStep) : [];
  } catch {
    return [];
  }
}

/** Keeps a step; the same one of the same task is kept once. */
export function keepStep(step: CapturedStep, shelf: Shelf = localStorage): CapturedStep[] {
  const kept = keptSteps(shelf);
  const isKept = kept.some((one) => one.task === step.task && one.wish.step === step.wish.step);
  const all = isKept ? kept : [...kept, step];
  shelf.setItem(KEY, JSON.stringify(all));
  return all;
}

/** Lets go of a step that the server has. */
export function releaseStep(id: string, shelf: Shelf = localStorage): CapturedStep[] {
  const rest = keptSteps(shelf).filter((one) => one.id !== id);
  shelf.setItem(KEY, JSON.stringify(rest));
  return rest;
}
