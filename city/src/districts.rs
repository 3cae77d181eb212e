//! Districts: okrugs are sectors between rings, cut into rows of districts. Borders are noisy, but each border is
//! computed from its ring and degree alone, so that the polygons on both sides share their vertices: they tile.

use dozor_domain::{LocalMetres, Position};

use crate::config::CityConfig;
use crate::dice::Seed;
use crate::plane::Point;

/// Is one district.
#[derive(Clone, Debug)]
pub(crate) struct District {
    /// Code, e.g. `05-12`.
    pub(crate) code: String,
    /// Name.
    pub(crate) name: String,
    /// Name of its okrug.
    pub(crate) okrug: String,
    /// Number of the okrug in cadastral numbers.
    pub(crate) cadastral: u8,
    /// Number of the district in its okrug, from 1.
    pub(crate) number: u32,
    /// How densely its objects lie.
    pub(crate) density: f64,
    /// Border in metres from the city's centre.
    pub(crate) ring: Vec<Point>,
}

/// Is the whole city on one plane.
#[derive(Clone, Debug)]
pub(crate) struct Land {
    plane: LocalMetres,
    /// Districts in the order of `city.toml`.
    pub(crate) districts: Vec<District>,
}

impl Land {
    /// Draws the districts.
    pub(crate) fn new(config: &CityConfig, seed: Seed) -> Self {
        let [lat, lon] = config.area.centre;
        let border = Border { config, seed: seed.child("borders") };
        let mut districts = Vec::new();
        for okrug in &config.okrugs {
            let mut number = 0;
            for (rings, names) in okrug.rings.windows(2).zip(&okrug.districts) {
                let &[inner, outer] = rings else { continue };
                let [from, to] = okrug.angles;
                let cut = |index: usize| from + (to - from) * index as i32 / names.len().max(1) as i32;
                for (index, name) in names.iter().enumerate() {
                    number += 1;
                    districts.push(District {
                        code: format!("{:02}-{number:02}", okrug.cadastral),
                        name: name.clone(),
                        okrug: okrug.name.clone(),
                        cadastral: okrug.cadastral,
                        number,
                        density: okrug.density,
                        ring: border.around([inner, outer], [cut(index), cut(index + 1)]),
                    });
                }
            }
        }
        Self { plane: LocalMetres::around(Position { lat, lon }), districts }
    }

    /// Returns where a point of the city's plane lies.
    pub(crate) fn place(&self, point: Point) -> Position {
        self.plane.position(point[0], point[1])
    }
}

struct Border<'a> {
    config: &'a CityConfig,
    seed: Seed,
}

impl Border<'_> {
    /// Returns the point of a ring at a whole degree. Noise moves it along its ray only, so that rays stay straight
    /// and districts of unlike rows meet without gaps.
    fn at(&self, ring: f64, degree: i32) -> Point {
        let degree = degree.rem_euclid(360);
        let key = (ring * 1_000.0).round() as u64 * 360 + u64::from(degree.unsigned_abs());
        let noise = self.seed.item("vertex", key).dice().between([-1.0, 1.0]);
        let radius = ring * (1.0 + self.config.area.border_noise * noise);
        let (sin, cos) = f64::from(degree).to_radians().sin_cos();
        let [east, north] = self.config.area.axes_km;
        [radius * east * 1_000.0 * sin, radius * north * 1_000.0 * cos]
    }

    fn around(&self, [inner, outer]: [f64; 2], [from, to]: [i32; 2]) -> Vec<Point> {
        let mut ring: Vec<Point> = Vec::new();
        if inner > 0.0 {
            ring.extend((from..=to).map(|degree| self.at(inner, degree)));
        } else {
            ring.push([0.0, 0.0]);
        }
        ring.extend((from..=to).rev().map(|degree| self.at(outer, degree)));
        // Clockwise bearings: inner arc forward and outer arc back is counter-clockwise on the map.
        ring
    }
}
