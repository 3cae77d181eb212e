//! Geometry that may be measured. `geo` panics on NaN and on degenerate rings, so only a [`ValidGeometry`]
//! may reach it. Coordinates are WGS 84 degrees, x = longitude, y = latitude; lengths and areas are
//! measured in a local plane of metres, never in Web Mercator.

use geo::{Area, BoundingRect, Centroid, CoordsIter, InteriorPoint, MapCoords, Validation};
use serde::{Deserialize, Serialize};
use thiserror::Error;

/// Mean Earth radius in metres (IUGG R1 rounded as the city benchmark does).
const EARTH_RADIUS_M: f64 = 6_371_000.0;
/// More vertices than any parcel or flight polygon needs; a larger one is an attack or a mistake.
const MAX_VERTICES: usize = 100_000;

/// Is a point on the Earth in degrees.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Position {
    /// Latitude in degrees, north positive.
    pub lat: f64,
    /// Longitude in degrees, east positive.
    pub lon: f64,
}

/// Returns the great-circle distance in metres (haversine formula).
pub fn great_circle_metres(a: Position, b: Position) -> f64 {
    let (lat_a, lat_b) = (a.lat.to_radians(), b.lat.to_radians());
    let half_lat = (lat_b - lat_a) / 2.0;
    let half_lon = (b.lon - a.lon).to_radians() / 2.0;
    let h = half_lat.sin().powi(2) + lat_a.cos() * lat_b.cos() * half_lon.sin().powi(2);
    2.0 * EARTH_RADIUS_M * h.sqrt().min(1.0).asin()
}

/// Is the rectangle of degrees in which a pack's geometry must lie.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(from = "[f64; 4]", into = "[f64; 4]")]
pub struct Bounds {
    /// Western longitude.
    pub west: f64,
    /// Southern latitude.
    pub south: f64,
    /// Eastern longitude.
    pub east: f64,
    /// Northern latitude.
    pub north: f64,
}

impl Bounds {
    /// The whole Earth.
    pub const EARTH: Self = Self { west: -180.0, south: -90.0, east: 180.0, north: 90.0 };

    /// Tells whether the point lies in the rectangle (a point with NaN does not).
    pub fn contains(&self, lon: f64, lat: f64) -> bool {
        (self.west..=self.east).contains(&lon) && (self.south..=self.north).contains(&lat)
    }
}

impl From<[f64; 4]> for Bounds {
    fn from([west, south, east, north]: [f64; 4]) -> Self {
        Self { west, south, east, north }
    }
}

impl From<Bounds> for [f64; 4] {
    fn from(b: Bounds) -> Self {
        [b.west, b.south, b.east, b.north]
    }
}

/// Says why a geometry was not accepted.
#[derive(Clone, Debug, PartialEq, Error)]
pub enum GeometryFault {
    /// There is no coordinate at all.
    #[error("the geometry is empty")]
    Empty,
    /// A coordinate is NaN or infinite.
    #[error("a coordinate is not a finite number")]
    NotFinite,
    /// A point lies outside the pack's bounds, but would lie inside with latitude and longitude swapped.
    #[error("the point {lon} {lat} lies outside the bounds and inside them with its axes swapped")]
    AxesSwapped {
        /// Longitude as given.
        lon: f64,
        /// Latitude as given.
        lat: f64,
    },
    /// A point lies outside the pack's bounds.
    #[error("the point {lon} {lat} lies outside the bounds of the pack")]
    OutsideBounds {
        /// Longitude as given.
        lon: f64,
        /// Latitude as given.
        lat: f64,
    },
    /// Rings cross themselves or are degenerate.
    #[error("the geometry is not valid: {0}")]
    Invalid(String),
    /// There are more vertices than allowed.
    #[error("the geometry has {0} vertices, more than 100000")]
    TooLarge(usize),
    /// The stored bytes are no WKB.
    #[error("the stored bytes are no geometry: {0}")]
    Wkb(String),
}

/// Is a geometry that is non-empty, finite, valid, in bounds and of a sane size.
#[derive(Clone, Debug, PartialEq)]
pub struct ValidGeometry {
    shape: geo::Geometry<f64>,
    centre: Position,
}

impl ValidGeometry {
    /// Checks a geometry once, at the boundary.
    ///
    /// # Errors
    /// The first fault found, in the order of [`GeometryFault`].
    pub fn new(shape: geo::Geometry<f64>, bounds: &Bounds) -> Result<Self, GeometryFault> {
        let mut count = 0;
        for coordinate in shape.coords_iter() {
            count += 1;
            if !(coordinate.x.is_finite() && coordinate.y.is_finite()) {
                return Err(GeometryFault::NotFinite);
            }
        }
        if count == 0 {
            return Err(GeometryFault::Empty);
        }
        if count > MAX_VERTICES {
            return Err(GeometryFault::TooLarge(count));
        }
        if let Some(out) = shape.coords_iter().find(|c| !bounds.contains(c.x, c.y)) {
            let (lon, lat) = (out.x, out.y);
            return Err(if bounds.contains(lat, lon) {
                GeometryFault::AxesSwapped { lon, lat }
            } else {
                GeometryFault::OutsideBounds { lon, lat }
            });
        }
        if !matches!(shape, geo::Geometry::Point(_))
            && let Err(fault) = shape.check_validation()
        {
            return Err(GeometryFault::Invalid(fault.to_string()));
        }
        let centre = shape
            .interior_point()
            .or_else(|| shape.centroid())
            .ok_or(GeometryFault::Empty)
            .map(|point| Position { lat: point.y(), lon: point.x() })?;
        Ok(Self { shape, centre })
    }

    /// Builds a point.
    ///
    /// # Errors
    /// As [`ValidGeometry::new`].
    pub fn point(position: Position, bounds: &Bounds) -> Result<Self, GeometryFault> {
        Self::new(geo::Geometry::Point(geo::Point::new(position.lon, position.lat)), bounds)
    }

    /// Returns the shape in degrees (x = longitude).
    pub fn shape(&self) -> &geo::Geometry<f64> {
        &self.shape
    }
    /// Tells whether the shape is one point: stored as a position, without bytes of its own.
    pub fn is_point(&self) -> bool {
        matches!(self.shape, geo::Geometry::Point(_))
    }
    /// Returns a point that lies in the shape: where to go, and what stands for the shape in densities.
    pub fn centre(&self) -> Position {
        self.centre
    }
    /// Returns the rectangle around the shape in degrees.
    pub fn bounds(&self) -> Bounds {
        let Position { lat, lon } = self.centre;
        match self.shape.bounding_rect() {
            Some(r) => Bounds { west: r.min().x, south: r.min().y, east: r.max().x, north: r.max().y },
            None => Bounds { west: lon, south: lat, east: lon, north: lat },
        }
    }
    /// Returns the area in square metres, in the local plane around the shape's own centre; 0 for points and lines.
    pub fn area_m2(&self) -> f64 {
        LocalMetres::around(self.centre).project(&self.shape).unsigned_area()
    }
    /// Returns little-endian WKB, the stored form.
    ///
    /// # Errors
    /// [`GeometryFault::Wkb`] when the writer refuses the shape.
    pub fn to_wkb(&self) -> Result<Vec<u8>, GeometryFault> {
        let mut bytes = Vec::new();
        wkb::writer::write_geometry(&mut bytes, &self.shape, &wkb::writer::WriteOptions::default())
            .map_err(|fault| GeometryFault::Wkb(fault.to_string()))?;
        Ok(bytes)
    }
    /// Reads the stored form back; it was valid when it was written, so it is checked against the whole Earth.
    ///
    /// # Errors
    /// [`GeometryFault::Wkb`] on foreign bytes, else as [`ValidGeometry::new`].
    pub fn from_wkb(bytes: &[u8]) -> Result<Self, GeometryFault> {
        use geo_traits::to_geo::ToGeoGeometry;
        let shape = wkb::reader::read_wkb(bytes)
            .map_err(|fault| GeometryFault::Wkb(fault.to_string()))?
            .try_to_geometry()
            .ok_or(GeometryFault::Empty)?;
        Self::new(shape, &Bounds::EARTH)
    }
}

/// Is a plane of metres that touches the Earth at one point: exact enough (< 0.1 %) within some 20 km.
#[derive(Clone, Copy, Debug)]
pub struct LocalMetres {
    origin: Position,
    metres_per_lon_degree: f64,
    metres_per_lat_degree: f64,
}

impl LocalMetres {
    /// Puts the plane's origin at `origin`.
    pub fn around(origin: Position) -> Self {
        let metres_per_lat_degree = EARTH_RADIUS_M.to_radians();
        Self {
            origin,
            metres_per_lon_degree: metres_per_lat_degree * origin.lat.to_radians().cos(),
            metres_per_lat_degree,
        }
    }
    /// Returns (east, north) in metres from the origin.
    pub fn offset(&self, position: Position) -> (f64, f64) {
        (
            (position.lon - self.origin.lon) * self.metres_per_lon_degree,
            (position.lat - self.origin.lat) * self.metres_per_lat_degree,
        )
    }
    /// Returns the position that lies `east` and `north` metres from the origin.
    pub fn position(&self, east: f64, north: f64) -> Position {
        Position {
            lat: self.origin.lat + north / self.metres_per_lat_degree,
            lon: self.origin.lon + east / self.metres_per_lon_degree,
        }
    }
    /// Returns the shape in metres from the origin (x east, y north).
    pub fn project(&self, shape: &geo::Geometry<f64>) -> geo::Geometry<f64> {
        shape.map_coords(|c| {
            let (x, y) = self.offset(Position { lat: c.y, lon: c.x });
            geo::Coord { x, y }
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MOSCOW: Bounds = Bounds { west: 36.8, south: 55.1, east: 38.0, north: 56.1 };

    fn square(lat: f64, lon: f64, side: f64) -> geo::Geometry<f64> {
        let plane = LocalMetres::around(Position { lat, lon });
        let corner = |e: f64, n: f64| {
            let p = plane.position(e, n);
            (p.lon, p.lat)
        };
        geo::Geometry::Polygon(geo::Polygon::new(
            geo::LineString::from(vec![
                corner(0.0, 0.0),
                corner(side, 0.0),
                corner(side, side),
                corner(0.0, side),
            ]),
            vec![],
        ))
    }

    #[test]
    fn area_of_a_hundred_metre_square() {
        let shape = ValidGeometry::new(square(55.75, 37.6, 100.0), &MOSCOW).unwrap();
        assert!((shape.area_m2() - 10_000.0).abs() < 5.0, "{}", shape.area_m2());
    }

    #[test]
    fn swapped_axes_nan_and_empty_are_told_apart() {
        let point = |lon, lat| ValidGeometry::point(Position { lat, lon }, &MOSCOW).unwrap_err();
        assert!(matches!(point(55.75, 37.6), GeometryFault::AxesSwapped { .. }));
        assert!(matches!(point(0.0, 0.0), GeometryFault::OutsideBounds { .. }));
        assert_eq!(point(f64::NAN, 55.7), GeometryFault::NotFinite);
        let empty = geo::Geometry::Polygon(geo::Polygon::new(geo::LineString::new(vec![]), vec![]));
        assert_eq!(ValidGeometry::new(empty, &MOSCOW), Err(GeometryFault::Empty));
    }

    #[test]
    fn wkb_round_trips_and_foreign_bytes_are_refused() {
        let shape = ValidGeometry::new(square(55.75, 37.6, 30.0), &MOSCOW).unwrap();
        assert_eq!(ValidGeometry::from_wkb(&shape.to_wkb().unwrap()).unwrap(), shape);
        assert!(ValidGeometry::from_wkb(b"\x01nonsense").is_err());
    }

    #[test]
    fn a_degree_of_latitude_is_111_km() {
        let d = great_circle_metres(Position { lat: 55.0, lon: 37.0 }, Position { lat: 56.0, lon: 37.0 });
        assert!((d - 111_194.9).abs() < 1.0, "{d}");
    }
}
