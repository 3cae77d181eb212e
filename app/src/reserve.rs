//! The exploration reserve: a share of a day's visits goes to objects drawn by chance from those that nobody would look
//! at, before anything is planned. What the surveys find says how much is missed, and teaches the model with its weight.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use dozor_domain::{Chance, Ground, ObjectId, Timestamp};
use dozor_planner::{Draw, ObjectState, may_be_drawn};
use dozor_scoring::{Drawable, default_tilt, draw};
use dozor_store::TaskFilter;
use jiff::civil::Date;

use crate::dozor::Dozor;
use crate::error::AppError;
use crate::training::LabelledEvent;

/// A survey that found its object closed is tried again; later outcomes have other reasons.
const DAYS_TO_OUTCOME: i64 = 7;
/// No drawn outcome counts more often than this. The first draws of an installation have tiny chances, and a few rows of
/// enormous weight would be learnt by heart: a little bias for much less variance.
const MOST_WEIGHT: f64 = 20.0;

/// Is a survey that chance has ordered, with what came of it.
#[derive(Clone, Debug)]
pub(crate) struct DrawnSurvey {
    pub(crate) object: ObjectId,
    pub(crate) day: Date,
    pub(crate) inclusion: f64,
    /// Objects of its territory that could have been drawn that day.
    pub(crate) in_territory: u32,
    /// Objects of all territories that could have been drawn that day.
    pub(crate) in_all: u32,
}

impl Dozor {
    /// Draws the day's reserve among the objects that have no other reason to be visited, and marks who was drawn: a
    /// share of what those on duty can visit that day.
    ///
    /// # Errors
    /// The draw's; the store's.
    pub(crate) async fn draw_reserve(
        &self,
        states: &mut [ObjectState],
        date: Date,
        on_duty: usize,
    ) -> Result<(), AppError> {
        let pack = &self.methodology.planner;
        let Some(capacity) = self.visits_of(on_duty) else { return Ok(()) };
        let slots = (capacity * pack.settings.exploration_share) as usize;
        if slots == 0 {
            return Ok(());
        }
        let places: Vec<usize> =
            (0..states.len()).filter(|at| may_be_drawn(&states[*at], pack, date)).collect();
        let levels = self.methodology.manifest.scale.levels();
        let drawable = |state: &ObjectState| {
            let place = levels.iter().position(|level| state.category_decided && *level == state.category);
            let category = u8::try_from(place.unwrap_or(0)).unwrap_or(u8::MAX);
            Drawable {
                key: format!("{} {}", state.key, state.control_kind),
                district: state.territory.clone().unwrap_or_default(),
                category,
                tilt: default_tilt(category),
            }
        };
        let list: Vec<Drawable> = places.iter().map(|at| drawable(&states[*at])).collect();
        let mut districts: BTreeMap<&str, u32> = BTreeMap::new();
        for one in &list {
            *districts.entry(&one.district).or_insert(0) += 1;
        }
        let in_all = districts.values().sum();
        for drawn in draw(&list, slots, self.seed_of_day(date).await?)? {
            let in_territory = districts.get(list[drawn.place].district.as_str()).copied().unwrap_or(0);
            let marked = |inclusion| Draw { inclusion, in_territory, in_all, again: None };
            states[places[drawn.place]].drawn = Chance::new(drawn.inclusion).map(marked);
        }
        Ok(())
    }

    /// Returns the seed of a day's draw. It is not the search's: who plans again gets the same draw again, and nobody
    /// can plan until the lot falls as he likes. It hangs on the installation's key, so that nobody can tell from register
    /// and calendar who will be surveyed; without any password there is no key yet, and the day alone decides (ADR 76).
    async fn seed_of_day(&self, date: Date) -> Result<u64, AppError> {
        let name = format!("{} {date}", self.methodology.manifest.name);
        let lot = self.kept_lot().await?.unwrap_or_default();
        Ok(lot.seed("exploration", &name))
    }

    /// Returns the surveys that chance has ordered, by day and object.
    pub(crate) async fn drawn_surveys(&self) -> Result<Vec<DrawnSurvey>, AppError> {
        let tasks = self.store.tasks(&TaskFilter::default()).await?.into_iter();
        let survey = |task: dozor_domain::Task| match task.ground {
            Ground::Drawn { inclusion, in_territory, in_all } => {
                let day = task.date.parse().ok()?;
                Some(DrawnSurvey {
                    object: task.object,
                    day,
                    inclusion: inclusion.get(),
                    in_territory,
                    in_all,
                })
            }
            Ground::Sign { .. }
            | Ground::Frequency { .. }
            | Ground::PrescriptionOverdue { .. }
            | Ground::MandatoryVisit { .. }
            | Ground::Planned { .. }
            | Ground::Indicator { .. }
            | Ground::SecondVisit { .. } => None,
        };
        let mut surveys: Vec<DrawnSurvey> = tasks.filter_map(survey).collect();
        surveys.sort_by_key(|survey| (survey.day, survey.object));
        Ok(surveys)
    }

    /// Joins outcomes with the surveys that led to them: the first outcome of the object from the survey's day on, within
    /// a week. Returns for each survey the place of its outcome.
    pub(crate) fn outcomes_of(
        &self,
        surveys: &[DrawnSurvey],
        events: &[LabelledEvent],
        object_of: impl Fn(u32) -> ObjectId,
    ) -> Vec<Option<usize>> {
        let zone = &self.methodology.manifest.zone;
        let mut by_object: HashMap<ObjectId, Vec<(Timestamp, usize)>> = HashMap::new();
        for (place, event) in events.iter().enumerate() {
            by_object.entry(object_of(event.key.object)).or_default().push((event.key.as_of, place));
        }
        let outcome = |survey: &DrawnSurvey| {
            let events = by_object.get(&survey.object)?.iter();
            let near = events.filter(|(at, _)| {
                zone.day_of(*at).is_some_and(|day| {
                    let days = i64::from((day - survey.day).get_days());
                    (0..DAYS_TO_OUTCOME).contains(&days)
                })
            });
            near.min().map(|(_, place)| *place)
        };
        surveys.iter().map(outcome).collect()
    }

    /// Returns how often each outcome counts in training: one that chance led to stands for all that could have been
    /// drawn on the days of the draw. `None` where chance led to none.
    pub(crate) async fn weights_of(
        &self,
        (events, as_of): (&[LabelledEvent], Timestamp),
        object_of: impl Fn(u32) -> ObjectId,
    ) -> Result<Option<Vec<f64>>, AppError> {
        let mut surveys = self.drawn_surveys().await?;
        let today = self.methodology.manifest.zone.day_of(as_of);
        surveys.retain(|survey| Some(survey.day) < today);
        let days = surveys.iter().map(|survey| survey.day).collect::<BTreeSet<_>>().len() as f64;
        let mut weights = vec![1.0; events.len()];
        let outcomes = self.outcomes_of(&surveys, events, object_of);
        let mut found = false;
        for (survey, place) in surveys.iter().zip(outcomes) {
            let Some(weight) = place.and_then(|place| weights.get_mut(place)) else { continue };
            *weight = (1.0 / (survey.inclusion * days)).clamp(1.0, MOST_WEIGHT);
            found = true;
        }
        Ok(found.then_some(weights))
    }
}
