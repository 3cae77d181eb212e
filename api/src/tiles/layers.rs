//! The layers of a tile, and their bytes.

use std::collections::BTreeMap;
use std::io::Write;

use dozor_app::queries::RegisterIndex;
use dozor_domain::{Position, RiskCategory};
use flate2::Compression;
use flate2::write::GzEncoder;
use geo::Winding;
use mvt::{GeomData, GeomEncoder, GeomType, Layer, Tile};

use super::address::{EXTENT, TileAddress, project};
use super::index::{Spot, TileIndex};
use crate::problem::ApiError;

/// From this zoom on objects are shown, below it cells.
const OBJECTS_FROM: u32 = 13;
/// From this zoom on shapes are shown.
const SHAPES_FROM: u32 = 15;
/// Cells on a side of a tile: thirty-two pixels each on a usual screen, room for a number.
const CELLS: u32 = 16;
/// The largest tile after gzip: a phone on a slow network loads a screen of nine in a second or two.
const LARGEST: usize = 50_000;
/// Tile units around a tile in which points are drawn too, so that circles are not cut at its edge.
const MARGIN: f64 = 128.0;

impl From<mvt::Error> for ApiError {
    fn from(fault: mvt::Error) -> Self {
        Self::Internal { fault: format!("tile: {fault}") }
    }
}

impl From<std::io::Error> for ApiError {
    fn from(fault: std::io::Error) -> Self {
        Self::Internal { fault: format!("tile: {fault}") }
    }
}

/// Encodes a tile; none when nothing lies in it.
pub(crate) fn encode(
    register: &RegisterIndex,
    index: &TileIndex,
    address: TileAddress,
) -> Result<Option<Vec<u8>>, ApiError> {
    if address.z < OBJECTS_FROM {
        return cells(register, index, address);
    }
    let points: Vec<&Spot> = index.inside(address.window(MARGIN)).collect();
    let shapes: Vec<&Spot> = match address.z >= SHAPES_FROM {
        true => index.meeting(address.window(0.0)).collect(),
        false => Vec::new(),
    };
    if points.is_empty() && shapes.is_empty() {
        return Ok(None);
    }
    let mut share = 1.0;
    loop {
        let part = |spots: &[&Spot]| ((spots.len() as f64 * share).ceil() as usize).min(spots.len());
        let (objects, outlines) = (&points[..part(&points)], &shapes[..part(&shapes)]);
        let bytes = near(register, address, objects, outlines)?;
        if bytes.len() <= LARGEST || share < 0.01 {
            return Ok(Some(bytes));
        }
        share *= 0.9 * LARGEST as f64 / bytes.len() as f64;
    }
}

fn near(
    register: &RegisterIndex,
    address: TileAddress,
    points: &[&Spot],
    shapes: &[&Spot],
) -> Result<Vec<u8>, ApiError> {
    let mut tile = Tile::new(EXTENT);
    let mut objects = tile.create_layer("objects");
    for spot in points {
        objects = object(objects, register, address, spot)?;
    }
    if objects.num_features() > 0 {
        tile.add_layer(objects)?;
    }
    let mut outlines = tile.create_layer("shapes");
    for spot in shapes {
        outlines = shape(outlines, register, address, spot)?;
    }
    if outlines.num_features() > 0 {
        tile.add_layer(outlines)?;
    }
    packed(&tile)
}

fn object(
    layer: Layer,
    register: &RegisterIndex,
    address: TileAddress,
    spot: &Spot,
) -> Result<Layer, ApiError> {
    let row = &register.rows()[spot.row as usize];
    let found = register.object_of(row);
    let (x, y) = address.local(spot.at);
    let point = GeomEncoder::new(GeomType::Point).point(x, y)?.encode()?;
    let mut feature = layer.into_feature(point);
    feature.add_tag_string("id", &found.id.to_string());
    feature.add_tag_string("key", &found.key);
    feature.add_tag_string("category", row.category().code());
    feature.add_tag_string("object_kind", &found.kind);
    feature.add_tag_string("control_kind", register.control_of(row));
    Ok(feature.into_layer())
}

fn shape(
    layer: Layer,
    register: &RegisterIndex,
    address: TileAddress,
    spot: &Spot,
) -> Result<Layer, ApiError> {
    let row = &register.rows()[spot.row as usize];
    let found = register.object_of(row);
    let polygons: Vec<&geo::Polygon<f64>> = match found.geometry.as_deref().map(|shape| shape.shape()) {
        Some(geo::Geometry::Polygon(one)) => vec![one],
        Some(geo::Geometry::MultiPolygon(many)) => many.iter().collect(),
        Some(_) | None => return Ok(layer),
    };
    let mut encoder = GeomEncoder::new(GeomType::Polygon);
    let mut rings = 0;
    for polygon in polygons {
        // Clockwise on the screen is counter-clockwise on the map: y grows to the south.
        let mut outer = polygon.exterior().clone();
        outer.make_cw_winding();
        rings += u32::from(ring(&mut encoder, address, &outer)?);
        for inner in polygon.interiors() {
            let mut inner = inner.clone();
            inner.make_ccw_winding();
            ring(&mut encoder, address, &inner)?;
        }
    }
    if rings == 0 {
        return Ok(layer);
    }
    let mut feature = layer.into_feature(encoder.encode()?);
    feature.add_tag_string("id", &found.id.to_string());
    feature.add_tag_string("object_kind", &found.kind);
    feature.add_tag_string("category", row.category().code());
    Ok(feature.into_layer())
}

/// Adds a ring without its closing point and without points that fall on the one before; false for a ring that is
/// too small to be seen.
fn ring(
    encoder: &mut GeomEncoder<f64>,
    address: TileAddress,
    line: &geo::LineString<f64>,
) -> Result<bool, ApiError> {
    let mut points: Vec<(f64, f64)> = line
        .coords()
        .map(|at| address.local(project(Position { lat: at.y, lon: at.x })))
        .map(|(x, y)| (x.round(), y.round()))
        .collect();
    points.dedup();
    if points.first() == points.last() {
        points.pop();
    }
    if points.len() < 3 {
        return Ok(false);
    }
    for (x, y) in points {
        encoder.add_point(x, y)?;
    }
    encoder.complete_geom()?;
    Ok(true)
}

/// Counts objects in a grid over the tile; a cell is its square, so that no two lie over each other.
fn cells(
    register: &RegisterIndex,
    index: &TileIndex,
    address: TileAddress,
) -> Result<Option<Vec<u8>>, ApiError> {
    let mut found: BTreeMap<(u32, u32), Cell> = BTreeMap::new();
    let size = f64::from(EXTENT / CELLS);
    for spot in index.inside(address.window(0.0)) {
        let (x, y) = address.local(spot.at);
        // Inside the window both are from 0 to the extent.
        let cell = found.entry(((y / size) as u32, (x / size) as u32)).or_default();
        cell.count += 1;
        *cell.by_category.entry(register.rows()[spot.row as usize].category()).or_default() += 1;
    }
    if found.is_empty() {
        return Ok(None);
    }
    let mut tile = Tile::new(EXTENT);
    let mut layer = tile.create_layer("cells");
    for ((row, column), cell) in &found {
        let mut feature = layer.into_feature(square(*row, *column, size)?);
        feature.add_tag_uint("count", u64::from(cell.count));
        for (category, count) in &cell.by_category {
            feature.add_tag_uint(category.code(), u64::from(*count));
        }
        layer = feature.into_layer();
    }
    tile.add_layer(layer)?;
    packed(&tile).map(Some)
}

/// Draws a cell clockwise on the screen, as the outer ring of a polygon goes.
fn square(row: u32, column: u32, size: f64) -> Result<GeomData, ApiError> {
    let (west, north) = (f64::from(column) * size, f64::from(row) * size);
    let (east, south) = (west + size, north + size);
    let mut encoder = GeomEncoder::new(GeomType::Polygon);
    for (x, y) in [(west, north), (east, north), (east, south), (west, south)] {
        encoder.add_point(x, y)?;
    }
    Ok(encoder.encode()?)
}

#[derive(Default)]
struct Cell {
    count: u32,
    by_category: BTreeMap<RiskCategory, u32>,
}

fn packed(tile: &Tile) -> Result<Vec<u8>, ApiError> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(&tile.to_bytes()?)?;
    Ok(encoder.finish()?)
}
