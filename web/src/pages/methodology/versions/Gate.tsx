import type { Backtest } from '../../../api/types';
import { usePack } from '../../../app/pack';
import { CategoryMark } from '../../../ui/CategoryMark';
import { useGroupName } from './groups';

/** Why more than one approver is needed. */
export function GateReasons({ backtest }: { backtest: Backtest }) {
  const { t, format } = usePack();
  const group = useGroupName();
  const text = (reason: Backtest['gate_reasons'][number]) => {
    if (reason.reason === 'moved') return t('versions.reason_moved', { share: format.share(reason.value), bound: format.share(reason.against) });
    if (reason.reason === 'load_above_capacity') return t('versions.reason_load', { visits: format.number(reason.value), capacity: format.number(reason.against) });
    return t('versions.reason_disparity', { group: group(reason.attribute ?? '', reason.group ?? ''), share: format.share(reason.value), all: format.share(reason.against) });
  };
  if (backtest.gate_reasons.length === 0) return null;
  return (
    <ul className="entries gate-reasons">
      {backtest.gate_reasons.map((reason) => <li key={text(reason)}>{text(reason)}</li>)}
    </ul>
  );
}

/** Hours that the categories ask for in a year, beside those of the staff. */
export function Capacity({ backtest }: { backtest: Backtest }) {
  const { t, format } = usePack();
  const fit = backtest.load.categories;
  if (!fit) return null;
  const [before, after] = fit.asked;
  return (
    <section className="card stack-small">
      <h2>{t('versions.hours')}</h2>
      <p className={fit.fits[1] ? 'notice notice-good' : 'notice notice-bad'}>
        {t(fit.fits[1] ? 'versions.hours_fit' : 'versions.hours_too_many', { asked: format.number(after ?? 0), staff: format.number(fit.staff) })}
      </p>
      <div className="scroll-x" tabIndex={0} role="region" aria-label={t('versions.hours')}>
        <table>
          <thead>
            <tr>
              <th scope="col">{t('versions.category')}</th>
              <th scope="col" className="number">{t('versions.before')}</th>
              <th scope="col" className="number">{t('versions.after')}</th>
            </tr>
          </thead>
          <tbody>
            {fit.categories.map((line) => (
              <tr key={line.category}>
                <th scope="row"><CategoryMark category={line.category} /></th>
                {line.hours.map((hours, side) => <td key={side === 0 ? 'before' : 'after'} className="number">{format.number(hours)}</td>)}
              </tr>
            ))}
            <tr>
              <th scope="row">{t('versions.sum')}</th>
              <td className="number">{format.number(before ?? 0)}</td>
              <td className="number">{format.number(after ?? 0)}</td>
            </tr>
          </tbody>
        </table>
      </div>
    </section>
  );
}
