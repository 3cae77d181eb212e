/** What an inspector said of his tasks and the server has not heard yet: kept on the device, sent in its order, each once. */
import type { StartRefusal, TaskWish } from '../../api/types';

export type Said = TaskWish | { step: 'start' };

export interface Captured {
  /** Made here: however often it is sent, the server takes it once. */
  id: string;
  /** Whose word it is: a phone may pass from hand to hand. */
  login: string;
  task: string;
  capturedAt: string;
  said: Said;
}

/** What the server made of it. */
export interface Answer {
  outcome: string;
  refusals: readonly StartRefusal[];
}

/** The last that came back about a task: an answer, or why there is none. */
export type Heard = { step: Said['step']; answer: Answer } | { step: Said['step']; error: unknown };

export interface State {
  kept: readonly Captured[];
  /** By task. */
  heard: ReadonlyMap<string, Heard>;
  isSending: boolean;
}

export type Shelf = Pick<Storage, 'getItem' | 'setItem'>;

interface Ways {
  shelf: Shelf;
  deliver: (one: Captured) => Promise<Answer>;
  /** Whether sending the same again cannot help. Whatever failed otherwise is kept. */
  isFinal: (error: unknown) => boolean;
  /** Whether nothing at all can be sent now: no network, no session. */
  isCutOff: (error: unknown) => boolean;
}

const KEY = 'dozor.said';

function isCaptured(value: unknown): value is Captured {
  if (typeof value !== 'object' || value === null) return false;
  const { id, login, task, capturedAt, said } = value as Partial<Record<keyof Captured, unknown>>;
  const isSaid = typeof said === 'object' && said !== null && 'step' in said && typeof said.step === 'string';
  return [id, login, task, capturedAt].every((one) => typeof one === 'string') && isSaid;
}

/** What cannot be read is not sent. */
export function read(shelf: Shelf): Captured[] {
  try {
    const kept: unknown = JSON.parse(shelf.getItem(KEY) ?? '[]');
    return Array.isArray(kept) ? kept.filter(isCaptured) : [];
  } catch {
    return [];
  }
}

export type Outbox = ReturnType<typeof makeOutbox>;

export function makeOutbox({ shelf, deliver, isFinal, isCutOff }: Ways) {
  let state: State = { kept: read(shelf), heard: new Map(), isSending: false };
  let running: Promise<void> | undefined;
  const listeners = new Set<() => void>();

  const change = (heard: State['heard'] = state.heard) => {
    state = { kept: read(shelf), heard, isSending: running !== undefined };
    for (const listener of listeners) listener();
  };
  const write = (kept: readonly Captured[]) => shelf.setItem(KEY, JSON.stringify(kept));
  const hear = (task: string, said: Heard) => change(new Map(state.heard).set(task, said));

  /** Sends one; tells whether it is off the device. */
  async function sendOne(one: Captured): Promise<'gone' | 'kept' | 'cut_off'> {
    const { id, task, said } = one;
    const release = () => write(read(shelf).filter((each) => each.id !== id));
    try {
      const answer = await deliver(one);
      release();
      hear(task, { step: said.step, answer });
      return 'gone';
    } catch (error) {
      if (isFinal(error)) release();
      hear(task, { step: said.step, error });
      if (isCutOff(error)) return 'cut_off';
      return isFinal(error) ? 'gone' : 'kept';
    }
  }

  async function sendAll(login: string): Promise<void> {
    // What follows of a task waits for what was said of it before; other tasks do not.
    const stuck = new Set<string>();
    try {
      // So that the promise stands before the loop can end.
      await Promise.resolve();
      change();
      for (;;) {
        const next = read(shelf).find((one) => one.login === login && !stuck.has(one.task));
        if (!next) return;
        const end = await sendOne(next);
        if (end === 'cut_off') return;
        if (end === 'kept') stuck.add(next.task);
      }
    } finally {
      running = undefined;
      change();
    }
  }

  return {
    state: () => state,
    subscribe: (listener: () => void) => {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    /** Keeps a word. The same step of the same task is kept once: the first one counts. */
    keep: (one: Captured) => {
      const kept = read(shelf);
      const isKept = kept.some((each) => each.login === one.login && each.task === one.task && each.said.step === one.said.step);
      try {
        if (!isKept) write([...kept, one]);
      } catch (error) {
        // A full or forbidden shelf: what is not kept is not said to be.
        return hear(one.task, { step: one.said.step, error });
      }
      // What is said now leaves behind what came back before.
      change(new Map([...state.heard].filter(([task]) => task !== one.task)));
    },
    /** Sends what one person's words are here, one after another; asked twice at once it is one run. */
    send: (login: string): Promise<void> => (running ??= sendAll(login)),
  };
}
