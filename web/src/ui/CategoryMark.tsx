import type { Category } from '../api/types';
import { usePack } from '../app/pack';
import { CATEGORY_PAINT } from './category';

interface Props {
  category: Category;
  /** `chip` fills the word's ground with the colour, `mark` puts a swatch before plain text. */
  look?: 'chip' | 'mark';
}

/** A category: its colour never stands without its word. */
export function CategoryMark({ category, look = 'mark' }: Props) {
  const words = usePack();
  const { fill, ink } = CATEGORY_PAINT[category];
  if (look === 'chip') {
    return (
      <span className="chip" style={{ background: fill, color: ink }}>
        {words.category(category)}
      </span>
    );
  }
  return (
    <span className="mark">
      <span className="swatch" style={{ background: fill }} aria-hidden="true" />
      {words.category(category)}
    </span>
  );
}
