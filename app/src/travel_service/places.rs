//! The places of a mode: every object with a position, and the base of everybody who moves so.

use dozor_domain::{InspectorDay, Position, TravelMode};
use dozor_planner::TravelPlace;
use dozor_store::GeometryUse;

use crate::dozor::Dozor;
use crate::error::AppError;

/// Is the places of one mode, objects first, each kind by key.
pub(super) struct Places {
    objects: Vec<(String, Option<String>)>,
    bases: Vec<InspectorDay>,
    pub(super) positions: Vec<Position>,
}

impl Places {
    /// Returns how many objects there are.
    pub(super) fn objects(&self) -> usize {
        self.objects.len()
    }

    /// Returns the name of a place.
    pub(super) fn name(&self, place: u32) -> Option<TravelPlace<'_>> {
        let place = place as usize;
        let object = self.objects.get(place).map(|(key, _)| TravelPlace::Object(key));
        let base = || self.bases.get(place.checked_sub(self.objects.len())?);
        object.or_else(|| base().map(|one| TravelPlace::Base(&one.key)))
    }

    /// Tells whether whoever starts at a base may visit an object.
    pub(super) fn serves(&self, base: usize, object: usize) -> bool {
        let base = base.checked_sub(self.objects.len()).and_then(|base| self.bases.get(base));
        let (Some(base), Some((_, territory))) = (base, self.objects.get(object)) else { return false };
        let is_own = |code: &String| base.territories.contains(code);
        base.territories.is_empty() || territory.as_ref().is_some_and(is_own)
    }
}

impl Dozor {
    pub(super) async fn places_of(&self, mode: TravelMode) -> Result<Places, AppError> {
        let is_finite = |at: &Position| at.lat.is_finite() && at.lon.is_finite();
        let stored = self.store.load_objects(GeometryUse::Skip).await?;
        let mut objects: Vec<(String, Option<String>, Position)> = stored
            .rows()
            .iter()
            .filter_map(|row| Some((row.key.clone(), row.territory.clone(), row.position.filter(is_finite)?)))
            .collect();
        objects.sort_by(|a, b| a.0.cmp(&b.0));
        objects.dedup_by(|a, b| a.0 == b.0);
        let mut bases = self.staff_or_nobody().await?;
        bases.retain(|one| one.mode == mode && is_finite(&one.base));
        let at_objects = objects.iter().map(|(_, _, at)| *at);
        let positions = at_objects.chain(bases.iter().map(|one| one.base)).collect();
        let objects = objects.into_iter().map(|(key, territory, _)| (key, territory)).collect();
        Ok(Places { objects, bases, positions })
    }
}
