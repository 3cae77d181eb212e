//! Sealed objects: while a second look waits for somebody, no page tells him what the first one found. He is shown what
//! the look needs, without the verdict; everything else about the object is closed to him until he has given his own. Whom
//! chance sends to an object is not told whether it is for the first time: all drawn visits are sealed and named alike.

use std::collections::{BTreeMap, BTreeSet};

use dozor_domain::{Ground, ObjectId, Permission, SecondReading, UserId};
use dozor_store::{TaskFilter, TaskScope, User};

use crate::dozor::Dozor;
use crate::error::AppError;

/// Says by what an object is sealed to somebody.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Seal {
    /// A sign of it that he is to read a second time.
    Reading,
    /// A visit to it on which chance sends him.
    Visit,
}

/// Tells whether chance alone sends an inspector to an object. A first visit and a second one are one thing here: who makes
/// it must not learn which it is.
pub(crate) fn is_sent_by_chance(ground: &Ground) -> bool {
    match ground {
        Ground::Drawn { .. } | Ground::SecondVisit { .. } => true,
        Ground::Sign { .. }
        | Ground::Frequency { .. }
        | Ground::PrescriptionOverdue { .. }
        | Ground::MandatoryVisit { .. }
        | Ground::Planned { .. }
        | Ground::Indicator { .. } => false,
    }
}

impl Dozor {
    /// Returns the objects that are sealed to a user: those with a second reading that he may give, and those to which chance
    /// sends him.
    ///
    /// # Errors
    /// The store's.
    pub async fn sealed_to(&self, user: &User) -> Result<BTreeSet<ObjectId>, AppError> {
        Ok(self.seals_of(user).await?.into_keys().collect())
    }

    /// Refuses what is sealed to a user.
    ///
    /// # Errors
    /// [`AppError::SecondLookWaits`], [`AppError::DrawnVisitWaits`]; the store's.
    pub async fn expect_unsealed(&self, user: &User, object: ObjectId) -> Result<(), AppError> {
        match self.seals_of(user).await?.get(&object) {
            Some(Seal::Reading) => Err(AppError::SecondLookWaits { object: object.to_string() }),
            Some(Seal::Visit) => Err(AppError::DrawnVisitWaits { object: object.to_string() }),
            None => Ok(()),
        }
    }

    /// Refuses what is sealed to a user because chance sends him there: not even a sign of it is shown to him.
    ///
    /// # Errors
    /// [`AppError::DrawnVisitWaits`]; the store's.
    pub(crate) async fn expect_no_drawn_visit(&self, user: &User, object: ObjectId) -> Result<(), AppError> {
        match self.drawn_visits_of(user).await?.contains(&object) {
            true => Err(AppError::DrawnVisitWaits { object: object.to_string() }),
            false => Ok(()),
        }
    }

    async fn seals_of(&self, user: &User) -> Result<BTreeMap<ObjectId, Seal>, AppError> {
        let mut seals: BTreeMap<ObjectId, Seal> = BTreeMap::new();
        if self.reads_signs(user) {
            let waiting = self.store.waiting_second_readings().await?.into_iter();
            seals.extend(waiting.filter(|one| one.waits_for(user.id)).map(|one| (one.object, Seal::Reading)));
        }
        seals.extend(self.drawn_visits_of(user).await?.into_iter().map(|object| (object, Seal::Visit)));
        Ok(seals)
    }

    async fn drawn_visits_of(&self, user: &User) -> Result<BTreeSet<ObjectId>, AppError> {
        let Some(staff) = &user.staff else { return Ok(BTreeSet::new()) };
        let filter =
            TaskFilter { inspector: Some(staff.clone()), scope: TaskScope::Open, ..TaskFilter::default() };
        let tasks = self.store.tasks(&filter).await?.into_iter();
        Ok(tasks.filter(|task| is_sent_by_chance(&task.ground)).map(|task| task.object).collect())
    }

    /// Returns the second readings of an object that wait for a user.
    pub(crate) async fn readings_that_wait(
        &self,
        object: ObjectId,
        user: UserId,
    ) -> Result<Vec<SecondReading>, AppError> {
        let waiting = self.store.waiting_second_readings().await?.into_iter();
        Ok(waiting.filter(|one| one.object == object && one.waits_for(user)).collect())
    }

    /// Tells whether a user decides signs, and so may read one a second time.
    pub(crate) fn reads_signs(&self, user: &User) -> bool {
        let roles = self.methodology.manifest.roles.iter();
        let mut roles = roles.filter(|role| role.code == user.role);
        roles.any(|role| role.permissions.contains(&Permission::DecideSigns))
    }
}
