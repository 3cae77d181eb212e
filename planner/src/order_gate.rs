//! What the dated lines ask of an order: which papers it needs, and the gate once more for each of its visits.

use dozor_domain::{Candidate, Ground, Need, OrderNeeds, OrderState};
use jiff::civil::Date;

use crate::gate::needs_prosecutor;
use crate::{Gate, GroundKind, Manner, Moment, PlannerPack, Question, Refusal, RegisterEntry};

/// Is one visit of an order as it is known now.
#[derive(Clone, Copy, Debug)]
pub struct OrderCase<'a> {
    /// The object with its category of now.
    pub candidate: &'a Candidate,
    /// The ground of its task, as of now; none = its sign waits for the desk again.
    pub ground: Option<&'a Ground>,
    /// Whether what the ground was made of is no longer so.
    pub ground_gone: bool,
    /// Code of the kind of event.
    pub event: &'a str,
    /// Key of the inspector who would go.
    pub inspector: &'a str,
    /// Key of who would go along.
    pub partner: Option<&'a str>,
    /// Where the order stands, with its papers.
    pub state: &'a OrderState,
    /// How many working days the order lasts, by [`order_days`].
    pub working_days: u32,
    /// In which manner the plan holds the visit.
    pub manner: Manner,
}

/// Returns the papers that an order of a kind of event needs on its day, for the grounds of its tasks. A kind without a
/// line on that day needs all: the gate refuses it anyway.
pub fn order_needs<'a>(
    pack: &PlannerPack,
    (event, day): (&str, Date),
    grounds: impl IntoIterator<Item = &'a Ground>,
) -> OrderNeeds {
    let Some(line) = pack.events.on(event, day) else {
        return OrderNeeds { prosecutor: Need::Needed, register: Need::Needed, notice: Need::Needed };
    };
    let mut grounds = grounds.into_iter();
    OrderNeeds {
        prosecutor: Need::when(|| grounds.any(|ground| needs_prosecutor(line, GroundKind::of(ground)))),
        register: match line.register {
            RegisterEntry::NotNeeded => Need::NotNeeded,
            RegisterEntry::BeforeStart => Need::Needed,
            // Until the authority says otherwise, whoever meets a person is in the register first.
            RegisterEntry::ToFill => Need::when(|| line.interaction),
        },
        notice: Need::when(|| line.notice_term.is_some()),
    }
}

/// Asks the gate about one visit of an order, with the days that its papers bear.
pub fn order_refusals(
    case: &OrderCase<'_>,
    pack: &PlannerPack,
    (moment, day): (Moment, Date),
) -> Vec<Refusal> {
    let question = Question::of(case.candidate, case.ground, case.event, (moment, day));
    let question = question.lasting_by_the_pack(pack, (&case.candidate.object_kind, day), case.manner);
    let mut question = question.by(case.inspector).along(case.partner);
    question.circumstances.working_days = Some(case.working_days);
    question.circumstances.ground_gone = case.ground_gone;
    if case.ground_gone {
        question.circumstances.plan_agreed_on = None;
    }
    question.circumstances.prosecutor_agreed_on = case.state.agreement().map(|answer| answer.on);
    question.circumstances.registered_on = case.state.entry().map(dozor_domain::RegisterNumber::on);
    question.circumstances.notified_on = case.state.notice().map(dozor_domain::Notice::on);
    Gate::new(pack, day).refusals(&question)
}

/// Returns the working days from an order's day to its last one: the first counts, whatever day it is.
pub fn order_days(pack: &PlannerPack, (day, last): (Date, Date)) -> u32 {
    pack.calendar.working_days_after(day, last).saturating_add(1)
}

/// Returns the last working day on which the gate lets an order of a kind of event end when it begins on a day, by
/// [`order_days`]. None where the kind has no term in working days.
pub fn latest_end(pack: &PlannerPack, (event, day): (&str, Date)) -> Option<Date> {
    let most_days = pack.events.on(event, day)?.most_days?;
    pack.calendar.plus_working_days(day, most_days.checked_sub(1)?)
}

/// Words refusals: each lack by its code, with its articles.
pub fn refusal_words(refusals: &[Refusal]) -> String {
    let words = refusals.iter().map(|refusal| {
        let articles: Vec<&str> = refusal.basis.iter().map(|basis| basis.text.as_str()).collect();
        format!("{} ({})", refusal.lack.code(), articles.join("; "))
    });
    words.collect::<Vec<_>>().join(", ")
}
