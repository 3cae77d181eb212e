import type { ObjectCard } from '../../api/types';
import { usePack } from '../../app/pack';
import { CategoryMark } from '../../ui/CategoryMark';

/** Each decision about the category, with what had changed since the one before. */
export function CategoryHistory({ entries }: { entries: ObjectCard['category_history'] }) {
  const { t, say, format, controlKindShort } = usePack();
  const several = new Set(entries.map((entry) => entry.control_kind)).size > 1;
  if (entries.length === 0) return null;
  return (
    <section className="card stack-small">
      <h2>{t('card.category_history')}</h2>
      <ol className="history">
        {entries.map((entry) => (
          <li key={`${entry.order_number} ${entry.control_kind}`}>
            <p className="history-date">{format.instantDay(entry.decided_at)}</p>
            <div>
              <p>
                {entry.old && (
                  <>
                    <CategoryMark category={entry.old} /> <span aria-hidden="true">→</span>{' '}
                  </>
                )}
                <CategoryMark category={entry.new} />
                {several && <span className="faint"> {controlKindShort(entry.control_kind)}</span>}
              </p>
              <p className="faint">{t('card.history_order', { number: entry.order_number, official: entry.official, date: format.instantDay(entry.as_of) })}</p>
              {entry.causes.length > 0 && <p>{t('card.history_causes')} {entry.causes.map(say).join('; ')}</p>}
            </div>
          </li>
        ))}
      </ol>
    </section>
  );
}
