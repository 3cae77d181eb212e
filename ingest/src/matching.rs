//! Which object a record belongs to: by key over registries, by point in polygon, by overlap, by nearness.
//! What fits several objects is ambiguous and attaches to none; deterministic for any order of objects.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use dozor_domain::{LocalMetres, MatchMethod, Matched, ObjectId, Position, ValidGeometry};
use geo::{Area, BooleanOps, Contains, Distance, Euclidean};
use rstar::primitives::{GeomWithData, Rectangle};
use rstar::{AABB, RTree};

use crate::spec::{MatchSpec, MatchWith};

/// Two objects whose distances differ by less than a phone's GPS error cannot be told apart by nearness.
const INDISTINCT_METRES: f64 = 5.0;
/// An object that covers less of a record than this is touched by inaccuracy, not meant.
const TOUCH_SHARE: f64 = 0.1;

/// Is one object as the index needs it.
#[derive(Clone, Debug)]
pub struct IndexedObject {
    /// Its id.
    pub id: ObjectId,
    /// The registry it comes from.
    pub source: String,
    /// Its key in that registry.
    pub key: String,
    /// Its shape.
    pub geometry: Option<Arc<ValidGeometry>>,
    /// Where it is, when it has no shape.
    pub position: Option<Position>,
}

/// Is what a record offers for matching.
#[derive(Clone, Copy, Debug, Default)]
pub struct MatchQuery<'a> {
    /// Key of the object.
    pub key: Option<&'a str>,
    /// Shape or point of the record.
    pub geometry: Option<&'a ValidGeometry>,
}

/// Says what was found.
#[derive(Clone, Debug, PartialEq)]
pub enum MatchOutcome {
    /// One object.
    Matched(Matched),
    /// Several that fit; sorted by id.
    Ambiguous(Vec<ObjectId>),
    /// None.
    NotFound,
}

type Entry = GeomWithData<Rectangle<[f64; 2]>, u32>;

#[derive(Debug, Default)]
struct Registry {
    keys: HashMap<String, ObjectId>,
    shapes: Vec<(ObjectId, Shape)>,
    tree: RTree<Entry>,
}

#[derive(Clone, Debug)]
enum Shape {
    Area(Arc<ValidGeometry>),
    Point(Position),
}

impl Shape {
    fn of(object: &IndexedObject) -> Option<Self> {
        match (&object.geometry, object.position) {
            (Some(geometry), _) => Some(Self::Area(Arc::clone(geometry))),
            (None, Some(position)) => Some(Self::Point(position)),
            (None, None) => None,
        }
    }

    fn envelope(&self) -> Rectangle<[f64; 2]> {
        match self {
            Self::Area(geometry) => {
                let b = geometry.bounds();
                Rectangle::from_corners([b.west, b.south], [b.east, b.north])
            }
            Self::Point(at) => Rectangle::from_corners([at.lon, at.lat], [at.lon, at.lat]),
        }
    }
}

/// Finds objects; built once per ingest from the objects that are held.
#[derive(Debug, Default)]
pub struct ObjectIndex {
    registries: BTreeMap<String, Registry>,
}

impl ObjectIndex {
    /// Builds the index. Of two objects with one key in one registry the smaller id is found.
    pub fn build(objects: impl IntoIterator<Item = IndexedObject>) -> Self {
        let mut registries: BTreeMap<String, Registry> = BTreeMap::new();
        for object in objects {
            let shape = Shape::of(&object);
            let registry = registries.entry(object.source).or_default();
            let held = registry.keys.entry(object.key).or_insert(object.id);
            *held = object.id.min(*held);
            registry.shapes.extend(shape.map(|shape| (object.id, shape)));
        }
        for registry in registries.values_mut() {
            let entries = registry.shapes.iter().zip(0_u32..);
            registry.tree =
                RTree::bulk_load(entries.map(|((_, s), at)| Entry::new(s.envelope(), at)).collect());
        }
        Self { registries }
    }

    /// Finds the object of a record. Ways are tried in the declared order; a way for which the record offers
    /// nothing is passed over. A key that is given and unknown ends the search: a wrong key is for its clerk to
    /// correct, not for geometry to guess.
    pub fn find(&self, spec: &MatchSpec, query: MatchQuery<'_>) -> MatchOutcome {
        for &with in &spec.by {
            let outcome = match (with, query.key, query.geometry) {
                (MatchWith::Key, Some(key), _) => return self.by_key(spec, key),
                (MatchWith::PointInPolygon, _, Some(geometry)) => self.by_point(spec, geometry.centre()),
                (MatchWith::Overlap, _, Some(geometry)) => self.by_overlap(spec, geometry),
                (MatchWith::Nearest, _, Some(geometry)) => self.by_nearness(spec, geometry.centre()),
                (MatchWith::Key, None, _) | (_, _, None) => MatchOutcome::NotFound,
            };
            if outcome != MatchOutcome::NotFound {
                return outcome;
            }
        }
        MatchOutcome::NotFound
    }

    fn registries<'a>(&'a self, spec: &'a MatchSpec) -> impl Iterator<Item = &'a Registry> {
        spec.registries.iter().filter_map(|name| self.registries.get(name))
    }

    fn by_key(&self, spec: &MatchSpec, key: &str) -> MatchOutcome {
        match self.registries(spec).find_map(|registry| registry.keys.get(key)) {
            Some(&object) => matched(object, MatchMethod::Key, 1.0),
            None => MatchOutcome::NotFound,
        }
    }

    fn by_point(&self, spec: &MatchSpec, at: Position) -> MatchOutcome {
        first_found(self.registries(spec).map(|registry| {
            let objects = registry.containing(at).collect();
            one_of(objects, |object| matched(object, MatchMethod::PointInPolygon, 1.0))
        }))
    }

    fn by_overlap(&self, spec: &MatchSpec, geometry: &ValidGeometry) -> MatchOutcome {
        first_found(self.registries(spec).map(|registry| {
            let shares = registry.overlapping(geometry);
            let enough: Vec<_> = shares.iter().filter(|(_, share)| *share >= spec.min_share).collect();
            match enough.as_slice() {
                [(object, share)] => matched(*object, MatchMethod::Overlap, *share),
                [] => several(
                    shares.iter().filter(|(_, s)| *s >= TOUCH_SHARE).map(|(object, _)| *object).collect(),
                ),
                _ => several(enough.iter().map(|(object, _)| *object).collect()),
            }
        }))
    }

    fn by_nearness(&self, spec: &MatchSpec, at: Position) -> MatchOutcome {
        let mut near: Vec<(f64, ObjectId)> =
            self.registries(spec).flat_map(|registry| registry.within(at, spec.max_metres)).collect();
        near.sort_unstable_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
        near.dedup_by_key(|(_, object)| *object);
        let Some(&(least, nearest)) = near.first() else { return MatchOutcome::NotFound };
        let alike: Vec<_> = near.iter().take_while(|(d, _)| *d < least + INDISTINCT_METRES).collect();
        if alike.len() > 1 {
            return several(alike.into_iter().map(|(_, object)| *object).collect());
        }
        // Sureness falls from 1 at the object to 1/2 at the greatest distance allowed.
        let confidence = 1.0 - 0.5 * least / spec.max_metres.max(f64::MIN_POSITIVE);
        matched(nearest, MatchMethod::Nearest, confidence)
    }
}

impl Registry {
    fn around(
        &self,
        west: f64,
        south: f64,
        east: f64,
        north: f64,
    ) -> impl Iterator<Item = &(ObjectId, Shape)> {
        self.tree
            .locate_in_envelope_intersecting(&AABB::from_corners([west, south], [east, north]))
            .filter_map(|entry| self.shapes.get(entry.data as usize))
    }

    fn containing(&self, at: Position) -> impl Iterator<Item = ObjectId> {
        let point = geo::Point::new(at.lon, at.lat);
        self.around(at.lon, at.lat, at.lon, at.lat)
            .filter(
                move |(_, shape)| matches!(shape, Shape::Area(geometry) if geometry.shape().contains(&point)),
            )
            .map(|(object, _)| *object)
    }

    /// Returns the share of the record's own area that each object covers, in the record's local plane.
    fn overlapping(&self, geometry: &ValidGeometry) -> Vec<(ObjectId, f64)> {
        let plane = LocalMetres::around(geometry.centre());
        let Some(record) = polygons(&plane.project(geometry.shape())) else { return Vec::new() };
        let area = record.unsigned_area();
        if area <= 0.0 {
            return Vec::new();
        }
        let bounds = geometry.bounds();
        let mut shares: Vec<(ObjectId, f64)> = self
            .around(bounds.west, bounds.south, bounds.east, bounds.north)
            .filter_map(|(object, shape)| match shape {
                Shape::Area(held) => Some((*object, polygons(&plane.project(held.shape()))?)),
                Shape::Point(_) => None,
            })
            .map(|(object, held)| (object, (held.intersection(&record).unsigned_area() / area).min(1.0)))
            .filter(|(_, share)| *share > 0.0)
            .collect();
        shares.sort_unstable_by_key(|(object, _)| *object);
        shares
    }

    fn within(&self, at: Position, metres: f64) -> Vec<(f64, ObjectId)> {
        let plane = LocalMetres::around(at);
        let (low, high) = (plane.position(-metres, -metres), plane.position(metres, metres));
        let origin = geo::Point::new(0.0, 0.0);
        self.around(low.lon, low.lat, high.lon, high.lat)
            .map(|(object, shape)| (distance(&plane, shape, &origin), *object))
            .filter(|(distance, _)| *distance <= metres)
            .collect()
    }
}

fn distance(plane: &LocalMetres, shape: &Shape, origin: &geo::Point<f64>) -> f64 {
    match shape {
        Shape::Area(geometry) => Euclidean.distance(&plane.project(geometry.shape()), origin),
        Shape::Point(position) => {
            let (east, north) = plane.offset(*position);
            east.hypot(north)
        }
    }
}

fn polygons(shape: &geo::Geometry<f64>) -> Option<geo::MultiPolygon<f64>> {
    match shape {
        geo::Geometry::Polygon(polygon) => Some(geo::MultiPolygon::new(vec![polygon.clone()])),
        geo::Geometry::MultiPolygon(polygons) => Some(polygons.clone()),
        geo::Geometry::Rect(rect) => Some(geo::MultiPolygon::new(vec![rect.to_polygon()])),
        geo::Geometry::Triangle(triangle) => Some(geo::MultiPolygon::new(vec![triangle.to_polygon()])),
        geo::Geometry::Point(_)
        | geo::Geometry::Line(_)
        | geo::Geometry::LineString(_)
        | geo::Geometry::MultiPoint(_)
        | geo::Geometry::MultiLineString(_)
        | geo::Geometry::GeometryCollection(_) => None,
    }
}

fn matched(object: ObjectId, method: MatchMethod, confidence: f64) -> MatchOutcome {
    MatchOutcome::Matched(Matched { object, method, confidence })
}

/// Returns the only object as found, several as ambiguous.
fn one_of(objects: Vec<ObjectId>, found: impl FnOnce(ObjectId) -> MatchOutcome) -> MatchOutcome {
    match objects.as_slice() {
        [object] => found(*object),
        _ => several(objects),
    }
}

/// Returns two and more objects as ambiguous; one alone did not fit well enough.
fn several(mut objects: Vec<ObjectId>) -> MatchOutcome {
    objects.sort_unstable();
    objects.dedup();
    if objects.len() < 2 { MatchOutcome::NotFound } else { MatchOutcome::Ambiguous(objects) }
}

fn first_found(outcomes: impl IntoIterator<Item = MatchOutcome>) -> MatchOutcome {
    outcomes.into_iter().find(|outcome| *outcome != MatchOutcome::NotFound).unwrap_or(MatchOutcome::NotFound)
}

/// Finds the territory of a point.
#[derive(Debug, Default)]
pub struct TerritoryIndex {
    codes: Vec<(String, Arc<ValidGeometry>)>,
    tree: RTree<Entry>,
}

impl TerritoryIndex {
    /// Builds the index from codes and areas; several areas may bear one code.
    pub fn build(areas: impl IntoIterator<Item = (String, Arc<ValidGeometry>)>) -> Self {
        let codes: Vec<_> = areas.into_iter().collect();
        let entries = codes.iter().zip(0_u32..);
        let tree = RTree::bulk_load(
            entries.map(|((_, g), at)| Entry::new(Shape::Area(Arc::clone(g)).envelope(), at)).collect(),
        );
        Self { codes, tree }
    }

    /// Returns the code of the area that holds the point; where areas overlap, the first code in order.
    pub fn code_of(&self, at: Position) -> Option<&str> {
        let point = geo::Point::new(at.lon, at.lat);
        self.tree
            .locate_in_envelope_intersecting(&AABB::from_point([at.lon, at.lat]))
            .filter_map(|entry| self.codes.get(entry.data as usize))
            .filter(|(_, geometry)| geometry.shape().contains(&point))
            .map(|(code, _)| code.as_str())
            .min()
    }
}
