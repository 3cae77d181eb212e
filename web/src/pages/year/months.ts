/** Months of a long-range plan as lines of a picture. */
import type { YearFigures } from '../../api/types';

type Month = YearFigures['months'][number];

export interface MonthLine {
  month: string;
  workingDays: number;
  capacity: number;
  leave: number;
  lapsed: number;
  cells: Month['categories'];
  asked: number;
  planned: number;
  askedMinutes: number;
  plannedMinutes: number;
}

export function monthLines(figures: YearFigures): MonthLine[] {
  return figures.months.map((month) => {
    const add = (read: (cell: Month['categories'][number]) => number) => month.categories.reduce((sum, cell) => sum + read(cell), 0);
    return {
      month: month.month,
      workingDays: month.working_days,
      capacity: month.capacity_minutes,
      leave: month.leave_minutes,
      lapsed: month.lapsed_minutes,
      cells: month.categories,
      asked: add((cell) => cell.asked),
      planned: add((cell) => cell.planned),
      askedMinutes: add((cell) => cell.asked_minutes),
      plannedMinutes: add((cell) => cell.planned_minutes),
    };
  });
}

/** The most time that a month has. */
export function capacityOf(months: readonly MonthLine[]): number {
  return Math.max(0, ...months.map((month) => month.capacity));
}

/**
 * The minutes at the top of the picture. Where there is far more time than work, the work fills the picture and the
 * time is named in words: bars of a hair's breadth show nothing.
 */
export function scaleOf(months: readonly MonthLine[]): number {
  const work = Math.max(1, ...months.map((month) => Math.max(month.askedMinutes, month.plannedMinutes)));
  const time = capacityOf(months);
  return time > 4 * work ? work * 1.1 : Math.max(work, time) * 1.05;
}
