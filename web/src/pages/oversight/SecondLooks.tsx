import { useQuery } from '@tanstack/react-query';

import { secondLooksQuery } from '../../api/queries';
import type { LookAgreement, SecondLooks as Found } from '../../api/types';
import { may, usePack, useSession } from '../../app/pack';
import { Loading, ProblemView } from '../../ui/states';
import { LookCase } from './LookCase';
import { shareText } from './share';
import { Table } from './Table';

/** Differences shown at once; the rest is folded, so that the agreement below stays in reach. */
const SHOWN = 5;

/** How far two people who look at the same thing agree, and what waits for a word where they do not. */
export function SecondLooks() {
  const found = useQuery(secondLooksQuery);
  if (found.isPending) return <Loading />;
  if (found.isError) return <ProblemView error={found.error} retry={() => void found.refetch()} />;
  return (
    <div className="stack">
      <Cases found={found.data} />
      <Agreement kind="second_readings" found={found.data.readings} />
      <Agreement kind="second_visits" found={found.data.visits} />
    </div>
  );
}

function Cases({ found }: { found: Found }) {
  const { t, format } = usePack();
  const mayWord = may(useSession(), 'decide_categories');
  const waiting = found.cases.filter((one) => !one.settled);
  const settled = found.cases.filter((one) => one.settled);
  return (
    <section className="card stack-small">
      <h2>{t('oversight.look_cases')}</h2>
      <p className="faint">{t('oversight.look_note', { from: format.instantDay(found.from), to: format.instantDay(found.until) })}</p>
      {waiting.length === 0 && <p className="notice notice-good">{t('oversight.look_cases_none')}</p>}
      <ul className="entries">
        {waiting.slice(0, SHOWN).map((one) => <LookCase key={one.id} found={one} mayWord={mayWord} />)}
      </ul>
      {waiting.length > SHOWN && (
        <details>
          <summary>{t('common.more')}: {format.number(waiting.length - SHOWN)}</summary>
          <ul className="entries">
            {waiting.slice(SHOWN).map((one) => <LookCase key={one.id} found={one} mayWord={mayWord} />)}
          </ul>
        </details>
      )}
      {settled.length > 0 && (
        <details>
          <summary>{t('oversight.look_settled')}: {format.number(settled.length)}</summary>
          <ul className="entries">
            {settled.map((one) => <LookCase key={one.id} found={one} mayWord={false} />)}
          </ul>
        </details>
      )}
    </section>
  );
}

function Agreement({ kind, found }: { kind: 'second_readings' | 'second_visits'; found: LookAgreement }) {
  const { t, say, format } = usePack();
  const title = t(`oversight.${kind}`);
  const { of_all: all } = found;
  const kappa = (one: NonNullable<typeof all>) =>
    one.kappa ? `${format.number(one.kappa.value, 2)} (${format.number(one.kappa.low, 2)} – ${format.number(one.kappa.high, 2)})` : '—';
  return (
    <section className="card stack-small">
      <h2>{title}</h2>
      <p className="faint">{t(`oversight.${kind}_note`, { share: format.share(found.share), waiting: format.number(found.waiting) })}</p>
      {!all && <p>{t('oversight.look_none')}</p>}
      {all && (
        <>
          <p>{t('oversight.look_all', { pairs: format.number(all.pairs), agreed: shareText(format, all.agreed), kappa: kappa(all) })}</p>
          <Table
            title={`${title}: ${t('oversight.look_pairs')}`}
            head={[t('oversight.look_first'), t('oversight.look_second'), t('oversight.look_count')]}
            rows={found.verdicts.map((pair) => ({
              key: `${pair.first.en} ${pair.second.en}`,
              cells: [say(pair.first), pair.same ? say(pair.second) : <span key="second" className="tag tag-warn">{say(pair.second)}</span>, format.number(pair.pairs)],
            }))}
          />
          <details>
            <summary>{t('oversight.look_rules')}: {format.number(found.by_rule.length)}</summary>
            <Table
              title={`${title}: ${t('oversight.look_rules')}`}
              head={[t('oversight.look_rule'), t('oversight.look_count'), t('oversight.look_agreed'), t('oversight.kappa')]}
              rows={found.by_rule.map((one) => ({
                key: one.rule,
                cells: [one.rule === '' ? t('oversight.look_no_rule') : say(one.title), format.number(one.agreement.pairs), shareText(format, one.agreement.agreed), kappa(one.agreement)],
              }))}
            />
          </details>
        </>
      )}
    </section>
  );
}
