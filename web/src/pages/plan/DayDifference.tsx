import { Link } from '@tanstack/react-router';

import type { DayChange, DayChangeItem } from '../../api/types';
import { usePack } from '../../app/pack';
import { placeName } from '../../ui/place';
import { reasonText } from './LeftOutList';

/** What concerns people first; a shift of the hour last, folded. */
const KINDS = [
  { kind: 'dropped', title: 'plan.change_dropped_count' },
  { kind: 'not_placed', title: 'plan.change_not_placed' },
  { kind: 'moved', title: 'plan.change_moved' },
  { kind: 'new', title: 'plan.change_new' },
] as const;

/** What would move: from whom to whom and when, what drops and why, what is new. */
export function DayDifference({ change }: { change: DayChange }) {
  const words = usePack();
  const { t, format } = words;
  const retimed = change.items.filter((item) => item.change === 'retimed');
  if (change.items.length === 0) return <p className="notice">{t('plan.change_nothing')}</p>;
  return (
    <>
      <h2>{t('plan.change_difference')}</h2>
      <p className="faint">
        {t('plan.change_figures', {
          at: format.clock(change.at),
          begun: t('common.visits', { count: change.begun }),
          before: format.number(change.value_before, 1),
          after: format.number(change.value_after, 1),
        })}
      </p>
      {KINDS.map(({ kind, title }) => {
        const items = change.items.filter((item) => item.change === kind);
        return items.length > 0 && <Group key={kind} title={t(title, { count: items.length })} items={items} />;
      })}
      {change.conflicts.length > 0 && (
        <section>
          <h3>{t('plan.change_conflicts', { count: change.conflicts.length })}</h3>
          <ul className="change-items">
            {change.conflicts.map((conflict) => (
              <li key={`${conflict.object_id} ${conflict.control_kind}`}>
                <Link to="/objects/$objectId" params={{ objectId: conflict.object_id }} state={{ from: '/plan' }}>
                  {placeName(conflict)}
                </Link>{' '}
                <span className="faint">{conflict.object_key}</span>
                <p className="faint">{reasonText(conflict.reason, words)}</p>
              </li>
            ))}
          </ul>
        </section>
      )}
      {retimed.length > 0 && (
        <details>
          <summary>{t('plan.change_retimed', { count: retimed.length })}</summary>
          <Items items={retimed} />
        </details>
      )}
      {change.left_out.length > 0 && (
        <p className="faint">
          {t('plan.change_left', { reasons: change.left_out.map((one) => `${t(`plan.reason_${one.reason}`)} ${format.number(one.count)}`).join(' · ') })}
        </p>
      )}
    </>
  );
}

function Group({ title, items }: { title: string; items: readonly DayChangeItem[] }) {
  return (
    <section>
      <h3>{title}</h3>
      <Items items={items} />
    </section>
  );
}

function Items({ items }: { items: readonly DayChangeItem[] }) {
  return (
    <ul className="change-items">
      {items.map((item) => (
        <Item key={`${item.object_id} ${item.control_kind}`} item={item} />
      ))}
    </ul>
  );
}

function Item({ item }: { item: DayChangeItem }) {
  const words = usePack();
  const { t, format } = words;
  const place = ({ name, start }: { name: string; start: number }) => t('plan.change_place', { name, time: format.clock(start) });
  return (
    <li>
      <Link to="/objects/$objectId" params={{ objectId: item.object_id }} state={{ from: '/plan' }}>
        {placeName(item)}
      </Link>{' '}
      <span className="faint">{item.object_key}</span>
      <p>
        {item.from && place(item.from)}
        {item.from && item.to && ' → '}
        {item.to && place(item.to)}
      </p>
      {item.reason && <p className="faint">{reasonText(item.reason, words)}</p>}
    </li>
  );
}
