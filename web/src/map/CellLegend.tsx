import type { Category } from '../api/types';
import { usePack } from '../app/pack';
import { useDark } from '../app/theme';
import { bandText, BANDS } from './cells';

/** Says in words what a square's number and colour are. */
export function CellLegend({ categories }: { categories: readonly Category[] }) {
  const { t, category } = usePack();
  const look = useDark() ? 'dark' : 'light';
  const names = categories.map(category).join(', ').toLowerCase();
  return (
    <div className="cell-legend">
      <p>{t('register.cells_legend', { categories: names })}</p>
      <ul>
        <li>
          <span className="cell-band cell-none">{t('register.cells_none')}</span>
        </li>
        {BANDS.map((band) => (
          <li key={band.from}>
            <span className="cell-band" style={{ background: band[look].fill, color: band[look].ink }}>
              {bandText(band, t('register.cells_more', { count: band.from }))}
            </span>
          </li>
        ))}
      </ul>
    </div>
  );
}
