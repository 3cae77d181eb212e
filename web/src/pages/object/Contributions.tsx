import { useState } from 'react';

import type { Contribution } from '../../api/types';
import { usePack } from '../../app/pack';

/** So many are shown at first; the rest are small. */
const FIRST = 8;

/** Exact parts of the model's log-odds as bars to the left and right of a common middle. */
export function Contributions({ contributions }: { contributions: readonly Contribution[] }) {
  const { t, say, format } = usePack();
  const [all, setAll] = useState(false);
  const parts = contributions.filter((part) => part.log_odds !== 0);
  const shown = all ? parts : parts.slice(0, FIRST);
  const largest = Math.max(...parts.map((part) => Math.abs(part.log_odds)), 1e-9);
  return (
    <section className="card stack-small">
      <h2>{t('card.contributions')}</h2>
      <p className="faint">{t('card.contributions_text')}</p>
      <table className="contributions">
        <tbody>
          {shown.map((part) => {
            const width = `${(Math.abs(part.log_odds) / largest) * 50}%`;
            const raises = part.log_odds > 0;
            return (
              <tr key={part.feature}>
                <th scope="row">
                  {part.feature === 'intercept' ? t('card.intercept') : say(part.title)}
                  {part.feature !== 'intercept' && <span className="faint"> {part.value ? valueText(part.value, format.number) : t('card.value_missing')}</span>}
                </th>
                <td className="bar-cell" aria-hidden="true">
                  <span className={raises ? 'bar bar-up' : 'bar bar-down'} style={raises ? { left: '50%', width } : { right: '50%', width }} />
                </td>
                <td className="number">
                  {format.signed(part.log_odds, 2)}
                  <span className="hidden"> {t(raises ? 'card.contribution_raises' : 'card.contribution_lowers')}</span>
                </td>
              </tr>
            );
          })}
        </tbody>
      </table>
      {parts.length > FIRST && !all && (
        <button type="button" className="link-button" onClick={() => setAll(true)}>
          {t('card.contributions_more')} ({format.number(parts.length)})
        </button>
      )}
    </section>
  );
}

/** Numbers are rounded for the eye; other texts stay. */
function valueText(value: string, number: (value: number, digits?: number) => string): string {
  return value.trim() !== '' && Number.isFinite(Number(value)) ? number(Number(value), 2) : value;
}
