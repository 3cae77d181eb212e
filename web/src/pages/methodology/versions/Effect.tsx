import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';

import { versionBacktestQuery } from '../../../api/queries';
import type { Backtest, Category } from '../../../api/types';
import { usePack } from '../../../app/pack';
import { CategoryMark } from '../../../ui/CategoryMark';
import { Loading, ProblemView } from '../../../ui/states';
import { Burdens } from './Burdens';
import { Capacity, GateReasons } from './Gate';
import { Groups, Outcomes } from './Known';
import { gateText } from './Life';
import { matrices } from './matrix';

/** What a version would move on the whole portfolio, now or as of a past day. */
export function Effect({ version }: { version: number }) {
  const { t, format, pack } = usePack();
  const [day, setDay] = useState('');
  const backtest = useQuery(versionBacktestQuery(version, day === '' ? undefined : day));
  return (
    <div className="stack">
      <label className="field version-day">
        <span className="label">{t('versions.as_of', { today: format.day(pack.today) })}</span>
        <input type="date" name="as_of" value={day} onChange={(event) => setDay(event.target.value)} />
      </label>
      {backtest.isPending && (
        <>
          <p className="faint" role="status">{t('versions.counting')}</p>
          <Loading />
        </>
      )}
      {backtest.isError && <ProblemView error={backtest.error} retry={() => void backtest.refetch()} />}
      {backtest.data && <Answer backtest={backtest.data} />}
    </div>
  );
}

function Answer({ backtest }: { backtest: Backtest }) {
  const { t, format } = usePack();
  const moved = t('versions.moved', { moved: format.number(backtest.moved_objects), objects: format.number(backtest.objects), share: format.share(backtest.moved_share) });
  return (
    <>
      <section className="card stack-small">
        <h2>{t('versions.effect')}</h2>
        <p className="version-sum">{moved}</p>
        <p>{t('versions.up_down', { up: format.number(backtest.up), down: format.number(backtest.down) })} {t(gateText(backtest.gate))}</p>
        <GateReasons backtest={backtest} />
        <Load backtest={backtest} />
      </section>
      <Capacity backtest={backtest} />
      <Migration backtest={backtest} />
      <Rules backtest={backtest} />
      <Groups backtest={backtest} />
      <Burdens backtest={backtest} />
      {backtest.outcomes && <Outcomes outcomes={backtest.outcomes} />}
      <Moved backtest={backtest} />
    </>
  );
}

/** Work before and after, beside what the authority can do. */
function Load({ backtest }: { backtest: Backtest }) {
  const { t, format } = usePack();
  const { load } = backtest;
  const rows: [string, readonly number[], number | null | undefined][] = [
    [t('versions.desk_queue'), load.desk_queue, load.desk_a_day],
    [t('versions.due_today'), load.due_today, load.visits_a_day],
    [t('versions.visits_a_year'), load.visits_a_year, load.capacity_a_year],
  ];
  return (
    <div className="scroll-x" tabIndex={0} role="region" aria-label={t('versions.load')}>
      <table>
        <caption>{t('versions.load')}</caption>
        <thead>
          <tr>
            <th scope="col">{t('versions.work')}</th>
            <th scope="col" className="number">{t('versions.before')}</th>
            <th scope="col" className="number">{t('versions.after')}</th>
            <th scope="col" className="number">{t('versions.capacity')}</th>
          </tr>
        </thead>
        <tbody>
          {rows.map(([name, [before, after], capacity]) => (
            <tr key={name}>
              <th scope="row">{name}</th>
              <td className="number">{format.number(before ?? 0)}</td>
              <td className="number">{format.number(after ?? 0)}</td>
              <td className="number">{capacity === null || capacity === undefined ? '—' : format.number(capacity)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function Migration({ backtest }: { backtest: Backtest }) {
  const { t, format, controlKind } = usePack();
  return (
    <section className="card stack-small">
      <h2>{t('versions.matrix')}</h2>
      <p className="faint">{t('versions.matrix_note')}</p>
      {matrices(backtest.matrix).map(({ controlKind: kind, levels, count }) => (
        <div key={kind} className="scroll-x" tabIndex={0} role="region" aria-label={controlKind(kind)}>
          <table className="migration">
            <caption>{controlKind(kind)}</caption>
            <thead>
              <tr>
                <td />
                {levels.map((to) => <th key={to} scope="col"><CategoryMark category={to} /></th>)}
              </tr>
            </thead>
            <tbody>
              {levels.map((from) => (
                <tr key={from}>
                  <th scope="row"><CategoryMark category={from} /></th>
                  {levels.map((to) => <td key={to} className={from === to ? 'number faint' : 'number'}>{cell(count(from, to), format.number)}</td>)}
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      ))}
    </section>
  );
}

const cell = (count: number, written: (count: number) => string) => (count === 0 ? '·' : written(count));

/** Rules whose answers differ, or that move somebody. */
function Rules({ backtest }: { backtest: Backtest }) {
  const { t, format, rule: title } = usePack();
  const rules = backtest.rules.filter((rule) => rule.differing > 0 || rule.moved > 0);
  if (rules.length === 0) return null;
  return (
    <section className="card stack-small">
      <h2>{t('versions.by_rule')}</h2>
      <div className="scroll-x" tabIndex={0} role="region" aria-label={t('versions.by_rule')}>
        <table className="by-rule">
          <thead>
            <tr>
              <th scope="col">{t('versions.rule')}</th>
              <th scope="col" className="number">{t('versions.fired')}</th>
              <th scope="col" className="number">{t('versions.unknown')}</th>
              <th scope="col" className="number">{t('versions.moves')}</th>
            </tr>
          </thead>
          <tbody>
            {rules.map((rule) => (
              <tr key={rule.rule}>
                <th scope="row">{title(rule.rule)}</th>
                <td className="number">{rule.fired.map((count) => format.number(count)).join(' → ')}</td>
                <td className="number">{rule.unknown.map((count) => format.number(count)).join(' → ')}</td>
                <td className="number">{format.number(rule.moved)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </section>
  );
}

/** The objects that move, each with what moved it. */
function Moved({ backtest }: { backtest: Backtest }) {
  const { t, format, rule, controlKindShort } = usePack();
  const cause = (by: string) => (by === '(policy)' ? t('versions.cause_policy') : by === '(facts)' ? t('versions.cause_facts') : by === '(model)' ? t('versions.cause_model') : rule(by));
  const pair = (from: Category, to: Category) => (
    <>
      <CategoryMark category={from} /> <span aria-hidden="true">→</span> <CategoryMark category={to} />
    </>
  );
  if (backtest.moved.length === 0) return <p className="faint">{t('versions.nobody_moves')}</p>;
  return (
    <section className="card stack-small">
      <h2>{t('versions.moved_list')}</h2>
      {backtest.moved.length < backtest.moved_total && <p className="faint">{t('versions.moved_shown', { shown: format.number(backtest.moved.length), total: format.number(backtest.moved_total) })}</p>}
      <ul className="entries moved">
        {backtest.moved.map((one) => (
          <li key={`${one.object_key} ${one.control_kind}`}>
            <p><b>{one.object_key}</b> <span className="faint">{controlKindShort(one.control_kind)}</span></p>
            <p>{pair(one.from, one.to)}</p>
            <p className="faint">{one.by.map(cause).join('; ')}</p>
          </li>
        ))}
      </ul>
    </section>
  );
}
