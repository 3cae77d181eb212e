//! GeoJSON geometry, written straight from checked shapes.
#![expect(missing_docs, reason = "fields carry the names of RFC 7946")]

use dozor_domain::ValidGeometry;
use serde::Serialize;
use serde_json::{Value, json};
use utoipa::ToSchema;

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = GeometryType)]
pub enum GeometryType {
    Point,
    LineString,
    Polygon,
    MultiPoint,
    MultiLineString,
    MultiPolygon,
}

/// GeoJSON geometry, WGS 84.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Geometry {
    #[schema(inline)]
    pub r#type: GeometryType,
    /// As RFC 7946 says for the type.
    pub coordinates: Vec<Value>,
}

impl Geometry {
    /// Writes a shape; none for collections, which no source delivers.
    pub fn of(shape: &ValidGeometry) -> Option<Self> {
        let (r#type, coordinates) = match shape.shape() {
            geo::Geometry::Point(at) => (GeometryType::Point, vec![number(at.x()), number(at.y())]),
            geo::Geometry::LineString(line) => (GeometryType::LineString, positions(line)),
            geo::Geometry::Polygon(one) => (GeometryType::Polygon, rings(one)),
            geo::Geometry::MultiPoint(many) => (
                GeometryType::MultiPoint,
                many.iter().map(|at| json!([number(at.x()), number(at.y())])).collect(),
            ),
            geo::Geometry::MultiLineString(many) => (
                GeometryType::MultiLineString,
                many.iter().map(|line| Value::Array(positions(line))).collect(),
            ),
            geo::Geometry::MultiPolygon(many) => {
                (GeometryType::MultiPolygon, many.iter().map(|one| Value::Array(rings(one))).collect())
            }
            geo::Geometry::Rect(rect) => (GeometryType::Polygon, rings(&rect.to_polygon())),
            geo::Geometry::Triangle(triangle) => (GeometryType::Polygon, rings(&triangle.to_polygon())),
            geo::Geometry::Line(_) | geo::Geometry::GeometryCollection(_) => return None,
        };
        Some(Self { r#type, coordinates })
    }

    /// Reads stored bytes and writes the shape.
    pub(crate) fn of_wkb(bytes: &[u8]) -> Option<Self> {
        ValidGeometry::from_wkb(bytes).ok().and_then(|shape| Self::of(&shape))
    }
}

/// Keeps seven decimals of a degree: a centimetre, and a third of the bytes.
fn number(degrees: f64) -> Value {
    Value::from((degrees * 1e7).round() / 1e7)
}

fn positions(line: &geo::LineString<f64>) -> Vec<Value> {
    line.coords().map(|at| json!([number(at.x), number(at.y)])).collect()
}

fn rings(polygon: &geo::Polygon<f64>) -> Vec<Value> {
    std::iter::once(polygon.exterior())
        .chain(polygon.interiors())
        .map(|ring| Value::Array(positions(ring)))
        .collect()
}
