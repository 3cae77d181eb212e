import { useQuery } from '@tanstack/react-query';

import { sourcesQuery } from '../../api/queries';
import { usePack } from '../../app/pack';
import { Loading, ProblemView } from '../../ui/states';
import { COUNTS } from './counts';

interface Props {
  onSource: (name: string) => void;
  onRejects: (name: string) => void;
}

/** Each source with all its rows accounted for. */
export function SourcesTab({ onSource, onRejects }: Props) {
  const { t, say, format } = usePack();
  const sources = useQuery(sourcesQuery);
  if (sources.isPending) return <Loading />;
  if (sources.isError) return <ProblemView error={sources.error} retry={() => void sources.refetch()} />;
  return (
    <div className="card scroll-x" tabIndex={0} role="region" aria-label={t('admin.tab_sources')}>
      <table className="counts">
        <thead>
          <tr>
            <th scope="col">{t('admin.source')}</th>
            <th scope="col">{t('admin.last')}</th>
            {COUNTS.map((count) => (
              <th key={count} scope="col" className="number">{t(`admin.${count}`)}</th>
            ))}
          </tr>
        </thead>
        <tbody>
          {sources.data.items.map((source) => (
            <tr key={source.name}>
              <td>
                <button type="button" className="link-button" onClick={() => onSource(source.name)}>{say(source.title)}</button>
                <p className="faint">
                  <code>{source.name}</code> · {source.format} · {t('admin.deliveries', { count: source.deliveries })}
                </p>
              </td>
              <td>{source.last_received_at ? format.instant(source.last_received_at) : t('admin.never')}</td>
              {COUNTS.map((count) => (
                <td key={count} className="number">
                  {count === 'rejected' && source.totals.rejected > 0 ? (
                    <button type="button" className="link-button" onClick={() => onRejects(source.name)}>{format.number(source.totals.rejected)}</button>
                  ) : (
                    format.number(source.totals[count])
                  )}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
