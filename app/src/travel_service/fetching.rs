//! `travel-times fetch`: asks a table service block by block and writes what it says as a file to be imported.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use dozor_domain::{Position, TravelMode, hex, sha256};
use dozor_planner::travel_times_csv;
use serde::Serialize;

use super::blocks::{Block, Wanted};
use super::client::{Client, Patience, ServiceKind};
use super::places::Places;
use crate::dozor::{Dozor, blocking};
use crate::error::AppError;
use crate::exporting::{expect_writable, write_whole};
use crate::progress::Progress;

/// Is what is asked of which service.
#[derive(Clone, Debug)]
pub struct FetchTravelTimes {
    /// Root of the service: `https://…`, or `http://` of this machine.
    pub service: String,
    /// How it is spoken to.
    pub kind: ServiceKind,
    /// The mode.
    pub mode: TravelMode,
    /// Name of the mode there; none = the usual one.
    pub profile: Option<String>,
    /// So many nearest objects are asked for from each object.
    pub near: usize,
    /// Longest wait for one answer.
    pub timeout: Duration,
    /// Wait before a question is asked again; the second time twice as long.
    pub retry_wait: Duration,
    /// CSV to write.
    pub out: PathBuf,
}

/// Says what came.
#[derive(Clone, Debug, Serialize)]
pub struct FetchedTravelTimes {
    /// The mode.
    pub mode: TravelMode,
    /// The file.
    pub file: String,
    /// Its SHA-256: what a plan names.
    pub table: String,
    /// Objects with a position.
    pub objects: usize,
    /// Bases of those who move so.
    pub bases: usize,
    /// Ways that were asked for.
    pub pairs: usize,
    /// Ways that the file has.
    pub ways: usize,
    /// Ways for which the service knows none: they stay the great circle's.
    pub without_way: usize,
    /// Questions that were answered.
    pub requests: u64,
}

impl Dozor {
    /// Asks a table service for the ways between near objects, and between bases and the objects they serve, and writes
    /// them as a file. Nothing is imported.
    ///
    /// # Errors
    /// [`super::TravelServiceError`]; [`AppError::Write`] when the file can't be written; the store's.
    pub async fn fetch_travel_times(
        &self,
        call: FetchTravelTimes,
        progress: &dyn Progress,
    ) -> Result<FetchedTravelTimes, AppError> {
        let patience = Patience { timeout: call.timeout, retry_wait: call.retry_wait };
        let client = Client::new(&call.service, call.kind, (call.mode, call.profile.as_deref()), patience)?;
        expect_writable(&call.out)?;
        let places = Arc::new(self.places_of(call.mode).await?);
        let (near, asked) = (call.near, Arc::clone(&places));
        let chosen = blocking("near pairs", move || {
            let positions = &asked.positions;
            let serves = |base: usize, object: usize| asked.serves(base, object);
            let wanted = Wanted::new(positions, asked.objects(), near, serves)?;
            let blocks = wanted.blocks(positions, asked.objects());
            Ok::<_, AppError>((wanted, blocks))
        });
        let (wanted, blocks) = chosen.await??;
        progress.stage("travel times", Some(blocks.len() as u64));
        let mut fetched = Fetched { ways: Vec::new(), without_way: 0, requests: 0 };
        for block in blocks {
            let (client, places) = (client.clone(), Arc::clone(&places));
            let answered = blocking("the table service", move || {
                let at = |numbers: &[u32]| -> Vec<Position> {
                    numbers
                        .iter()
                        .filter_map(|place| places.positions.get(*place as usize).copied())
                        .collect()
                };
                client.table(&at(&block.sources), &at(&block.targets)).map(|answered| (block, answered))
            });
            let (block, answered) = answered.await??;
            fetched.requests += u64::from(answered.requests);
            fetched.take(&block, &answered.durations, &wanted);
            progress.advance(1);
        }
        written(call, (&places, wanted.pairs()), fetched).await
    }
}

/// Writes what came.
async fn written(
    call: FetchTravelTimes,
    (places, pairs): (&Arc<Places>, usize),
    mut fetched: Fetched,
) -> Result<FetchedTravelTimes, AppError> {
    let (named, out) = (Arc::clone(places), call.out.clone());
    let ways = fetched.ways.len();
    let write = blocking("the file of travel times", move || {
        fetched.ways.sort_unstable_by_key(|(from, to, _)| (*from, *to));
        let lines = fetched
            .ways
            .iter()
            .filter_map(|(from, to, seconds)| Some((named.name(*from)?, named.name(*to)?, seconds / 60.0)));
        let bytes = travel_times_csv(lines);
        let failed = |source| AppError::Write { path: out.display().to_string(), source };
        write_whole(&out, |file| file.write_all(&bytes).map_err(failed))?;
        Ok::<_, AppError>(hex(&sha256(&bytes)))
    });
    Ok(FetchedTravelTimes {
        table: write.await??,
        mode: call.mode,
        file: call.out.display().to_string(),
        objects: places.objects(),
        bases: places.positions.len() - places.objects(),
        pairs,
        ways,
        without_way: fetched.without_way,
        requests: fetched.requests,
    })
}

/// Collects what blocks answer.
struct Fetched {
    /// From, to, seconds.
    ways: Vec<(u32, u32, f64)>,
    without_way: usize,
    requests: u64,
}

impl Fetched {
    /// Takes what is wanted of a block.
    fn take(&mut self, block: &Block, durations: &[Vec<Option<f64>>], wanted: &Wanted) {
        for (from, row) in block.sources.iter().zip(durations) {
            for (to, seconds) in block.targets.iter().zip(row).filter(|(to, _)| wanted.has(*from, **to)) {
                match seconds {
                    Some(seconds) => self.ways.push((*from, *to, *seconds)),
                    None => self.without_way += 1,
                }
            }
        }
    }
}
