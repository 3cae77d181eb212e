import type { LongRangePlan, YearFigures } from '../../api/types';
import { usePack } from '../../app/pack';

export interface Sums {
  asked: number;
  inTime: number;
  late: number;
  missed: number;
  carried: number;
}

/** Adds up all categories. */
export function sums(figures: YearFigures): Sums {
  const add = (read: (one: YearFigures['categories'][number]['all']) => number) =>
    figures.categories.reduce((sum, one) => sum + read(one.all), 0);
  return {
    asked: add((one) => one.asked),
    inTime: add((one) => one.in_time),
    late: add((one) => one.late),
    missed: add((one) => one.missed),
    carried: add((one) => one.carried),
  };
}

/** Whether the period is feasible, in one look; with a what-if, both beside each other. */
export function Verdict({ plan }: { plan: LongRangePlan }) {
  const { t, format } = usePack();
  const now = sums(plan.figures);
  const then = plan.what_if && sums(plan.what_if.figures);
  const shown = plan.what_if?.figures ?? plan.figures;
  const short = (then ?? now).late + (then ?? now).missed;
  const noTime = shown.categories.flatMap((one) => one.reasons).filter((one) => one.reason === 'no_time').reduce((sum, one) => sum + one.visits, 0);
  const lines = [
    { name: t('year.in_time'), read: (one: Sums) => one.inTime },
    { name: t('year.late'), read: (one: Sums) => one.late },
    { name: t('year.missed'), read: (one: Sums) => one.missed },
    { name: t('year.carried'), read: (one: Sums) => one.carried },
  ];
  const needed = Math.min(1, plan.draws_share + (plan.other_share ?? 0));
  const isScarce = plan.reserve_asked && needed > plan.reserve_share;
  return (
    <section className="card stack-small" aria-live="polite">
      <h2>{t('year.asked', { count: now.asked })}</h2>
      <table className="year-verdict">
        {then && (
          <thead>
            <tr>
              <td />
              <th scope="col" className="number">{t('year.now')}</th>
              <th scope="col" className="number">{t('year.then')}</th>
            </tr>
          </thead>
        )}
        <tbody>
          {lines.map(({ name, read }) => (
            <tr key={name}>
              <th scope="row">{name}</th>
              <td className="number">{format.number(read(now))}</td>
              {then && <td className="number strong">{format.number(read(then))}</td>}
            </tr>
          ))}
        </tbody>
      </table>
      {short === 0 ? (
        <p className="notice notice-good">{t('year.all_fit')} {t('year.peak', { share: format.share(shown.peak_share) })}</p>
      ) : (
        noTime > 0 && <p className="notice">{t('year.least_missed', { least: format.number(shown.least_missed), short: format.number(noTime) })}</p>
      )}
      {short === 0 && isScarce && (
        <p className="notice">{t('year.reserve_scarce', { share: format.share(needed), reserve: format.share(plan.reserve_share) })}</p>
      )}
    </section>
  );
}
