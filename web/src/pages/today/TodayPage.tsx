import './today.css';

import { useSuspenseQuery } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import { Fragment, useMemo, useState } from 'react';

import { taskDayQuery, territoriesQuery } from '../../api/queries';
import type { TaskDay, TaskItem } from '../../api/types';
import { usePack } from '../../app/pack';
import { LazyMap } from '../../map/LazyMap';
import { boundsOf, ROUTE_COLOURS, type Bounds } from '../../map/model';
import { CategoryMark } from '../../ui/CategoryMark';
import { PageHead, Segments } from '../../ui/controls';
import { plusDays } from '../../ui/format';
import { groundText, reasonsOf } from '../../ui/ground';
import { pausePlace } from '../../ui/pause';
import { placeName } from '../../ui/place';
import { Empty } from '../../ui/states';
import { numbersOf, pinsOf, stopsOf } from '../../ui/stops';
import { endedText, isWaiting, partnerText } from '../../ui/task';
import { TaskHand } from './TaskHand';
import { useSending } from './useOutbox';

const route = getRouteApi('/shell/today');
/** Cards opened from here belong to this section. */
const FROM = { from: '/today' } as const;

/** The inspector's day: what, when, why, in route order. */
export function TodayPage() {
  const words = usePack();
  const { t, format, pack } = words;
  const { date = pack.today } = route.useSearch();
  const navigate = route.useNavigate();
  const { data: day } = useSuspenseQuery(taskDayQuery(date));
  const [view, setView] = useState<'list' | 'map'>('list');
  useSending();
  const go = (next: string) => void navigate({ search: next === pack.today ? {} : { date: next } });

  return (
    <div className="page today">
      <PageHead title={t('common.today_title')} note={day.working_day ? format.dayLong(date) : `${format.dayLong(date)}, ${t('common.day_off')}`}>
        <div className="today-days">
          <button type="button" className="button" aria-label={t('common.today_previous_day')} onClick={() => go(plusDays(date, -1))}>
            ‹
          </button>
          {date !== pack.today && (
            <button type="button" className="button" onClick={() => go(pack.today)}>
              {t('common.today_now')}
            </button>
          )}
          <button type="button" className="button" aria-label={t('common.today_next_day')} onClick={() => go(plusDays(date, 1))}>
            ›
          </button>
        </div>
        {day.tasks.length > 0 && (
          <Segments
            label={t('common.today_route')}
            value={view}
            choices={[
              { value: 'list', label: t('common.list') },
              { value: 'map', label: t('common.map') },
            ]}
            onChange={setView}
          />
        )}
      </PageHead>
      {day.tasks.length === 0 ? (
        <Empty title={t('common.today_none_title')} text={t(day.ended.length > 0 ? 'common.today_all_ended' : NONE_TEXT[day.plan_state])} />
      ) : view === 'list' ? (
        <TaskList day={day} />
      ) : (
        <TaskMap day={day} />
      )}
      {day.ended.length > 0 && <EndedTasks day={day} />}
    </div>
  );
}

const NONE_TEXT = {
  none: 'common.today_none_plan',
  proposed: 'common.today_plan_waits',
  approved: 'common.today_free',
} as const;

/** What is off the day: done, in vain, or taken back, each with why. */
function EndedTasks({ day }: { day: TaskDay }) {
  const words = usePack();
  const { t } = words;
  return (
    <section className="card stack-small">
      <h2>{t('common.today_ended')}</h2>
      <ul className="today-ended">
        {day.ended.map((task) => (
          <li key={`${task.object_id} ${task.state} ${task.reason ?? ''}`}>
            <Link to="/objects/$objectId" params={{ objectId: task.object_id }} state={FROM}>
              {placeName(task)}
            </Link>{' '}
            <span className="faint">
              {task.object_key} · {endedText(task.state, task.reason, words)}
            </span>
          </li>
        ))}
      </ul>
    </section>
  );
}

function TaskList({ day }: { day: TaskDay }) {
  const { t, format, pack } = usePack();
  const travel = day.tasks.reduce((sum, task) => sum + task.travel, 0);
  const { inspector, pause } = day;
  const stops = stopsOf(day.tasks);
  const next = day.tasks.find((task) => isWaiting(task.state));
  const rests = pausePlace(stops.map((stop) => ({ start: stop[0]?.start ?? 0 })), pause);
  const rest = pause && (
    <li className="today-pause faint">{t('common.pause', { start: format.clock(pause.start), end: format.clock(pause.end) })}</li>
  );
  return (
    <>
      <p className="today-summary">
        <span>{t('common.tasks', { count: day.tasks.length })}</span>
        <span>{t('common.today_shift', { start: format.clock(inspector.shift_start), end: format.clock(inspector.shift_end) })}</span>
        <span>{t('common.today_travel', { duration: format.duration(travel), mode: t(`terms.mode_${inspector.mode}`) })}</span>
      </p>
      <ol className="today-list">
        {stops.map((tasks, index) => (
          <Fragment key={tasks[0]?.id}>
            {rests === index && rest}
            <li className={tasks.length > 1 ? 'today-stop' : undefined}>
              <StopHead tasks={tasks} />
              {tasks.map((task) => (
                <div key={task.id} className="today-task">
                  <Task task={task} />
                  {day.date === pack.today && <TaskHand task={task} isNext={task.id === next?.id} />}
                </div>
              ))}
            </li>
          </Fragment>
        ))}
        {rests === stops.length && rest}
      </ol>
      {day.back_at !== null && day.back_at !== undefined && (
        <p className="today-back faint">{t('common.today_back', { time: format.clock(day.back_at) })}</p>
      )}
    </>
  );
}

/** Several tasks at one place are one stop: he parks once. */
function StopHead({ tasks }: { tasks: readonly TaskItem[] }) {
  const { t } = usePack();
  const [first, last] = [tasks[0], tasks.at(-1)];
  if (!first || !last || tasks.length < 2) return null;
  return (
    <p className="today-stop-head">
      {t('common.one_stop', { numbers: numbersOf(first.number, last.number), tasks: t('common.tasks', { count: tasks.length }) })}
    </p>
  );
}

function Task({ task }: { task: TaskItem }) {
  const words = usePack();
  const { t, say, format, category, eventKind, objectKind } = words;
  return (
    <Link to="/objects/$objectId" params={{ objectId: task.object_id }} state={FROM} className="task">
      <span className="task-time">
        <b>{format.clock(task.start)}</b>
        <span className="faint">{format.clock(task.end)}</span>
      </span>
      <span className="task-body">
        <span className="task-title">
          {task.number}. {placeName(task)}
        </span>
        <span className="task-ground">{groundText(task.ground, words)}</span>
        <span className="task-tags">
          <CategoryMark category={task.category} />
          <span>{eventKind(task.event_kind)}</span>
          {task.by_video && <span>{t('common.by_video')}</span>}
          {task.partner && <span>{partnerText(task.partner, words)}</span>}
        </span>
        <span className="task-why">{reasonsOf(say(task.why), category(task.category))}</span>
        <span className="faint">
          {task.planned_for && `${t('common.today_planned_for', { date: format.day(task.planned_for) })} · `}
          {t('common.today_order', { number: task.order_number })} · {t(`orders.state_${task.order_state}`)} · {objectKind(task.object_kind)} {task.object_key}
        </span>
      </span>
      <svg viewBox="0 0 24 24" width="20" height="20" aria-hidden="true" className="task-go">
        <path d="m9 5 7 7-7 7" />
      </svg>
    </Link>
  );
}

/** What stands for the base in the map; no object has such an id. */
const BASE = 'base';

function TaskMap({ day }: { day: TaskDay }) {
  const { t, pack } = usePack();
  const navigate = route.useNavigate();
  const { data } = useSuspenseQuery(territoriesQuery);
  const letter = t('common.today_base_letter');
  const content = useMemo(() => {
    const { base } = day.inspector;
    const stops = [base, ...day.tasks.map((task) => task.location ?? base), base];
    return {
      bounds: boundsOf(stops) ?? (pack.bounds as unknown as Bounds),
      lines: [{ id: 'route', stops, colour: ROUTE_COLOURS[0], faded: false }],
      points: [{ id: BASE, position: base, category: 'low' as const, text: letter, look: 'stop' as const }, ...pinsOf(day.tasks).map((pin) => ({ ...pin, look: 'stop' as const }))],
    };
  }, [day, pack, letter]);
  return (
    <>
      <p className="faint">{t('common.today_base')}</p>
      <div className="today-map">
        <LazyMap
          label={t('common.today_route')}
          territories={data.items}
          {...content}
          onPick={(objectId) => {
            if (objectId !== BASE) void navigate({ to: '/objects/$objectId', params: { objectId }, state: FROM });
          }}
        />
      </div>
    </>
  );
}
