import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { useState } from 'react';

import { rejectCountsQuery, rejectsQuery, sourcesQuery } from '../../api/queries';
import type { RejectCount } from '../../api/types';
import { usePack } from '../../app/pack';
import { Empty, Loading, ProblemView } from '../../ui/states';
import { REFUSALS } from './refusals';

/** What was turned away, by code, with cause and action; the values seen are personal data and are not here. */
export function RejectsTab({ source }: { source: string | undefined }) {
  const { t, say, format } = usePack();
  const counts = useQuery(rejectCountsQuery);
  const sources = useQuery(sourcesQuery);
  // A code of a later version has the server's words.
  const wording = (one: RejectCount) => {
    const known = REFUSALS[one.code];
    return known ? { cause: say(known.cause), action: say(known.action) } : one;
  };
  const title = (name: string) => {
    const found = sources.data?.items.find((one) => one.name === name);
    return found ? say(found.title) : name;
  };
  if (counts.isPending) return <Loading />;
  if (counts.isError) return <ProblemView error={counts.error} retry={() => void counts.refetch()} />;
  const items = counts.data.items.filter((one) => source === undefined || one.source === source);
  if (items.length === 0) return <Empty title={t('admin.rejects_none_title')} text={t('admin.rejects_none_text')} />;
  return (
    <div className="stack">
      <p>{t('admin.rejects_total', { count: items.reduce((sum, one) => sum + one.count, 0) })}</p>
      <ul className="stack">
        {items.map((one) => (
          <li key={`${one.source} ${one.code}`} className="card stack-small">
            <div className="reject-head">
              <h2>
                {wording(one).cause} <span className="faint">{title(one.source)}</span>
              </h2>
              <b>{format.number(one.count)}</b>
            </div>
            <p>
              {t('admin.action')}: {wording(one).action}
            </p>
            <p className="faint">
              <code>{one.code}</code>
            </p>
            <Rows source={one.source} code={one.code} />
          </li>
        ))}
      </ul>
    </div>
  );
}

function Rows({ source, code }: { source: string; code: string }) {
  const { t, format } = usePack();
  const [open, setOpen] = useState(false);
  const rows = useInfiniteQuery({ ...rejectsQuery(source, code), enabled: open });
  return (
    <details onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary>{t('admin.show_rows')}</summary>
      {rows.isError && <ProblemView error={rows.error} retry={() => void rows.refetch()} />}
      <table>
        <thead>
          <tr>
            <th scope="col" className="number">{t('admin.line')}</th>
            <th scope="col">{t('admin.field')}</th>
            <th scope="col">{t('admin.cause')}</th>
          </tr>
        </thead>
        <tbody>
          {rows.data?.pages.flatMap((page) => page.items).map((row, index) => (
            <tr key={index}>
              <td className="number">{row.line === null || row.line === undefined ? '—' : format.number(row.line)}</td>
              <td><code>{row.field ?? '—'}</code></td>
              <td>{row.cause}</td>
            </tr>
          ))}
        </tbody>
      </table>
      {open && rows.isPending && <Loading rows={2} />}
      {rows.hasNextPage && (
        <button type="button" className="button" disabled={rows.isFetchingNextPage} onClick={() => void rows.fetchNextPage()}>
          {rows.isFetchingNextPage ? t('common.loading_more') : t('common.more')}
        </button>
      )}
    </details>
  );
}
