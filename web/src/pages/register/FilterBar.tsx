import { useQuery } from '@tanstack/react-query';
import { useEffect, useState, type ReactNode } from 'react';

import { territoriesQuery, type ObjectFilters } from '../../api/queries';
import { usePack } from '../../app/pack';
import { Select } from '../../ui/controls';
import { usePhone } from '../../ui/usePhone';
import { withFilter } from './filters';

/** Typing goes to the address after a pause, not letter by letter. */
const TYPING_PAUSE_MS = 300;

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

interface TextProps {
  label: string;
  value: string | undefined;
  onChange: (value: string | undefined) => void;
}

function TextFilter({ label, value, onChange }: TextProps) {
  const [typed, setTyped] = useState(value ?? '');
  // «Back» and «reset» change the address from outside.
  useEffect(() => setTyped(value ?? ''), [value]);
  useEffect(() => {
    const next = typed.trim() || undefined;
    if (next === value) return undefined;
    const timer = setTimeout(() => onChange(next), TYPING_PAUSE_MS);
    return () => clearTimeout(timer);
  }, [typed]);
  return (
    <label className="field filter-text">
      <span className="label">{label}</span>
      <input type="search" value={typed} maxLength={200} onChange={(event) => setTyped(event.target.value)} />
    </label>
  );
}
