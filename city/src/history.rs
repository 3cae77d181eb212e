//! What the authority did about an object before the demo day: desk decisions, warnings, visits with their outcomes,
//! prescriptions, courts. What it does ends violations, so this comes before anything that shows their end.

use std::collections::BTreeMap;

use crate::causes::{Case, Conduct};
use crate::days::Day;
use crate::dice::Dice;
use crate::objects::Thing;
use crate::world::{World, yes};

/// Is one decision of desk review.
#[derive(Clone, Debug)]
pub(crate) struct Decision {
    /// Rule of the sign.
    pub(crate) rule: String,
    /// Points of that rule.
    pub(crate) points: f64,
    /// `confirmed`, `refuted`, `needs_data` or `referred`.
    pub(crate) verdict: &'static str,
    /// When.
    pub(crate) decided: Day,
    /// From when it no longer stands: refuted in the field, or the violation is gone.
    pub(crate) withdrawn: Option<Day>,
    /// Number of the case, none where no case stands behind it.
    pub(crate) case: Option<usize>,
}

/// Is one visit.
#[derive(Clone, Debug)]
pub(crate) struct Event {
    /// Kind of event.
    pub(crate) kind: String,
    /// Day.
    pub(crate) day: Day,
    /// `violation`, `other_violation`, `none`, `no_access` or `not_visible`.
    pub(crate) result: &'static str,
    /// Rule of the violation found.
    pub(crate) rule: String,
    /// When the act was annulled.
    pub(crate) annulled: Option<Day>,
}

/// Is one prescription.
#[derive(Clone, Debug)]
pub(crate) struct Prescription {
    /// When it was issued.
    pub(crate) issued: Day,
    /// Its term.
    pub(crate) due: Day,
    /// When it was deferred, and to when.
    pub(crate) deferred: Option<[Day; 2]>,
    /// From when to when a complaint suspended it.
    pub(crate) suspended: Option<[Day; 2]>,
    /// When it was fulfilled, or seen to be.
    pub(crate) fulfilled: Option<Day>,
    /// Number of the case that it is about.
    pub(crate) case: usize,
}

/// Is one court decision.
#[derive(Clone, Debug)]
pub(crate) struct Court {
    /// `demolition`, `vacate` or `in_favour`.
    pub(crate) kind: &'static str,
    /// When it was decided.
    pub(crate) decided: Day,
    /// When it was executed.
    pub(crate) executed: Option<Day>,
}

/// Is all that was done about one object.
#[derive(Clone, Debug, Default)]
pub(crate) struct History {
    /// Desk decisions.
    pub(crate) decisions: Vec<Decision>,
    /// Warnings: issued, answered.
    pub(crate) warnings: Vec<(Day, Option<Day>)>,
    /// Visits in order.
    pub(crate) events: Vec<Event>,
    /// Prescriptions.
    pub(crate) prescriptions: Vec<Prescription>,
    /// Court decisions.
    pub(crate) courts: Vec<Court>,
}

/// Plays the history of one object and ends the cases that were ended by it.
pub(crate) fn play<'a>(world: &World<'a>, thing: &Thing, conduct: &mut Conduct<'a>) -> History {
    let mut play = Play {
        world,
        propensity: conduct.propensity,
        first: world.start.max(conduct.known),
        cases: &mut conduct.cases,
        dice: world.of(thing, "history").dice(),
        queue: BTreeMap::new(),
        planned: 0,
        history: History::default(),
    };
    play.desk();
    play.routine(world.exposed(thing));
    play.visits();
    play.withdraw();
    play.history
}

/// Draws a verdict: violations and look-alikes have shares of their own.
pub(crate) fn verdict(world: &World<'_>, violation: bool, dice: &mut Dice) -> &'static str {
    let desk = &world.config.desk;
    let (confirmed, refuted) = if violation {
        (desk.violation_confirmed.get(), desk.violation_refuted.get())
    } else {
        (desk.lookalike_confirmed.get(), desk.lookalike_refuted.get())
    };
    let (draw, referred) = (dice.unit(), yes(dice, desk.referred));
    if draw < confirmed {
        "confirmed"
    } else if draw < confirmed + refuted {
        "refuted"
    } else if referred {
        "referred"
    } else {
        "needs_data"
    }
}

/// Draws when a sign that shows from a day on is decided; none when nobody gets to it in time.
pub(crate) fn decided(world: &World<'_>, [from, until]: [Day; 2], dice: &mut Dice) -> Option<Day> {
    let delay = dice.log_normal(world.config.desk.delay_days, 0.7).clamp(1.0, 400.0) as i32;
    let never = yes(dice, world.config.desk.never);
    let day = from.plus(delay).or_next_weekday();
    (!never && day < until && day < world.today).then_some(day)
}

struct Play<'p, 'a> {
    world: &'p World<'a>,
    propensity: f64,
    /// First day on which anything can have been done.
    first: Day,
    cases: &'p mut Vec<Case<'a>>,
    dice: Dice,
    /// Visits to come: day and order of planning, with the case that they go for.
    queue: BTreeMap<(Day, u32), Option<usize>>,
    planned: u32,
    history: History,
}

impl Play<'_, '_> {
    fn plan(&mut self, day: Day, case: Option<usize>) {
        let day = day.or_next_weekday();
        if day < self.world.today && day >= self.first {
            self.planned += 1;
            self.queue.insert((day, self.planned), case);
        }
    }

    fn desk(&mut self) {
        for index in 0..self.cases.len() {
            let Some(case) = self.cases.get(index).cloned() else { continue };
            let Some(sign) = case.sign else { continue };
            let Some(day) = decided(self.world, sign, &mut self.dice) else { continue };
            if day < self.first {
                continue;
            }
            let verdict = verdict(self.world, case.violation, &mut self.dice);
            let rules =
                std::iter::once((case.cause.rule.clone(), case.cause.points)).chain(case.cause.along.clone());
            let decisions = rules.map(|(rule, points)| Decision {
                rule,
                points,
                verdict,
                decided: day,
                withdrawn: None,
                case: Some(index),
            });
            self.history.decisions.extend(decisions);
            self.follow(index, day, verdict);
        }
    }

    fn follow(&mut self, index: usize, day: Day, verdict: &str) {
        let events = &self.world.config.events;
        let share = match verdict {
            "confirmed" => events.followed,
            "needs_data" => events.followed_needs_data,
            _ => return,
        };
        let (warned, follows) =
            (yes(&mut self.dice, self.world.config.warnings.issued), yes(&mut self.dice, share));
        let delay = self.dice.whole(events.follow_days);
        if warned && verdict == "confirmed" {
            self.warn(index, day.plus(3));
        }
        if follows {
            self.plan(day.plus(delay), Some(index));
        }
    }

    fn warn(&mut self, index: usize, day: Day) {
        let warnings = &self.world.config.warnings;
        let answered = yes(&mut self.dice, warnings.answered).then_some(());
        let answer = answered.map(|()| day.plus(self.dice.whole(warnings.answer_days)));
        let helps = yes(&mut self.dice, warnings.helps);
        if day >= self.world.today {
            return;
        }
        if let (Some(answer), true) = (answer, helps) {
            self.end(index, answer);
        }
        self.history.warnings.push((day, answer.filter(|answer| *answer < self.world.today)));
    }

    fn end(&mut self, index: usize, day: Day) {
        if let Some(case) = self.cases.get_mut(index) {
            case.ends = case.ends.min(day);
            if let Some([_, until]) = &mut case.sign {
                *until = (*until).min(day);
            }
        }
    }

    fn hold(&mut self, index: usize) {
        if let Some(case) = self.cases.get_mut(index) {
            case.ends = Day::NEVER;
        }
    }

    fn routine(&mut self, exposed: bool) {
        let events = &self.world.config.events;
        let rate = events.per_year * if exposed { events.exposed } else { 1.0 };
        for _ in 0..self.dice.poisson(rate * self.world.years()) {
            let day = Day(self.dice.whole([self.world.start.0, self.world.today.0 - 1]));
            self.plan(day, None);
        }
    }

    fn visits(&mut self) {
        while let Some(((day, _), case)) = self.queue.pop_first() {
            let last = self.history.events.last().map_or(Day(i32::MIN), |event| event.day);
            let pending = self.history.prescriptions.iter().any(|paper| {
                paper.issued <= day
                    && day < paper.due
                    && paper.fulfilled.is_none_or(|fulfilled| day < fulfilled)
            });
            // Nobody goes twice within a month, or while a term runs, without a reason.
            if case.is_none() && (day < last.plus(30) || pending) || day <= last {
                continue;
            }
            self.visit(day, case);
        }
    }

    fn visit(&mut self, day: Day, goal: Option<usize>) {
        let events = &self.world.config.events;
        let snow = matches!(day.civil().1, 12 | 1..=3);
        let hidden = if snow { events.not_visible_snow } else { events.not_visible };
        let (no_access, hidden) = (yes(&mut self.dice, events.no_access), yes(&mut self.dice, hidden));
        let (finds, finds_other) =
            (yes(&mut self.dice, events.found), yes(&mut self.dice, events.found_other));
        let kind =
            self.dice.weighted(&events.kinds, |(_, weight)| *weight).map_or("", |(kind, _)| kind.as_str());
        let annul = self.dice.chance(events.annulled.get());
        let annulled = day.plus(self.dice.whole(events.annulled_days));
        let again = self.dice.whole([20, 60]);
        let violates = |index: usize| self.cases.get(index).is_some_and(|case| case.violates(day));
        let wanted = goal.filter(|index| finds && violates(*index));
        let other =
            (0..self.cases.len()).find(|index| finds_other && Some(*index) != goal && violates(*index));
        let (result, found) = if no_access {
            ("no_access", None)
        } else if hidden {
            ("not_visible", None)
        } else if wanted.is_some() {
            ("violation", wanted)
        } else if other.is_some() {
            (if goal.is_some() { "other_violation" } else { "violation" }, other)
        } else {
            ("none", None)
        };
        let rule = found.and_then(|index| self.cases.get(index)).map_or("", |case| case.cause.rule.as_str());
        let annulled = (annul && found.is_some() && annulled < self.world.today).then_some(annulled);
        let event = Event { kind: kind.to_owned(), day, result, rule: rule.to_owned(), annulled };
        self.history.events.push(event);
        let (rechecks, later) = (yes(&mut self.dice, events.recheck), self.dice.whole(events.recheck_days));
        if found.is_some() && rechecks {
            self.plan(day.plus(later), None);
        }
        match (found, annulled) {
            (Some(_), Some(annulled)) => self.annul(annulled),
            (Some(index), None) => self.prescribe(index, day),
            (None, _) if result == "none" => self.refute(goal, day),
            (None, _) => self.plan(day.plus(again), goal),
        }
    }

    fn annul(&mut self, day: Day) {
        if yes(&mut self.dice, self.world.config.courts.in_favour) {
            self.history.courts.push(Court { kind: "in_favour", decided: day, executed: None });
        }
    }

    /// The field found nothing: the confirmed sign no longer stands, and what was prescribed is done.
    fn refute(&mut self, goal: Option<usize>, day: Day) {
        for decision in self
            .history
            .decisions
            .iter_mut()
            .filter(|decision| decision.case == goal && goal.is_some() && decision.decided <= day)
        {
            decision.withdrawn =
                Some(decision.withdrawn.map_or(day.plus(1), |before| before.min(day.plus(1))));
        }
        let papers = self.history.prescriptions.iter_mut().filter(|paper| Some(paper.case) == goal);
        for paper in papers.filter(|paper| paper.fulfilled.is_none_or(|fulfilled| fulfilled > day)) {
            paper.fulfilled = Some(day);
        }
    }

    fn prescribe(&mut self, index: usize, day: Day) {
        let papers = &self.world.config.prescriptions;
        if !yes(&mut self.dice, papers.issued) {
            return;
        }
        let issued = day.plus(self.dice.whole([0, 3]));
        let term = self.dice.whole(papers.term_days);
        let deferred = yes(&mut self.dice, papers.deferred).then(|| {
            let more = self.dice.whole(papers.deferred_days);
            [issued.plus(term * 3 / 4), issued.plus(term + more)]
        });
        let suspended = yes(&mut self.dice, papers.suspended).then(|| {
            let from = issued.plus(term / 2);
            [from, from.plus(self.dice.whole(papers.suspended_days))]
        });
        let due = issued.plus(term);
        let until = deferred.map_or(due, |[_, to]| to);
        // Careless holders fulfil less; the exponent keeps the usual one at the share of `city.toml`.
        let in_time = papers.in_time.get().powf(self.propensity.clamp(0.3, 3.0).sqrt());
        let draw = self.dice.unit();
        let late = self.dice.whole(papers.late_days);
        let early = self.dice.between([0.4, 1.0]);
        let followed = yes(&mut self.dice, papers.follow_up);
        let again = self.dice.whole(papers.follow_up_days);
        let unreported = yes(&mut self.dice, papers.unreported) && draw >= in_time;
        if unreported {
            self.end(index, issued.plus((f64::from(until.0 - issued.0) * early) as i32));
        }
        if !unreported {
            // What the authority wrote down does not vanish by itself: it ends by being done, or by the court.
            self.hold(index);
        }
        let fulfilled = if draw < in_time {
            Some(issued.plus((f64::from(until.0 - issued.0) * early) as i32))
        } else if draw < in_time + (1.0 - in_time) * papers.late.get() {
            Some(until.plus(late))
        } else {
            if !unreported {
                self.sue(index, until);
            }
            None
        };
        if let Some(fulfilled) = fulfilled {
            self.end(index, fulfilled);
        }
        if issued < self.world.today {
            let fulfilled = fulfilled.filter(|day| *day < self.world.today);
            self.history.prescriptions.push(Prescription {
                issued,
                due,
                deferred,
                suspended,
                fulfilled,
                case: index,
            });
        }
        if followed {
            self.plan(until.plus(again), Some(index));
        }
    }

    fn sue(&mut self, index: usize, due: Day) {
        let courts = &self.world.config.courts;
        let sued = yes(&mut self.dice, courts.sued);
        let decided = due.plus(self.dice.whole(courts.decided_days));
        let executed = yes(&mut self.dice, courts.executed);
        let on = decided.plus(self.dice.whole(courts.executed_days));
        if !sued || decided >= self.world.today {
            return;
        }
        // What stands is demolished, what is occupied is vacated.
        let builds = self.cases.get(index).is_some_and(|case| !case.cause.detection_class.is_empty());
        let executed = executed.then_some(on);
        if let Some(day) = executed {
            self.end(index, day);
        }
        self.history.courts.push(Court {
            kind: if builds { "demolition" } else { "vacate" },
            decided,
            executed: executed.filter(|day| *day < self.world.today),
        });
    }

    /// A confirmed sign whose cause is over is taken off some days later.
    fn withdraw(&mut self) {
        for decision in &mut self.history.decisions {
            let lag = self.dice.whole([3, 25]);
            let ends =
                decision.case.and_then(|index| self.cases.get(index)).map_or(Day::NEVER, |case| case.ends);
            let gone = ends.plus(lag).max(decision.decided.plus(1));
            let day = decision.withdrawn.map_or(gone, |before| before.min(gone));
            decision.withdrawn =
                Some(day).filter(|day| *day < self.world.today && matches!(decision.verdict, "confirmed"));
        }
    }
}
