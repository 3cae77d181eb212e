import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';

import { client, ProblemError, take } from '../../api/client';
import type { TaskItem, TaskWish } from '../../api/types';
import { usePack } from '../../app/pack';
import { Confirm } from '../../ui/Confirm';
import { ProblemLine } from '../../ui/states';
import { uuidv7 } from '../desk/uuid';
import { type CapturedStep, keepStep, keptSteps, releaseStep } from './steps';

/** Sends one step: at once by the server's clock, later by the hour that the device kept. The answer counts only when it names it. */
export async function sendStep({ id, task, capturedAt, wish }: CapturedStep, when: 'at_once' | 'later') {
  const body = when === 'at_once' ? { id, wish } : { id, captured_at: capturedAt, wish };
  const answer = await take(client.POST('/api/v1/tasks/{task_id}/steps', { params: { path: { task_id: task } }, body }));
  if (answer.id.replaceAll('-', '') !== id.replaceAll('-', '')) throw new ProblemError('NETWORK', 0);
  return answer;
}

function useStep(task: TaskItem) {
  const queries = useQueryClient();
  return useMutation({
    // Also offline: the step is kept first, and let go of only when the server has it.
    networkMode: 'always',
    mutationFn: async (wish: TaskWish) => {
      keepStep({ id: uuidv7(), task: task.id, capturedAt: new Date().toISOString(), wish });
      const own = keptSteps().find((one) => one.task === task.id && one.wish.step === wish.step);
      if (!own) throw new ProblemError('UNEXPECTED', 0);
      try {
        const stepped = await sendStep(own, 'at_once');
        releaseStep(own.id);
        return stepped;
      } catch (error) {
        if (error instanceof ProblemError && error.code === 'NETWORK') return undefined;
        releaseStep(own.id);
        throw error;
      }
    },
    onSuccess: (stepped) => (stepped ? queries.invalidateQueries({ queryKey: ['task-day'] }) : undefined),
  });
}

/** The steps of a task beside its start: the next one as a button, the rest behind «more». */
export function TaskSteps({ task }: { task: TaskItem }) {
  const { t, say, format } = usePack();
  const step = useStep(task);
  const [asking, setAsking] = useState(false);
  const waits = keptSteps().filter((one) => one.task === task.id);
  const may = (code: TaskItem['next'][number]) => task.next.includes(code);
  const first = may('accept') ? 'accept' : may('depart') ? 'depart' : undefined;
  const rest = (['depart', 'no_access'] as const).filter((code) => may(code) && code !== first);
  const busy = step.isPending;
  return (
    <div className="task-steps">
      {task.reported && (
        <p className="tag tag-good">
          {t(task.state === 'checked_by_head' ? 'common.step_checked' : 'common.step_reported', { outcome: say(task.reported) })}
        </p>
      )}
      {step.isError && <ProblemLine error={step.error} />}
      {step.data && step.data.outcome !== 'done' && <p className="notice">{t(`common.step_${step.data.outcome}`)}</p>}
      {waits.map((one) => (
        <p key={one.id} className="notice" role="status">
          {t('common.step_waits', { step: t(`common.step_${one.wish.step as 'accept'}`), when: format.instant(one.capturedAt) })}
        </p>
      ))}
      {first && (
        <button type="button" className="button" disabled={busy} onClick={() => step.mutate({ step: first })}>
          {t(`common.step_${first}`)}
        </button>
      )}
      {may('report') && (
        <fieldset className="task-results" disabled={busy}>
          <legend>{t('common.step_report')}</legend>
          {task.results.map((result) => (
            <button key={result.code} type="button" className="button" onClick={() => step.mutate({ step: 'report', outcome: result.code })}>
              {say(result.title)}
            </button>
          ))}
        </fieldset>
      )}
      {(rest.length > 0 || may('impossible')) && (
        <details className="task-more">
          <summary className="button">{t('common.step_more')}</summary>
          {rest.map((code) => (
            <button key={code} type="button" className="button" disabled={busy} onClick={() => step.mutate({ step: code })}>
              {t(`common.step_${code}`)}
            </button>
          ))}
          {may('impossible') && (
            <button type="button" className="button" disabled={busy} onClick={() => setAsking(true)}>
              {t('common.step_impossible')}
            </button>
          )}
        </details>
      )}
      {asking && <ImpossibleForm onClose={() => setAsking(false)} onTake={(wish) => step.mutate(wish)} />}
    </div>
  );
}

/** Asks for the act that says why the event could not be held. */
function ImpossibleForm({ onClose, onTake }: { onClose: () => void; onTake: (wish: TaskWish) => void }) {
  const { t, pack } = usePack();
  const [act, setAct] = useState('');
  const [on, setOn] = useState(pack.today);
  return (
    <Confirm
      isOpen
      title={t('common.step_impossible')}
      text={t('common.step_impossible_text')}
      action={t('common.step_impossible')}
      isReady={act.trim() !== '' && on !== '' && on <= pack.today}
      onClose={onClose}
      onConfirm={() => {
        onClose();
        onTake({ step: 'impossible', act: act.trim(), on });
      }}
    >
      <label className="field">
        <span className="label">{t('common.step_act')}</span>
        <input value={act} maxLength={100} onChange={(event) => setAct(event.currentTarget.value)} />
      </label>
      <label className="field">
        <span className="label">{t('common.step_act_on')}</span>
        <input type="date" value={on} max={pack.today} onChange={(event) => setOn(event.currentTarget.value)} />
      </label>
    </Confirm>
  );
}
