/** What a map is asked to show: values only, no library. */
import type { Category, Geometry, Position, Territory } from '../api/types';

export type Bounds = readonly [west: number, south: number, east: number, north: number];

/** Objects from vector tiles. */
export interface TileRequest {
  controlKind: string | undefined;
  /** Only these; empty means all. */
  categories: readonly Category[];
  /** What the squares of the overview count. */
  counted: readonly Category[];
}

export interface MapShape {
  id: string;
  geometry: Geometry;
  /** `object`: the registry's outline; `found`: what was seen from above; `earlier`: the same, of another day. */
  tone: 'object' | 'found' | 'earlier';
}

export interface MapLine {
  id: string;
  stops: readonly Position[];
  colour: string;
  faded: boolean;
}

export interface MapPoint {
  id: string;
  position: Position;
  category: Category;
  /** A short text in the point, e.g. the number of the stop. */
  text: string;
  /** `stop`: with its text; `dot`: among so many that texts would lie over each other; `pale`: not what is looked at. */
  look: 'stop' | 'dot' | 'pale';
}

export interface MapContent {
  territories: readonly Territory[];
  tiles?: TileRequest | undefined;
  shapes?: readonly MapShape[] | undefined;
  lines?: readonly MapLine[] | undefined;
  points?: readonly MapPoint[] | undefined;
}

/** Smallest rectangle around positions, at least some 150 m wide, so that one point is not a whole screen. */
export function boundsOf(positions: readonly Position[]): Bounds | undefined {
  const first = positions[0];
  if (!first) return undefined;
  let [west, south, east, north] = [first.lon, first.lat, first.lon, first.lat];
  for (const { lat, lon } of positions) {
    west = Math.min(west, lon);
    east = Math.max(east, lon);
    south = Math.min(south, lat);
    north = Math.max(north, lat);
  }
  const least = 0.0012;
  const padLon = Math.max(0, least - (east - west)) / 2;
  const padLat = Math.max(0, least / 2 - (north - south)) / 2;
  return [west - padLon, south - padLat, east + padLon, north + padLat];
}

/** All positions of a GeoJSON geometry. */
export function positionsOf(geometry: Geometry): Position[] {
  const found: Position[] = [];
  const walk = (value: unknown): void => {
    if (!Array.isArray(value)) return;
    const [lon, lat] = value as unknown[];
    if (typeof lon === 'number' && typeof lat === 'number') found.push({ lat, lon });
    else for (const part of value) walk(part);
  };
  walk(geometry.coordinates);
  return found;
}

/** Colours of routes: apart from each other and from the categories, in both themes. */
export const ROUTE_COLOURS = ['#2a6fdb', '#0f8b8d', '#8a5bd6', '#5d7f1c', '#b0577f', '#4d6b8a', '#a06a2c', '#1c8f4e'] as const;

export function routeColour(index: number): string {
  return ROUTE_COLOURS[index % ROUTE_COLOURS.length] ?? ROUTE_COLOURS[0];
}
