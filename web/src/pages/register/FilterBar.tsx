import { useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';

import { territoriesQuery, type ObjectFilters } from '../../api/queries';
import { usePack } from '../../app/pack';
import { Select } from '../../ui/controls';
import { TextFilter } from '../../ui/TextFilter';
import { usePhone } from '../../ui/usePhone';
import { withFilter } from './filters';

const MORE = ['control_kind', 'object_kind', 'territory'] as const;

interface Props {
  filters: ObjectFilters;
  onChange: (filters: ObjectFilters) => void;
}

export function FilterBar({ filters, onChange }: Props) {
  const { t, say, pack } = usePack();
  const { data: territories } = useQuery(territoriesQuery);
  const set = (key: keyof ObjectFilters) => (value: string | undefined) => onChange(withFilter(filters, key, value));
  return (
    <div className="filters" role="search" aria-label={t('register.filters')}>
      <TextFilter label={t('register.search')} value={filters.text} onChange={set('text')} />
      <MoreFilters active={MORE.filter((key) => filters[key] !== undefined).length}>
        <Select
          label={t('register.control_kind')}
          value={filters.control_kind}
          choices={pack.control_kinds.map((kind) => ({ value: kind.code, label: say(kind.title) }))}
          onChange={set('control_kind')}
        />
        <Select
          label={t('register.object_kind')}
          value={filters.object_kind}
          choices={pack.object_kinds.map((kind) => ({ value: kind.code, label: say(kind.title) }))}
          onChange={set('object_kind')}
        />
        <Select
          label={t('register.territory')}
          value={filters.territory}
          choices={(territories?.items ?? []).map(({ code, name }) => ({ value: code, label: name }))}
          onChange={set('territory')}
        />
      </MoreFilters>
      <button type="button" className="button" disabled={Object.keys(filters).length === 0} onClick={() => onChange({})}>
        {t('register.reset')}
      </button>
    </div>
  );
}

/** On a phone the list comes first: the lesser filters fold away and say how many are on. */
function MoreFilters({ active, children }: { active: number; children: ReactNode }) {
  const { t } = usePack();
  if (!usePhone()) return children;
  return (
    <details className="filters-more">
      <summary>
        {t('register.filters')}
        {active > 0 ? ` (${active})` : ''}
      </summary>
      <div className="filters-folded">{children}</div>
    </details>
  );
}
