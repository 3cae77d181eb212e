import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useMemo } from 'react';

import { signQuery, territoriesQuery } from '../../api/queries';
import type { SignDetail, SignRow } from '../../api/types';
import { usePack } from '../../app/pack';
import { LazyMap } from '../../map/LazyMap';
import { boundsOf, positionsOf } from '../../map/model';
import { CategoryMark } from '../../ui/CategoryMark';
import { LegalList } from '../../ui/legal';
import { Loading, ProblemView } from '../../ui/states';
import { HistoryList } from '../object/History';
import { FactTable } from '../object/RuleAnswers';
import { SignList } from '../object/Signs';

interface Props {
  sign: SignRow;
  index: number;
  total: number;
  onMove: (by: number) => void;
}

/** Everything needed to decide one sign, the map of contours first. */
export function Evidence({ sign, index, total, onMove }: Props) {
  const words = usePack();
  const { t, say, format, objectKind, controlKindShort } = words;
  const detail = useQuery(signQuery(sign.id));
  return (
    <>
      <header className="evidence-head">
        <div className="evidence-steps">
          <button type="button" className="link-button" onClick={() => onMove(-1)}>
            ‹ {t('desk.previous')}
          </button>
          <span className="faint">{t('desk.position', { index: index + 1, total: String(Math.max(total, index + 1)) })}</span>
          <button type="button" className="link-button" onClick={() => onMove(1)}>
            {t('desk.skip')} ›
          </button>
        </div>
        <h2>{say(sign.rule_title)}</h2>
        <p className="evidence-object">
          <Link to="/objects/$objectId" params={{ objectId: sign.object_id }}>
            {sign.object_title || sign.object_key}
          </Link>
        </p>
        <p className="tags">
          <CategoryMark category={sign.category} />
          <span className="faint">
            {sign.object_key} · {objectKind(sign.object_kind)} · {controlKindShort(sign.control_kind)}
            {sign.territory ? ` · ${sign.territory.name}` : ''} · {t('desk.priority', { priority: format.number(sign.priority, 1) })}
          </span>
        </p>
        {sign.evidence && <p className="evidence-text">{say(sign.evidence)}</p>}
      </header>
      {detail.isPending ? (
        <Loading rows={4} />
      ) : detail.isError ? (
        <ProblemView error={detail.error} retry={() => void detail.refetch()} />
      ) : (
        <Detail detail={detail.data} />
      )}
    </>
  );
}

function Detail({ detail }: { detail: SignDetail }) {
  const { t } = usePack();
  const missing = detail.facts.filter((fact) => detail.missing.includes(fact.name));
  const { say } = usePack();
  return (
    <div className="evidence">
      <Contours detail={detail} />
      <section className="card stack-small">
        <h3>{t('desk.facts')}</h3>
        <FactTable facts={detail.facts} />
        {missing.length > 0 && <p className="notice">{t('desk.missing', { facts: missing.map((fact) => say(fact.title)).join(', ') })}</p>}
        <LegalList references={detail.basis} />
      </section>
      {detail.other_signs.length > 0 && (
        <section className="card stack-small">
          <h3>{t('desk.other_signs')}</h3>
          <SignList signs={detail.other_signs} />
        </section>
      )}
      {detail.history.length > 0 && (
        <section className="card stack-small">
          <h3>{t('desk.history')}</h3>
          <HistoryList entries={detail.history} />
        </section>
      )}
    </div>
  );
}

function Contours({ detail }: { detail: SignDetail }) {
  const { t, say, format } = usePack();
  const { data: territories } = useQuery(territoriesQuery);
  const content = useMemo(() => {
    const shapes = [
      ...(detail.object_geometry && detail.object_geometry.type !== 'Point' ? [{ id: 'object', geometry: detail.object_geometry, tone: 'object' as const }] : []),
      ...detail.pictures.map((picture, index) => ({ id: `found-${index}`, geometry: picture.geometry, tone: 'found' as const })),
    ];
    const positions = [...(detail.location ? [detail.location] : []), ...shapes.flatMap(({ geometry }) => positionsOf(geometry))];
    const points = shapes.length === 0 && detail.location
      ? [{ id: 'object', position: detail.location, category: detail.sign.category, text: '', faded: false }]
      : [];
    return { shapes, points, bounds: boundsOf(positions) };
  }, [detail]);
  return (
    <section className="card stack-small contours">
      <h3>{t('desk.pictures')}</h3>
      {content.bounds && territories && (
        <div className="contours-map">
          <LazyMap compact label={t('desk.pictures')} territories={territories.items} shapes={content.shapes} points={content.points} bounds={content.bounds} />
        </div>
      )}
      {detail.pictures.length === 0 ? (
        <p className="faint">{t('desk.pictures_none')}</p>
      ) : (
        <ul className="pictures">
          {detail.pictures.map((picture, index) => (
            <li key={index}>
              <span>{say(picture.title)}</span>{' '}
              <span className="faint">
                {format.day(picture.seen_on)}
                {picture.confidence !== null && picture.confidence !== undefined ? `, ${t('desk.confidence', { share: format.share(picture.confidence) })}` : ''}
                {picture.details.map((one) => ` · ${say(one.title)}: ${say(one.value)}`).join('')}
              </span>
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}
