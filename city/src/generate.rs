//! The whole city, district by district and block by block: what is in memory is one block.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use dozor_domain::PackManifest;
use jiff::civil::Date;

use crate::blocks::{cells, quotas};
use crate::causes::conduct;
use crate::config::CityConfig;
use crate::days::Day;
use crate::districts::Land;
use crate::error::CityError;
use crate::objects::{Block, Thing, block};
use crate::observation::{Flight, sightings, timetable};
use crate::scene::Scene;
use crate::sheets::Sheets;
use crate::truth::Truth;
use crate::world::World;
use crate::{appeals, ground, history, observation, papers, second, staff, work};

/// Is what city is asked for.
#[derive(Clone, Copy, Debug)]
pub struct CityRequest {
    /// Objects of control, exactly.
    pub objects: u32,
    /// Seed: the same one gives the same bytes.
    pub seed: u64,
    /// The demo day; everything is dated before it.
    pub date: Date,
    /// Years of history before it.
    pub history_years: u8,
}

/// Is how far the work is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CityProgress {
    /// Objects written.
    pub objects_done: u64,
    /// Objects asked for.
    pub objects_total: u64,
}

/// Is one file written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SourceFile {
    /// Name of the source.
    pub source: String,
    /// Where it lies.
    pub path: PathBuf,
    /// Its rows.
    pub rows: u64,
}

/// Is what was made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Summary {
    /// Files in the order in which they are to be ingested: ground, registers, papers, work, people.
    pub files: Vec<SourceFile>,
    /// The hidden truth: no source.
    pub truth: PathBuf,
    /// Objects made.
    pub objects: u64,
    /// Objects by kind.
    pub objects_by_kind: BTreeMap<String, u64>,
}

/// Fewest and most objects: fewer leave rules without a case, more find no room on the ground.
const OBJECTS: std::ops::RangeInclusive<u32> = 200..=1_000_000;

/// Writes a city's source files and its hidden truth into a folder.
///
/// # Errors
/// [`CityError::Request`] when there is no such city, [`CityError::Inconsistent`] when the pack lacks a control kind,
/// [`CityError::Write`] when a file cannot be written.
pub fn generate(
    config: &CityConfig,
    manifest: &PackManifest,
    request: &CityRequest,
    out_dir: &Path,
    progress: &mut dyn FnMut(CityProgress),
) -> Result<Summary, CityError> {
    let refused =
        |problem: &str| CityError::Request { objects: request.objects, problem: problem.to_owned() };
    if !OBJECTS.contains(&request.objects) {
        return Err(refused("a city has 200 to 1,000,000 of them"));
    }
    if !(1..=10).contains(&request.history_years) {
        return Err(refused("its history has 1 to 10 years"));
    }
    let date = request.date;
    let today = Day::from_civil(i32::from(date.year()), i32::from(date.month()), i32::from(date.day()));
    let start = today.plus(-(f64::from(request.history_years) * 365.25) as i32);
    let world = World::new(config, manifest, request.seed, [start, today])?;
    let land = Land::new(config, world.seed);
    let mut sheets = Sheets::create(out_dir)?;
    ground::districts(&land, &mut sheets)?;
    let crews = staff::write(&world, &land, request.objects, &mut sheets)?;
    let mut city = City {
        world: &world,
        sheets,
        truth: Truth::create(out_dir)?,
        total: u64::from(request.objects),
        done: 0,
        by_kind: BTreeMap::new(),
    };
    city.build(&land, &crews, progress)?;
    if city.done < city.total {
        return Err(refused("there is no room for them on the ground of city.toml"));
    }
    Ok(Summary {
        files: city.sheets.finish()?,
        truth: city.truth.finish()?,
        objects: city.done,
        objects_by_kind: city.by_kind,
    })
}

struct City<'w> {
    world: &'w World<'w>,
    sheets: Sheets,
    truth: Truth,
    total: u64,
    done: u64,
    by_kind: BTreeMap<String, u64>,
}

impl City<'_> {
    fn build(
        &mut self,
        land: &Land,
        crews: &[Vec<String>],
        progress: &mut dyn FnMut(CityProgress),
    ) -> Result<(), CityError> {
        let area = &self.world.config.area;
        let cells: Vec<_> =
            land.districts.iter().map(|district| cells(land, district, area, self.world.seed)).collect();
        let quotas = quotas(&land.districts, &cells, self.total);
        // What one district has no room for goes to the next ones.
        let mut due = 0;
        for (((district, cells), quota), crew) in land.districts.iter().zip(&cells).zip(quotas).zip(crews) {
            due += quota;
            let flights = timetable(self.world, district);
            for (number, cell) in cells.iter().enumerate() {
                if self.done >= due {
                    break;
                }
                let Some(block) = block(self.world, district, cell, number as u32 + 1, self.done) else {
                    continue;
                };
                self.block(&block, due, &flights, crew)?;
                progress(CityProgress { objects_done: self.done, objects_total: self.total });
            }
        }
        Ok(())
    }

    /// Writes a block's ground and its objects as far as the district's quota goes.
    fn block(
        &mut self,
        block: &Block<'_>,
        due: u64,
        flights: &[Flight<'_>],
        crew: &[String],
    ) -> Result<(), CityError> {
        ground::zones(self.world, block, &mut self.sheets)?;
        for thing in &block.things {
            if self.done >= due {
                break;
            }
            self.thing(block, thing, flights, crew)?;
            self.done += 1;
            *self.by_kind.entry(thing.kind.code().to_owned()).or_default() += 1;
        }
        Ok(())
    }

    fn thing(
        &mut self,
        block: &Block<'_>,
        thing: &Thing,
        flights: &[Flight<'_>],
        crew: &[String],
    ) -> Result<(), CityError> {
        let world = self.world;
        let seen = sightings(world, thing, flights);
        let mut conduct = conduct(world, block, thing, &seen);
        let mut history = history::play(world, thing, &mut conduct);
        let written = appeals::draw(world, thing, &conduct);
        history.decisions.extend(appeals::repeated(world, thing, &conduct, &written));
        let scene = Scene { world, block, thing, flights, seen: &seen, conduct: &conduct, history: &history };
        ground::register(&scene, &mut self.sheets)?;
        papers::write(&scene, &mut self.sheets)?;
        observation::write(&scene, &mut self.sheets)?;
        appeals::write(&scene, &written, &mut self.sheets)?;
        work::write(&scene, crew, &mut self.sheets)?;
        second::write(&scene, crew, &mut self.sheets)?;
        self.truth.row(&scene)
    }
}
