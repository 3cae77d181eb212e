//! A day in a city: objects with windows, districts and skills, inspectors who start from offices.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use super::fault;
use crate::PlannerError;
use crate::routing::{Crew, Found, Item, Problem, Row, SearchSettings, Watch, Ways, search};

const EARTH_RADIUS_M: f64 = 6_371_000.0;
/// The real way's length over the great circle's.
const DETOUR: f64 = 1.35;
const METRES_PER_SECOND: f64 = 25.0 / 3.6;
/// Seconds added to each way: parking.
const EXTRA: f64 = 180.0;
/// Seconds in ten days: times beyond are no times of a day.
const LATEST: i64 = 864_000;
const LARGEST_PRIZE: i64 = 1_000_000;

/// Is a file: who is there and what is to be done.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct City {
    /// Latitude and longitude of the offices, degrees.
    pub offices: Vec<[f64; 2]>,
    /// What may be visited.
    pub objects: Vec<Object>,
    /// Who visits.
    pub inspectors: Vec<Inspector>,
}

/// Is one object.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Object {
    /// Its number.
    pub id: u64,
    /// Degrees.
    pub lat: f64,
    /// Degrees.
    pub lon: f64,
    /// Its district.
    pub okrug: u32,
    /// Category, 0 is extremely high.
    pub cat: u32,
    /// Worth of a visit.
    pub prize: i64,
    /// Seconds of service.
    pub service: i64,
    /// Earliest and latest start of service, seconds after midnight.
    pub tw: [i64; 2],
    /// The skill needed; 0 is none.
    pub skill: u32,
}

/// Is one inspector.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Inspector {
    /// The number.
    pub id: u64,
    /// Districts served.
    pub okrug: Vec<u32>,
    /// Skills.
    pub skills: Vec<u32>,
    /// Start of the shift, seconds after midnight.
    pub start: i64,
    /// End of the shift.
    pub end: i64,
    /// Index of the office.
    pub office: usize,
}

/// Is a solution.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CityAnswer {
    /// Sum of prizes.
    pub score: i64,
    /// Routes with visits, by inspector.
    pub routes: Vec<CityRoute>,
    /// Iterations done: with the same seed and cooling they replay the answer.
    pub iterations: u64,
    /// Iterations for which the cooling was made.
    pub cooling: u64,
}

/// Is one inspector's route.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CityRoute {
    /// Number of the inspector.
    pub inspector: u64,
    /// Visits in order.
    pub stops: Vec<CityStop>,
}

/// Is one visit.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CityStop {
    /// Number of the object.
    pub object: u64,
    /// Start of service, seconds after midnight.
    pub start: i64,
}

impl City {
    /// Reads a file.
    ///
    /// # Errors
    /// [`PlannerError::Benchmark`] when it is no JSON of the form, or names places and times that there are not.
    pub fn parse(text: &str) -> Result<Self, PlannerError> {
        let city: Self = serde_json::from_str(text.trim_start_matches('\u{feff}'))
            .map_err(|error| fault(error.line(), error.to_string()))?;
        match city.problem_of() {
            Some(problem) => Err(fault(1, problem)),
            None => Ok(city),
        }
    }

    fn problem_of(&self) -> Option<String> {
        let named = [
            ("object", doubled(self.objects.iter().map(|one| one.id))),
            ("inspector", doubled(self.inspectors.iter().map(|one| one.id))),
        ];
        if let Some((what, id)) = named.into_iter().find_map(|(what, id)| Some((what, id?))) {
            return Some(format!("{what} {id} comes twice"));
        }
        let is_place = |lat: f64, lon: f64| lat.abs() <= 90.0 && lon.abs() <= 360.0;
        let is_time = |time: &i64| (0..=LATEST).contains(time);
        if let Some(at) = self.offices.iter().position(|[lat, lon]| !is_place(*lat, *lon)) {
            return Some(format!("office {at} is at no place"));
        }
        let bad = self.objects.iter().find(|object| {
            let times = [object.service, object.tw[0], object.tw[1]];
            !is_place(object.lat, object.lon)
                || !times.iter().all(is_time)
                || !(0..=LARGEST_PRIZE).contains(&object.prize)
        });
        if let Some(object) = bad {
            return Some(format!("object {} has a place, time or prize out of range", object.id));
        }
        let bad = self.inspectors.iter().find(|inspector| {
            inspector.office >= self.offices.len() || !is_time(&inspector.start) || !is_time(&inspector.end)
        });
        bad.map(|inspector| format!("inspector {} has no office or a time out of range", inspector.id))
    }

    /// Makes the problem; item i is object i, crew i inspector i.
    pub fn problem(&self) -> Problem<CityWays> {
        let mut known: BTreeMap<(u32, u32), u32> = BTreeMap::new();
        let mut classes: Vec<Vec<u32>> = Vec::new();
        let mut items = Vec::with_capacity(self.objects.len());
        for object in &self.objects {
            let class = *known.entry((object.okrug, object.skill)).or_insert_with(|| {
                classes.push(self.able(object.okrug, object.skill));
                classes.len() as u32 - 1
            });
            let [open, close] = object.tw.map(|time| time as i32);
            items.push(Item { open, close, service: object.service as i32, profit: object.prize, class });
        }
        let first_office = self.objects.len();
        let crews = self.inspectors.iter().map(|inspector| Crew {
            base: (first_office + inspector.office) as u32,
            start: inspector.start as i32,
            end: inspector.end as i32,
            profile: 0,
        });
        let places =
            self.objects.iter().map(|object| [object.lat, object.lon]).chain(self.offices.iter().copied());
        // A degree of longitude is shorter than one of latitude: 0.56 is the cosine of Moscow's.
        let places = places.map(|[lat, lon]| [lat, 0.56 * lon]).collect();
        Problem::new(items, crews.collect(), classes, CityWays::new(self)).with_places(places)
    }

    fn able(&self, okrug: u32, skill: u32) -> Vec<u32> {
        let able = |inspector: &Inspector| {
            inspector.okrug.contains(&okrug) && (skill == 0 || inspector.skills.contains(&skill))
        };
        (0..).zip(&self.inspectors).filter(|(_, inspector)| able(inspector)).map(|(at, _)| at).collect()
    }

    /// Solves it. `watch` is called between iterations and may break.
    pub fn solve(&self, seed: u64, watch: &mut dyn Watch) -> CityAnswer {
        self.solve_with(&SearchSettings::many_crews(), seed, watch)
    }

    /// Solves it with other settings.
    pub fn solve_with(&self, settings: &SearchSettings, seed: u64, watch: &mut dyn Watch) -> CityAnswer {
        let problem = self.problem();
        let found = search(&problem, settings, seed, watch);
        self.answer(&problem, &found)
    }

    /// Writes an answer with the earliest times.
    pub fn answer(&self, problem: &Problem<CityWays>, found: &Found) -> CityAnswer {
        let routes = self.inspectors.iter().zip(&problem.crews).zip(&found.routes);
        let routes = routes.filter(|(_, route)| !route.is_empty());
        let routes = routes.map(|((inspector, crew), route)| CityRoute {
            inspector: inspector.id,
            stops: (problem.times(crew, route).zip(route))
                .map(|(start, item)| CityStop {
                    object: self.objects[*item as usize].id,
                    start: i64::from(start),
                })
                .collect(),
        });
        CityAnswer {
            score: found.profit,
            routes: routes.collect(),
            iterations: found.aim.stop,
            cooling: found.aim.cooling,
        }
    }
}

/// Returns the first number that comes again.
fn doubled(ids: impl Iterator<Item = u64>) -> Option<u64> {
    let mut seen = BTreeSet::new();
    ids.into_iter().find(|id| !seen.insert(*id))
}

/// Is the ways of a city, computed from points of the unit sphere: a square root instead of six trigonometric calls.
#[derive(Clone, Debug)]
pub struct CityWays {
    spots: Vec<[f64; 3]>,
}

impl CityWays {
    fn new(city: &City) -> Self {
        let objects = city.objects.iter().map(|object| [object.lat, object.lon]);
        let spots = objects.chain(city.offices.iter().copied()).map(|[lat, lon]| {
            let (lat, lon) = (lat.to_radians(), lon.to_radians());
            [lat.cos() * lon.cos(), lat.cos() * lon.sin(), lat.sin()]
        });
        Self { spots: spots.collect() }
    }
}

impl Ways for CityWays {
    type Row<'a> = CityRow<'a>;

    fn row(&self, _profile: u32, node: u32) -> CityRow<'_> {
        CityRow { spot: self.spots[node as usize], spots: &self.spots }
    }

    /// One more parking; rounding takes away less than two seconds.
    fn least_detour(&self) -> i32 {
        EXTRA as i32 - 2
    }
}

/// Is the ways of one node.
#[derive(Clone, Copy, Debug)]
pub struct CityRow<'a> {
    spot: [f64; 3],
    spots: &'a [[f64; 3]],
}

impl Row for CityRow<'_> {
    // The innermost call of the search; other crates' generic code would else call it from afar.
    #[inline]
    fn to(&self, other: u32) -> i32 {
        let [x, y, z] = self.spot;
        let [u, v, w] = self.spots[other as usize];
        let half = ((x - u) * (x - u) + (y - v) * (y - v) + (z - w) * (z - w)).sqrt() / 2.0;
        // Below some 130 km three terms of the arcsine's series are exact to the last bits.
        let arc = if half < 0.01 {
            let square = half * half;
            half * (1.0 + square * (1.0 / 6.0 + square * (3.0 / 40.0)))
        } else {
            half.min(1.0).asin()
        };
        whole(arc * (2.0 * EARTH_RADIUS_M * DETOUR / METRES_PER_SECOND) + EXTRA)
    }

    #[inline]
    fn from(&self, other: u32) -> i32 {
        self.to(other)
    }
}

/// Rounds a number that 32 bits hold: beyond two to the 52nd a double has no digits after the point, so that adding
/// as much leaves the whole number in its last bits. A cast with its guards takes twice as long.
#[inline]
fn whole(number: f64) -> i32 {
    const NO_DIGITS: f64 = 1.5 * (1_u64 << 52) as f64;
    (number + NO_DIGITS).to_bits() as i32
}
