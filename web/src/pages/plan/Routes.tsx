import { Link } from '@tanstack/react-router';
import { Fragment } from 'react';

import type { Plan, Route, Visit } from '../../api/types';
import { may, usePack, useSession } from '../../app/pack';
import { CategoryMark } from '../../ui/CategoryMark';
import { groundText, reasonsOf } from '../../ui/ground';
import { pausePlace } from '../../ui/pause';
import { placeName } from '../../ui/place';
import { numbersOf, stopsOf } from '../../ui/stops';
import { endedText, partnerText } from '../../ui/task';
import { loadOf } from './load';
import { LoadBar } from './LoadBar';
import { TakeBack } from './TakeBack';

interface Props {
  plan: Plan;
  onMap: (inspector: string) => void;
}

/** Routes by inspector; each opens to its stops. */
export function Routes({ plan, onMap }: Props) {
  return (
    <ul className="routes">
      {plan.routes.map((route, index) => (
        <li key={route.inspector.key} className="card route">
          <RouteDetails date={plan.date} route={route} open={index === 0} onMap={onMap} />
        </li>
      ))}
    </ul>
  );
}

function RouteDetails({ date, route, open, onMap }: { date: string; route: Route; open: boolean; onMap: Props['onMap'] }) {
  const { t, format, controlKindShort } = usePack();
  const session = useSession();
  const { inspector, carried, visits, pause } = route;
  const load = loadOf(route);
  const stops = stopsOf(visits.map((visit, index) => ({ ...visit, number: index + 1 })));
  const rests = pausePlace(stops.map((stop) => ({ start: stop[0]?.start ?? 0 })), pause);
  const rest = pause && (
    <li className="stop-pause faint">{t('common.pause', { start: format.clock(pause.start), end: format.clock(pause.end) })}</li>
  );
  return (
    <details open={open}>
      <summary className="route-head">
        <span className="route-name">
          <b>{inspector.name}</b>
          <span className="faint">
            {inspector.unit} · {t('plan.route_line', { start: format.clock(inspector.shift_start), end: format.clock(inspector.shift_end), mode: t(`terms.mode_${inspector.mode}`) })}
            {inspector.skills.length > 0 && ` · ${t('plan.skills', { skills: inspector.skills.map(controlKindShort).join(', ') })}`}
          </span>
          {carried && <span className="tag">{t('plan.carried', { tasks: t('common.tasks', { count: carried.tasks }), time: format.duration(carried.minutes) })}</span>}
        </span>
        <span className="route-count">
          {visits.length === 0 ? t('plan.route_empty') : t('common.visits', { count: visits.length })}
          {visits.length > 0 && <span className="faint">{format.duration(load.service + load.travel)}</span>}
        </span>
        <LoadBar load={load} />
      </summary>
      {visits.length > 0 && (
        <>
          <ol className="stops">
            {stops.map((stop, index) => (
              <Fragment key={stop[0]?.number}>
                {rests === index && rest}
                <li className={stop.length > 1 ? 'stop-shared' : undefined}>
                  <StopHead stop={stop} />
                  {stop.map((visit, place) => (
                    <Stop key={visit.number} visit={visit} isFirst={place === 0} />
                  ))}
                </li>
              </Fragment>
            ))}
            {rests === stops.length && rest}
          </ol>
          <div className="route-end">
            <span className="faint">{t('plan.back', { time: format.clock(route.back_at) })}</span>
            <button type="button" className="link-button" onClick={() => onMap(inspector.key)}>
              {t('plan.show_on_map')}
            </button>
            {may(session, 'approve_plans') && <TakeBack date={date} route={route} />}
          </div>
        </>
      )}
    </details>
  );
}

/** Is a visit and its number on the route. */
type Numbered = Visit & { number: number };

/** Several visits at one place are one stop of the route. */
function StopHead({ stop }: { stop: readonly Numbered[] }) {
  const { t } = usePack();
  const [first, last] = [stop[0], stop.at(-1)];
  if (!first || !last || stop.length < 2) return null;
  return <p className="stop-head">{t('common.one_stop', { numbers: numbersOf(first.number, last.number), tasks: t('common.visits', { count: stop.length }) })}</p>;
}

function Stop({ visit, isFirst }: { visit: Numbered; isFirst: boolean }) {
  const words = usePack();
  const { t, say, format, category, eventKind } = words;
  const ended = endedText(visit.task_state, visit.task_reason, words);
  return (
    <Link to="/objects/$objectId" params={{ objectId: visit.object_id }} state={{ from: '/plan' }} className="stop">
      <span className="stop-time">
        {format.clock(visit.start)}–{format.clock(visit.end)}
        {isFirst && !(visit.by_video && visit.travel === 0) && <span className="faint">{t('plan.travel', { duration: format.duration(visit.travel) })}</span>}
      </span>
      <span className="stop-body">
        <span>
          <b>
            {visit.number}. {placeName(visit)}
          </b>
        </span>
        <span>{groundText(visit.ground, words)}</span>
        <span className="faint">{reasonsOf(say(visit.why), category(visit.category))}</span>
        <span className="tags faint">
          <CategoryMark category={visit.category} />
          <span>{visit.mandatory ? t('plan.mandatory') : visit.urgent ? t('plan.urgent_visit') : t('plan.worth', { value: format.number(visit.value, 1) })}</span>
          <span>{eventKind(visit.event_kind)}</span>
          {visit.by_video && <span>{t('common.by_video')}</span>}
          {visit.partner && <span>{partnerText(visit.partner, words)}</span>}
          {visit.order_number && <span>{t('plan.order', { number: visit.order_number })}</span>}
          {ended && <span className="tag">{ended}</span>}
        </span>
      </span>
    </Link>
  );
}
