/** Turns content into a MapLibre style. A pure function: the map applies the difference to the last one. */
import type {
  ExpressionSpecification, FilterSpecification, LayerSpecification, SourceSpecification, StyleSpecification,
} from 'maplibre-gl';

import { CATEGORIES, type Category } from '../api/types';
import { CATEGORY_PAINT } from '../ui/category';
import { BANDS, type Band } from './cells';
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
  /** A cell of the overview that holds none of what is counted. */
  cell: string;
  bands: 'light' | 'dark';
}
const LIGHT: Tones = { ground: '#e4e9ee', land: '#f7f9fb', border: '#b4c0cc', label: '#51606f', halo: '#f7f9fb', ring: '#ffffff', object: '#12345a', found: '#b3261e', cell: '#e6ebf0', bands: 'light' };
const DARK: Tones = { ground: '#0b1118', land: '#151d27', border: '#33414f', label: '#a9b7c5', halo: '#151d27', ring: '#e8eef4', object: '#8fb8ee', found: '#ff8a80', cell: '#1a232d', bands: 'dark' };

const FONT = ['Golos Text'];
const NAMES_FROM = 10;
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

/** How many objects of these categories a cell holds. */
function cellCount(categories: readonly Category[]): ExpressionSpecification {
  return ['+', 0, ...categories.map((category) => ['coalesce', ['get', category], 0])] as unknown as ExpressionSpecification;
}

/** A value for each band of a count; `none` below the first. */
function byBand(count: ExpressionSpecification, pick: (band: Band) => string, none: string): ExpressionSpecification {
  return ['step', count, none, ...BANDS.flatMap((band) => [band.from, pick(band)])] as unknown as ExpressionSpecification;
}

function tileLayers(request: TileRequest, tones: Tones, names: LayerSpecification): LayerSpecification[] {
  const count = cellCount(request.counted);
  const wanted: FilterSpecification | undefined =
    request.categories.length === 0 ? undefined : ['in', ['get', 'category'], ['literal', [...request.categories]]];
  const filter = wanted ? { filter: wanted } : {};
  return [
    { id: 'shapes', type: 'line', source: 'tiles', 'source-layer': 'shapes', minzoom: 15, paint: { 'line-color': tones.border, 'line-width': 1 } },
    {
      id: 'cells', type: 'fill', source: 'tiles', 'source-layer': 'cells', maxzoom: 13,
      paint: { 'fill-color': byBand(count, (band) => band[tones.bands].fill, tones.cell), 'fill-outline-color': tones.land },
    },
    names,
    {
      id: 'cell-counts', type: 'symbol', source: 'tiles', 'source-layer': 'cells', maxzoom: 13, filter: ['>', count, 0],
      layout: { 'text-field': ['to-string', count], 'text-font': FONT, 'text-size': 12, 'text-allow-overlap': true, 'text-padding': 0 },
      paint: { 'text-color': byBand(count, (band) => band[tones.bands].ink, tones.label) },
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
    outlines: collection(shapes.map(({ geometry, tone, id }) => feature(geometry, { id, tone }))),
    lines: collection(lines.map((line) => feature({ type: 'LineString', coordinates: line.stops.map(({ lat, lon }) => [lon, lat]) }, { id: line.id, colour: line.colour, faded: line.faded }))),
    points: collection(points.map((point) => feature({ type: 'Point', coordinates: [point.position.lon, point.position.lat] }, { id: point.id, category: point.category, text: point.text, look: point.look }))),
  };
  if (tiles) {
    const query = tiles.controlKind === undefined ? '' : `?control_kind=${encodeURIComponent(tiles.controlKind)}`;
    sources['tiles'] = { type: 'vector', tiles: [`${origin}/tiles/{z}/{x}/{y}.mvt${query}`], minzoom: 0, maxzoom: 17 };
  }
  const faded = (whenFaded: number, otherwise: number): ExpressionSpecification => ['case', ['get', 'faded'], whenFaded, otherwise];
  const byLook = (stop: number, dot: number, pale: number): ExpressionSpecification => ['match', ['get', 'look'], 'stop', stop, 'dot', dot, pale];
  const tone: ExpressionSpecification = ['match', ['get', 'tone'], 'object', tones.object, tones.found];
  // Far out a name would lie over several squares and be of none of them.
  const names: LayerSpecification = { id: 'names', type: 'symbol', source: 'places', minzoom: tiles ? NAMES_FROM : 0, layout: { 'text-field': ['get', 'name'], 'text-font': FONT, 'text-size': 12, 'text-padding': 6 }, paint: { 'text-color': tones.label, 'text-halo-color': tones.halo, 'text-halo-width': 1.5 } };
  const layers: LayerSpecification[] = [
    { id: 'ground', type: 'background', paint: { 'background-color': tones.ground } },
    { id: 'land', type: 'fill', source: 'territories', paint: { 'fill-color': tones.land } },
    { id: 'borders', type: 'line', source: 'territories', paint: { 'line-color': tones.border, 'line-width': 1 } },
    ...(tiles ? tileLayers(tiles, tones, names) : [names]),
    { id: 'outline-fill', type: 'fill', source: 'outlines', filter: ['all', ['==', ['geometry-type'], 'Polygon'], ['!=', ['get', 'tone'], 'earlier']], paint: { 'fill-color': tone, 'fill-opacity': ['match', ['get', 'tone'], 'found', 0.25, 0.08] } },
    { id: 'outline-earlier', type: 'line', source: 'outlines', filter: ['==', ['get', 'tone'], 'earlier'], paint: { 'line-color': tones.found, 'line-width': 1, 'line-opacity': 0.45, 'line-dasharray': [3, 2] } },
    { id: 'outline-line', type: 'line', source: 'outlines', filter: ['!=', ['get', 'tone'], 'earlier'], paint: { 'line-color': tone, 'line-width': ['match', ['get', 'tone'], 'object', 2, 4] } },
    { id: 'lines', type: 'line', source: 'lines', layout: { 'line-join': 'round', 'line-cap': 'round' }, paint: { 'line-color': ['get', 'colour'], 'line-width': 3, 'line-opacity': faded(0.18, 0.85) } },
    { id: 'points', type: 'circle', source: 'points', layout: { 'circle-sort-key': RANK }, paint: { 'circle-color': COLOUR, 'circle-radius': byLook(10, 5, 5), 'circle-opacity': byLook(1, 1, 0.35), 'circle-stroke-color': tones.ring, 'circle-stroke-width': byLook(2, 1, 2), 'circle-stroke-opacity': byLook(1, 1, 0.3) } },
    { id: 'point-texts', type: 'symbol', source: 'points', filter: ['==', ['get', 'look'], 'stop'], layout: { 'text-field': ['get', 'text'], 'text-font': FONT, 'text-size': 12, 'text-allow-overlap': true }, paint: { 'text-color': INK } },
  ];
  return { version: 8, sources, layers };
}
