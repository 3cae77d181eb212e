/** The outbox of this device: one for the page, its words sent at once and whenever the network may be back. */
import { useQueryClient } from '@tanstack/react-query';
import { useEffect, useSyncExternalStore } from 'react';

import { client, ProblemError, take } from '../../api/client';
import type { TaskItem } from '../../api/types';
import { useSession } from '../../app/pack';
import { uuidv7 } from '../desk/uuid';
import { makeOutbox, type Answer, type Captured, type Heard, type Outbox, type Said } from './outbox';

/** Said so recently, the server's clock is right; the device's may not be. Milliseconds. */
const AT_ONCE = 5_000;
/** An answer that has not come by then will not come on this connection. Milliseconds. */
const PATIENCE = 20_000;
/** No event tells that a server is well again. Milliseconds. */
const AGAIN = 30_000;
/** The server has understood, and will say the same each time. */
const FINAL: readonly string[] = ['START_ID_TAKEN', 'TASK_STEP_ID_TAKEN', 'TASK_NOT_FOUND', 'TASK_RESULT', 'TASK_ACT', 'DATE_INVALID'];
const CUT_OFF: readonly string[] = ['NETWORK', 'NOT_DOZOR', 'SESSION_REQUIRED'];

const coded = (error: unknown, codes: readonly string[]) => error instanceof ProblemError && codes.includes(error.code);

/** Sends one word. An answer counts only when it is one of ours: a network's login page may answer anything. */
async function deliver({ id, task, capturedAt, said }: Captured): Promise<Answer> {
  const isNow = Date.now() - Date.parse(capturedAt) < AT_ONCE;
  const params = { path: { task_id: task } };
  const signal = AbortSignal.timeout(PATIENCE);
  if (said.step === 'start') {
    const body = isNow ? { id } : { id, started_at: capturedAt };
    const { outcome, refusals } = await take(client.POST('/api/v1/tasks/{task_id}/start', { params, body, signal }));
    if (!Array.isArray(refusals)) throw new ProblemError('NOT_DOZOR', 0);
    return { outcome, refusals };
  }
  const body = isNow ? { id, wish: said } : { id, captured_at: capturedAt, wish: said };
  const answer = await take(client.POST('/api/v1/tasks/{task_id}/steps', { params, body, signal }));
  if (answer.id.replaceAll('-', '') !== id.replaceAll('-', '')) throw new ProblemError('NOT_DOZOR', 0);
  return { outcome: answer.outcome, refusals: [] };
}

let made: Outbox | undefined;
/** Made when it is first asked for: a page without tasks reads no shelf. */
function outbox(): Outbox {
  made ??= makeOutbox({
    shelf: localStorage,
    deliver,
    isFinal: (error) => coded(error, FINAL),
    isCutOff: (error) => coded(error, CUT_OFF),
  });
  return made;
}

/** Sends what waits: when the page opens, when the network or the person is back, and now and then. */
export function useSending() {
  const { login } = useSession();
  const queries = useQueryClient();
  useEffect(() => {
    let before = outbox().state().heard;
    const stop = outbox().subscribe(() => {
      const { heard } = outbox().state();
      const isNews = [...heard].some(([task, one]) => 'answer' in one && before.get(task) !== one);
      before = heard;
      if (isNews) void queries.invalidateQueries({ queryKey: ['task-day'] });
    });
    const send = () => void outbox().send(login);
    send();
    const timer = setInterval(send, AGAIN);
    window.addEventListener('online', send);
    document.addEventListener('visibilitychange', send);
    return () => {
      stop();
      clearInterval(timer);
      window.removeEventListener('online', send);
      document.removeEventListener('visibilitychange', send);
    };
  }, [login, queries]);
}

export interface OwnWords {
  waits: readonly Captured[];
  heard: Heard | undefined;
  isSending: boolean;
  say: (said: Said) => void;
}

/** What this person has said of a task and is not heard yet, what came back last, and a way to say more. */
export function useOwnWords(task: TaskItem): OwnWords {
  const { login } = useSession();
  const { kept, heard, isSending } = useSyncExternalStore(outbox().subscribe, outbox().state);
  return {
    waits: kept.filter((one) => one.task === task.id && one.login === login),
    heard: heard.get(task.id),
    isSending,
    say: (said) => {
      outbox().keep({ id: uuidv7(), login, task: task.id, capturedAt: new Date().toISOString(), said });
      void outbox().send(login);
    },
  };
}
