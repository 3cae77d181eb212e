import { Link } from '@tanstack/react-router';

import type { DeskTerms as Terms } from '../../api/types';
import { may, usePack, useSession } from '../../app/pack';
import { Table } from './Table';

/** What the desk's queue will come to: how many terms break, on which days, and the pace that would keep them. */
export function DeskTerms({ desk }: { desk: Terms | null | undefined }) {
  const { t, format } = usePack();
  const mayLook = may(useSession(), 'view_desk');
  if (!desk) return <p className="card">{t('executors.desk_none')}</p>;
  const most = Math.max(1, ...desk.days.map((one) => one.due));
  const figures = [
    [t('executors.waiting'), format.number(desk.waiting)],
    [t('executors.overdue'), format.number(desk.overdue)],
    [t('executors.will_break'), format.number(desk.will_break)],
    [t('executors.pace'), format.number(desk.pace, 1)],
    [t('executors.needed'), format.number(desk.needed, 1)],
  ] as const;
  return (
    <section className="card stack-small">
      <h2>{t('executors.desk')}</h2>
      <dl className="executors-figures">
        {figures.map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
      {desk.will_break === 0 && desk.overdue === 0 && <p className="notice notice-good">{t('executors.desk_kept')}</p>}
      {desk.days.length > 0 && (
        <Table
          title={t('executors.by_day')}
          head={[t('executors.day'), t('executors.due'), t('executors.of_them')]}
          rows={desk.days.map((one) => ({
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
      {desk.breaking.length > 0 && <Breaking desk={desk} />}
      {mayLook && <p><Link to="/desk" className="button">{t('executors.to_desk')}</Link></p>}
    </section>
  );
}

function Breaking({ desk }: { desk: Terms }) {
  const { t, say, format } = usePack();
  return (
    <details>
      <summary>{t('executors.first')}: {format.number(desk.breaking.length)}</summary>
      <ul className="entries">
        {desk.breaking.map((one) => (
          <li key={one.sign_id}>
            <Link to="/objects/$objectId" params={{ objectId: one.object_id }}>{one.object_title || one.object_key}</Link>{' '}
            <span className="faint">
              {say(one.rule_title)}.{' '}
              {one.turn ? t('executors.first_note', { due: format.day(one.due), turn: format.day(one.turn) }) : t('executors.first_never', { due: format.day(one.due) })}
            </span>
          </li>
        ))}
      </ul>
    </details>
  );
}
