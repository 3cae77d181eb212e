import './map-page.css';

import { keepPreviousData, useQuery, useSuspenseQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { useMemo } from 'react';

import { objectCountsQuery, territoriesQuery, type ObjectFilters } from '../../api/queries';
import { usePack } from '../../app/pack';
import { LazyMap } from '../../map/LazyMap';
import { CellLegend } from '../../map/CellLegend';
import { counted } from '../../map/cells';
import { Legend } from '../../map/Legend';
import { boundsOf, positionsOf, type Bounds } from '../../map/model';
import { Select } from '../../ui/controls';
import { ProblemLine } from '../../ui/states';
import { usePhone } from '../../ui/usePhone';
import { readCategories, toggleCategory, withFilter } from '../register/filters';

const route = getRouteApi('/shell/map');
/** Width of the panel with its margins, as in the stylesheet. */
const PANEL = 320;

/** Where the risk is: objects by category; the legend is the filter. */
export function MapPage() {
  const { t, say, pack } = usePack();
  const wide = !usePhone();
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const { data: territories } = useSuspenseQuery(territoriesQuery);
  const filters: ObjectFilters = search;
  const counts = useQuery({ ...objectCountsQuery(filters), placeholderData: keepPreviousData });
  const chosen = readCategories(search.category);
  const set = (next: ObjectFilters) => void navigate({ search: next, replace: true });
  const tiles = useMemo(
    () => {
      const categories = readCategories(search.category);
      return { controlKind: search.control_kind, categories, counted: counted(categories, pack.categories.map(({ code }) => code)) };
    },
    [search.control_kind, search.category, pack],
  );
  const bounds = useMemo(
    () => boundsOf(territories.items.flatMap(({ geometry }) => positionsOf(geometry))) ?? (pack.bounds as unknown as Bounds),
    [territories, pack],
  );
  const byCategory = counts.data && new Map(counts.data.by_category.map(({ category, count }) => [category, count]));

  return (
    <div className="map-page">
      <h1 className="map-title">{t('register.map_title')}</h1>
      <div className="map-page-map">
        <LazyMap
          label={t('register.map_label')}
          territories={territories.items}
          tiles={tiles}
          bounds={bounds}
          remember="objects"
          inset={wide ? PANEL : 0}
          onPick={(objectId) => void navigate({ to: '/objects/$objectId', params: { objectId }, state: { from: '/map' } })}
        />
      </div>
      <aside className="map-panel">
        <Select
          label={t('register.control_kind')}
          value={search.control_kind}
          choices={pack.control_kinds.map((kind) => ({ value: kind.code, label: say(kind.title) }))}
          onChange={(value) => set(withFilter(filters, 'control_kind', value))}
        />
        <Legend label={t('register.map_legend')} counts={byCategory} chosen={chosen} onToggle={(category) => set(toggleCategory(filters, category))} />
        {counts.isError && <ProblemLine error={counts.error} />}
        <CellLegend categories={tiles.counted} />
        <p className="faint map-hint">{t('register.map_hint')}</p>
      </aside>
    </div>
  );
}
