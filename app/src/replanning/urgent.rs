//! Urgent work: an object with a ground of today is put into the day out of turn, by the lightest lawful kind of event, or
//! refused with the article.

use std::collections::BTreeSet;
use std::sync::Arc;

use dozor_domain::{ObjectId, Plan};
use dozor_planner::{ObjectState, Refusal, Work, refusal_words, urgent_work};

use super::difference::Key;
use crate::dozor::Dozor;
use crate::error::AppError;
use crate::progress::Silent;

/// Is an object that was named, under one control kind or under all.
struct Named {
    object: ObjectId,
    control_kind: Option<String>,
}

impl Dozor {
    /// Returns the work that was asked for as urgent, as the day finds it now.
    pub(super) async fn urgent(
        &self,
        wishes: &[String],
        plan: &Plan,
        planned: &BTreeSet<Key>,
    ) -> Result<Vec<Work>, AppError> {
        if wishes.is_empty() {
            return Ok(Vec::new());
        }
        let date = self.day(&plan.date)?;
        let states = self.object_states(self.instant(&plan.date)?, &plan.date, &Silent).await?;
        let methodology = Arc::clone(&self.methodology);
        let mut urgent: Vec<Work> = Vec::new();
        for wish in wishes {
            let named = self.named(wish).await?;
            let of_it = states.iter().filter(|state| {
                state.object == named.object
                    && named.control_kind.as_ref().is_none_or(|kind| *kind == state.control_kind)
            });
            let mut works = Vec::new();
            let mut refusals: Vec<Refusal> = Vec::new();
            for state in of_it {
                expect_free(wish, state, planned)?;
                match urgent_work(state, &methodology.planner, date) {
                    Ok(work) => works.push(work),
                    Err(refused) => refusals.extend(refused),
                }
            }
            let known = |work: &Work| urgent.iter().any(|one| key_of(one) == key_of(work));
            match works.pop() {
                Some(work) if works.is_empty() && !known(&work) => urgent.push(work),
                Some(work) if works.is_empty() => {
                    let object = work.candidate.key;
                    return Err(refused(&object, "it is named twice"));
                }
                Some(_) => {
                    let problem = "it may be worked under several kinds of control: write OBJECT:KIND";
                    return Err(refused(wish, problem));
                }
                None => return Err(unlawful(wish, &refusals)),
            }
        }
        Ok(urgent)
    }

    /// Finds the object that a wish names. Registry keys may hold colons: a whole key goes before a key with a kind.
    async fn named(&self, wish: &str) -> Result<Named, AppError> {
        let unknown = || refused(wish, "the registry has no object of this key");
        if let Some(object) = self.store.objects_by_key(wish).await?.first() {
            return Ok(Named { object: object.id, control_kind: None });
        }
        let (key, kind) = wish.rsplit_once(':').ok_or_else(unknown)?;
        let known = self.methodology.manifest.control_kinds.iter().any(|one| one.code == kind);
        let objects = self.store.objects_by_key(key).await?;
        match objects.first() {
            Some(object) if known => Ok(Named { object: object.id, control_kind: Some(kind.to_owned()) }),
            Some(_) | None => Err(unknown()),
        }
    }
}

fn unlawful(wish: &str, refusals: &[Refusal]) -> AppError {
    let articles: BTreeSet<&str> =
        refusals.iter().flat_map(|one| &one.basis).map(|basis| basis.text.as_str()).collect();
    AppError::UrgentRefused {
        object: wish.to_owned(),
        lacks: refusal_words(refusals),
        articles: articles.into_iter().map(str::to_owned).collect(),
    }
}

fn key_of(work: &Work) -> Key {
    (work.candidate.object, work.candidate.control_kind.clone())
}

fn expect_free(wish: &str, state: &ObjectState, planned: &BTreeSet<Key>) -> Result<(), AppError> {
    let problem = if planned.contains(&(state.object, state.control_kind.clone())) {
        "the day has it already"
    } else if state.task_open.is_some() {
        "it has an open task on another day"
    } else if let Some(until) = state.deferred_until {
        return Err(refused(wish, &format!("it was put off until {until}")));
    } else {
        return Ok(());
    };
    Err(refused(wish, problem))
}

pub(super) fn refused(what: &str, problem: &str) -> AppError {
    AppError::ReplanRefused { what: what.to_owned(), problem: problem.to_owned() }
}
