import { useQuery } from '@tanstack/react-query';

import { territoriesQuery } from '../../../api/queries';
import type { Backtest, Outcomes as KnownOutcomes, VersionShare } from '../../../api/types';
import { usePack } from '../../../app/pack';

/** More lines than this fold away: the sums stand above. */
const FEW = 12;

/** Moves by district and by kind of object. */
export function Groups({ backtest }: { backtest: Backtest }) {
  const { t, format, objectKind } = usePack();
  const { data: territories } = useQuery(territoriesQuery);
  const territory = (code: string) => territories?.items.find((one) => one.code === code)?.name ?? (code || '—');
  const lists = [
    { title: t('versions.by_kind'), groups: backtest.by_kind, name: objectKind },
    { title: t('versions.by_territory'), groups: backtest.by_territory, name: territory },
  ];
  return (
    <>
      {lists.map(({ title, groups, name }) => {
        const moving = groups.filter((group) => group.up > 0 || group.down > 0).sort((left, right) => right.up + right.down - left.up - left.down);
        return moving.length === 0 ? null : (
          <details key={title} className="card" open={moving.length <= FEW}>
            <summary>{title}: {format.number(moving.length)}</summary>
            <div className="scroll-x" tabIndex={0} role="region" aria-label={title}>
              <table>
                <thead>
                  <tr>
                    <th scope="col">{title}</th>
                    <th scope="col" className="number">{t('versions.objects')}</th>
                    <th scope="col" className="number">{t('versions.up')}</th>
                    <th scope="col" className="number">{t('versions.down')}</th>
                  </tr>
                </thead>
                <tbody>
                  {moving.map((group) => (
                    <tr key={group.code}>
                      <th scope="row">{name(group.code)}</th>
                      <td className="number">{format.number(group.objects)}</td>
                      <td className="number">{format.number(group.up)}</td>
                      <td className="number">{format.number(group.down)}</td>
                    </tr>
                  ))}
                </tbody>
              </table>
            </div>
          </details>
        );
      })}
    </>
  );
}

/** What either version would have found in a year that is over, with intervals. */
export function Outcomes({ outcomes }: { outcomes: KnownOutcomes }) {
  const { t, format } = usePack();
  const share = (one: VersionShare | null | undefined) => (one ? t('versions.interval', { value: format.share(one.value), low: format.share(one.low), high: format.share(one.high) }) : '—');
  const rows = [
    { name: t('versions.before'), caught: outcomes.before },
    { name: t('versions.after'), caught: outcomes.after },
  ];
  return (
    <section className="card stack-small">
      <h2>{t('versions.outcomes')}</h2>
      <p className="faint">
        {t('versions.outcomes_note', { from: format.instantDay(outcomes.as_of), to: format.instantDay(outcomes.until), known: format.number(outcomes.known), violations: format.number(outcomes.violations), capacity: format.number(outcomes.capacity) })}
      </p>
      <div className="scroll-x" tabIndex={0} role="region" aria-label={t('versions.outcomes')}>
        <table>
          <thead>
            <tr>
              <th scope="col">{t('versions.version_column')}</th>
              <th scope="col" className="number">{t('versions.found')}</th>
              <th scope="col" className="number">{t('versions.missed')}</th>
              <th scope="col" className="number">{t('versions.found_share')}</th>
              <th scope="col" className="number">{t('versions.hit_rate')}</th>
            </tr>
          </thead>
          <tbody>
            {rows.map(({ name, caught }) => (
              <tr key={name}>
                <th scope="row">{name}</th>
                <td className="number">{format.number(caught.found)}</td>
                <td className="number">{format.number(caught.missed)}</td>
                <td className="number">{share(caught.found_share)}</td>
                <td className="number">{share(caught.hit_rate)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      {outcomes.difference && <p>{t('versions.difference', { interval: share(outcomes.difference) })}</p>}
    </section>
  );
}
