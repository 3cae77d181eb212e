//! Team orienteering with time windows, in the format of KU Leuven: a header, a line without meaning, then a line a
//! point, `i x y service profit … open close`, the first being the depot.
//!
//! All decimals are kept as whole thousandths, so that no sum of ways depends on the order of its parts.

use serde::Serialize;

use super::fault;
use crate::PlannerError;
use crate::routing::{Crew, Item, Matrix, Problem, SearchSettings, Watch, search};

/// Thousandths in a unit of time or length.
const UNIT: i64 = 1000;
/// The largest number that a field may hold: sums of some ways still fit 32 bits of thousandths.
const LARGEST: f64 = 400_000.0;
/// The most points of a file: all ways between them are kept, 400 MB for so many.
const MOST_POINTS: usize = 10_000;

/// Is a file of points.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Toptw {
    depot: Point,
    points: Vec<Point>,
    /// Thousandths to which a way is truncated.
    step: i64,
}

/// Is a solution: the points of each route without the depot.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ToptwAnswer {
    /// Sum of profits.
    pub score: serde_json::Number,
    /// Points in order, by vehicle.
    pub routes: Vec<Vec<u32>>,
    /// Iterations done: with the same seed and cooling they replay the answer.
    pub iterations: u64,
    /// Iterations for which the cooling was made.
    pub cooling: u64,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Point {
    x: i64,
    y: i64,
    service: i64,
    profit: i64,
    open: i64,
    close: i64,
}

impl Toptw {
    /// Reads a file.
    ///
    /// # Errors
    /// [`PlannerError::Benchmark`] with the first line that is not of the format.
    pub fn parse(text: &str) -> Result<Self, PlannerError> {
        let mut lines = (1..).zip(text.lines());
        let (_, header) = lines.next().ok_or_else(|| fault(1, "the file is empty"))?;
        let mut header = header.split_whitespace();
        let count: Option<usize> = header.nth(2).and_then(|field| field.parse().ok());
        let count = count.ok_or_else(|| fault(1, "the header's third field is no number of points"))?;
        if count > MOST_POINTS {
            return Err(fault(
                1,
                format!("{count} points are announced, a file holds {MOST_POINTS} at most"),
            ));
        }
        // Files with several days in the fourth field (those after Cordeau) truncate ways to hundredths, all others
        // (those after Solomon) to tenths.
        let days: u32 = header.next().and_then(|field| field.parse().ok()).unwrap_or(1);
        let step = if days > 1 { UNIT / 100 } else { UNIT / 10 };
        let mut points = Vec::new();
        for (line, text) in lines.skip(1).filter(|(_, text)| !text.trim().is_empty()) {
            points.push(Point::parse(text, points.len()).map_err(|problem| fault(line, problem))?);
        }
        let Some((depot, points)) = points.split_first() else {
            return Err(fault(3, "the depot is missing"));
        };
        if points.len() != count {
            return Err(fault(1, format!("{count} points are announced, {} follow the depot", points.len())));
        }
        Ok(Self { depot: *depot, points: points.to_vec(), step })
    }

    /// Makes the problem of so many vehicles; item i is point i + 1.
    pub fn problem(&self, vehicles: u32) -> Problem<Matrix> {
        let items = self.points.iter().map(|point| Item {
            open: point.open as i32,
            close: point.close as i32,
            service: point.service as i32,
            profit: point.profit,
            class: 0,
        });
        let base = self.points.len() as u32;
        let (start, end) = (self.depot.open as i32, self.depot.close as i32);
        let crews = vec![Crew { base, start, end, profile: 0 }; vehicles as usize];
        let node = |at: usize| self.points.get(at).unwrap_or(&self.depot);
        let ways = Matrix::new(self.points.len() + 1, |from, to| self.way(node(from), node(to)));
        // Two ways lose less than two steps, and a whole root less than a thousandth.
        let ways = ways.with_least_detour((-2 * self.step) as i32 - 2);
        Problem::new(items.collect(), crews, vec![(0..vehicles).collect()], ways)
    }

    /// Solves it for so many vehicles. `watch` is called between iterations and may break.
    pub fn solve(&self, vehicles: u32, seed: u64, watch: &mut dyn Watch) -> ToptwAnswer {
        self.solve_with(vehicles, &SearchSettings::default(), seed, watch)
    }

    /// Solves it with other settings.
    pub fn solve_with(
        &self,
        vehicles: u32,
        settings: &SearchSettings,
        seed: u64,
        watch: &mut dyn Watch,
    ) -> ToptwAnswer {
        let found = search(&self.problem(vehicles), settings, seed, watch);
        let point = |item: &u32| item + 1;
        ToptwAnswer {
            score: score(found.profit),
            routes: found.routes.iter().map(|route| route.iter().map(point).collect()).collect(),
            iterations: found.aim.stop,
            cooling: found.aim.cooling,
        }
    }

    fn way(&self, from: &Point, to: &Point) -> i32 {
        let (dx, dy) = (from.x - to.x, from.y - to.y);
        ((dx * dx + dy * dy).isqrt() / self.step * self.step) as i32
    }
}

/// Writes whole profits without a point.
fn score(thousandths: i64) -> serde_json::Number {
    let broken = || serde_json::Number::from_f64(thousandths as f64 / UNIT as f64);
    if thousandths % UNIT == 0 { None } else { broken() }.unwrap_or_else(|| (thousandths / UNIT).into())
}

impl Point {
    fn parse(text: &str, expected: usize) -> Result<Self, String> {
        let fields: Vec<&str> = text.split_whitespace().collect();
        let [number, x, y, service, profit, .., open, close] = fields[..] else {
            return Err(format!("a point has at least 7 fields, this one {}", fields.len()));
        };
        if number.parse() != Ok(expected) {
            return Err(format!("point {expected} is numbered «{number}»"));
        }
        let [x, y] = [thousandths(x)?, thousandths(y)?];
        let [service, profit, open, close] =
            [thousandths(service)?, thousandths(profit)?, thousandths(open)?, thousandths(close)?];
        if [service, profit, open, close].iter().any(|value| *value < 0) {
            return Err("a service, a profit or a window is negative".to_owned());
        }
        Ok(Self { x, y, service, profit, open, close })
    }
}

fn thousandths(field: &str) -> Result<i64, String> {
    let value: f64 = field.parse().map_err(|_| format!("«{field}» is no number"))?;
    if value.is_nan() || value.abs() > LARGEST {
        return Err(format!("«{field}» is beyond ±{LARGEST}"));
    }
    Ok((value * UNIT as f64).round() as i64)
}
