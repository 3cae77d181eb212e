import { useState } from 'react';

import type { Contribution } from '../../api/types';
import { usePack, type PackWords } from '../../app/pack';

/** So many are shown at first; the rest are small. */
const FIRST = 8;

/** Exact parts of the model's log-odds as bars to the left and right of a common middle. */
export function Contributions({ contributions }: { contributions: readonly Contribution[] }) {
  const words = usePack();
  const { t, say, format } = words;
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
                  {part.feature !== 'intercept' && <span className="faint"> {valueText(part, words)}</span>}
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

/** A feature that stands for one value of a fact, or for its absence, is there or not; a quantity has its unit. */
export function valueText({ feature, value, unit }: Pick<Contribution, 'feature' | 'value' | 'unit'>, { t, say, format }: Pick<PackWords, 't' | 'say' | 'format'>): string {
  const missing = value === null || value === undefined || value === '';
  if (/[=:]/.test(feature)) return missing ? '' : t(Number(value) === 0 || value === 'false' ? 'common.no' : 'common.yes');
  if (missing) return t('card.value_missing');
  if (value === 'true' || value === 'false') return t(value === 'true' ? 'common.yes' : 'common.no');
  const number = Number(value);
  if (value.trim() === '' || !Number.isFinite(number)) return value;
  return unit ? `${format.number(number, 2)} ${say(unit)}` : format.number(number, 2);
}
