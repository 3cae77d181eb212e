import './year.css';

import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';

import { longRangePlanQuery } from '../../api/queries';
import type { LongRangePlan } from '../../api/types';
import { usePack } from '../../app/pack';
import { PageHead } from '../../ui/controls';
import { Empty, Loading, ProblemView } from '../../ui/states';
import { Categories } from './Categories';
import { Chart } from './Chart';
import { Crews, Shortages } from './People';
import { chosenPeriod, periods, wholeNumber } from './period';
import { Verdict } from './Verdict';
import { WhatIf } from './WhatIf';

const route = getRouteApi('/shell/plan/year');

/** A quarter or a year before it begins: what norms ask for beside what the staff can do. */
export function YearPage() {
  const { t, format, pack } = usePack();
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const all = periods(pack.today);
  const period = chosenPeriod(all, search.period, pack.today);
  const more = wholeNumber(search.more, -1000, 1000) ?? 0;
  const reserve = wholeNumber(search.reserve, 0, 100);
  const found = useQuery({
    ...longRangePlanQuery({ from: period?.from ?? '', to: period?.to ?? '', more_inspectors: more, reserve_percent: reserve }),
    enabled: period !== undefined,
    placeholderData: keepPreviousData,
  });
  const change = (changes: { period?: string; more?: string; reserve?: string }) =>
    void navigate({ search: { ...search, ...changes }, replace: true, resetScroll: false });
  const plan = found.data;

  return (
    <div className="page">
      <PageHead
        title={t('year.title')}
        note={plan && t('year.note', { from: format.day(plan.from), to: format.day(plan.to), as_of: format.instantDay(plan.as_of) })}
      >
        <label className="field">
          <span className="label">{t('year.period')}</span>
          <select value={period?.key ?? ''} onChange={(event) => change({ period: event.target.value })}>
            {all.map((one) => (
              <option key={one.key} value={one.key}>
                {one.quarter === undefined ? t('year.whole_year', { year: String(one.year) }) : t('year.quarter', { number: String(one.quarter), year: String(one.year) })}
              </option>
            ))}
          </select>
        </label>
        <Link to="/plan" className="button">{t('year.back')}</Link>
      </PageHead>
      {found.isError ? (
        <ProblemView error={found.error} retry={() => void found.refetch()} />
      ) : plan ? (
        <Body plan={plan} more={more} reserve={reserve} isStale={found.isPlaceholderData} onChange={change} />
      ) : (
        <>
          <p className="faint" role="status">{t('year.computing')}</p>
          <Loading />
        </>
      )}
    </div>
  );
}

interface BodyProps {
  plan: LongRangePlan;
  more: number;
  reserve: number | undefined;
  isStale: boolean;
  onChange: (changes: { more?: string; reserve?: string }) => void;
}

function Body({ plan, more, reserve, isStale, onChange }: BodyProps) {
  const { t } = usePack();
  const shown = plan.what_if?.figures ?? plan.figures;
  const asked = plan.figures.categories.reduce((sum, one) => sum + one.all.asked, 0);
  return (
    <div className="stack" aria-busy={isStale}>
      <div className="year-top">
        {asked === 0 ? <Empty title={t('year.asked', { count: 0 })} text={t('year.nothing')} /> : <Verdict plan={plan} />}
        <WhatIf plan={plan} more={more} reserve={reserve} onChange={onChange} />
      </div>
      {asked > 0 && <Chart figures={shown} />}
      {asked > 0 && <Categories figures={shown} />}
      <Shortages figures={shown} />
      <Crews figures={shown} />
    </div>
  );
}
