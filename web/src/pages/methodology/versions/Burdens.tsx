import type { Backtest, VersionShare } from '../../../api/types';
import { usePack } from '../../../app/pack';
import { useGroupName } from './groups';

/** Whom the categories high and above burden, before and after: districts, kinds and sizes of owners. */
export function Burdens({ backtest }: { backtest: Backtest }) {
  const { t, format } = usePack();
  const name = useGroupName();
  const share = (one: VersionShare | null | undefined) => (one ? t('versions.interval', { value: format.share(one.value), low: format.share(one.low), high: format.share(one.high) }) : '—');
  const all = backtest.burdens.find((one) => one.group === '');
  const rows = backtest.burdens.filter((one) => one.group !== '' && one.before?.value !== one.after?.value);
  if (!all) return null;
  return (
    <details className="card" open={rows.length <= 12}>
      <summary>{t('versions.burdens')}: {format.number(rows.length)}</summary>
      <p className="faint">{t('versions.burdens_note')}</p>
      <div className="scroll-x" tabIndex={0} role="region" aria-label={t('versions.burdens')}>
        <table>
          <thead>
            <tr>
              <th scope="col">{t('versions.group')}</th>
              <th scope="col" className="number">{t('versions.objects')}</th>
              <th scope="col" className="number">{t('versions.before')}</th>
              <th scope="col" className="number">{t('versions.after')}</th>
            </tr>
          </thead>
          <tbody>
            {[all, ...rows].map((one) => (
              <tr key={`${one.attribute} ${one.group}`}>
                <th scope="row">{one.group === '' ? t('versions.all_objects') : name(one.attribute, one.group)}</th>
                <td className="number">{format.number(one.objects)}</td>
                <td className="number">{share(one.before)}</td>
                <td className="number">{share(one.after)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </details>
  );
}
