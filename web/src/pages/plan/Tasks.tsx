import './tasks.css';

import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';

import { client, take } from '../../api/client';
import { taskBoardQuery } from '../../api/queries';
import type { BoardTask, Plan, TaskBoard, TaskWish } from '../../api/types';
import { may, usePack, useSession } from '../../app/pack';
import { Confirm } from '../../ui/Confirm';
import { placeName } from '../../ui/place';
import { Empty, Loading, ProblemLine, ProblemView } from '../../ui/states';
import { endedText } from '../../ui/task';
import { uuidv7 } from '../desk/uuid';

type HeadStep = 'check' | 'return' | 'defer' | 'lift' | 'cancel';
const STEPS: readonly HeadStep[] = ['check', 'defer', 'lift', 'return', 'cancel'];

/** The tasks of a day by who makes them: where each stands, what led nowhere, and which reports have no record. */
export function Tasks({ plan }: { plan: Plan }) {
  const { t } = usePack();
  const board = useQuery(taskBoardQuery(plan.date));
  if (board.isError) return <ProblemView error={board.error} retry={() => void board.refetch()} />;
  if (!board.data) return <Loading />;
  const { items, unrecorded } = board.data;
  // The board names objects by key; the plan of the day knows where they are.
  const places = new Map(plan.routes.flatMap((route) => route.visits.map((visit) => [visit.object_key, placeName(visit)])));
  return (
    <>
      <LostSteps board={board.data} />
      {unrecorded.length > 0 && (
        <section className="card">
          <h2>{t('plan.tasks_unrecorded')}</h2>
          <TaskLines tasks={unrecorded} places={places} look="dated" />
        </section>
      )}
      {items.length === 0 ? (
        <Empty title={t('plan.tasks')} text={t('plan.tasks_none')} />
      ) : (
        <ul className="routes">
          {byPerson(items).map((tasks) => (
            <li key={tasks[0]?.inspector} className="card route">
              <h2 className="tasks-person">
                {tasks[0]?.inspector_name} <span className="faint">{t('common.tasks', { count: tasks.length })}</span>
              </h2>
              <TaskLines tasks={tasks} places={places} look="own" date={plan.date} />
            </li>
          ))}
        </ul>
      )}
    </>
  );
}

/** In the order in which people first appear; each one's tasks in theirs. */
function byPerson(items: readonly BoardTask[]): BoardTask[][] {
  const people = new Map<string, BoardTask[]>();
  for (const task of items) people.set(task.inspector, [...(people.get(task.inspector) ?? []), task]);
  return [...people.values()];
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

interface LinesProps {
  tasks: readonly BoardTask[];
  /** Addresses by key of the object. */
  places: ReadonlyMap<string, string>;
  /** Under the name of who makes them; or of other days, with day and name. */
  look: 'own' | 'dated';
  /** The day that is looked at: what was begun on another and goes on says so. */
  date?: string;
}

function TaskLines({ tasks, places, look, date }: LinesProps) {
  return (
    <ul>
      {tasks.map((task) => (
        <li key={task.id} className="task-line">
          <TaskLine task={task} place={places.get(task.object_key)} look={date && task.date !== date ? 'dated' : look} />
        </li>
      ))}
    </ul>
  );
}

function TaskLine({ task, place, look }: { task: BoardTask; place: string | undefined; look: LinesProps['look'] }) {
  const { t, say, format, eventKind } = usePack();
  const session = useSession();
  const [step, setStep] = useState<HeadStep>();
  const steps = may(session, 'approve_plans') ? STEPS.filter((one) => task.next.includes(one)) : [];
  const rest = steps.filter((one) => one !== 'check');
  const more = [
    place !== undefined && task.object_key,
    look === 'dated' && task.inspector_name,
    eventKind(task.event_kind),
    task.outcome && say(task.outcome),
    task.until && t('plan.tasks_until', { date: format.day(task.until) }),
    task.attempt && t('plan.tasks_attempt', { number: format.number(task.attempt) }),
    task.act && t('plan.tasks_act', { number: task.act }),
    endedText(task.state, task.reason, { t }) ?? task.reason,
  ].filter(Boolean);
  return (
    <>
      <span className="task-when">{look === 'dated' ? format.dayShort(task.date) : format.clock(task.start)}</span>
      <div className="task-what">
        <Link to="/objects/$objectId" params={{ objectId: task.object_id }} state={{ from: '/plan' }}>
          {place ?? task.object_key}
        </Link>
        <p className="faint">{more.join(' · ')}</p>
      </div>
      <div className="task-stands">
        <span className={`tag ${STATE_LOOK[task.state] ?? ''}`}>{t(`plan.task_state_${task.state}`)}</span>
        {steps.includes('check') && (
          <button type="button" className="button button-primary" onClick={() => setStep('check')}>
            {t('plan.task_step_check')}
          </button>
        )}
        {rest.length > 0 && (
          <details className="task-rest">
            <summary>{t('common.step_more')}</summary>
            <div>
              {rest.map((one) => (
                <button key={one} type="button" className="button" onClick={() => setStep(one)}>
                  {t(`plan.task_step_${one}`)}
                </button>
              ))}
            </div>
          </details>
        )}
      </div>
      {step && <StepForm task={task} step={step} place={place} onClose={() => setStep(undefined)} />}
    </>
  );
}

/** What is under way stands out, what led nowhere more so. */
const STATE_LOOK: Partial<Record<BoardTask['state'], string>> = {
  en_route: 'tag-good',
  on_site: 'tag-good',
  reported: 'tag-warn',
  no_access: 'tag-bad',
  impossible: 'tag-bad',
};

function wishOf(step: HeadStep, reason: string, until: string): TaskWish {
  if (step === 'check') return { step };
  if (step === 'defer') return { step, until, reason };
  return { step, reason };
}

/** Asks why, and until when, and takes the step. */
function StepForm({ task, step, place, onClose }: { task: BoardTask; step: HeadStep; place: string | undefined; onClose: () => void }) {
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
      title={`${name}: ${place ?? task.object_key}`}
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
