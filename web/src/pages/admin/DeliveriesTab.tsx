import { useInfiniteQuery, useQuery } from '@tanstack/react-query';

import { deliveriesQuery, sourcesQuery } from '../../api/queries';
import { usePack } from '../../app/pack';
import { Select } from '../../ui/controls';
import { Loading, ProblemView } from '../../ui/states';
import { COUNTS } from './counts';
import { DeliveryNote } from './DeliveryNote';

interface Props {
  source: string | undefined;
  onSource: (name: string | undefined) => void;
}

export function DeliveriesTab({ source, onSource }: Props) {
  const { t, say, format } = usePack();
  const sources = useQuery(sourcesQuery);
  const deliveries = useInfiniteQuery(deliveriesQuery(source));
  const rows = deliveries.data?.pages.flatMap((page) => page.items) ?? [];
  const title = (name: string) => {
    const found = sources.data?.items.find((one) => one.name === name);
    return found ? say(found.title) : name;
  };
  return (
    <div className="stack">
      <div className="admin-filter">
        <Select label={t('admin.source')} value={source} onChange={onSource}
          choices={(sources.data?.items ?? []).map((one) => ({ value: one.name, label: say(one.title) }))} />
        {source === undefined && <p className="faint">{t('admin.own_decisions')}</p>}
      </div>
      {deliveries.isPending ? (
        <Loading />
      ) : deliveries.isError && rows.length === 0 ? (
        <ProblemView error={deliveries.error} retry={() => void deliveries.refetch()} />
      ) : rows.length === 0 ? (
        <p className="card">{t('admin.deliveries_none')}</p>
      ) : (
        <div className="card scroll-x" tabIndex={0} role="region" aria-label={t('admin.tab_deliveries')}>
          <table role="table" className="counts">
            <thead role="rowgroup">
              <tr role="row">
                <th role="columnheader" scope="col">{t('admin.file')}</th>
                <th role="columnheader" scope="col">{t('admin.when')}</th>
                {COUNTS.map((count) => (
                  <th role="columnheader" key={count} scope="col" className="number">{t(`admin.${count}`)}</th>
                ))}
              </tr>
            </thead>
            <tbody role="rowgroup">
              {rows.map((delivery) => (
                <tr role="row" key={delivery.id}>
                  <td role="cell">
                    {title(delivery.source)}
                    <p className="faint">
                      {delivery.file_name ?? '—'} · {format.bytes(delivery.size_bytes)} · <code>{delivery.sha256.slice(0, 12)}</code>
                    </p>
                    {delivery.status !== 'done' && (
                      <p>
                        <span className="tag tag-warn">{t(`admin.status_${delivery.status}`)}</span>{' '}
                        {delivery.failed && <code>{delivery.failed} </code>}
                        {delivery.status !== 'held' && (
                          <span className="faint">{t('admin.delivery_id')} <code>{delivery.id}</code></span>
                        )}
                      </p>
                    )}
                    <DeliveryNote delivery={delivery} />
                  </td>
                  <td role="cell">{format.instant(delivery.received_at)}</td>
                  {COUNTS.map((count) => (
                    <td role="cell" key={count} className="number" data-label={t(`admin.${count}`)}>{format.number(delivery.counts[count])}</td>
                  ))}
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
      {deliveries.isFetchNextPageError && <ProblemView error={deliveries.error} />}
      {deliveries.hasNextPage && (
        <button type="button" className="button" disabled={deliveries.isFetchingNextPage} onClick={() => void deliveries.fetchNextPage()}>
          {deliveries.isFetchingNextPage ? t('common.loading_more') : t('common.more')}
        </button>
      )}
    </div>
  );
}
