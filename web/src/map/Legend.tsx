import type { Category } from '../api/types';
import { usePack } from '../app/pack';
import { CATEGORY_PAINT } from '../ui/category';

interface Props {
  counts?: ReadonlyMap<Category, number> | undefined;
  chosen: readonly Category[];
  onToggle?: ((category: Category) => void) | undefined;
  label: string;
}

/** The categories with colour, word and count; pressed ones are the filter. */
export function Legend({ counts, chosen, onToggle, label }: Props) {
  const { pack, category, format } = usePack();
  return (
    <ul className="legend" aria-label={label}>
      {[...pack.categories].reverse().map(({ code }) => {
        const count = counts?.get(code);
        const inside = (
          <>
            <span className="swatch" style={{ background: CATEGORY_PAINT[code].fill }} aria-hidden="true" />
            <span>{category(code)}</span>
            {count !== undefined && <span className="legend-count">{format.number(count)}</span>}
          </>
        );
        return (
          <li key={code}>
            {onToggle ? (
              <button type="button" className="legend-item" aria-pressed={chosen.includes(code)} onClick={() => onToggle(code)}>
                {inside}
              </button>
            ) : (
              <span className="legend-item">{inside}</span>
            )}
          </li>
        );
      })}
    </ul>
  );
}
