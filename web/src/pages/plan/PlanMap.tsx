import { useSuspenseQuery } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useMemo } from 'react';

import { territoriesQuery } from '../../api/queries';
import type { Plan } from '../../api/types';
import { usePack } from '../../app/pack';
import { LazyMap } from '../../map/LazyMap';
import { Legend } from '../../map/Legend';
import { boundsOf, routeColour, type Bounds } from '../../map/model';
import { pinsOf } from '../../ui/stops';

interface Props {
  plan: Plan;
  inspector: string | undefined;
  onInspector: (inspector: string | undefined) => void;
}

/** Routes as straight lines between stops: there is no street data, so none is drawn. */
export function PlanMap({ plan, inspector, onInspector }: Props) {
  const { t, pack } = usePack();
  const navigate = useNavigate();
  const { data } = useSuspenseQuery(territoriesQuery);
  const content = useMemo(() => {
    const routes = plan.routes.filter((route) => route.visits.length > 0);
    const chosen = routes.some((route) => route.inspector.key === inspector) ? inspector : undefined;
    const faded = (key: string) => chosen !== undefined && key !== chosen;
    const lines = routes.map((route, index) => ({
      id: route.inspector.key,
      stops: [route.inspector.base, ...route.visits.map((visit) => visit.location ?? route.inspector.base), route.inspector.base],
      colour: routeColour(index),
      faded: faded(route.inspector.key),
    }));
    const points = routes.flatMap((route) =>
      pinsOf(route.visits.map((visit, index) => ({ ...visit, number: index + 1 }))).map((pin) => ({
        ...pin,
        look: chosen === undefined ? ('dot' as const) : faded(route.inspector.key) ? ('pale' as const) : ('stop' as const),
      })),
    );
    const bounds = boundsOf(lines.filter((line) => !line.faded).flatMap((line) => line.stops));
    return { routes, chosen, lines, points, bounds: bounds ?? (pack.bounds as unknown as Bounds) };
  }, [plan, inspector, pack]);

  return (
    <div className="plan-map">
      <ul className="plan-names">
        <li>
          <button type="button" aria-pressed={content.chosen === undefined} onClick={() => onInspector(undefined)}>
            {t('plan.all_routes')}
          </button>
        </li>
        {content.routes.map((route, index) => (
          <li key={route.inspector.key}>
            <button type="button" aria-pressed={content.chosen === route.inspector.key} onClick={() => onInspector(route.inspector.key)}>
              <span className="line-swatch" style={{ background: routeColour(index) }} aria-hidden="true" />
              <span>{route.inspector.name}</span>
              <span className="faint">{route.visits.length}</span>
            </button>
          </li>
        ))}
      </ul>
      <div className="plan-map-side">
        <div className="plan-map-box">
          <LazyMap
            label={t('plan.map_label')}
            territories={data.items}
            lines={content.lines}
            points={content.points}
            bounds={content.bounds}
            onPick={(objectId) => void navigate({ to: '/objects/$objectId', params: { objectId }, state: { from: '/plan' } })}
          />
        </div>
        <Legend label={t('register.map_legend')} chosen={[]} />
      </div>
    </div>
  );
}
