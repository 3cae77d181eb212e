/** The migration matrix of each kind of control, over the categories that occur in it. */
import { CATEGORIES, type Category, type MigrationCell } from '../../../api/types';

export interface MigrationMatrix {
  controlKind: string;
  levels: Category[];
  count: (from: Category, to: Category) => number;
}

export function matrices(cells: readonly MigrationCell[]): MigrationMatrix[] {
  const kinds = [...new Set(cells.map((cell) => cell.control_kind))];
  return kinds.map((controlKind) => {
    const own = cells.filter((cell) => cell.control_kind === controlKind && cell.count > 0);
    const counts = new Map(own.map((cell) => [`${cell.from} ${cell.to}`, cell.count]));
    return {
      controlKind,
      levels: CATEGORIES.filter((level) => own.some((cell) => cell.from === level || cell.to === level)),
      count: (from, to) => counts.get(`${from} ${to}`) ?? 0,
    };
  });
}
