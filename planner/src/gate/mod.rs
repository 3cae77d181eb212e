//! The gate: may this kind of event, on this ground, be started for this object on this day? It answers from the
//! pack's dated lines alone, for any day, and names everything that is lacking with its articles.

mod caps;
mod cases;
mod lack;
mod later;
mod question;

use dozor_domain::LegalReference;
use jiff::civil::Date;

pub use cases::{CaseOutcome, GateCase, GateCases};
pub use lack::{Lack, Refusal};
pub use later::Later;
pub(crate) use later::working_day;
pub use question::{
    Access, BusinessHours, CategoryStanding, Circumstances, Held, Moment, PrescriptionTerm, Question,
};

use crate::{CapGroup, EventKind, GroundKind, PlannerPack, Prosecutor, RegisterEntry};

/// Answers questions for one day.
#[derive(Clone, Copy, Debug)]
pub struct Gate<'a> {
    pack: &'a PlannerPack,
    day: Date,
}

/// Collects what is lacking, with articles where a line has its own.
#[derive(Default)]
struct Lacks<'a> {
    found: Vec<(Lack, &'a [LegalReference])>,
}

impl<'a> Lacks<'a> {
    fn note(&mut self, is_lacking: bool, lack: Lack) {
        self.note_with(is_lacking, lack, &[]);
    }

    fn note_with(&mut self, is_lacking: bool, lack: Lack, basis: &'a [LegalReference]) {
        if is_lacking {
            self.found.push((lack, basis));
        }
    }
}

impl<'a> Gate<'a> {
    /// Stands at the gate on a day.
    pub fn new(pack: &'a PlannerPack, day: Date) -> Self {
        Self { pack, day }
    }

    /// Returns everything that is lacking, in a fixed order; nothing = it may be started.
    pub fn lacks(&self, question: &Question<'_>) -> Vec<Lack> {
        self.ask(question).found.into_iter().map(|(lack, _)| lack).collect()
    }

    /// Returns everything that is lacking with the articles that ask for it; nothing = it may be started.
    pub fn refusals(&self, question: &Question<'_>) -> Vec<Refusal> {
        let found = self.ask(question).found.into_iter();
        found
            .map(|(lack, own)| {
                let events = &self.pack.events;
                let of_ground =
                    if lack == Lack::Ground { events.ground_articles(question.ground) } else { &[] };
                let basis = [own, of_ground].into_iter().find(|articles| !articles.is_empty());
                Refusal { lack, basis: basis.unwrap_or_else(|| events.articles(lack)).to_vec() }
            })
            .collect()
    }

    fn ask(&self, question: &Question<'_>) -> Lacks<'a> {
        let mut lacks = Lacks::default();
        let Some(line) = self.pack.events.on(question.event, self.day) else {
            lacks.note(true, Lack::EventKind);
            return lacks;
        };
        lacks.note(!line.is_known_to(question.control_kind), Lack::ControlKind);
        self.note_ground(line, question, &mut lacks);
        self.note_category(line, question, &mut lacks);
        self.note_consents(line, question, &mut lacks);
        if question.ground == GroundKind::PrescriptionOverdue {
            self.note_prescription(question, &mut lacks);
        }
        lacks.note(line.interaction && !self.pack.calendar.is_working(self.day), Lack::WorkingDay);
        self.note_start(line, question, &mut lacks);
        note_person(line, question, &mut lacks);
        lacks
    }

    fn note_ground(&self, line: &EventKind, question: &Question<'_>, lacks: &mut Lacks<'a>) {
        if question.circumstances.ground_gone {
            return lacks.note_with(true, Lack::Ground, self.pack.events.articles(Lack::Ground));
        }
        if line.grounds.contains(&question.ground) {
            return;
        }
        let lack = match question.ground {
            GroundKind::SignUndecided => Lack::DeskDecision,
            GroundKind::AppealUnverified => Lack::Applicant,
            _ => Lack::Ground,
        };
        lacks.note(true, lack);
    }

    fn note_category(&self, line: &EventKind, question: &Question<'_>, lacks: &mut Lacks<'a>) {
        let proposed = question.category == CategoryStanding::Proposed;
        lacks.note(line.needs_category_decided && proposed, Lack::CategoryDecision);
        let group = match question.ground {
            GroundKind::Planned => CapGroup::Planned,
            GroundKind::MandatoryVisit => CapGroup::MandatoryVisit,
            _ => return,
        };
        let against = matches!(question.category, CategoryStanding::AgainstCriteria { .. });
        lacks.note(against, Lack::CategoryCriteria);
        if let Some((lack, basis)) = self.capped(group, question) {
            lacks.note_with(true, lack, basis);
        }
    }

    /// Notes whose word is missing, or came too late.
    fn note_consents(&self, line: &EventKind, question: &Question<'_>, lacks: &mut Lacks<'a>) {
        let came = |on: Option<Date>| on.is_some_and(|on| on <= self.day);
        let known = &question.circumstances;
        let planned = question.ground == GroundKind::Planned;
        lacks.note(planned && !came(known.plan_agreed_on), Lack::AgreedPlan);
        let needed = needs_prosecutor(line, question.ground);
        lacks.note(needed && !came(known.prosecutor_agreed_on), Lack::ProsecutorApproval);
    }

    fn note_prescription(&self, question: &Question<'_>, lacks: &mut Lacks<'a>) {
        let term = question.circumstances.prescription;
        let ends = term.and_then(|term| term.ends.max(term.deferred_to.filter(|_| term.ends.is_some())));
        lacks.note(ends.is_none_or(|ends| self.day <= ends), Lack::PrescriptionTerm);
        let suspended = term.is_some_and(|term| {
            term.suspended_from.is_some_and(|from| from <= self.day)
                && term.suspended_to.is_none_or(|to| self.day < to)
        });
        lacks.note(suspended, Lack::PrescriptionSuspended);
    }

    /// Notes what only a start asks for, and how long it may last.
    fn note_start(&self, line: &'a EventKind, question: &Question<'_>, lacks: &mut Lacks<'a>) {
        let known = &question.circumstances;
        if question.moment == Moment::Start {
            let entered = known.registered_on.is_some_and(|on| on <= self.day);
            lacks.note(line.register == RegisterEntry::BeforeStart && !entered, Lack::RegisterEntry);
            if let Some(term) = line.notice_term.as_deref() {
                let runs_out =
                    known.notified_on.and_then(|on| self.pack.terms.ends(term, on, &self.pack.calendar));
                let in_time = runs_out.is_some_and(|ends| ends <= self.day);
                lacks.note_with(!in_time, Lack::Notice, line.notice.as_slice());
            }
        }
        let too_long = known.working_days.is_some_and(|days| !line.may_last(days));
        lacks.note_with(too_long, Lack::Duration, line.term.as_slice());
        let used_up = known.business.is_some_and(|business| {
            let most = line.hours_a_year.get(&business.size);
            most.is_some_and(|most| {
                business.used >= *most || business.used.saturating_add(business.needed) > *most
            })
        });
        lacks.note_with(used_up, Lack::BusinessHours, line.term.as_slice());
    }
}

fn note_person(line: &EventKind, question: &Question<'_>, lacks: &mut Lacks<'_>) {
    let known = &question.circumstances;
    let last: Vec<&String> = known.last_inspector.iter().chain(&known.last_partner).collect();
    let again = known.inspector.iter().chain(&known.partner).any(|key| last.contains(&key));
    lacks.note(line.rotation && again, Lack::Rotation);
    match known.access {
        Access::Public => {}
        Access::Dwelling => lacks.note(true, Lack::DwellingConsent),
        // Without interaction nobody is asked in: a consent opens no door.
        Access::Closed | Access::DwellingWithConsent => lacks.note(!line.interaction, Lack::PublicGround),
    }
}

/// Tells whether the prosecutor must agree. What stands in the agreed plan or the prevention programme needs no
/// further consent, nor does what the prosecutor demands himself. Where the law goes by ground and the authority has
/// not filled it in, an indicator and a harm are treated as the strict case.
pub(crate) fn needs_prosecutor(line: &EventKind, ground: GroundKind) -> bool {
    let of_his_own = ground == GroundKind::ProsecutorDemand;
    match line.prosecutor {
        Prosecutor::Never => false,
        Prosecutor::Unplanned => {
            !of_his_own && !matches!(ground, GroundKind::Planned | GroundKind::MandatoryVisit)
        }
        Prosecutor::ByGround => matches!(ground, GroundKind::Indicator | GroundKind::Harm),
    }
}
