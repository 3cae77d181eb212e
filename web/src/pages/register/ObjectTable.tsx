import { Link } from '@tanstack/react-router';
import { useWindowVirtualizer } from '@tanstack/react-virtual';
import { useEffect, useLayoutEffect, useRef, useState } from 'react';

import type { ObjectRow } from '../../api/types';
import { usePack } from '../../app/pack';
import { CategoryMark } from '../../ui/CategoryMark';
import { kindLine } from '../../ui/kinds';
import { placeName } from '../../ui/place';
import { usePhone } from '../../ui/usePhone';

/** Heights that the stylesheet gives a row; fixed, so that nothing jumps while scrolling. */
const ROW_WIDE = 64;
const ROW_PHONE = 108;
/** Rows before the end at which the next page is asked for. */
const AHEAD = 40;

interface Props {
  rows: readonly ObjectRow[];
  more: boolean;
  /** The rows are of the filter before; new ones are on their way. */
  stale: boolean;
  onMore: () => void;
}

/** Only the rows in sight exist in the page: 20,000 scroll like 20. */
export function ObjectTable({ rows, more, stale, onMore }: Props) {
  const { t } = usePack();
  const body = useRef<HTMLDivElement>(null);
  const [offset, setOffset] = useState(0);
  const phone = usePhone();
  useLayoutEffect(() => setOffset(body.current?.offsetTop ?? 0), [phone]);
  const virtual = useWindowVirtualizer({
    count: rows.length + (more ? 1 : 0),
    estimateSize: () => (phone ? ROW_PHONE : ROW_WIDE),
    overscan: 12,
    scrollMargin: offset,
  });
  useEffect(() => {
    virtual.measure();
  }, [phone]);
  const items = virtual.getVirtualItems();
  const last = items.at(-1)?.index ?? 0;
  useEffect(() => {
    if (more && last >= rows.length - AHEAD) onMore();
  }, [last, rows.length, more]);

  return (
    <div role="table" aria-rowcount={more ? -1 : rows.length + 1} aria-label={t('register.title')} className={stale ? 'rows rows-stale' : 'rows'}>
      <div role="row" className="row row-head">
        <span role="columnheader">{t('register.column_object')}</span>
        <span role="columnheader">{t('register.column_category')}</span>
        <span role="columnheader">{t('register.column_territory')}</span>
        <span role="columnheader" className="number" title={t('register.score_hint')}>{t('register.column_score')}</span>
        <span role="columnheader" className="number">{t('register.column_points')}</span>
        <span role="columnheader" className="number">{t('register.column_probability')}</span>
        <span role="columnheader" className="number">{t('register.column_signs')}</span>
        <span role="columnheader" className="number">{t('register.column_last_event')}</span>
      </div>
      <div ref={body} role="rowgroup" style={{ height: virtual.getTotalSize(), position: 'relative' }}>
        {items.map((item) => {
          const row = rows[item.index];
          const top = item.start - offset;
          return (
            <div
              key={item.key}
              role="row"
              aria-rowindex={item.index + 2}
              className="row"
              style={{ position: 'absolute', top: 0, left: 0, right: 0, height: item.size, transform: `translateY(${top}px)` }}
            >
              {row ? <Cells row={row} /> : <span role="cell" className="faint">{t('common.loading_more')}</span>}
            </div>
          );
        })}
      </div>
    </div>
  );
}

function Cells({ row }: { row: ObjectRow }) {
  const words = usePack();
  const { t, format, category } = words;
  const { proposed_category: proposed, probability, last_event_on: last } = row;
  return (
    <>
      <span role="cell" className="cell-object">
        <Link to="/objects/$objectId" params={{ objectId: row.object_id }}>
          {placeName(row)}
        </Link>
        <span className="faint">
          {kindLine(row, words)}
        </span>
      </span>
      <span role="cell" className="cell-category">
        <CategoryMark category={row.category} />
        {proposed && proposed !== row.category ? (
          <span className="faint">{t('register.proposed', { category: category(proposed).toLowerCase() })}</span>
        ) : (
          !row.category_decided && (
            <span className="faint" title={t('register.undecided_hint')}>
              {t('register.undecided')}
            </span>
          )
        )}
      </span>
      <span role="cell" className="cell-territory">{row.territory?.name ?? '—'}</span>
      <span role="cell" className="number cell-score" data-label={t('register.column_score')}>{format.number(row.score, 2)}</span>
      <span role="cell" className="number cell-points" data-label={t('register.column_points')}>{format.number(row.points, 1)}</span>
      <span role="cell" className="number cell-probability" data-label={t('register.column_probability')}>
        {probability === null || probability === undefined ? '—' : format.share(probability)}
      </span>
      <span role="cell" className="number cell-signs" data-label={t('register.column_signs')}>{row.open_signs === 0 ? '—' : format.number(row.open_signs)}</span>
      <span role="cell" className="number cell-last" data-label={t('register.column_last_event')}>{last ? format.day(last) : t('register.never')}</span>
    </>
  );
}
