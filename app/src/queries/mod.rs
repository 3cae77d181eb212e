//! Read models of the pages: what each page shows, assembled from the store, the methodology and the register in
//! memory. They are the contract's data and carry its schema, so that the shape of an answer has one home; they
//! word nothing beyond what the pack and `scoring` say. What is changed here is read, handed to its use-case, and
//! shown; only logging in and out is written here.

pub mod basis;
pub mod card;
pub mod catalogue;
pub mod category_history;
pub mod category_requests;
pub mod codes;
pub mod common;
pub mod day_changes;
pub mod decisions;
pub mod desk;
pub mod executors;
pub mod gate;
pub mod history;
mod later_plans;
mod left_out;
pub mod methodology;
pub mod orders;
pub mod oversight;
pub mod pack;
pub mod paging;
mod plan_changes;
mod plan_views;
pub mod plans;
pub mod policy;
pub mod register;
pub mod register_csv;
mod register_index;
pub mod rule_answers;
pub mod rule_histories;
pub mod second_looks;
mod sentences;
pub mod session;
pub mod shapes;
pub mod similar;
pub mod snoozes;
pub mod sources;
pub mod tables;
pub mod task_board;
pub mod task_starts;
pub mod tasks;
pub mod version_effects;
pub mod version_load;
pub mod version_questions;
pub mod versions;
mod whole_city;
mod words;
pub mod year;

use std::collections::BTreeSet;
use std::sync::Arc;

use dozor_domain::ObjectId;
use dozor_store::User;
use tokio::sync::Mutex;

use crate::dozor::Dozor;
use crate::error::AppError;
use register_index::Fingerprint;
pub use register_index::{RegisterEntry, RegisterIndex};
pub(crate) use words::needed;

/// Answers the pages over one installation; cheap to clone. It holds the register of the newest commit in memory.
#[derive(Clone)]
pub struct Queries {
    pub(crate) dozor: Dozor,
    held: Arc<Mutex<Option<Held>>>,
    city: Arc<whole_city::WholeCity>,
    cases: Arc<similar::HeldCases>,
}

struct Held {
    generation: i64,
    fingerprint: Fingerprint,
    register: Arc<RegisterIndex>,
}

impl Queries {
    /// Wraps an open installation.
    pub fn new(dozor: Dozor) -> Self {
        Self { dozor, held: Arc::default(), city: Arc::default(), cases: Arc::default() }
    }

    /// Returns the installation, for use-cases.
    pub fn dozor(&self) -> &Dozor {
        &self.dozor
    }

    /// Returns the objects that are sealed to a user.
    ///
    /// # Errors
    /// The store's.
    pub async fn sealed_to(&self, user: &User) -> Result<BTreeSet<ObjectId>, AppError> {
        self.dozor.sealed_to(user).await
    }

    /// Refuses an object that is sealed to a user.
    ///
    /// # Errors
    /// [`AppError::SecondLookWaits`]; the store's.
    pub async fn expect_unsealed(&self, user: &User, object: ObjectId) -> Result<(), AppError> {
        self.dozor.expect_unsealed(user, object).await
    }

    /// Returns the register as of the newest commit. Most commits do not touch it: then the one in memory stands.
    ///
    /// # Errors
    /// The store's.
    pub async fn register(&self) -> Result<Arc<RegisterIndex>, AppError> {
        let generation = self.dozor.store.generation().await?;
        let mut held = self.held.lock().await;
        if let Some(known) = held.as_ref().filter(|known| known.generation == generation) {
            return Ok(Arc::clone(&known.register));
        }
        let fingerprint = self.fingerprint().await?;
        let register = match held.take() {
            Some(known) if known.fingerprint == fingerprint => known.register,
            // Sixty signs in ten minutes are decided while others page: only what a decision moves is read again.
            Some(known) if known.fingerprint.but_for_desk(&fingerprint) => {
                Arc::new(self.with_open_signs(&known.register, fingerprint.number()).await?)
            }
            Some(known) if known.fingerprint.same_objects(&fingerprint) => {
                Arc::new(self.rebuilt(known.register.objects(), fingerprint.number()).await?)
            }
            Some(_) | None => {
                let objects = Arc::new(self.registry().await?);
                Arc::new(self.rebuilt(objects, fingerprint.number()).await?)
            }
        };
        *held = Some(Held { generation, fingerprint, register: Arc::clone(&register) });
        Ok(register)
    }
}
