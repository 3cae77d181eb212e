import { lazy, Suspense } from 'react';

import type { MapViewProps } from './MapView';

const MapView = lazy(() => import('./MapView'));

/** The map as a chunk of its own: pages without a map never load the library. */
export function LazyMap(props: MapViewProps) {
  return (
    <Suspense fallback={<div className="map-box map-waits" />}>
      <MapView {...props} />
    </Suspense>
  );
}
