//! From objects to work: who has a ground today, and which is the lightest lawful kind of event for it.

use std::collections::BTreeSet;

use dozor_domain::{Candidate, Chance, Ground, LeftOut, LeftOutReason, Minutes, RiskCategory};
use jiff::civil::Date;

use crate::business_hours::{Standing, keep_within};
use crate::grounds::{OnRecord, asks_for_days, grounds};
use crate::holding::{Holding, holding};
use crate::solve::{SoFar, rank};
use crate::value::visit_value;
use crate::{
    EventKind, Gate, GroundKind, Lack, Moment, ObjectState, OpenWork, Place, PlannerPack, Question, Refusal,
};

/// Is a candidate with the lightest lawful kind of event that its grounds allow.
#[derive(Clone, Debug, PartialEq)]
pub struct Work {
    /// The candidate.
    pub candidate: Candidate,
    /// Code of the kind of event.
    pub event_kind: String,
    /// The ground that the event rests on.
    pub ground: Ground,
    /// Minutes of work at the object, or by video.
    pub service: Minutes,
    /// Whether the visit is made by video, from the base of who makes it: nobody goes to the object.
    pub by_video: bool,
    /// How many inspectors make the visit together: 1 or 2.
    pub inspectors: u32,
    /// Skills that the inspector needs: the control kind and those of the kind of event.
    pub skills: BTreeSet<String>,
    /// Value in the planner's objective, whole thousandths.
    pub value: f64,
    /// Keys of the inspectors who were there last and may not go again: the kind of event rotates.
    pub not_again: BTreeSet<String>,
}

/// Is what a day offers.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Selection {
    /// Work to plan, by key and control kind.
    pub work: Vec<Work>,
    /// Objects with a ground or an open sign for which nothing lawful can be done today.
    pub left_out: Vec<LeftOut>,
}

/// Chooses the lightest lawful kind of event for each object that has a ground on `day`. Objects with neither a
/// ground nor a sign that waits for the desk are no candidates and appear nowhere.
pub fn select(objects: &[ObjectState], pack: &PlannerPack, day: Date) -> Selection {
    let mut selection = Selection::default();
    let mut order: Vec<&ObjectState> = objects.iter().collect();
    order.sort_by(|a, b| (&a.key, &a.control_kind, a.object).cmp(&(&b.key, &b.control_kind, b.object)));
    for object in order {
        let waiting = object.signs.iter().any(|sign| sign.verdict.is_none());
        let candidate = candidate(object, pack, day);
        if candidate.grounds.is_empty() && !waiting {
            continue;
        }
        if let Some(open) = &object.task_open {
            let reason = waits_for(open, &candidate, pack);
            let on = open.on.filter(|_| reason == LeftOutReason::TaskOpen);
            let expected = on.map(|on| on.to_string());
            selection.left_out.push(LeftOut { expected, ..LeftOut::new(candidate, reason) });
            continue;
        }
        if let Some(until) = object.deferred_until.filter(|until| day < *until) {
            let reason = LeftOutReason::Deferred { until: until.to_string() };
            selection.left_out.push(LeftOut::new(candidate, reason));
            continue;
        }
        if let Some(agreed) = candidate.appointment.filter(|agreed| agreed.on != day) {
            selection.left_out.push(LeftOut::new(candidate, LeftOutReason::Appointed { on: agreed.on }));
            continue;
        }
        match work_of(candidate, pack, day) {
            Ok(work) => selection.work.push(work),
            Err(refused) => selection.left_out.push(*refused),
        }
    }
    let nothing = SoFar::default();
    keep_within(&mut selection, pack, day, |work| (rank(work, &pack.settings, &nothing), Standing::New));
    selection
}

/// Says that open work keeps a candidate away, and of mandatory work for which nobody goes yet until when.
fn waits_for(open: &OpenWork, candidate: &Candidate, pack: &PlannerPack) -> LeftOutReason {
    let mut kinds = candidate.grounds.iter().map(GroundKind::of);
    let is_new_duty =
        kinds.any(|kind| pack.settings.mandatory.contains(&kind) && !open.grounds.contains(&kind));
    match is_new_duty {
        true => LeftOutReason::MandatoryTaskOpen { until: open.until },
        false => LeftOutReason::TaskOpen,
    }
}

/// Chooses the lightest lawful kind of event for a candidate, or says what it lacks.
pub(crate) fn work_of(candidate: Candidate, pack: &PlannerPack, day: Date) -> Result<Work, Box<LeftOut>> {
    match lightest(&candidate, pack, day) {
        Ok(Lightest { event_kind, ground, holding, skills }) => {
            let value = visit_value(&candidate, &ground, &pack.settings);
            let not_again = not_again(&candidate, &event_kind, pack, day);
            let inspectors = inspectors(&event_kind, pack, day);
            let Holding { service, by_video } = holding;
            Ok(Work {
                candidate,
                event_kind,
                ground,
                service,
                by_video,
                inspectors,
                skills,
                value,
                not_again,
            })
        }
        Err(lack) => {
            let reason = LeftOutReason::NoLawfulEvent { lacks: lack.code().to_owned() };
            Err(Box::new(LeftOut::new(candidate, reason)))
        }
    }
}

/// Returns how many inspectors make a visit of a kind of event.
pub(crate) fn inspectors(event_kind: &str, pack: &PlannerPack, day: Date) -> u32 {
    pack.events.on(event_kind, day).map_or(1, |line| line.inspectors)
}

/// Returns who may not make the next visit of a kind of event.
pub(crate) fn not_again(
    candidate: &Candidate,
    event_kind: &str,
    pack: &PlannerPack,
    day: Date,
) -> BTreeSet<String> {
    let rotates = pack.events.on(event_kind, day).is_some_and(|line| line.rotation);
    // A second visit is worth something only by another pair of eyes.
    let is_second = candidate.grounds.iter().any(|ground| matches!(ground, Ground::SecondVisit { .. }));
    let last = candidate.last_inspector.iter().chain(&candidate.last_partner);
    if rotates || is_second { last.cloned().collect() } else { BTreeSet::new() }
}

/// Returns the work on one object that was asked for out of turn, or what the lightest kind of event lacks for it, with
/// the articles.
///
/// # Errors
/// The refusals of the gate; where the object has no ground at all, that it has none.
pub fn urgent_work(object: &ObjectState, pack: &PlannerPack, day: Date) -> Result<Work, Vec<Refusal>> {
    // What is urgent today does not wait for a day agreed before.
    let asked_today =
        ObjectState { appointment: object.appointment.filter(|agreed| agreed.on == day), ..object.clone() };
    let candidate = candidate(&asked_today, pack, day);
    let gate = Gate::new(pack, day);
    let asked = |ground: Option<&Ground>| {
        let is_known =
            |line: &&EventKind| line.place != Place::Desk && line.is_known_to(&candidate.control_kind);
        let lines: Vec<&EventKind> = pack.events.ladder(day).into_iter().filter(is_known).collect();
        let rests =
            |line: &&&EventKind| ground.is_some_and(|ground| line.grounds.contains(&GroundKind::of(ground)));
        // The lightest kind that the ground is one for; where there is none, the lightest says so.
        let line = lines.iter().find(rests).or(lines.first());
        let event = line.map_or("", |line| line.code.as_str());
        gate.refusals(&Question::of(&candidate, ground, event, (Moment::Planning, day)))
    };
    let waits = object.signs.iter().any(|sign| sign.verdict.is_none());
    let refusals = match candidate.grounds.first() {
        None if !waits => {
            let basis = pack.events.articles(Lack::Ground).to_vec();
            vec![Refusal { lack: Lack::Ground, basis }]
        }
        ground => asked(ground),
    };
    work_of(candidate, pack, day).map_err(|_| refusals)
}

/// Tells whether chance may draw the object for a survey: nobody would look at it today for another reason, it can be
/// found, and the pack knows a lawful event for it that rests on chance.
pub fn may_be_drawn(object: &ObjectState, pack: &PlannerPack, day: Date) -> bool {
    let mut candidate = candidate(object, pack, day);
    // An indicator without the prosecutor's consent sends nobody.
    let sends = |ground: &Ground| !matches!(ground, Ground::Indicator { approval: None, .. });
    let is_wanted = candidate.grounds.iter().any(sends)
        || !object.signs.is_empty()
        || object.task_open.is_some()
        || object.appointment.is_some();
    let is_put_off = object.deferred_until.is_some_and(|until| day < until);
    if is_wanted || is_put_off || object.position.is_none() {
        return false;
    }
    Chance::new(1.0).is_some_and(|inclusion| {
        candidate.grounds.push(Ground::Drawn { inclusion, in_territory: 1, in_all: 1 });
        lightest(&candidate, pack, day).is_ok()
    })
}

/// Makes the candidate; a category that is only proposed counts as Low.
fn candidate(object: &ObjectState, pack: &PlannerPack, day: Date) -> Candidate {
    let category = if object.category_decided { object.category } else { RiskCategory::Low };
    let by_kind = || pack.settings.opening_of(&object.object_kind);
    let agreed = object.appointment.filter(|agreed| agreed.on == day);
    let grounds = grounds(&OnRecord::of(object, category), pack, day);
    let facts = &object.case.facts;
    let case = if grounds.iter().any(asks_for_days) { facts.clone() } else { facts.without_days() };
    Candidate {
        object: object.object,
        key: object.key.clone(),
        control_kind: object.control_kind.clone(),
        object_kind: object.object_kind.clone(),
        category,
        category_decided: object.category_decided,
        probability: object.probability,
        score: object.score,
        grounds,
        territory: object.territory.clone(),
        position: object.position,
        opening: agreed.map(|agreed| agreed.hours).or(object.opening).or_else(by_kind),
        appointment: object.appointment,
        last_inspector: object.last_inspector.clone(),
        last_partner: object.last_partner.clone(),
        owners: object.owners.clone(),
        case,
    }
}

/// Is the lightest lawful kind of event for a candidate.
struct Lightest {
    event_kind: String,
    ground: Ground,
    holding: Holding,
    skills: BTreeSet<String>,
}

/// Climbs the ladder from the lightest kind that makes visits; for each the most urgent ground decides.
/// When nothing is lawful, says what the lightest kind that a ground is one for lacks.
fn lightest(candidate: &Candidate, pack: &PlannerPack, day: Date) -> Result<Lightest, Lack> {
    let gate = Gate::new(pack, day);
    let asked = (Moment::Planning, day);
    let mut lacking = Lacking::default();
    for line in pack.events.ladder(day) {
        let known = line.is_known_to(&candidate.control_kind);
        let Some(holding) = holding(line, candidate, day).filter(|_| known) else { continue };
        for ground in &candidate.grounds {
            let question = Question::of(candidate, Some(ground), &line.code, asked);
            match gate.lacks(&question.lasting(holding.service)).first() {
                None => {
                    let mut skills = line.skills.clone();
                    skills.insert(candidate.control_kind.clone());
                    let (event_kind, ground) = (line.code.clone(), ground.clone());
                    return Ok(Lightest { event_kind, ground, holding, skills });
                }
                Some(lack) => lacking.note(*lack),
            }
        }
        if candidate.grounds.is_empty() {
            let question = Question::of(candidate, None, &line.code, asked);
            gate.lacks(&question).first().into_iter().for_each(|lack| lacking.note(*lack));
        }
    }
    Err(lacking.first())
}

/// Remembers what is named of all that is lacking.
#[derive(Default)]
struct Lacking {
    first: Option<Lack>,
    /// That a ground is none for a kind of event says less than what a kind lacks for which it is one.
    of_a_kind_for_it: Option<Lack>,
}

impl Lacking {
    fn note(&mut self, lack: Lack) {
        self.first = self.first.or(Some(lack));
        if lack != Lack::Ground {
            self.of_a_kind_for_it = self.of_a_kind_for_it.or(Some(lack));
        }
    }

    fn first(self) -> Lack {
        self.of_a_kind_for_it.or(self.first).unwrap_or(Lack::EventKind)
    }
}
