import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useEffect } from 'react';

import { client, ProblemError, take } from '../../api/client';
import type { StartRefusal, TaskItem } from '../../api/types';
import { usePack } from '../../app/pack';
import { ProblemLine } from '../../ui/states';
import { isWaiting } from '../../ui/task';
import { uuidv7 } from '../desk/uuid';
import { capture, captured, release, type CapturedStart } from './starts';

/** Sends a start: at once by the server's clock, which is right; later by the hour that the device kept. */
function send({ id, task, startedAt }: CapturedStart, when: 'at_once' | 'later') {
  const body = when === 'at_once' ? { id } : { id, started_at: startedAt };
  return take(client.POST('/api/v1/tasks/{task_id}/start', { params: { path: { task_id: task } }, body }));
}

/** Whether sending the same start again cannot help; after anything else (a session that ran out, a busy server) it is kept. */
function isFinal(error: unknown): boolean {
  return error instanceof ProblemError && ['START_ID_TAKEN', 'TASK_NOT_FOUND', 'DATE_INVALID'].includes(error.code);
}

/** Orders under which a visit may begin. */
const ISSUED: readonly TaskItem['order_state'][] = ['issued', 'extended', 'executed', 'closed'];

/** Begins a visit. Without a network the start stays on the device, with its hour, and is sent when there is one. */
export function StartTask({ task, isNext }: { task: TaskItem; isNext: boolean }) {
  const { t, format } = usePack();
  const queries = useQueryClient();
  const reload = () => queries.invalidateQueries({ queryKey: ['task-day'] });
  const starting = useMutation({
    // Also offline: the start is kept first, and let go of only when the server has it.
    networkMode: 'always',
    mutationFn: async () => {
      capture({ id: uuidv7(), task: task.id, startedAt: new Date().toISOString() });
      const own = captured().find((one) => one.task === task.id);
      if (!own) throw new ProblemError('UNEXPECTED', 0);
      try {
        const started = await send(own, 'at_once');
        release(own.id);
        return started;
      } catch (error) {
        if (error instanceof ProblemError && error.code === 'NETWORK') return undefined;
        if (isFinal(error)) release(own.id);
        throw error;
      }
    },
    onSuccess: (started) => (started ? reload() : undefined),
  });
  const waits = captured().find((one) => one.task === task.id);
  if (task.state === 'on_site') {
    return (
      <p className="task-start">
        <span className="tag tag-good">{t('common.start_begun')}</span>
      </p>
    );
  }
  if (!isWaiting(task.state) && task.state !== 'en_route') return null;
  const refusals = starting.data?.refusals ?? task.start_refusals;
  return (
    <div className="task-start">
      {starting.isError && <ProblemLine error={starting.error} />}
      {starting.data?.outcome === 'not_open' && <p className="notice">{t('common.start_not_open')}</p>}
      {waits ? (
        <p className="notice" role="status">
          {t('common.start_waits', { when: format.instant(waits.startedAt) })}
        </p>
      ) : (
        <>
          <Refusals refusals={refusals} />
          {!ISSUED.includes(task.order_state) && <p className="notice">{t('common.start_unissued')}</p>}
          <button type="button" className={isNext ? 'button button-primary' : 'button'} disabled={starting.isPending} onClick={() => starting.mutate()}>
            {t('common.start')}
          </button>
        </>
      )}
    </div>
  );
}

/** Why a visit may not begin, in words, with the articles. */
export function Refusals({ refusals }: { refusals: readonly StartRefusal[] }) {
  const { t, say } = usePack();
  if (refusals.length === 0) return null;
  return (
    <div className="notice notice-bad" role="alert">
      <p>{t('common.start_refused')}</p>
      <ul>
        {refusals.map((one) => (
          <li key={one.code}>
            {say(one.words)}
            {one.articles.length > 0 && <span className="faint"> ({one.articles.join('; ')})</span>}
          </li>
        ))}
      </ul>
    </div>
  );
}

/** Sends what waits on the device, at once and whenever the network comes back. */
export function useCapturedStarts() {
  const queries = useQueryClient();
  useEffect(() => {
    const all = async () => {
      for (const start of captured()) {
        try {
          await send(start, 'later');
        } catch (error) {
          if (error instanceof ProblemError && error.code === 'NETWORK') return;
          if (!isFinal(error)) continue;
        }
        release(start.id);
        await queries.invalidateQueries({ queryKey: ['task-day'] });
      }
    };
    const again = () => void all();
    again();
    window.addEventListener('online', again);
    return () => window.removeEventListener('online', again);
  }, [queries]);
}
