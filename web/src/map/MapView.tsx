/** The one map of the program: content comes in as props, picks go out as events. */
import 'maplibre-gl/dist/maplibre-gl.css';
import './map.css';

import { Map as LibreMap, NavigationControl, setWorkerUrl } from 'maplibre-gl';
import workerUrl from 'maplibre-gl/dist/maplibre-gl-worker.mjs?url';
import { useEffect, useRef, useState } from 'react';

import { useDark } from '../app/theme';
import { useWords } from '../i18n';
import type { Bounds, MapContent } from './model';
import { buildStyle, PICKED_LAYERS } from './style';

setWorkerUrl(workerUrl);

interface Camera {
  center: [number, number];
  zoom: number;
}
/** Where each map was left, so that «back» from a card returns to the same place. */
const cameras = new Map<string, Camera>();

export interface MapViewProps extends MapContent {
  label: string;
  /** What to show at first, and again whenever it changes. */
  bounds: Bounds;
  /** Keeps the camera under this name while the page is open. */
  remember?: string | undefined;
  /** Pixels at the left that a panel covers. */
  inset?: number | undefined;
  /** A small map inside a page: the wheel scrolls the page. */
  compact?: boolean | undefined;
  onPick?: ((id: string) => void) | undefined;
}

export default function MapView(props: MapViewProps) {
  const { label, bounds, remember, compact = false, inset = 0, onPick } = props;
  const padding = { top: 32, right: 32, bottom: 32, left: 32 + inset };
  const { t } = useWords();
  const dark = useDark();
  const box = useRef<HTMLDivElement>(null);
  const map = useRef<LibreMap | undefined>(undefined);
  const pick = useRef(onPick);
  pick.current = onPick;
  const [failed, setFailed] = useState(false);

  // Made once; later changes go through the effects below.
  useEffect(() => {
    if (!box.current) return undefined;
    const camera = remember === undefined ? undefined : cameras.get(remember);
    let made: LibreMap;
    try {
      made = new LibreMap({
        container: box.current,
        style: buildStyle(props, dark, location.origin),
        ...(camera ?? { bounds: [...bounds] as [number, number, number, number], fitBoundsOptions: { padding, maxZoom: 17 } }),
        maxZoom: 18,
        attributionControl: false,
        dragRotate: false,
        pitchWithRotate: false,
        scrollZoom: !compact,
        locale: {
          'NavigationControl.ZoomIn': t('register.map_zoom_in'),
          'NavigationControl.ZoomOut': t('register.map_zoom_out'),
          'Map.Title': label,
        },
      });
    } catch {
      setFailed(true);
      return undefined;
    }
    made.addControl(new NavigationControl({ showCompass: false }), 'top-right');
    made.touchZoomRotate.disableRotation();
    const under = (point: { x: number; y: number }) => {
      const layers = PICKED_LAYERS.filter((layer) => made.getLayer(layer));
      // A finger is wider than a point.
      const area: [[number, number], [number, number]] = [[point.x - 6, point.y - 6], [point.x + 6, point.y + 6]];
      const id: unknown = made.queryRenderedFeatures(area, { layers })[0]?.properties['id'];
      return typeof id === 'string' ? id : undefined;
    };
    made.on('click', (event) => {
      const id = under(event.point);
      if (id !== undefined) return pick.current?.(id);
      const cell = made.getLayer('cells') ? made.queryRenderedFeatures(event.point, { layers: ['cells'] })[0] : undefined;
      if (cell) made.easeTo({ center: event.lngLat, zoom: made.getZoom() + 2 });
      return undefined;
    });
    made.on('mousemove', (event) => {
      made.getCanvas().style.cursor = pick.current && under(event.point) !== undefined ? 'pointer' : '';
    });
    made.on('moveend', () => {
      const { lng, lat } = made.getCenter();
      if (remember !== undefined) cameras.set(remember, { center: [lng, lat], zoom: made.getZoom() });
    });
    // Browser tests wait for this: everything asked for is drawn.
    made.on('idle', () => box.current?.setAttribute('data-idle', 'true'));
    made.on('movestart', () => box.current?.removeAttribute('data-idle'));
    map.current = made;
    return () => {
      map.current = undefined;
      made.remove();
    };
  }, []);

  const { territories, tiles, shapes, lines, points } = props;
  const drawn = useRef(false);
  useEffect(() => {
    // The first style was given to the constructor.
    if (drawn.current) map.current?.setStyle(buildStyle({ territories, tiles, shapes, lines, points }, dark, location.origin), { diff: true });
    drawn.current = true;
  }, [territories, tiles, shapes, lines, points, dark]);

  const [west, south, east, north] = bounds;
  const fitted = useRef(false);
  useEffect(() => {
    if (fitted.current) map.current?.fitBounds([west, south, east, north], { padding, maxZoom: 17, duration: 400 });
    fitted.current = true;
  }, [west, south, east, north]);

  if (failed) return <p className="notice">{t('register.map_no_webgl')}</p>;
  return <div ref={box} className="map-box" />;
}
