//! Questions that read the whole city: backtest, findings, histories of rules, oversight, how the work
//! goes, the long-range plan. They are asked one at a time, and an answer is kept for as long as nothing was committed since
//! and the day is the same.

use std::any::Any;
use std::collections::BTreeMap;
use std::future::Future;
use std::sync::{Arc, Mutex, PoisonError};

use tokio::sync::Semaphore;

use crate::error::AppError;

/// Answers that are kept: an editor goes back and forth between a few versions.
const MOST_KEPT: usize = 16;

/// Names an answer: the commit it stands on, the question, the version, the methodology in force, the instant.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Asked {
    pub(super) generation: i64,
    pub(super) question: &'static str,
    pub(super) version: String,
    pub(super) in_force: String,
    pub(super) as_of: String,
}

/// Is an answer that is kept, of whatever type its question has.
type Kept = Arc<dyn Any + Send + Sync>;

/// Lets one such question run at a time, and keeps answers.
#[derive(Debug)]
pub(super) struct WholeCity {
    turn: Semaphore,
    kept: Mutex<BTreeMap<Asked, Kept>>,
}

impl Default for WholeCity {
    fn default() -> Self {
        Self { turn: Semaphore::new(1), kept: Mutex::default() }
    }
}

impl WholeCity {
    /// Returns the answer that is kept, or works it out.
    ///
    /// # Errors
    /// [`AppError::PortfolioBusy`] while another such question runs; those of the work.
    pub(super) async fn ask<T: Send + Sync + 'static>(
        &self,
        asked: Asked,
        work: impl Future<Output = Result<T, AppError>>,
    ) -> Result<Arc<T>, AppError> {
        if let Some(known) = self.known(&asked) {
            return Ok(known);
        }
        let Ok(_turn) = self.turn.try_acquire() else {
            return Err(AppError::PortfolioBusy { question: asked.question });
        };
        self.answer(asked, work).await
    }

    /// Answers a question as [`WholeCity::ask`] does, and waits for its turn: a link that somebody follows can't ask again.
    ///
    /// # Errors
    /// As the work; [`AppError::WorkerLost`] when the program ends.
    pub(super) async fn ask_in_turn<T: Send + Sync + 'static>(
        &self,
        asked: Asked,
        work: impl Future<Output = Result<T, AppError>>,
    ) -> Result<Arc<T>, AppError> {
        if let Some(known) = self.known(&asked) {
            return Ok(known);
        }
        let turn = self.turn.acquire().await;
        let _turn =
            turn.map_err(|_| AppError::WorkerLost { what: "a question about the whole portfolio" })?;
        self.answer(asked, work).await
    }

    /// Works an answer out, unless whoever had the turn before asked the same.
    async fn answer<T: Send + Sync + 'static>(
        &self,
        asked: Asked,
        work: impl Future<Output = Result<T, AppError>>,
    ) -> Result<Arc<T>, AppError> {
        if let Some(known) = self.known(&asked) {
            return Ok(known);
        }
        let answer = Arc::new(work.await?);
        self.keep(asked, Arc::<T>::clone(&answer));
        Ok(answer)
    }

    /// Returns the answer to a question; none too where another type was kept under its name.
    fn known<T: Send + Sync + 'static>(&self, asked: &Asked) -> Option<Arc<T>> {
        let kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner).get(asked).cloned();
        kept?.downcast().ok()
    }

    fn keep(&self, asked: Asked, answer: Kept) {
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        kept.retain(|known, _| known.generation == asked.generation);
        if kept.len() >= MOST_KEPT {
            kept.pop_first();
        }
        kept.insert(asked, answer);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asked(generation: i64, version: &str) -> Asked {
        Asked {
            generation,
            question: "findings",
            version: version.to_owned(),
            in_force: "a".to_owned(),
            as_of: "2026-11-22".to_owned(),
        }
    }

    fn empty() -> Result<u8, AppError> {
        Ok(0)
    }

    async fn never() -> Result<u8, AppError> {
        Err(AppError::NotADemo)
    }

    #[tokio::test]
    async fn an_answer_is_kept_until_something_is_committed() {
        let city = WholeCity::default();
        city.ask(asked(1, "a"), async { empty() }).await.unwrap();
        city.ask(asked(1, "a"), never()).await.unwrap();
        assert!(city.ask(asked(1, "b"), never()).await.is_err(), "another version is another question");
        assert!(city.ask(asked(2, "a"), never()).await.is_err(), "a commit makes the answer old");
        city.ask(asked(2, "a"), async { empty() }).await.unwrap();
        assert_eq!(city.kept.lock().unwrap().len(), 1, "old answers are dropped");
    }

    #[tokio::test]
    async fn one_question_runs_at_a_time_and_the_next_is_refused() {
        let city = WholeCity::default();
        let inner = async {
            let second = city.ask(asked(1, "b"), async { empty() }).await;
            assert!(matches!(second, Err(AppError::PortfolioBusy { question: "findings" })));
            empty()
        };
        city.ask(asked(1, "a"), inner).await.unwrap();
        city.ask(asked(1, "b"), async { empty() }).await.unwrap();
    }
}
