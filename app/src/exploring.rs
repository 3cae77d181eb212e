//! `exploration`: what the surveys of the reserve say of the objects that nobody would have looked at.

use std::collections::{BTreeSet, HashMap, HashSet};
use std::sync::Arc;

use dozor_domain::{ObjectId, Timestamp};
use dozor_scoring::{
    DistrictEstimate, DrawnFrom, Interval, SurveyedObject, estimate_prevalence, exploration_cost, wilson,
};
use dozor_store::TaskFilter;
use jiff::civil::Date;
use serde::Serialize;

use crate::dozor::Dozor;
use crate::error::AppError;
use crate::progress::Progress;

/// Says what the reserve found by an instant.
#[derive(Clone, Debug, Serialize)]
pub struct ExplorationReport {
    /// Days on which objects were drawn.
    pub days: usize,
    /// Surveys that chance ordered.
    pub drawn: usize,
    /// Of these with an outcome that says whether there is a violation.
    pub answered: usize,
    /// Share of the visits of a day that are drawn.
    pub share: f64,
    /// Prevalence and missed violations, of all first, then by district.
    pub estimates: Vec<DistrictEstimate>,
    /// Hit rate of the drawn surveys, as they were drawn.
    pub draw_rate: Option<Interval>,
    /// Hit rate of the other visits since the first draw.
    pub greedy_rate: Option<Interval>,
    /// What the reserve costs: share × (1 − draw rate / greedy rate), as a share of the hits.
    pub cost: Option<f64>,
}

/// Counts answers and hits.
#[derive(Clone, Copy, Default)]
struct Hits {
    answers: usize,
    found: usize,
}

impl Hits {
    fn add(&mut self, found: bool) {
        *self = Self { answers: self.answers + 1, found: self.found + usize::from(found) };
    }

    fn rate(self) -> Option<Interval> {
        let answers = self.answers as f64;
        (self.answers > 0).then(|| wilson(self.found as f64 / answers, answers))
    }
}

impl Dozor {
    /// Estimates prevalence and missed violations from the surveys of the reserve and the outcomes known by `as_of`.
    ///
    /// # Errors
    /// [`AppError::ModelNotDeclared`]: model.toml says what a violation is; the store's.
    pub async fn exploration(
        &self,
        as_of: Timestamp,
        progress: &dyn Progress,
    ) -> Result<ExplorationReport, AppError> {
        self.expect_come(as_of).await?;
        let spec = self.model_spec()?;
        let today = self.methodology.manifest.zone.day_of(as_of);
        let mut surveys = self.drawn_surveys().await?;
        // What is drawn on a day or after it is no knowledge of its first instant.
        surveys.retain(|survey| Some(survey.day) < today);
        let loaded = self.load(&[&spec.outcome.source], progress).await?;
        let rows = loaded.objects.rows();
        let object_of = |index: u32| rows[index as usize].id;
        let zone = self.methodology.manifest.zone.clone();
        let first = surveys.first().map(|survey| survey.day);
        let since = move |at: i64| zone.day_of(Timestamp::from_micros(at)) >= first && first.is_some();
        let events = self.labelled_events(&Arc::clone(&loaded), as_of, since).await?;
        let territories: HashMap<ObjectId, &str> =
            rows.iter().map(|row| (row.id, row.territory.as_deref().unwrap_or_default())).collect();
        let outcomes = self.outcomes_of(&surveys, &events, object_of);
        let (mut drawn, mut greedy) = (Hits::default(), Hits::default());
        let mut from = DrawnFrom::default();
        let mut surveyed = Vec::new();
        for (survey, outcome) in surveys.iter().zip(&outcomes) {
            let district = territories.get(&survey.object).copied().unwrap_or_default().to_owned();
            let violation = outcome.and_then(|place| events.get(place)).and_then(|event| event.label);
            violation.into_iter().for_each(|found| drawn.add(found));
            // Days come in order: the latest says how many there are.
            from.districts.insert(district.clone(), survey.in_territory as usize);
            from.all = survey.in_all as usize;
            surveyed.push(SurveyedObject { district, inclusion: survey.inclusion, violation });
        }
        let by_chance: HashSet<usize> = outcomes.into_iter().flatten().collect();
        let others = events.iter().enumerate().filter(|(place, _)| !by_chance.contains(place));
        others.filter_map(|(_, event)| event.label).for_each(|found| greedy.add(found));
        let days: BTreeSet<Date> = surveys.iter().map(|survey| survey.day).collect();
        let share = self.drawn_share(surveys.len(), today).await?;
        let rates = drawn.rate().zip(greedy.rate());
        Ok(ExplorationReport {
            days: days.len(),
            drawn: surveys.len(),
            answered: drawn.answers,
            share,
            estimates: estimate_prevalence(&surveyed, &from),
            draw_rate: drawn.rate(),
            greedy_rate: greedy.rate(),
            cost: rates.and_then(|(drawn, greedy)| exploration_cost(share, drawn.value, greedy.value)),
        })
    }

    /// Returns the share of all tasks of the days before `today` that chance ordered; the pack's share while there is none.
    async fn drawn_share(&self, drawn: usize, today: Option<Date>) -> Result<f64, AppError> {
        let tasks = self.store.tasks(&TaskFilter::default()).await?;
        let before = tasks.iter().filter(|task| task.date.parse::<Date>().is_ok_and(|day| Some(day) < today));
        Ok(match before.count() {
            0 => self.methodology.planner.settings.exploration_share,
            tasks => drawn as f64 / tasks as f64,
        })
    }
}
