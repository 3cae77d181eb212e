//! What records and papers say of objects beyond their category: days from which periods of law run, indicators that fire,
//! lines of the agreed plan of a year, the prosecutor's consents, small businesses and dwellings.

mod indicators;
mod papers;

use std::collections::HashMap;

use dozor_domain::{
    AssignmentState, BusinessSize, CaseFacts, Dwelling, Ground, ObjectId, SmallBusiness, Timestamp, Value,
    Zone,
};
use dozor_facts::FactsTable;
use dozor_planner::{CapGroup, CategoryStanding, FiredIndicator, Held, ObjectCase, PlannerFacts};
use dozor_store::ActiveAssignment;
use jiff::civil::Date;

use self::papers::Papers;
use crate::business_hours::{AskedFor, OwnWork};
use crate::dozor::Dozor;
use crate::error::AppError;
use crate::held_events::{counts_periods, held_events};
use crate::loading::Loaded;
use crate::planning::whole;

/// Holds what is known of each object under each control kind.
pub(crate) type Cases = HashMap<(ObjectId, String), ObjectCase>;

/// Is what is known of all objects on a day, before anybody says for which work he asks: the hours that a business has left
/// differ by it, and nothing else does.
#[derive(Debug, Default)]
pub(crate) struct KnownCases {
    /// With the hours that records have.
    on_record: Cases,
    own: OwnWork,
    /// Events of the past that caps may count, by the number of the object.
    held: HashMap<u32, Vec<Held>>,
}

impl KnownCases {
    /// Returns what records say; of the hours of a business only those that they have.
    pub(crate) fn on_record(&self, key: &(ObjectId, String)) -> Option<&ObjectCase> {
        self.on_record.get(key)
    }

    /// Returns what the gate is told of an object beyond its category.
    pub(crate) fn facts(&self, key: &(ObjectId, String), asked: AskedFor<'_>) -> CaseFacts {
        let Some(case) = self.on_record.get(key) else { return CaseFacts::default() };
        with_hours(&case.facts, self.own.hours(asked).at(key.0))
    }

    /// Returns the events of the past that caps may count, by the number of the object.
    pub(crate) fn held(&self, object: u32) -> &[Held] {
        self.held.get(&object).map_or(&[][..], Vec::as_slice)
    }

    /// Returns what the plan of the day is made with.
    pub(crate) fn of_day(mut self) -> Cases {
        let hours = self.own.hours(AskedFor::Day);
        for ((id, _), case) in &mut self.on_record {
            case.facts = with_hours(&case.facts, hours.at(*id));
        }
        self.on_record
    }
}

/// Adds the hours that the program's own work takes of a business.
fn with_hours(facts: &CaseFacts, own: u32) -> CaseFacts {
    let with = |one: SmallBusiness| SmallBusiness { used_hours: one.used_hours.saturating_add(own), ..one };
    CaseFacts { business: facts.business.map(with), ..facts.clone() }
}

impl Dozor {
    /// Reads what is known of all objects of a table on a day, as its plan is made with it.
    pub(crate) async fn cases(
        &self,
        read: (&Loaded, &FactsTable),
        when: (Date, Timestamp),
    ) -> Result<Cases, AppError> {
        Ok(self.known_cases(read, when).await?.of_day())
    }

    /// Reads what is known of all objects of a table on a day.
    pub(crate) async fn known_cases(
        &self,
        (loaded, table): (&Loaded, &FactsTable),
        (day, as_of): (Date, Timestamp),
    ) -> Result<KnownCases, AppError> {
        let (manifest, facts) = (&self.methodology.manifest, &self.methodology.planner.settings.facts);
        let own = self.own_events().await?;
        let held = held_events(loaded, &self.methodology, (as_of, &own));
        let decided = self.days_of_decisions(self.end_of_day(&day.to_string())?).await?;
        let papers = self.papers((day, as_of)).await?;
        let mut fired = self.fired_indicators(self.end_of_day(&day.to_string())?).await?;
        let small = (0..table.len()).filter(|row| business(table, *row, facts).is_some());
        let small = small.map(|row| table.object_id(row)).collect();
        let own_work = self.own_work((loaded, small), (day, as_of)).await?;
        let mut cases = Cases::new();
        for row in 0..table.len() {
            let id = table.object_id(row);
            let Some(index) = loaded.objects.index_of(id) else { continue };
            let Some(object) = loaded.objects.rows().get(index as usize) else { continue };
            let of_object = held.get(&index).map_or(&[][..], Vec::as_slice);
            for control in manifest.control_kinds_of(&object.kind) {
                let key = (id, control.code.clone());
                let facts = CaseFacts {
                    decided_on: decided.get(&key).copied(),
                    last_planned: last(of_object, CapGroup::Planned, day),
                    last_mandatory_visit: last(of_object, CapGroup::MandatoryVisit, day),
                    business: business(table, row, facts),
                    dwelling: dwelling(table, row, facts),
                };
                let rules = fired.remove(&key).unwrap_or_default().into_iter();
                let indicators = rules.flat_map(|rule| with_consents(rule, &papers, id)).collect();
                let planned = papers.planned.get(&id).cloned().unwrap_or_default();
                let case = ObjectCase { facts, indicators, planned };
                if case != ObjectCase::default() {
                    cases.insert(key, case);
                }
            }
        }
        Ok(KnownCases { on_record: cases, own: own_work, held })
    }

    /// Tells whether the gate asks for more of an object than its category when an event of a kind rests on a ground on a day.
    pub(crate) fn asks_of_case(&self, ground: &Ground, (event, day): (&str, Date)) -> bool {
        let planner = &self.methodology.planner;
        let facts = &planner.settings.facts;
        let by_ground = matches!(ground, Ground::MandatoryVisit { .. } | Ground::Planned { .. });
        let names_size = facts.micro_business.is_some() || facts.small_business.is_some();
        let is_limited = || planner.events.on(event, day).is_none_or(|line| !line.hours_a_year.is_empty());
        by_ground || facts.dwelling.is_some() || (names_size && is_limited())
    }

    /// Returns the days from which periods run, where anything of the pack counts them.
    async fn days_of_decisions(
        &self,
        until: Timestamp,
    ) -> Result<HashMap<(ObjectId, String), Date>, AppError> {
        if !counts_periods(&self.methodology) {
            return Ok(HashMap::new());
        }
        let mut rows: HashMap<(ObjectId, String), Vec<ActiveAssignment>> = HashMap::new();
        for row in self.store.decided_assignments().await? {
            let key = (row.assignment.object, row.assignment.control_kind.clone());
            rows.entry(key).or_default().push(row);
        }
        let zone = &self.methodology.manifest.zone;
        let day = |rows: Vec<ActiveAssignment>| match standing(rows, until, zone) {
            CategoryStanding::Decided { on, .. } => on,
            CategoryStanding::Proposed | CategoryStanding::AgainstCriteria { .. } => None,
        };
        Ok(rows.into_iter().filter_map(|(key, rows)| Some((key, day(rows)?))).collect())
    }
}

/// Returns the category in force at an instant: that of the last decision taken before it. Periods of law run from the
/// first of an unbroken row of decisions for the same category.
pub(crate) fn standing(
    rows: impl IntoIterator<Item = ActiveAssignment>,
    until: Timestamp,
    zone: &Zone,
) -> CategoryStanding {
    let rows = rows.into_iter().filter_map(|one| Some((one.decided_at?, one)));
    let mut decided: Vec<(Timestamp, ActiveAssignment)> = rows.filter(|(at, _)| *at < until).collect();
    // Of two decisions of one instant the one in force is the later.
    let is_active = |one: &ActiveAssignment| matches!(one.assignment.state, AssignmentState::Active { .. });
    decided.sort_by_key(|(at, one)| (*at, is_active(one)));
    let Some(category) = decided.last().map(|(_, one)| one.assignment.category) else {
        return CategoryStanding::Proposed;
    };
    let row = decided.iter().rev().take_while(|(_, one)| one.assignment.category == category);
    let on = row.last().and_then(|(at, _)| zone.day_of(*at));
    CategoryStanding::Decided { category, on }
}

/// Returns the day of the last event of a group that caps count.
fn last(held: &[Held], group: CapGroup, day: Date) -> Option<Date> {
    let counted = held.iter().filter(|one| one.group == group && !one.at_start_of_activity && one.on <= day);
    counted.map(|one| one.on).max()
}

/// Returns an indicator with each consent to an event on it, or without any.
fn with_consents(rule: String, papers: &Papers, object: ObjectId) -> Vec<FiredIndicator> {
    match papers.consents.get(&object) {
        None => vec![FiredIndicator { rule, approval: None }],
        Some(consents) => {
            let with = |paper: &dozor_domain::AgreedPaper| FiredIndicator {
                rule: rule.clone(),
                approval: Some(paper.clone()),
            };
            consents.iter().map(with).collect()
        }
    }
}

fn business(table: &FactsTable, row: usize, facts: &PlannerFacts) -> Option<SmallBusiness> {
    let is = |fact: &Option<String>| is_so(table, row, fact.as_deref());
    let size = match (is(&facts.micro_business), is(&facts.small_business)) {
        (true, _) => BusinessSize::Micro,
        (false, true) => BusinessSize::Small,
        (false, false) => return None,
    };
    let used = whole(table, row, facts.business_hours.as_deref()).unwrap_or(0).max(0);
    Some(SmallBusiness { size, used_hours: u32::try_from(used).unwrap_or(u32::MAX) })
}

fn dwelling(table: &FactsTable, row: usize, facts: &PlannerFacts) -> Option<Dwelling> {
    let is = |fact: &Option<String>| is_so(table, row, fact.as_deref());
    match (is(&facts.dwelling), is(&facts.dwelling_consent)) {
        (false, _) => None,
        (true, true) => Some(Dwelling::Consent),
        (true, false) => Some(Dwelling::NoConsent),
    }
}

/// Tells whether a fact is known and so: yes, or a number above zero.
fn is_so(table: &FactsTable, row: usize, fact: Option<&str>) -> bool {
    let Some(column) = fact.and_then(|fact| table.column(fact)) else { return false };
    match table.value(row, column) {
        Some(Value::Boolean(is)) => is,
        Some(Value::Integer(number)) => number > 0,
        Some(Value::Float(number)) => number > 0.0,
        _ => false,
    }
}
