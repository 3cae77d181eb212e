import type { Oversight } from '../../api/types';
import { usePack } from '../../app/pack';
import { shareText } from './share';
import { Table } from './Table';

/** More values than this fold away. */
const FEW = 12;

/** How often the signs of each detector, flight and topic were confirmed. */
export function Sources({ found }: { found: Oversight }) {
  const { t, say, format } = usePack();
  if (found.sources.length === 0) return <p className="card">{t('oversight.sources_none')}</p>;
  return (
    <div className="stack">
      <p className="faint">{t('oversight.sources_note')}</p>
      {found.sources.map((one) => {
        const words = { source: say(one.source), field: say(one.field).toLowerCase() };
        const title = one.by === 'desk' ? t('oversight.by_desk', words) : t('oversight.by_field', words);
        return (
          <details key={title} className="card" open={one.values.length <= FEW}>
            <summary>{title}: {format.number(one.values.length)}</summary>
            <Table
              title={title}
              head={[say(one.field), t('oversight.rate'), t('oversight.decided'), t('oversight.confirmed')]}
              rows={one.values.map((value) => ({
                key: value.value,
                cells: [say(value.title), shareText(format, value.share), format.number(value.decided), format.number(value.confirmed)],
              }))}
            />
          </details>
        );
      })}
    </div>
  );
}
