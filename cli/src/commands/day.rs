//! `approve`, `replan`: what is done with a day's plan once it is made.

use std::collections::BTreeMap;

use dozor_app::{
    AppError, Approval, HandOver, LeftObject, ReplanApplied, ReplanApply, ReplanCall, ReplanMove,
    left_out_code,
};
use dozor_domain::{ErrorBody, PlanId};

use super::{Session, usage};
use crate::args::{DataDir, ReplanArgs};
use crate::output::{Done, Failure};

/// Code of the reason for which mandatory work stays out.
const MANDATORY_CONFLICT: &str = "mandatory_conflict";
/// Code of the reason for which it waits for a task on another ground.
const MANDATORY_TASK_OPEN: &str = "mandatory_task_open";

/// Approves a plan.
pub(super) async fn approve(
    session: &Session,
    data: &DataDir,
    plan: &str,
    official: String,
) -> Result<Done, Failure> {
    let invalid = || usage("PLAN_ID_INVALID", &format!("reading --plan {plan}"));
    let plan = PlanId::parse(plan).ok_or_else(invalid)?;
    let dozor = session.open(data).await?;
    let approval = Approval { plan, parent: None, by: official };
    let report = dozor.approve_plan(approval, "cli").await.map_err(|error| match error {
        AppError::OfficialEmpty => Failure::Usage(ErrorBody::new(&error)),
        other => other.into(),
    })?;
    let text = format!("plan {}: {} orders, {} tasks\n", report.plan, report.orders.len(), report.tasks);
    Ok(Done::clean(&report, text))
}

/// Reads who is to make which visit.
fn hand_over(text: &str) -> Result<HandOver, Failure> {
    let wrong = || usage("HAND_INVALID", &format!("reading --hand {text}"));
    let (object, to) = text.rsplit_once('=').ok_or_else(wrong)?;
    match object.is_empty() || to.is_empty() {
        true => Err(wrong()),
        false => Ok(HandOver { object: object.to_owned(), to: to.to_owned() }),
    }
}

/// Shows what the rest of a day would look like, or does what was shown.
pub(super) async fn replan(session: &Session, args: ReplanArgs) -> Result<Done, Failure> {
    let now = minutes(&args.at).ok_or_else(|| usage("TIME_INVALID", &format!("reading --at {}", args.at)))?;
    let dozor = session.open(&args.data).await?;
    dozor.day(&args.date).map_err(|error| Failure::Usage(ErrorBody::new(&error)))?;
    let handed = args.hand.iter().map(|text| hand_over(text)).collect::<Result<Vec<_>, _>>()?;
    let ReplanArgs { date, absent, back, drop: dropped, urgent, iterations, seed, .. } = args;
    let now = Some(now);
    let call = ReplanCall { date, now, absent, back, dropped, handed, urgent, seed, iterations };
    if let Some(digest) = args.apply {
        let (reason, by) = (args.reason.unwrap_or_default(), args.official.unwrap_or_default());
        let applied = dozor.apply_replan(&ReplanApply { call, digest, reason, by }, "cli").await;
        let applied = applied.map_err(|error| match error {
            AppError::OfficialEmpty | AppError::CommentRequired { .. } => {
                Failure::Usage(ErrorBody::new(&error))
            }
            other => other.into(),
        })?;
        return Ok(Done::clean(&applied, applied_text(&applied)));
    }
    let report = dozor.replan(&call).await?;
    let mut text = format!(
        "plan {}: {} visits, {} have begun, {} would change; value {:.1} → {:.1}\ndigest {}\n",
        report.plan,
        report.visits,
        report.begun,
        report.moves.len(),
        report.value_before,
        report.value_after,
        report.digest
    );
    for one in &report.moves {
        text.push_str(&line(one));
    }
    left_text(&report.left, &mut text);
    Ok(Done::clean(&report, text))
}

/// Counts what stays out by reason, and names mandatory work that does not fit.
fn left_text(left: &[LeftObject], text: &mut String) {
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for one in left {
        *counts.entry(one.reason).or_default() += 1;
    }
    for (reason, candidates) in counts {
        text.push_str(&format!("  left out: {reason:26} {candidates}\n"));
    }
    for one in left.iter().filter(|one| one.reason == MANDATORY_CONFLICT) {
        let with =
            one.detail.get("with").and_then(|with| with.as_array()).map(Vec::as_slice).unwrap_or_default();
        let with: Vec<&str> = with.iter().filter_map(|key| key.as_str()).collect();
        let stands = if with.is_empty() { "nobody could make it".to_owned() } else { with.join(", ") };
        text.push_str(&format!("  mandatory and does not fit: {} ({stands})\n", one.object));
    }
    for one in left.iter().filter(|one| one.reason == MANDATORY_TASK_OPEN) {
        let until = one.detail.get("until").and_then(|until| until.as_str()).unwrap_or_default();
        text.push_str(&format!("  mandatory and waits for an open task: {} (until {until})\n", one.object));
    }
}

fn applied_text(applied: &ReplanApplied) -> String {
    format!(
        "plan {} in place of {}: {} tasks came back, {} changed their hour, {} are new, {} orders, {} revoked\n",
        applied.plan,
        applied.parent,
        applied.returned,
        applied.retimed,
        applied.tasks,
        applied.orders.len(),
        applied.orders_revoked.len()
    )
}

fn line(one: &ReplanMove) -> String {
    let place = |place: &Option<(String, u32)>| match place {
        Some((inspector, start)) => format!("{inspector} {:02}:{:02}", start / 60, start % 60),
        None => "–".to_owned(),
    };
    let why = one.reason.as_ref().map(|reason| format!(" ({})", left_out_code(reason))).unwrap_or_default();
    format!("  {:28} {} → {}{why}\n", one.object, place(&one.from), place(&one.to))
}

/// Reads a local time as minutes after midnight.
fn minutes(text: &str) -> Option<u32> {
    let (hours, minutes) = text.split_once(':')?;
    let (hours, minutes): (u32, u32) = (hours.parse().ok()?, minutes.parse().ok()?);
    (hours < 24 && minutes < 60).then_some(hours * 60 + minutes)
}

#[cfg(test)]
mod tests {
    use super::minutes;

    #[test]
    fn times_of_day_are_read_and_others_are_not() {
        assert_eq!((minutes("09:30"), minutes("0:00"), minutes("23:59")), (Some(570), Some(0), Some(1439)));
        for wrong in ["24:00", "9", "09:60", "-1:00", "09:3a", ""] {
            assert_eq!(minutes(wrong), None, "{wrong}");
        }
    }
}
