import './register.css';

import { keepPreviousData, useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { useMemo } from 'react';

import { objectCountsQuery, objectsQuery, type ObjectFilters } from '../../api/queries';
import { usePack } from '../../app/pack';
import { Legend } from '../../map/Legend';
import { PageHead } from '../../ui/controls';
import { Empty, Loading, ProblemView } from '../../ui/states';
import { exportHref, readCategories, toggleCategory } from './filters';
import { FilterBar } from './FilterBar';
import { ObjectTable } from './ObjectTable';

const route = getRouteApi('/shell/objects');

/** All objects under control, heaviest first; the filter is the address. */
export function RegisterPage() {
  const { t, format } = usePack();
  const filters = route.useSearch();
  const navigate = route.useNavigate();
  const setFilters = (search: ObjectFilters) => void navigate({ search, replace: true });

  const counts = useQuery({ ...objectCountsQuery(filters), placeholderData: keepPreviousData });
  const list = useInfiniteQuery({ ...objectsQuery(filters), placeholderData: keepPreviousData });
  const rows = useMemo(() => list.data?.pages.flatMap((page) => page.items) ?? [], [list.data]);
  const byCategory = useMemo(
    () => (counts.data ? new Map(counts.data.by_category.map(({ category, count }) => [category, count])) : undefined),
    [counts.data],
  );
  const total = counts.data?.total;

  return (
    <div className="page register">
      <PageHead title={t('register.title')} note={total === undefined ? '\u00a0' : `${t('common.objects', { count: total })}. ${t('register.sorted')}`}>
        <a className="button" href={exportHref(filters)} download>
          {t('register.export')}
        </a>
      </PageHead>
      <FilterBar filters={filters} onChange={setFilters} />
      <Legend
        label={t('terms.category')}
        counts={byCategory}
        chosen={readCategories(filters.category)}
        onToggle={(category) => setFilters(toggleCategory(filters, category))}
      />
      {list.isPending ? (
        <Loading rows={8} />
      ) : list.isError && rows.length === 0 ? (
        <ProblemView error={list.error} retry={() => void list.refetch()} />
      ) : rows.length === 0 ? (
        <Empty title={t('register.empty_title')} text={t('register.empty_text')}>
          <button type="button" className="button" onClick={() => setFilters({})}>
            {t('register.reset')}
          </button>
        </Empty>
      ) : (
        <>
          <ObjectTable
            key={JSON.stringify(filters)}
            rows={rows}
            more={list.hasNextPage && !list.isFetchNextPageError}
            stale={list.isPlaceholderData}
            onMore={() => {
              if (!list.isFetching) void list.fetchNextPage();
            }}
          />
          {list.isFetchNextPageError && <ProblemView error={list.error} retry={() => void list.fetchNextPage()} />}
          <p className="faint" aria-live="polite">
            {total !== undefined &&
              t('register.loaded', { shown: format.number(rows.length), total: format.number(total) })}
          </p>
        </>
      )}
    </div>
  );
}
