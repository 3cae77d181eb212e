import { usePack } from '../../app/pack';
import type { Load } from './load';

/** The share of a shift that work on site and ways take, on the same scale for everybody. */
export function LoadBar({ load }: { load: Load }) {
  const { t, format } = usePack();
  const { service, travel, carried, shift } = load;
  // A long day of someone else's shift still fits the bar.
  const scale = Math.max(shift, carried + service + travel, 1);
  const filled = t('plan.load_said', { load: format.duration(carried + service + travel), shift: format.duration(shift), service: format.duration(service), travel: format.duration(travel) });
  const said = carried === 0 ? filled : `${filled}${t('plan.load_carried', { time: format.duration(carried) })}`;
  return (
    <span className="load-bar" role="img" aria-label={said} title={said}>
      <span className="load-carried" style={{ width: `${(100 * carried) / scale}%` }} />
      <span className="load-service" style={{ width: `${(100 * service) / scale}%` }} />
      <span className="load-travel" style={{ width: `${(100 * travel) / scale}%` }} />
    </span>
  );
}
