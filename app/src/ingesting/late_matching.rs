//! What came before its register: records that found no object wait, and are matched again when a register brings
//! objects; objects that came before the map of territories get theirs. The order in which files arrive is left no trace
//! in what belongs to what; tables that were named before do not see it.

use std::sync::Arc;

use dozor_domain::{Bounds, ObjectRow, ValidGeometry};
use dozor_ingest::{MatchOutcome, MatchQuery, MatchSpec, ObjectIndex, SourceSpec, TerritoryIndex};
use dozor_store::{GeometryUse, WaitingRecord};

use crate::dozor::{Dozor, blocking};
use crate::error::AppError;
use crate::progress::Progress;
use crate::scoring_run::ROWS_A_TRANSACTION;

impl Dozor {
    /// Matches what waited for a delivery of this source; returns notes on what was found. A call that was cut short
    /// goes on: what was matched waits no longer.
    pub(crate) async fn match_what_waited(
        &self,
        spec: &SourceSpec,
        progress: &dyn Progress,
    ) -> Result<Vec<String>, AppError> {
        let mut notes = Vec::new();
        if self.methodology.manifest.territory_source.as_ref() == Some(&spec.name) {
            let found = self.place_objects(&spec.name).await?;
            notes.extend(
                (found > 0).then(|| format!("{found} objects that came before now have a territory")),
            );
        }
        if !spec.is_registry() {
            return Ok(notes);
        }
        for other in self.methodology.sources.values() {
            let rule = other.matching.as_ref().filter(|rule| rule.registries.contains(&spec.name));
            let Some(rule) = rule else { continue };
            let found = self.match_waiting(&other.name, rule, progress).await?;
            notes.extend((found > 0).then(|| {
                format!("{found} records of `{}` that came before have found their objects", other.name)
            }));
        }
        Ok(notes)
    }

    /// Matches once more what a delivery left waiting, where another command moved a register while it was stored.
    /// Whichever of the two stores its last row later sees all rows of the other here or in [`Dozor::match_what_waited`].
    pub(crate) async fn match_beside(
        &self,
        spec: &SourceSpec,
        used: &Arc<ObjectIndex>,
        progress: &dyn Progress,
    ) -> Result<Option<String>, AppError> {
        let Some(rule) = &spec.matching else { return Ok(None) };
        if Arc::ptr_eq(used, &self.object_index().await?) {
            return Ok(None);
        }
        let found = self.match_waiting(&spec.name, rule, progress).await?;
        Ok((found > 0).then(|| {
            format!("{found} records of `{}` found objects that came while they were stored", spec.name)
        }))
    }

    async fn match_waiting(
        &self,
        source: &str,
        rule: &MatchSpec,
        progress: &dyn Progress,
    ) -> Result<u64, AppError> {
        let limit = i64::try_from(ROWS_A_TRANSACTION).unwrap_or(i64::MAX);
        let (mut found, mut last) = (0, None);
        loop {
            let page = self.store.waiting_records(source, last, limit).await?;
            let Some(end) = page.last() else { return Ok(found) };
            if last.is_none() {
                progress.stage(&format!("match what waited in {source}"), None);
            }
            last = Some(end.record);
            found += self.match_page(page, rule).await?;
        }
    }

    /// Matches a page of waiting records in one transaction; returns how many found their object.
    async fn match_page(&self, page: Vec<WaitingRecord>, rule: &MatchSpec) -> Result<u64, AppError> {
        let (index, rule) = (self.object_index().await?, rule.clone());
        let outcomes = blocking("the matching of what waited", move || {
            let outcome = |one: &WaitingRecord| (one.record, look_up(&index, &rule, one));
            page.iter().map(outcome).collect::<Vec<_>>()
        })
        .await?;
        let mut found = 0;
        let outcomes: Vec<_> =
            outcomes.into_iter().filter(|(_, outcome)| !matches!(outcome, MatchOutcome::NotFound)).collect();
        if outcomes.is_empty() {
            return Ok(0);
        }
        let mut tx = self.store.begin().await?;
        let place = tx.take_late_place().await?;
        for (record, outcome) in outcomes {
            match outcome {
                MatchOutcome::Matched(matched) => {
                    found += u64::from(tx.match_waiting(record, &matched, place).await?);
                }
                MatchOutcome::Ambiguous(options) => {
                    tx.doubt_waiting(record, &options, place).await?;
                }
                MatchOutcome::NotFound => {}
            }
        }
        tx.commit().await?;
        Ok(found)
    }

    /// Gives objects without a territory the one they lie in; returns how many there were.
    async fn place_objects(&self, source: &str) -> Result<usize, AppError> {
        let areas = self.territory_areas(source).await?;
        let objects = self.store.load_objects(GeometryUse::Skip).await?;
        let placed = blocking("the territories of objects", move || {
            let index = TerritoryIndex::build(areas);
            let rows = objects.rows().iter().filter(|row| row.territory.is_none());
            let place = |row: &ObjectRow| {
                let code = index.code_of(row.position?)?;
                Some((row.id, code.to_owned()))
            };
            rows.filter_map(place).collect::<Vec<_>>()
        })
        .await?;
        for chunk in placed.chunks(ROWS_A_TRANSACTION) {
            let mut tx = self.store.begin().await?;
            for (object, territory) in chunk {
                tx.set_territory(*object, territory).await?;
            }
            tx.commit().await?;
        }
        Ok(placed.len())
    }
}

/// Tries a waiting record as it was tried when it came: by its shape, else by its point.
fn look_up(index: &ObjectIndex, rule: &MatchSpec, one: &WaitingRecord) -> MatchOutcome {
    let point = || one.position.and_then(|at| ValidGeometry::point(at, &Bounds::EARTH).ok()).map(Arc::new);
    let geometry = one.geometry.clone().or_else(point);
    index.find(rule, MatchQuery { key: one.match_key.as_deref(), geometry: geometry.as_deref() })
}
