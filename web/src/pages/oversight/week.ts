/** What of the queues falls due within a week: the first thing that is asked of them. */
import type { QueueTerms } from '../../api/types';
import { plusDays } from '../../ui/format';

export interface Ahead {
  queue: QueueTerms;
  /** Fall due within the week. */
  due: number;
  /** Of them, will not have been done. */
  breaks: number;
}

/** Today is the first day of it. */
export const WEEK_DAYS = 7;

export function lastOfWeek(today: string): string {
  return plusDays(today, WEEK_DAYS - 1);
}

/** Returns the queues in which something waits: those that break most come first, then those with most that is late. */
export function weekAhead(queues: readonly QueueTerms[], today: string): Ahead[] {
  const last = lastOfWeek(today);
  const ahead = (queue: QueueTerms): Ahead => {
    const days = queue.days.filter((one) => one.day <= last);
    const sum = (of: (day: QueueTerms['days'][number]) => number) => days.reduce((all, day) => all + of(day), 0);
    return { queue, due: sum((day) => day.due), breaks: sum((day) => day.will_break) };
  };
  const waiting = queues.filter((queue) => queue.waiting > 0).map(ahead);
  return waiting.sort((one, other) => other.breaks - one.breaks || other.queue.overdue - one.queue.overdue);
}
