/** What an inspector may say next of a task, as if the server had heard already what waits on his device. */
import type { TaskItem } from '../../api/types';
import { isWaiting } from '../../ui/task';
import type { Said } from './outbox';

export type OwnStep = 'accept' | 'depart' | 'report' | 'no_access' | 'impossible';

export interface Offered {
  start: boolean;
  steps: readonly OwnStep[];
}

const OWN: readonly OwnStep[] = ['accept', 'depart', 'report', 'no_access', 'impossible'];
const LAST = ['report', 'no_access', 'impossible'] as const;

export function offered(task: Pick<TaskItem, 'state' | 'next' | 'results'>, waits: readonly Said['step'][]): Offered {
  if (LAST.some((step) => waits.includes(step))) return { start: false, steps: [] };
  const mayStart = isWaiting(task.state) || task.state === 'en_route';
  // In a cellar without a network a visit is begun and reported one after the other.
  if (mayStart && waits.includes('start')) return { start: false, steps: LAST.filter((step) => step !== 'report' || task.results.length > 0) };
  const isLeft = (step: OwnStep) => !waits.includes(step) && !(step === 'accept' && waits.includes('depart'));
  return {
    start: mayStart,
    steps: OWN.filter((step) => task.next.includes(step) && isLeft(step)),
  };
}
