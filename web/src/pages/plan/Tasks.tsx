import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';

import { client, take } from '../../api/client';
import { taskBoardQuery } from '../../api/queries';
import type { BoardTask, TaskBoard, TaskWish } from '../../api/types';
import { may, usePack, useSession } from '../../app/pack';
import { Confirm } from '../../ui/Confirm';
import { Empty, Loading, ProblemLine, ProblemView } from '../../ui/states';
import { uuidv7 } from '../desk/uuid';

type HeadStep = 'check' | 'return' | 'defer' | 'cancel';
const STEPS: readonly HeadStep[] = ['check', 'defer', 'return', 'cancel'];

/** The tasks of a day: where each stands, what led nowhere, and which reports have no record. */
export function Tasks({ date }: { date: string }) {
  const { t } = usePack();
  const board = useQuery(taskBoardQuery(date));
  if (board.isError) return <ProblemView error={board.error} retry={() => void board.refetch()} />;
  if (!board.data) return <Loading />;
  const { items, unrecorded } = board.data;
  return (
    <>
      <LostSteps board={board.data} />
      {unrecorded.length > 0 && (
        <section className="notice notice-bad">
          <p>{t('plan.tasks_unrecorded')}</p>
          <TaskLines tasks={unrecorded} />
        </section>
      )}
      {items.length === 0 ? <Empty title={t('plan.tasks')} text={t('plan.tasks_none')} /> : <TaskLines tasks={items} date={date} />}
    </>
  );
}

/** What somebody said of a task that had ended, or stood elsewhere: nobody's word is lost. */
function LostSteps({ board }: { board: TaskBoard }) {
  const { t, format } = usePack();
  if (board.lost_steps.length === 0) return null;
  return (
    <ul className="notice notice-bad">
      {board.lost_steps.map((lost) => (
        <li key={`${lost.task_id} ${lost.captured_at} ${lost.step}`}>
          {t('plan.tasks_lost', {
            who: lost.by,
            step: t(`common.step_${lost.step as 'report'}`),
            object: lost.object_key,
            when: format.instant(lost.captured_at),
          })}
        </li>
      ))}
    </ul>
  );
}

/** Each with its day, where that is another than `date`. */
function TaskLines({ tasks, date }: { tasks: readonly BoardTask[]; date?: string }) {
  return (
    <ul className="routes">
      {tasks.map((task) => (
        <li key={task.id} className="card order">
          <TaskLine task={task} dated={task.date !== date} />
        </li>
      ))}
    </ul>
  );
}

function TaskLine({ task, dated }: { task: BoardTask; dated: boolean }) {
  const { t, say, format, eventKind } = usePack();
  const session = useSession();
  const [step, setStep] = useState<HeadStep>();
  const steps = may(session, 'approve_plans') ? STEPS.filter((one) => task.next.includes(one)) : [];
  const more = [
    task.outcome && say(task.outcome),
    task.until && t('plan.tasks_until', { date: format.day(task.until) }),
    task.attempt && t('plan.tasks_attempt', { number: format.number(task.attempt) }),
    task.act && t('plan.tasks_act', { number: task.act }),
    task.reason,
  ].filter(Boolean);
  return (
    <>
      <div className="plan-line">
        <b>
          {dated && `${format.day(task.date)} `}
          {format.clock(task.start)} {task.object_key}
        </b>
        <span className="tag">{t(`plan.task_state_${task.state}`)}</span>
      </div>
      <span>
        {task.inspector_name} · {eventKind(task.event_kind)}
      </span>
      {more.length > 0 && <span className="faint">{more.join(' · ')}</span>}
      <div className="order-steps">
        {steps.map((one) => (
          <button key={one} type="button" className="button" onClick={() => setStep(one)}>
            {t(`plan.task_step_${one}`)}
          </button>
        ))}
      </div>
      {step && <StepForm task={task} step={step} onClose={() => setStep(undefined)} />}
    </>
  );
}

function wishOf(step: HeadStep, reason: string, until: string): TaskWish {
  if (step === 'check') return { step };
  if (step === 'defer') return { step, until, reason };
  return { step, reason };
}

/** Asks why, and until when, and takes the step. */
function StepForm({ task, step, onClose }: { task: BoardTask; step: HeadStep; onClose: () => void }) {
  const { t, pack } = usePack();
  const queries = useQueryClient();
  const [reason, setReason] = useState('');
  const [until, setUntil] = useState('');
  // One id for one step, however often it is sent.
  const [id] = useState(uuidv7);
  const taking = useMutation({
    mutationFn: () =>
      take(
        client.POST('/api/v1/tasks/{task_id}/steps', {
          params: { path: { task_id: task.id } },
          body: { id, wish: wishOf(step, reason.trim(), until) },
        }),
      ),
    onSuccess: async () => {
      await Promise.all(['tasks', 'plan', 'orders', 'task-day'].map((key) => queries.invalidateQueries({ queryKey: [key] })));
      onClose();
    },
  });
  const latest = task.date > pack.today ? task.date : pack.today;
  const isReady = step === 'check' || (reason.trim() !== '' && (step !== 'defer' || until > latest));
  const name = t(`plan.task_step_${step}`);
  return (
    <Confirm
      isOpen
      title={`${name}: ${task.object_key}`}
      text={t(`plan.task_text_${step}`)}
      action={name}
      isReady={isReady && !taking.isPending}
      onClose={onClose}
      onConfirm={() => taking.mutate()}
    >
      {step === 'defer' && (
        <label className="field">
          <span className="label">{t('plan.task_until')}</span>
          <input type="date" value={until} onChange={(event) => setUntil(event.currentTarget.value)} />
        </label>
      )}
      {step !== 'check' && (
        <label className="field">
          <span className="label">{t('plan.task_why')}</span>
          <input value={reason} maxLength={300} onChange={(event) => setReason(event.currentTarget.value)} />
        </label>
      )}
      {taking.isError && <ProblemLine error={taking.error} />}
    </Confirm>
  );
}
