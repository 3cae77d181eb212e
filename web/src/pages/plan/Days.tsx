import { Link } from '@tanstack/react-router';

import type { PlanList } from '../../api/types';
import { usePack } from '../../app/pack';

type Day = PlanList['items'][number];

/** So many days stand in the strip; older ones are found by the date field. */
const SHOWN = 6;

/**
 * The day that the page opens when its address names none: for who approves, the first that waits; else the first from
 * today on; else the latest there is. `days` come newest first.
 */
export function firstDay(days: readonly Day[], today: string, approves: boolean): string {
  const coming = days.filter((day) => day.date >= today);
  const waiting = approves ? coming.filter((day) => day.state === 'proposed').at(-1) : undefined;
  return waiting?.date ?? coming.at(-1)?.date ?? days[0]?.date ?? today;
}

/** The last plans with their state: what waits is one tap away. */
export function Days({ days, date }: { days: readonly Day[]; date: string }) {
  const { t, format } = usePack();
  if (days.length === 0) return null;
  return (
    <nav className="plan-days" aria-label={t('plan.days')}>
      {days.slice(0, SHOWN).reverse().map((day) => (
        <Link key={day.id} to="/plan" search={{ date: day.date }} className="plan-day" aria-current={day.date === date ? 'page' : undefined}>
          <span>{format.dayShort(day.date)}</span>
          <span className={day.state === 'approved' ? 'tag tag-good' : 'tag tag-warn'}>{t(`plan.state_${day.state}`)}</span>
        </Link>
      ))}
    </nav>
  );
}
