import type { YearFigures } from '../../api/types';
import { usePack } from '../../app/pack';
import { CATEGORY_PAINT } from '../../ui/category';
import { CategoryMark } from '../../ui/CategoryMark';
import { Table } from '../oversight/Table';
import { capacityOf, monthLines, scaleOf, type MonthLine } from './months';

const WIDTH = 60;
const HEIGHT = 200;
const BAR = 20;

/** Months beside each other: what falls due, as it is laid over the weeks, and the time there is. */
export function Chart({ figures }: { figures: YearFigures }) {
  const { t, format, language } = usePack();
  const months = monthLines(figures);
  const scale = scaleOf(months);
  const isOff = capacityOf(months) > scale;
  const name = new Intl.DateTimeFormat(language === 'ru' ? 'ru-RU' : 'en-GB', { month: 'short', timeZone: 'UTC' });
  const title = (month: string) => name.format(new Date(`${month}-15T12:00:00Z`)).replace('.', '');
  const hasLapsed = months.some((month) => month.lapsed > 0);
  const hours = (minutes: number) => format.number(minutes / 60);
  return (
    <section className="card stack-small">
      <h2>{t('year.by_month')}</h2>
      <p className="faint">{t('year.chart_note')} {isOff && t('year.far_above', { hours: hours(capacityOf(months)) })}</p>
      <div className="year-legend">
        {figures.categories.map((one) => <CategoryMark key={one.all.category} category={one.all.category} />)}
      </div>
      <svg className="year-chart" viewBox={`0 0 ${months.length * WIDTH} ${HEIGHT + 22}`} role="img" aria-label={t('year.chart')} preserveAspectRatio="none">
        <line x1={0} x2={months.length * WIDTH} y1={HEIGHT} y2={HEIGHT} className="year-axis" />
        {months.map((month, at) => (
          <g key={month.month} transform={`translate(${at * WIDTH} 0)`}>
            <Bar x={WIDTH / 2 - BAR - 1} month={month} read={(cell) => cell.asked_minutes} scale={scale} look="year-asked" />
            <Bar x={WIDTH / 2 + 1} month={month} read={(cell) => cell.planned_minutes} scale={scale} look="" />
            {month.capacity <= scale && (
              <line x1={4} x2={WIDTH - 4} y1={HEIGHT * (1 - month.capacity / scale)} y2={HEIGHT * (1 - month.capacity / scale)} className="year-capacity" />
            )}
          </g>
        ))}
      </svg>
      <div className="year-names" aria-hidden="true">
        {months.map((month) => <span key={month.month}>{title(month.month)}</span>)}
      </div>
      <Table
        title={t('year.by_month')}
        head={[t('year.month'), t('year.load'), t('year.asked_visits'), t('year.planned_visits'), t('year.asked_hours'), t('year.planned_hours'), t('year.have_hours'), t('year.leave_hours'), ...(hasLapsed ? [t('year.lapsed_hours')] : []), t('year.working_days')]}
        rows={months.map((month) => ({
          key: month.month,
          cells: [
            `${title(month.month)} ${month.month.slice(0, 4)}`,
            month.capacity > 0 ? format.share(month.plannedMinutes / month.capacity) : '—',
            format.number(month.asked),
            format.number(month.planned),
            hours(month.askedMinutes),
            hours(month.plannedMinutes),
            hours(month.capacity),
            hours(month.leave),
            ...(hasLapsed ? [hours(month.lapsed)] : []),
            format.number(month.workingDays),
          ],
        }))}
      />
    </section>
  );
}

interface BarProps {
  x: number;
  month: MonthLine;
  read: (cell: MonthLine['cells'][number]) => number;
  scale: number;
  look: string;
}

/** Categories on top of each other, the highest at the bottom: what goes first stands first. */
function Bar({ x, month, read, scale, look }: BarProps) {
  let top = HEIGHT;
  return (
    <g className={look}>
      {month.cells.map((cell) => {
        const height = (HEIGHT * read(cell)) / scale;
        top -= height;
        return <rect key={cell.category} x={x} y={top} width={BAR} height={height} fill={CATEGORY_PAINT[cell.category].fill} />;
      })}
    </g>
  );
}
