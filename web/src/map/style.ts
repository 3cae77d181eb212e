/** Turns content into a MapLibre style. A pure function: the map applies the difference to the last one. */
import type {
  ExpressionSpecification, FilterSpecification, LayerSpecification, SourceSpecification, StyleSpecification,
} from 'maplibre-gl';

import { CATEGORIES, type Category } from '../api/types';
import { CATEGORY_PAINT } from '../ui/category';
import type { MapContent, TileRequest } from './model';

interface Tones {
  ground: string;
  land: string;
  border: string;
  label: string;
  halo: string;
  ring: string;
  object: string;
  found: string;
  /** A cell's disc stays light in both themes: the dark ring of the heaviest category must be seen on it. */
  disc: string;
  discInk: string;
}
const LIGHT: Tones = { ground: '#e4e9ee', land: '#f7f9fb', border: '#b4c0cc', label: '#51606f', halo: '#f7f9fb', ring: '#ffffff', object: '#12345a', found: '#b3261e', disc: '#ffffff', discInk: '#16202b' };
const DARK: Tones = { ground: '#0b1118', land: '#151d27', border: '#33414f', label: '#a9b7c5', halo: '#151d27', ring: '#e8eef4', object: '#8fb8ee', found: '#ff8a80', disc: '#e8eef4', discInk: '#16202b' };

const FONT = ['Golos Text'];
const COLOUR: ExpressionSpecification = [
  'match', ['get', 'category'],
  ...CATEGORIES.flatMap((category) => [category, CATEGORY_PAINT[category].fill]),
  '#888888',
] as unknown as ExpressionSpecification;
const INK: ExpressionSpecification = [
  'match', ['get', 'category'],
  ...CATEGORIES.flatMap((category) => [category, CATEGORY_PAINT[category].ink]),
  '#000000',
] as unknown as ExpressionSpecification;
/** Heavier categories lie above lighter ones. */
const RANK: ExpressionSpecification = [
  'match', ['get', 'category'], ...CATEGORIES.flatMap((category, rank) => [category, rank]), 0,
] as unknown as ExpressionSpecification;

type Collection = Extract<SourceSpecification, { type: 'geojson' }>;

function collection(features: readonly unknown[]): Collection {
  return { type: 'geojson', data: { type: 'FeatureCollection', features } as unknown as Collection['data'] };
}

function feature(geometry: unknown, properties: Record<string, string | number | boolean>) {
  return { type: 'Feature', geometry, properties };
}

/** How many objects of the wanted categories a cell holds. */
function cellCount(categories: readonly Category[]): ExpressionSpecification {
  const wanted = categories.length === 0 ? CATEGORIES : categories;
  return ['+', 0, ...wanted.map((category) => ['coalesce', ['get', category], 0])] as unknown as ExpressionSpecification;
}

/** The colour of the heaviest wanted category in a cell. */
function cellRing(categories: readonly Category[]): ExpressionSpecification {
  const wanted = [...(categories.length === 0 ? CATEGORIES : categories)].reverse();
  return [
    'case',
    ...wanted.flatMap((category) => [['>', ['coalesce', ['get', category], 0], 0], CATEGORY_PAINT[category].fill]),
    '#888888',
  ] as unknown as ExpressionSpecification;
}

function tileLayers(request: TileRequest, tones: Tones): LayerSpecification[] {
  const count = cellCount(request.categories);
  const wanted: FilterSpecification | undefined =
    request.categories.length === 0 ? undefined : ['in', ['get', 'category'], ['literal', [...request.categories]]];
  const filter = wanted ? { filter: wanted } : {};
  const some: FilterSpecification = ['>', count, 0];
  return [
    { id: 'shapes', type: 'line', source: 'tiles', 'source-layer': 'shapes', minzoom: 15, paint: { 'line-color': tones.border, 'line-width': 1 } },
    {
      id: 'cells', type: 'circle', source: 'tiles', 'source-layer': 'cells', maxzoom: 13, filter: some,
      paint: {
        'circle-color': tones.disc, 'circle-stroke-color': cellRing(request.categories), 'circle-stroke-width': 4,
        'circle-radius': ['interpolate', ['linear'], ['sqrt', count], 1, 9, 10, 14, 40, 24, 100, 34],
      },
    },
    {
      id: 'cell-counts', type: 'symbol', source: 'tiles', 'source-layer': 'cells', maxzoom: 13, filter: some,
      layout: { 'text-field': ['to-string', count], 'text-font': FONT, 'text-size': 12, 'text-allow-overlap': true, 'text-padding': 5 },
      paint: { 'text-color': tones.discInk },
    },
    {
      id: 'objects', type: 'circle', source: 'tiles', 'source-layer': 'objects', minzoom: 13, ...filter,
      layout: { 'circle-sort-key': RANK },
      paint: {
        'circle-color': COLOUR, 'circle-stroke-color': tones.ring, 'circle-stroke-width': 1.5,
        'circle-radius': ['interpolate', ['linear'], ['zoom'], 13, ['+', 3, RANK], 17, ['+', 7, RANK]],
      },
    },
  ];
}

/** Layers that answer to a click. */
export const PICKED_LAYERS = ['points', 'objects'] as const;

export function buildStyle(content: MapContent, dark: boolean, origin: string): StyleSpecification {
  const tones = dark ? DARK : LIGHT;
  const { territories, tiles, shapes = [], lines = [], points = [] } = content;
  const sources: Record<string, SourceSpecification> = {
    territories: collection(territories.map(({ geometry, code }) => feature(geometry, { code }))),
    places: collection(territories.map(({ centre, name }) => feature({ type: 'Point', coordinates: [centre.lon, centre.lat] }, { name }))),
    outlines: collection(shapes.map(({ geometry, tone, id }) => feature(geometry, { id, found: tone === 'found' }))),
    lines: collection(lines.map((line) => feature({ type: 'LineString', coordinates: line.stops.map(({ lat, lon }) => [lon, lat]) }, { id: line.id, colour: line.colour, faded: line.faded }))),
    points: collection(points.map((point) => feature({ type: 'Point', coordinates: [point.position.lon, point.position.lat] }, { id: point.id, category: point.category, text: point.text, faded: point.faded }))),
  };
  if (tiles) {
    const query = tiles.controlKind === undefined ? '' : `?control_kind=${encodeURIComponent(tiles.controlKind)}`;
    sources['tiles'] = { type: 'vector', tiles: [`${origin}/tiles/{z}/{x}/{y}.mvt${query}`], minzoom: 0, maxzoom: 17 };
  }
  const faded = (whenFaded: number, otherwise: number): ExpressionSpecification => ['case', ['get', 'faded'], whenFaded, otherwise];
  const tone: ExpressionSpecification = ['case', ['get', 'found'], tones.found, tones.object];
  const layers: LayerSpecification[] = [
    { id: 'ground', type: 'background', paint: { 'background-color': tones.ground } },
    { id: 'land', type: 'fill', source: 'territories', paint: { 'fill-color': tones.land } },
    { id: 'borders', type: 'line', source: 'territories', paint: { 'line-color': tones.border, 'line-width': 1 } },
    { id: 'names', type: 'symbol', source: 'places', layout: { 'text-field': ['get', 'name'], 'text-font': FONT, 'text-size': 12, 'text-padding': 6 }, paint: { 'text-color': tones.label, 'text-halo-color': tones.halo, 'text-halo-width': 1.5 } },
    ...(tiles ? tileLayers(tiles, tones) : []),
    { id: 'outline-fill', type: 'fill', source: 'outlines', filter: ['==', ['geometry-type'], 'Polygon'], paint: { 'fill-color': tone, 'fill-opacity': ['case', ['get', 'found'], 0.25, 0.08] } },
    { id: 'outline-line', type: 'line', source: 'outlines', paint: { 'line-color': tone, 'line-width': ['case', ['get', 'found'], 1.5, 2.5] } },
    { id: 'lines', type: 'line', source: 'lines', layout: { 'line-join': 'round', 'line-cap': 'round' }, paint: { 'line-color': ['get', 'colour'], 'line-width': 3, 'line-opacity': faded(0.18, 0.85) } },
    { id: 'points', type: 'circle', source: 'points', layout: { 'circle-sort-key': RANK }, paint: { 'circle-color': COLOUR, 'circle-radius': faded(5, 10), 'circle-opacity': faded(0.35, 1), 'circle-stroke-color': tones.ring, 'circle-stroke-width': 2, 'circle-stroke-opacity': faded(0.3, 1) } },
    { id: 'point-texts', type: 'symbol', source: 'points', filter: ['!', ['get', 'faded']], layout: { 'text-field': ['get', 'text'], 'text-font': FONT, 'text-size': 12, 'text-allow-overlap': true }, paint: { 'text-color': INK } },
  ];
  return { version: 8, sources, layers };
}
