import { useState } from 'react';

import type { HistoryEntry } from '../../api/types';
import { usePack } from '../../app/pack';

const FIRST = 6;

/** What was recorded about the object, newest first. */
export function History({ entries, title }: { entries: readonly HistoryEntry[]; title?: string }) {
  const { t } = usePack();
  const [all, setAll] = useState(false);
  return (
    <section className="card stack-small">
      <h2>{title ?? t('card.history')}</h2>
      {entries.length === 0 ? <p className="faint">{t('card.history_none')}</p> : <HistoryList entries={all ? entries : entries.slice(0, FIRST)} />}
      {entries.length > FIRST && !all && (
        <button type="button" className="link-button" onClick={() => setAll(true)}>
          {t('card.history_more')} ({entries.length})
        </button>
      )}
    </section>
  );
}

function HistoryList({ entries }: { entries: readonly HistoryEntry[] }) {
  const { say, format } = usePack();
  return (
    <ol className="history">
      {entries.map((entry) => (
        <li key={entry.id}>
          <p className="history-date">{format.day(entry.happened_on)}</p>
          <div>
            <p>{say(entry.title)}</p>
            {entry.details.length > 0 && (
              <p className="faint">
                {entry.details.map((detail) => `${say(detail.title)}: ${say(detail.value)}`).join(' · ')}
              </p>
            )}
          </div>
        </li>
      ))}
    </ol>
  );
}
