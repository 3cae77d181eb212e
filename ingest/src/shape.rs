//! GeoJSON geometry to shapes. Every position is checked first: the conversions of the usual crates panic
//! on a position of one number.

use geo::{Coord, Geometry, LineString, MultiLineString, MultiPoint, MultiPolygon, Point, Polygon};
use serde::Deserialize;
use serde::de::{Deserializer, SeqAccess, Visitor};

/// Is the JSON of a geometry, whatever its type.
#[derive(Debug, Deserialize)]
pub(crate) struct GeometryText {
    #[serde(rename = "type")]
    kind: String,
    coordinates: Option<Nested>,
    geometries: Option<Vec<GeometryText>>,
}

/// Is a number or a list of such, as deep as the JSON reader allows (128).
#[derive(Debug)]
enum Nested {
    Number(f64),
    List(Vec<Nested>),
}

impl<'de> Deserialize<'de> for Nested {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct NestedVisitor;
        impl<'de> Visitor<'de> for NestedVisitor {
            type Value = Nested;
            fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str("a coordinate or a list of coordinates")
            }
            fn visit_f64<E>(self, number: f64) -> Result<Nested, E> {
                Ok(Nested::Number(number))
            }
            fn visit_i64<E>(self, number: i64) -> Result<Nested, E> {
                Ok(Nested::Number(number as f64))
            }
            fn visit_u64<E>(self, number: u64) -> Result<Nested, E> {
                Ok(Nested::Number(number as f64))
            }
            fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Nested, A::Error> {
                let mut list = Vec::new();
                while let Some(item) = items.next_element()? {
                    list.push(item);
                }
                Ok(Nested::List(list))
            }
        }
        deserializer.deserialize_any(NestedVisitor)
    }
}

impl Nested {
    fn list(&self) -> Result<&[Self], String> {
        match self {
            Self::List(list) => Ok(list),
            Self::Number(_) => Err("a list of coordinates is expected, not a number".to_owned()),
        }
    }

    /// Reads a position: two numbers, a third (height) and more are passed over.
    fn position(&self) -> Result<Coord<f64>, String> {
        match self.list()? {
            [Self::Number(x), Self::Number(y), ..] if x.is_finite() && y.is_finite() => {
                Ok(Coord { x: *x, y: *y })
            }
            _ => Err("a position has at least two finite numbers".to_owned()),
        }
    }

    fn line(&self, least: usize) -> Result<LineString<f64>, String> {
        let positions: Vec<Coord<f64>> = self.list()?.iter().map(Self::position).collect::<Result<_, _>>()?;
        if positions.len() < least {
            return Err(format!(
                "a line or ring has {} positions, at least {least} are needed",
                positions.len()
            ));
        }
        Ok(LineString::new(positions))
    }

    /// Reads a polygon; rings are closed where they are not, their winding is not looked at.
    fn polygon(&self) -> Result<Polygon<f64>, String> {
        let mut rings = self.list()?.iter().map(|ring| ring.line(3));
        let outer = rings.next().ok_or("a polygon has no ring")??;
        Ok(Polygon::new(outer, rings.collect::<Result<_, _>>()?))
    }
}

impl GeometryText {
    /// Converts to a shape, or says what is wrong in a sentence.
    pub(crate) fn shape(&self) -> Result<Geometry<f64>, String> {
        if self.kind == "GeometryCollection" {
            let parts = self.geometries.as_ref().ok_or("a GeometryCollection has no geometries")?;
            let shapes = parts.iter().map(Self::shape).collect::<Result<Vec<_>, _>>()?;
            return Ok(Geometry::GeometryCollection(geo::GeometryCollection::from(shapes)));
        }
        let nested = self.coordinates.as_ref().ok_or("the geometry has no coordinates")?;
        let several = |what: &'static str| match nested.list() {
            Ok([]) => Err(format!("the {what} is empty")),
            list => list,
        };
        Ok(match self.kind.as_str() {
            "Point" => Geometry::Point(Point(nested.position()?)),
            "LineString" => Geometry::LineString(nested.line(2)?),
            "Polygon" => Geometry::Polygon(nested.polygon()?),
            "MultiPoint" => {
                let points = several("MultiPoint")?.iter().map(|point| point.position().map(Point));
                Geometry::MultiPoint(MultiPoint::new(points.collect::<Result<_, _>>()?))
            }
            "MultiLineString" => {
                let lines = several("MultiLineString")?.iter().map(|line| line.line(2));
                Geometry::MultiLineString(MultiLineString::new(lines.collect::<Result<_, _>>()?))
            }
            "MultiPolygon" => {
                let polygons = several("MultiPolygon")?.iter().map(Nested::polygon);
                Geometry::MultiPolygon(MultiPolygon::new(polygons.collect::<Result<_, _>>()?))
            }
            _ => return Err("the geometry is of no type that GeoJSON has".to_owned()),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(json: &str, expect: Result<&str, &str>) {
        let read: GeometryText = serde_json::from_str(json).unwrap();
        let kind =
            |shape: &Geometry<f64>| format!("{shape:?}").split('(').next().unwrap_or_default().to_owned();
        match (read.shape(), expect) {
            (Ok(shape), Ok(expect)) => assert!(kind(&shape).eq_ignore_ascii_case(expect), "{shape:?}"),
            (Err(problem), Err(expect)) => assert!(problem.contains(expect), "{problem}"),
            (other, _) => panic!("{other:?} for {json}"),
        }
    }

    #[test]
    fn odd_geometries_are_refused_in_words_and_never_panic() {
        check(r#"{"type":"Point","coordinates":[37.6,55.7,180.0]}"#, Ok("Point"));
        check(r#"{"type":"Point","coordinates":[37.6]}"#, Err("at least two"));
        check(r#"{"type":"LineString","coordinates":[[1],[2]]}"#, Err("at least two"));
        check(r#"{"type":"LineString","coordinates":[[1,2]]}"#, Err("positions"));
        check(r#"{"type":"Polygon","coordinates":[]}"#, Err("no ring"));
        check(r#"{"type":"Polygon","coordinates":[[]]}"#, Err("positions"));
        check(r#"{"type":"Polygon","coordinates":[[[0,0],[0,1],[1,1]]]}"#, Ok("Polygon"));
        check(r#"{"type":"MultiPolygon","coordinates":[]}"#, Err("empty"));
        check(r#"{"type":"MultiPolygon","coordinates":[[[[0,0],[0,1],[1,1],[0,0]]]]}"#, Ok("MultiPolygon"));
        check(r#"{"type":"Circle","coordinates":[0,0]}"#, Err("of no type"));
        check(r#"{"type":"Point"}"#, Err("no coordinates"));
    }
}
