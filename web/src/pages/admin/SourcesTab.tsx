import { useQuery } from '@tanstack/react-query';

import { sourcesQuery } from '../../api/queries';
import type { SourceList } from '../../api/types';
import { usePack } from '../../app/pack';
import { Loading, ProblemView } from '../../ui/states';
import { COUNTS } from './counts';

type Source = SourceList['items'][number];

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
    <div className="stack">
    <Summary sources={sources.data.items} onSource={onSource} onRejects={onRejects} />
    <div className="card scroll-x" tabIndex={0} role="region" aria-label={t('admin.tab_sources')}>
      <table role="table" className="counts">
        <thead role="rowgroup">
          <tr role="row">
            <th role="columnheader" scope="col">{t('admin.source')}</th>
            <th role="columnheader" scope="col">{t('admin.last')}</th>
            {COUNTS.map((count) => (
              <th role="columnheader" key={count} scope="col" className="number">{t(`admin.${count}`)}</th>
            ))}
          </tr>
        </thead>
        <tbody role="rowgroup">
          {sources.data.items.map((source) => (
            <tr role="row" key={source.name}>
              <td role="cell">
                <button type="button" className="link-button" onClick={() => onSource(source.name)}>{say(source.title)}</button>
                <p className="faint">
                  <code>{source.name}</code> · {source.format.toUpperCase()} · {t('admin.deliveries', { count: source.deliveries })}
                </p>
              </td>
              <td role="cell">{source.last_received_at ? format.instant(source.last_received_at) : t('admin.never')}</td>
              {COUNTS.map((count) => (
                <td role="cell" key={count} className="number" data-label={t(`admin.${count}`)}>
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
    </div>
  );
}

/** What needs a hand, in words: refused, held and silent sources; or that nothing does. */
function Summary({ sources, onSource, onRejects }: Props & { sources: readonly Source[] }) {
  const { t, say, format } = usePack();
  const rejected = sources.filter((source) => source.totals.rejected > 0);
  const held = sources.filter((source) => source.waiting > 0);
  const silent = sources.filter((source) => source.deliveries === 0);
  const received = sources.reduce((sum, source) => sum + source.totals.received, 0);
  const last = sources.flatMap((source) => source.last_received_at ?? []).sort().at(-1);
  const names = (some: readonly Source[]) => some.map((source) => say(source.title)).join(', ');
  return (
    <section className="card stack-small" aria-label={t('admin.summary')}>
      <p>
        {t('admin.summary_line', { sources: t('admin.sources', { count: sources.length }), rows: t('admin.rows', { count: received }) })}
        {last ? `. ${t('admin.summary_last', { when: format.instant(last) })}` : ''}
      </p>
      {rejected.map((source) => (
        <p key={source.name} className="notice notice-bad">
          {say(source.title)}: {t('admin.rejects_total', { count: source.totals.rejected }).toLowerCase()}.{' '}
          <button type="button" className="link-button" onClick={() => onRejects(source.name)}>{t('admin.see_why')}</button>
        </p>
      ))}
      {held.map((source) => (
        <p key={source.name} className="notice">
          {t('admin.summary_held', { source: say(source.title) })}{' '}
          <button type="button" className="link-button" onClick={() => onSource(source.name)}>{t('admin.see_why')}</button>
        </p>
      ))}
      {silent.length > 0 && <p className="notice">{t('admin.summary_silent', { sources: names(silent) })}</p>}
      {rejected.length + held.length + silent.length === 0 && <p className="notice notice-good">{t('admin.summary_good')}</p>}
    </section>
  );
}
