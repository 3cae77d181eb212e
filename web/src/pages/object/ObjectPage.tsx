import './object.css';

import { useQuery, useSuspenseQuery } from '@tanstack/react-query';
import { getRouteApi, Link, useCanGoBack, useRouter } from '@tanstack/react-router';
import { useMemo } from 'react';

import { objectQuery, territoriesQuery } from '../../api/queries';
import type { ObjectCard, Position } from '../../api/types';
import { usePack } from '../../app/pack';
import { LazyMap } from '../../map/LazyMap';
import { boundsOf, positionsOf } from '../../map/model';
import { placeName } from '../../ui/place';
import { usePhone } from '../../ui/usePhone';
import { Assessment } from './Assessment';
import { CategoryHistory } from './CategoryHistory';
import { Gate } from './Gate';
import { History } from './History';
import { Requests } from './Requests';
import { Signs } from './Signs';
import { SimilarCases } from './SimilarCases';

const route = getRouteApi('/shell/objects/$objectId');

/** One object: what it is, which category it has, why, and what happened before. */
export function ObjectPage() {
  const { objectId } = route.useParams();
  const { t, format, objectKind } = usePack();
  const { data: card } = useSuspenseQuery(objectQuery(objectId));
  const router = useRouter();
  const canGoBack = useCanGoBack();
  const phone = usePhone();
  return (
    <div className="page">
      <header className="object-head">
        {canGoBack ? (
          <button type="button" className="link-button" onClick={() => router.history.back()}>
            ‹ {t('common.back')}
          </button>
        ) : (
          <Link to="/objects" className="link-button">
            ‹ {t('register.title')}
          </Link>
        )}
        <h1>{placeName({ object_title: card.title, object_key: card.key })}</h1>
        <p className="object-line">
          <span>{objectKind(card.object_kind)}</span>
          <span className="object-key">{card.key}</span>
          {card.territory && <span>{card.territory.name}</span>}
        </p>
        {phone && card.location && <Directions to={card.location} className="button" />}
      </header>
      {phone && <OpenTasks card={card} />}
      <div className="object-columns">
        <div className="stack">
          {card.left_at && (
            <p className="card">
              <span className="tag tag-warn">{t('card.left')}</span> {t('card.left_note', { date: format.instant(card.left_at) })}
            </p>
          )}
          {card.assessments.length === 0 && !card.left_at && <p className="card">{t('card.not_assessed')}</p>}
          {card.assessments.map((assessment) => (
            <Assessment key={assessment.control_kind} objectId={card.id} assessment={assessment} single={card.assessments.length === 1} />
          ))}
        </div>
        <div className="stack">
          {!phone && <OpenTasks card={card} />}
          <Place card={card} />
          <About card={card} />
          <Signs signs={card.signs} />
          <CategoryHistory entries={card.category_history} />
          <Requests card={card} />
          <Gate card={card} />
          {card.assessments.length > 0 && <SimilarCases objectId={card.id} />}
          <History entries={card.history} />
        </div>
      </div>
    </div>
  );
}

function OpenTasks({ card }: { card: ObjectCard }) {
  const { t, format, eventKind } = usePack();
  if (card.open_tasks.length === 0) return null;
  return (
    <section className="card stack-small object-tasks">
      <h2>{t('card.open_tasks')}</h2>
      <ul className="entries">
        {card.open_tasks.map((task) => (
          <li key={task.id}>
            <p>{eventKind(task.event_kind)}</p>
            <p className="faint">
              {t('card.task_line', { date: format.day(task.date), number: task.order_number, inspector: task.inspector_name })}
            </p>
          </li>
        ))}
      </ul>
    </section>
  );
}

function Place({ card }: { card: ObjectCard }) {
  const { t } = usePack();
  const { data: territories } = useQuery(territoriesQuery);
  const assessed = card.assessments[0];
  const content = useMemo(() => {
    const category = assessed?.active_category ?? 'low';
    const positions = [...(card.location ? [card.location] : []), ...(card.geometry ? positionsOf(card.geometry) : [])];
    return {
      bounds: boundsOf(positions),
      shapes: card.geometry && card.geometry.type !== 'Point' ? [{ id: card.id, geometry: card.geometry, tone: 'object' as const }] : [],
      points: card.location ? [{ id: card.id, position: card.location, category, text: '', look: 'stop' as const }] : [],
    };
  }, [card, assessed]);
  if (!content.bounds) return null;
  return (
    <section className="card object-place">
      <h2>{t('card.place')}</h2>
      <div className="object-map">
        {territories && (
          <LazyMap compact label={t('card.place')} territories={territories.items} shapes={content.shapes} points={content.points} bounds={content.bounds} />
        )}
      </div>
      {card.location && (
        <p className="faint">
          <Directions to={card.location} /> {card.location.lat.toFixed(5)}, {card.location.lon.toFixed(5)}
        </p>
      )}
    </section>
  );
}

/** Opens whatever the device finds its way with. */
function Directions({ to, className }: { to: Position; className?: string }) {
  const { t } = usePack();
  return (
    <a className={className} href={`geo:${to.lat},${to.lon}`}>
      {t('card.route')}
    </a>
  );
}

function About({ card }: { card: ObjectCard }) {
  const { t, say, format, objectKind } = usePack();
  const known = card.attributes.filter((fact) => fact.value !== null && fact.value !== undefined);
  return (
    <section className="card stack-small">
      <h2>{t('card.about')}</h2>
      <dl className="pairs">
        {known.map((fact) => (
          <div key={fact.name}>
            <dt>{say(fact.title)}</dt>
            <dd>{format.fact(fact, say)}</dd>
          </div>
        ))}
        <div>
          <dt>{t('admin.source')}</dt>
          <dd>{say(card.source_title)}</dd>
        </div>
        {card.parent && (
          <div>
            <dt>{t('card.parent')}</dt>
            <dd>
              <Link to="/objects/$objectId" params={{ objectId: card.parent.id }}>
                {objectKind(card.parent.object_kind)} {card.parent.key}
              </Link>
            </dd>
          </div>
        )}
        {card.children.length > 0 && (
          <div>
            <dt>{t('card.children')}</dt>
            <dd>
              {card.children.map((child) => (
                <Link key={child.id} to="/objects/$objectId" params={{ objectId: child.id }} className="object-child">
                  {objectKind(child.object_kind)} {child.key}
                </Link>
              ))}
            </dd>
          </div>
        )}
      </dl>
    </section>
  );
}
