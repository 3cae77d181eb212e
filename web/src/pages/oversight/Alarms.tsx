import { Link } from '@tanstack/react-router';

import type { Oversight } from '../../api/types';
import { may, usePack, useSession } from '../../app/pack';
import type { TextKey } from '../../i18n';
import { oversight as texts } from '../../i18n/texts/oversight';
import { CategoryMark } from '../../ui/CategoryMark';
import { shareText } from './share';
import { Table } from './Table';

type Alarm = Oversight['alarms'][number];

/** What asks for an answer, and the year that it is read from. */
export function Alarms({ found }: { found: Oversight }) {
  const { t, say, format } = usePack();
  const text = (alarm: Alarm) => {
    const key = `alarm_${alarm.kind}`;
    const figure = alarm.kind === 'fact' ? (value: number) => format.number(value, 2) : format.share;
    const values = { subject: say(alarm.subject), group: alarm.group ? say(alarm.group) : '', value: figure(alarm.value), against: figure(alarm.against) };
    return key in texts ? t(`oversight.${key}` as TextKey, values) : alarm.kind;
  };
  // What was not measured raises no alarm either: it is no good news.
  const compared = ([found.facts && 'oversight.compared_facts', found.outcomes && 'oversight.compared_outcomes', found.year && 'oversight.compared_year'] as const).filter((one) => !!one);
  return (
    <div className="stack">
      <section className="card stack-small">
        <h2>{t('oversight.tab_alarms')}</h2>
        {found.alarms.length === 0 ? (
          <p className={compared.length === 0 ? 'notice' : 'notice notice-good'}>
            {compared.length === 0 ? t('oversight.compared_none') : `${t('oversight.alarms_none')}: ${compared.map((one) => t(one)).join(', ')}.`}
          </p>
        ) : (
          <ul className="entries alarms">
            {found.alarms.map((alarm) => (
              <li key={text(alarm)}>
                {text(alarm)} <Act kind={alarm.kind} />
              </li>
            ))}
          </ul>
        )}
      </section>
      {found.outcomes && (
        <section className="card stack-small">
          <h2>{t('oversight.quarter_title')}</h2>
          <p>{t('oversight.quarter', { now: shareText(format, found.outcomes.now), then: shareText(format, found.outcomes.then) })}</p>
        </section>
      )}
      <Year found={found} />
      {found.shadow && <Shadow shadow={found.shadow} />}
    </div>
  );
}

/** Where one sees what an alarm is about, or can act on it. */
function Act({ kind }: { kind: string }) {
  const { t } = usePack();
  const session = useSession();
  switch (kind) {
    case 'fact':
      return <Link to="/oversight" search={{ tab: 'facts' }}>{t('oversight.act_fact')}</Link>;
    case 'group':
      return <Link to="/oversight" search={{ tab: 'groups' }}>{t('oversight.act_group')}</Link>;
    case 'outcomes':
    case 'promise':
      return may(session, 'view_methodology') ? <Link to="/methodology" search={{ tab: 'model' }}>{t('oversight.act_model')}</Link> : null;
    case 'categories':
      return may(session, 'view_methodology') ? <Link to="/methodology" search={{ tab: 'policy' }}>{t('oversight.act_policy')}</Link> : null;
    default:
      return null;
  }
}

function Year({ found }: { found: Oversight }) {
  const { t, format } = usePack();
  const { year } = found;
  if (!year) return <p className="card">{t('oversight.year_none')}</p>;
  return (
    <section className="card stack-small">
      <h2>{t('oversight.year')}</h2>
      <p className="faint">{t('oversight.year_note', { from: format.instantDay(year.from), to: format.instantDay(year.until), outcomes: format.number(year.outcomes) })}</p>
      {year.promise && <p>{t('oversight.promise', { found: shareText(format, year.promise.found), promised: format.share(year.promise.promised) })}</p>}
      <Table
        title={t('oversight.year')}
        head={[t('oversight.category'), t('oversight.outcomes'), t('oversight.rate')]}
        rows={year.categories.map((one) => ({
          key: one.category,
          cells: [<CategoryMark key="category" category={one.category} />, format.number(one.outcomes), shareText(format, one.rate)],
        }))}
      />
    </section>
  );
}

function Shadow({ shadow }: { shadow: NonNullable<Oversight['shadow']> }) {
  const { t, format } = usePack();
  const outcomes = format.number(shadow.outcomes);
  const difference = shadow.difference && `${format.signed(shadow.difference.value, 3)} (${format.signed(shadow.difference.low, 3)} … ${format.signed(shadow.difference.high, 3)})`;
  return (
    <section className="card stack-small">
      <h2>{t('oversight.shadow')}</h2>
      <p>{t('oversight.shadow_text', { hash: shadow.challenger.slice(0, 12), kind: shadow.kind, capacity: format.number(shadow.capacity), common: format.number(shadow.in_common) })}</p>
      <p>{difference ? t('oversight.shadow_auc', { outcomes, difference }) : t('oversight.shadow_early', { outcomes })}</p>
    </section>
  );
}
