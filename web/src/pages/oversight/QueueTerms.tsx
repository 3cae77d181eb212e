import { Link } from '@tanstack/react-router';

import type { DueWork, Executors, QueueTerms as Terms } from '../../api/types';
import { may, usePack, useSession } from '../../app/pack';
import type { TextKey } from '../../i18n';
import { executors as texts } from '../../i18n/texts/executors';
import { Table } from './Table';
import { lastOfWeek, weekAhead } from './week';

type Words = ReturnType<typeof usePack>;

function nameOf(queue: string, t: Words['t']): string {
  const key = `queue_${queue}`;
  return key in texts ? t(`executors.${key}` as TextKey) : queue;
}

/** What will be late within a week, then each queue with its days and the work that will not be done in time. */
export function QueueTerms({ found }: { found: Executors }) {
  const { t, format } = usePack();
  const ahead = weekAhead(found.queues, found.today);
  const empty = found.queues.filter((one) => one.waiting === 0).map((one) => nameOf(one.queue, t));
  const breaks = ahead.reduce((sum, one) => sum + one.breaks, 0);
  const overdue = ahead.reduce((sum, one) => sum + one.queue.overdue, 0);
  return (
    <>
      <section className="card stack-small">
        <h2>{t('executors.week')}</h2>
        <p className="faint">{t('executors.week_note', { from: format.day(found.today), to: format.day(lastOfWeek(found.today)) })}</p>
        {breaks === 0 && overdue === 0 && <p className="notice notice-good">{t('executors.week_kept')}</p>}
        {ahead.length > 0 && (
          <Table
            title={t('executors.week')}
            head={[t('executors.queue'), t('executors.week_breaks'), t('executors.week_due'), t('executors.overdue'), t('executors.waiting'), t('executors.pace'), t('executors.needed')]}
            rows={ahead.map(({ queue, due, breaks: late }) => ({
              key: queue.queue,
              cells: [
                <a key="name" href={`#queue-${queue.queue}`}>{nameOf(queue.queue, t)}</a>,
                late > 0 ? <b className="executors-late">{format.number(late)}</b> : format.number(late),
                format.number(due),
                queue.overdue > 0 ? <b className="executors-late">{format.number(queue.overdue)}</b> : format.number(queue.overdue),
                format.number(queue.waiting),
                format.number(queue.pace, 1),
                format.number(queue.needed, 1),
              ],
            }))}
          />
        )}
        {empty.length > 0 && <p className="faint">{t('executors.empty', { queues: empty.join(', ') })}</p>}
      </section>
      {ahead.map(({ queue }) => (
        <Queue key={queue.queue} queue={queue} />
      ))}
    </>
  );
}

function Queue({ queue }: { queue: Terms }) {
  const { t, format } = usePack();
  const session = useSession();
  const most = Math.max(1, ...queue.days.map((one) => one.due));
  const note = `note_${queue.queue}`;
  return (
    <section className="card stack-small" id={`queue-${queue.queue}`}>
      <h2>{nameOf(queue.queue, t)}</h2>
      {note in texts && <p className="faint">{t(`executors.${note}` as TextKey)}</p>}
      {queue.days.length > 0 && (
        <Table
          title={`${nameOf(queue.queue, t)}: ${t('executors.by_day')}`}
          head={[t('executors.day'), t('executors.due'), t('executors.of_them')]}
          rows={queue.days.map((one) => ({
            key: one.day,
            cells: [
              <span key="day">
                {format.dayShort(one.day)}
                <span className="executors-bar" aria-hidden="true">
                  <span className="executors-broken" style={{ inlineSize: `${(100 * one.will_break) / most}%` }} />
                  <span className="executors-kept" style={{ inlineSize: `${(100 * (one.due - one.will_break)) / most}%` }} />
                </span>
              </span>,
              format.number(one.due),
              format.number(one.will_break),
            ],
          }))}
        />
      )}
      <Works title={t('executors.first')} of={queue.will_break} works={queue.breaking} isLate={false} />
      <Works title={t('executors.late_first')} of={queue.overdue} works={queue.late} isLate />
      {queue.queue === 'desk' && may(session, 'view_desk') && <p><Link to="/desk" className="button">{t('executors.to_desk')}</Link></p>}
      {queue.queue === 'requests' && may(session, 'decide_categories') && <p><Link to="/decisions" className="button">{t('executors.to_requests')}</Link></p>}
    </section>
  );
}

/** Names the first of them; the title says of how many. */
function Works({ title, of, works, isLate }: { title: string; of: number; works: readonly DueWork[]; isLate: boolean }) {
  const words = usePack();
  const { t, format } = words;
  if (works.length === 0) return null;
  const counted = works.length < of ? t('executors.named', { named: format.number(works.length), of: format.number(of) }) : format.number(of);
  return (
    <details>
      <summary>{title}: {counted}</summary>
      <ul className="entries">
        {works.map((one, at) => (
          <li key={`${one.object_id ?? ''} ${one.reference ?? ''} ${one.due} ${at}`}>
            <WorkLink work={one} />{' '}
            <span className="faint">{lineOf(one, words)} {dueText(one, isLate, words)}</span>
          </li>
        ))}
      </ul>
    </details>
  );
}

/** An order leads to the orders of its day, all else to its object. */
function WorkLink({ work }: { work: DueWork }) {
  const { t, format } = usePack();
  if (work.left !== undefined && work.left !== null && work.planned) {
    return (
      <Link to="/plan" search={{ date: work.planned, view: 'orders' }}>
        {t('executors.order', { number: work.reference ?? '', day: format.day(work.planned) })}
      </Link>
    );
  }
  if (!work.object_id) return <span>{t('executors.no_object')}</span>;
  return <Link to="/objects/$objectId" params={{ objectId: work.object_id }}>{work.object_title || work.object_key || work.object_id}</Link>;
}

function lineOf(work: DueWork, { t, say, format }: Words): string {
  if (work.rule_title) return `${say(work.rule_title)}.`;
  if (work.left !== undefined && work.left !== null) {
    return `${t('executors.order_line', { inspector: work.inspector ?? '', left: t('common.visits', { count: work.left }) })}.`;
  }
  if (work.planned) return `${t('executors.result_line', { inspector: work.inspector ?? '', planned: format.day(work.planned) })}.`;
  return work.reference ? `${t('executors.paper', { number: work.reference })}.` : '';
}

function dueText(work: DueWork, isLate: boolean, { t, format }: Words): string {
  const due = format.day(work.due);
  if (isLate) return t('executors.late_note', { due });
  return work.turn ? t('executors.first_note', { due, turn: format.day(work.turn) }) : t('executors.first_never', { due });
}
