//! Points in square cells of degrees, so that what lies around a point is found without a look at the whole city.
//! Cells count from latitude and longitude 0: no record moves the cell of another.

use std::ops::RangeInclusive;

use dozor_domain::Position;

/// Is a point with its cell; sorted by cell, then by row.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct GridPoint {
    line: i32,
    column: i32,
    pub(crate) row: u32,
    pub(crate) position: Position,
}

/// Holds the points of a source in the order of their cells.
#[derive(Clone, Debug, Default)]
pub(crate) struct Grid {
    cell_degrees: f64,
    points: Vec<GridPoint>,
    /// Day and place of each point, sorted by day; empty in a filtered grid.
    by_day: Vec<(i32, u32)>,
}

impl Grid {
    /// Sorts points into cells of so many degrees; `day` gives the day of a row.
    pub(crate) fn new(
        cell_degrees: f64,
        points: impl Iterator<Item = (u32, Position)>,
        day: impl Fn(usize) -> i32,
    ) -> Self {
        let mut points: Vec<GridPoint> = points
            .map(|(row, position)| GridPoint {
                line: cell(position.lat, cell_degrees),
                column: cell(position.lon, cell_degrees),
                row,
                position,
            })
            .collect();
        points.sort_unstable_by_key(|point| (point.line, point.column, point.row));
        let places = points.iter().zip(0_u32..);
        let mut by_day: Vec<(i32, u32)> =
            places.map(|(point, place)| (day(point.row as usize), place)).collect();
        by_day.sort_unstable();
        Self { cell_degrees, points, by_day }
    }

    /// Returns the grid of those points of some days that `keep` holds for; the order stays.
    pub(crate) fn filtered(&self, days: RangeInclusive<i32>, mut keep: impl FnMut(usize) -> bool) -> Self {
        let first = self.by_day.partition_point(|(day, _)| day < days.start());
        let last = self.by_day.partition_point(|(day, _)| day <= days.end());
        // A bit for each point brings those that are kept back into the order of cells without sorting them.
        let mut kept = vec![0_u64; self.points.len().div_ceil(64)];
        let mut count = 0;
        for &(_, place) in self.by_day.get(first..last).unwrap_or_default() {
            let place = place as usize;
            if keep(self.points[place].row as usize) {
                kept[place / 64] |= 1 << (place % 64);
                count += 1;
            }
        }
        let mut points = Vec::with_capacity(count);
        for (word, bits) in kept.into_iter().enumerate() {
            let mut rest = bits;
            while rest != 0 {
                points.push(self.points[word * 64 + rest.trailing_zeros() as usize]);
                rest &= rest - 1;
            }
        }
        Self { cell_degrees: self.cell_degrees, points, by_day: Vec::new() }
    }

    pub(crate) fn len(&self) -> usize {
        self.points.len()
    }

    /// Visits all points within a rectangle around `centre`, and some around it, by line, column and row.
    pub(crate) fn around(
        &self,
        centre: Position,
        (lat_degrees, lon_degrees): (f64, f64),
        mut visit: impl FnMut(&GridPoint),
    ) {
        let lines = cell(centre.lat - lat_degrees, self.cell_degrees)
            ..=cell(centre.lat + lat_degrees, self.cell_degrees);
        let west = cell(centre.lon - lon_degrees, self.cell_degrees);
        let east = cell(centre.lon + lon_degrees, self.cell_degrees);
        let mut rest = self.points.as_slice();
        for line in lines {
            rest = &rest[rest.partition_point(|point| (point.line, point.column) < (line, west))..];
            for point in rest.iter().take_while(|point| point.line == line && point.column <= east) {
                visit(point);
            }
        }
    }
}

#[expect(clippy::cast_possible_truncation, reason = "degrees over a cell of some metres stay far below 2^31")]
fn cell(degrees: f64, cell_degrees: f64) -> i32 {
    (degrees / cell_degrees).floor() as i32
}
