//! What whoever asks the gate says of a case beside its records. What is on record holds: papers and people add what no record
//! has, and where they say otherwise than a record the question is refused with both.

use dozor_domain::BusinessSize;
use dozor_planner::{Access, BusinessHours, CapGroup, CategoryStanding, Circumstances, Held};
use jiff::civil::Date;
use serde::de::DeserializeOwned;
use serde_json::json;

use crate::error::AppError;
use crate::planning::read_date;

/// Is what papers and people say of a case; each may be left out.
#[derive(Clone, Debug, Default)]
pub struct GatePapers {
    /// The plan of the year that holds the event was agreed on this day.
    pub plan_agreed_on: Option<String>,
    /// The prosecutor consented on this day.
    pub prosecutor_agreed_on: Option<String>,
    /// The person was notified on this day.
    pub notified_on: Option<String>,
    /// The register has the entry of this day.
    pub registered_on: Option<String>,
    /// Key of the inspector who would go.
    pub inspector: Option<String>,
    /// Working days that the event would last at one place.
    pub working_days: Option<u32>,
    /// What kind of place it is: `public`, `closed`, `dwelling` or `dwelling_with_consent`.
    pub access: Option<String>,
    /// How large the business is that runs it: `micro` or `small`.
    pub business_size: Option<String>,
    /// Hours of events that this business has had in the year, with those of others.
    pub business_hours: Option<u32>,
    /// The mandatory visit of this day was the one at the start of the activity, which no cap counts.
    pub start_visit_on: Option<String>,
    /// An official set the category in force against the published criteria.
    pub against_criteria: bool,
}

impl GatePapers {
    /// Adds what is said to what is on record; `consents` are the days of all consents on record that the event may rest on.
    ///
    /// # Errors
    /// [`AppError::GateContradiction`]; [`AppError::DateInvalid`]; [`AppError::GateQuestion`] for what says nothing.
    pub(crate) fn added_to(
        &self,
        on_record: Circumstances,
        consents: &[Date],
    ) -> Result<Circumstances, AppError> {
        if self.working_days == Some(0) {
            return Err(question("an event lasts a working day at least"));
        }
        Ok(Circumstances {
            held: self.held(on_record.held)?,
            plan_agreed_on: same_day(
                "the plan of the year",
                day(&self.plan_agreed_on)?,
                on_record.plan_agreed_on,
            )?,
            prosecutor_agreed_on: match day(&self.prosecutor_agreed_on)? {
                Some(said) if consents.contains(&said) => Some(said),
                said => same_day("the prosecutor's consent", said, on_record.prosecutor_agreed_on)?,
            },
            notified_on: day(&self.notified_on)?,
            registered_on: day(&self.registered_on)?,
            working_days: self.working_days,
            business: self.business(on_record.business)?,
            inspector: self.inspector.clone(),
            access: self.access(on_record.access)?,
            ..on_record
        })
    }

    /// Returns what stands behind a category by the decisions on record and by what is said of them.
    pub(crate) fn standing(&self, on_record: CategoryStanding) -> Result<CategoryStanding, AppError> {
        match (self.against_criteria, on_record) {
            (false, known) => Ok(known),
            (true, CategoryStanding::Proposed) => {
                let said = "set by an official against the criteria";
                Err(contradiction("the category", said, "decided by nobody until the end of that day"))
            }
            (true, known) => Ok(CategoryStanding::AgainstCriteria { category: known.category() }),
        }
    }

    /// Marks the visit at the start of the activity among what was held.
    fn held(&self, mut held: Vec<Held>) -> Result<Vec<Held>, AppError> {
        let Some(on) = day(&self.start_visit_on)? else { return Ok(held) };
        let mut is_on_record = false;
        for one in held.iter_mut().filter(|one| one.group == CapGroup::MandatoryVisit && one.on == on) {
            one.at_start_of_activity = true;
            is_on_record = true;
        }
        match is_on_record {
            true => Ok(held),
            false => Err(question(&format!("no mandatory visit of {on} is on record: nothing counts it"))),
        }
    }

    /// Returns the business with its hours: what is on record is the least that it has had.
    fn business(&self, on_record: Option<BusinessHours>) -> Result<Option<BusinessHours>, AppError> {
        let said = self.business_size.as_deref().map(|text| code("size of a business", text)).transpose()?;
        let known = on_record.map(|one| one.size);
        if let (Some(said), Some(known)) = (said, known)
            && said != known
        {
            return Err(contradiction("the business", size_code(said), size_code(known)));
        }
        let used = on_record.map_or(0, |one| one.used);
        match (known.or(said), self.business_hours) {
            (None, None) => Ok(None),
            (None, Some(_)) => {
                Err(question("hours are limited by the size of a business: name the size beside them"))
            }
            (Some(_), Some(hours)) if hours < used => {
                let (said, known) = (format!("{hours} h"), format!("{used} h"));
                Err(contradiction("the hours that the business has had", &said, &known))
            }
            (Some(size), hours) => Ok(Some(BusinessHours { size, used: hours.unwrap_or(used), needed: 0 })),
        }
    }

    /// Returns what kind of place it is. Of a place that no record calls a dwelling nothing is on record.
    fn access(&self, on_record: Access) -> Result<Access, AppError> {
        let said: Option<Access> =
            self.access.as_deref().map(|text| code("kind of place", text)).transpose()?;
        match (said, on_record) {
            (None, known) => Ok(known),
            (Some(said), Access::Public) => Ok(said),
            // A consent that no record has yet.
            (Some(Access::DwellingWithConsent), Access::Dwelling) => Ok(Access::DwellingWithConsent),
            (Some(said), known) if said == known => Ok(known),
            (Some(said), known) => Err(contradiction("the place", said.code(), known.code())),
        }
    }
}

/// Reads a code of one of the gate's own lists.
pub(crate) fn code<T: DeserializeOwned>(what: &str, text: &str) -> Result<T, AppError> {
    serde_json::from_value(json!(text)).map_err(|fault| question(&format!("reading the {what}: {fault}")))
}

fn question(problem: &str) -> AppError {
    AppError::GateQuestion { problem: problem.to_owned() }
}

fn contradiction(what: &'static str, said: &str, on_record: &str) -> AppError {
    AppError::GateContradiction { what, said: said.to_owned(), on_record: on_record.to_owned() }
}

fn size_code(size: BusinessSize) -> &'static str {
    match size {
        BusinessSize::Micro => "micro",
        BusinessSize::Small => "small",
    }
}

fn day(text: &Option<String>) -> Result<Option<Date>, AppError> {
    text.as_deref().map(read_date).transpose()
}

fn same_day(
    what: &'static str,
    said: Option<Date>,
    on_record: Option<Date>,
) -> Result<Option<Date>, AppError> {
    match (said, on_record) {
        (Some(said), Some(known)) if said != known => {
            Err(contradiction(what, &said.to_string(), &known.to_string()))
        }
        (said, known) => Ok(known.or(said)),
    }
}

#[cfg(test)]
mod tests {
    use dozor_domain::{Coded, RiskCategory};
    use jiff::civil::date;

    use super::*;

    fn said(text: &str) -> Option<String> {
        Some(text.to_owned())
    }

    /// Returns what comes of papers beside a record, or the code and the words of what is wrong with them.
    fn added(papers: &GatePapers, on_record: Circumstances) -> Result<Circumstances, (&'static str, String)> {
        let consents = [date(2026, 11, 3), date(2026, 11, 5)];
        papers.added_to(on_record, &consents).map_err(|fault| (fault.info().code, fault.to_string()))
    }

    #[track_caller]
    fn contradicts(papers: &GatePapers, on_record: Circumstances, both: [&str; 2]) {
        let (code, words) = added(papers, on_record).unwrap_err();
        assert_eq!(code, "GATE_CONTRADICTION");
        assert!(both.iter().all(|one| words.contains(one)), "{words}");
    }

    #[test]
    fn papers_add_what_no_record_has_and_records_hold() {
        let none = Circumstances::default();
        let papers = GatePapers {
            plan_agreed_on: said("2025-12-15"),
            working_days: Some(2),
            access: said("closed"),
            business_size: said("micro"),
            business_hours: Some(15),
            ..GatePapers::default()
        };
        let all = added(&papers, none.clone()).unwrap();
        assert_eq!((all.plan_agreed_on, all.working_days), (Some(date(2025, 12, 15)), Some(2)));
        let micro = |used| Some(BusinessHours { size: BusinessSize::Micro, used, needed: 0 });
        assert_eq!((all.access, all.business), (Access::Closed, micro(15)));
        let on_record = Circumstances { business: micro(3), access: Access::Dwelling, ..none.clone() };
        assert_eq!(added(&GatePapers::default(), on_record.clone()).unwrap(), on_record);
        let more = GatePapers {
            business_hours: Some(9),
            access: said("dwelling_with_consent"),
            ..GatePapers::default()
        };
        let both = added(&more, on_record).unwrap();
        assert_eq!((both.business, both.access), (micro(9), Access::DwellingWithConsent));
        let agreed = GatePapers { prosecutor_agreed_on: said("2026-11-03"), ..GatePapers::default() };
        let last = Circumstances { prosecutor_agreed_on: Some(date(2026, 11, 5)), ..none };
        let one_of_two = added(&agreed, last).unwrap().prosecutor_agreed_on;
        assert_eq!(one_of_two, Some(date(2026, 11, 3)), "either consent on record may be meant");
    }

    #[test]
    fn what_contradicts_a_record_is_refused_with_both() {
        let none = Circumstances::default();
        let plan = Circumstances { plan_agreed_on: Some(date(2025, 12, 10)), ..none.clone() };
        let papers = GatePapers { plan_agreed_on: said("2025-12-15"), ..GatePapers::default() };
        contradicts(&papers, plan, ["2025-12-15", "2025-12-10"]);
        let agreed = Circumstances { prosecutor_agreed_on: Some(date(2026, 11, 5)), ..none.clone() };
        let papers = GatePapers { prosecutor_agreed_on: said("2026-11-04"), ..GatePapers::default() };
        contradicts(&papers, agreed, ["2026-11-04", "2026-11-05"]);
        let business = Some(BusinessHours { size: BusinessSize::Micro, used: 6, needed: 0 });
        let micro = Circumstances { business, ..none.clone() };
        let papers = GatePapers { business_size: said("small"), ..GatePapers::default() };
        contradicts(&papers, micro.clone(), ["small", "micro"]);
        let papers = GatePapers { business_hours: Some(5), ..GatePapers::default() };
        contradicts(&papers, micro, ["5 h", "6 h"]);
        for (access, known) in [
            ("public", Access::Dwelling),
            ("closed", Access::DwellingWithConsent),
            ("dwelling", Access::DwellingWithConsent),
        ] {
            let papers = GatePapers { access: said(access), ..GatePapers::default() };
            contradicts(&papers, Circumstances { access: known, ..none.clone() }, [access, known.code()]);
        }
        let against = GatePapers { against_criteria: true, ..GatePapers::default() };
        let fault = against.standing(CategoryStanding::Proposed).unwrap_err();
        assert_eq!(fault.info().code, "GATE_CONTRADICTION");
        let category = RiskCategory::High;
        let decided = CategoryStanding::Decided { category, on: None };
        assert_eq!(against.standing(decided).unwrap(), CategoryStanding::AgainstCriteria { category });
    }

    #[test]
    fn what_says_nothing_is_no_question() {
        let code = |papers: &GatePapers| added(papers, Circumstances::default()).unwrap_err().0;
        assert_eq!(code(&GatePapers { working_days: Some(0), ..GatePapers::default() }), "GATE_QUESTION");
        assert_eq!(code(&GatePapers { business_hours: Some(3), ..GatePapers::default() }), "GATE_QUESTION");
        assert_eq!(code(&GatePapers { access: said("garden"), ..GatePapers::default() }), "GATE_QUESTION");
        assert_eq!(
            code(&GatePapers { business_size: said("big"), ..GatePapers::default() }),
            "GATE_QUESTION"
        );
        let start_visit_on = said("2026-03-02");
        assert_eq!(code(&GatePapers { start_visit_on, ..GatePapers::default() }), "GATE_QUESTION");
    }

    #[test]
    fn the_visit_at_the_start_of_an_activity_is_marked_among_what_was_held() {
        let of = |group, day| Held { group, on: date(2026, 3, day), at_start_of_activity: false };
        let held =
            vec![of(CapGroup::MandatoryVisit, 2), of(CapGroup::Planned, 2), of(CapGroup::MandatoryVisit, 9)];
        let papers = GatePapers { start_visit_on: said("2026-03-02"), ..GatePapers::default() };
        let marked = added(&papers, Circumstances { held, ..Circumstances::default() }).unwrap().held;
        assert_eq!(
            marked.iter().map(|one| one.at_start_of_activity).collect::<Vec<_>>(),
            [true, false, false]
        );
    }
}
