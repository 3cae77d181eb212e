//! Sealed objects: while a second look waits for somebody, no page tells him what the first one found. He is shown what
//! the look needs, without the verdict; everything else about the object is closed to him until he has given his own.

use std::collections::BTreeSet;

use dozor_domain::{Ground, ObjectId, Permission, SecondReading, UserId};
use dozor_store::{TaskFilter, TaskScope, User};

use crate::dozor::Dozor;
use crate::error::AppError;

impl Dozor {
    /// Returns the objects that are sealed to a user: those with a second reading that he may give, and those that he is to
    /// visit a second time.
    ///
    /// # Errors
    /// The store's.
    pub async fn sealed_to(&self, user: &User) -> Result<BTreeSet<ObjectId>, AppError> {
        let mut sealed: BTreeSet<ObjectId> = BTreeSet::new();
        if self.reads_signs(user) {
            let waiting = self.store.waiting_second_readings().await?;
            sealed.extend(waiting.iter().filter(|one| one.waits_for(user.id)).map(|one| one.object));
        }
        if let Some(staff) = &user.staff {
            let filter = TaskFilter {
                inspector: Some(staff.clone()),
                scope: TaskScope::Open,
                ..TaskFilter::default()
            };
            let tasks = self.store.tasks(&filter).await?.into_iter();
            let second = tasks.filter(|task| matches!(task.ground, Ground::SecondVisit { .. }));
            sealed.extend(second.map(|task| task.object));
        }
        Ok(sealed)
    }

    /// Refuses what is sealed to a user.
    ///
    /// # Errors
    /// [`AppError::SecondLookWaits`]; the store's.
    pub async fn expect_unsealed(&self, user: &User, object: ObjectId) -> Result<(), AppError> {
        match self.sealed_to(user).await?.contains(&object) {
            true => Err(AppError::SecondLookWaits { object: object.to_string() }),
            false => Ok(()),
        }
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
