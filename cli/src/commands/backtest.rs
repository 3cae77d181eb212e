//! `rules backtest`: a candidate beside the active version.

use dozor_app::{BacktestReport, Caught, Dozor, Estimate, Matrix, PublicationReason, cause_code};
use dozor_domain::{ApprovalLevel, RiskCategory};

use super::{Session, instant};
use crate::args::BacktestArgs;
use crate::output::{Done, Failure};
use crate::progress::Bars;

/// Lines of moved objects that people are shown; the document and the CSV hold them all.
const SHOWN: usize = 20;

/// Compares and prints.
pub(super) async fn backtest(session: &Session, args: &BacktestArgs) -> Result<Done, Failure> {
    let dozor = session.open(&args.data).await?;
    let as_of = match &args.as_of {
        Some(text) => instant(&dozor, text)?,
        None => dozor.now(),
    };
    args.export.as_deref().map_or(Ok(()), dozor_app::expect_writable)?;
    let candidate = dozor.candidate(&args.candidate).await?;
    let report = dozor.backtest(candidate, as_of, &Bars::new()).await?;
    if let Some(file) = &args.export {
        Dozor::export_moved(&report, file)?;
    }
    Ok(Done::clean(&report, text(&report)))
}

fn text(report: &BacktestReport) -> String {
    let percent = report.gate.moved_share * 100.0;
    let mut text = format!(
        "as of {}: {} of {} objects move ({percent:.2} %), {} up, {} down\n{}\n",
        report.as_of,
        report.moved_objects,
        report.objects,
        report.up,
        report.down,
        gate_text(report.gate.level)
    );
    report.gate.reasons.iter().for_each(|reason| text.push_str(&reason_text(reason)));
    report.matrices.iter().for_each(|matrix| text.push_str(&matrix_text(matrix)));
    for rule in report.rules.iter().filter(|rule| rule.differing > 0 || rule.moved > 0) {
        text.push_str(&format!(
            "{}: fires on {} → {}, unknown on {} → {}, moves {}\n",
            rule.rule, rule.fired[0], rule.fired[1], rule.unknown[0], rule.unknown[1], rule.moved
        ));
    }
    text.push_str(&load_text(report));
    if let Some(outcomes) = &report.outcomes {
        let known = &outcomes.known;
        text.push_str(&format!(
            "known outcomes {} … {}: {} objects, {} violations; the first {} by rank\n  in force  {}\n  candidate {}\n",
            outcomes.as_of,
            outcomes.until,
            known.known,
            known.violations,
            known.capacity,
            caught_text(&known.before),
            caught_text(&known.after)
        ));
        text.push_str(&format!("  difference {}\n", estimate(known.difference)));
    }
    for one in report.moved.iter().take(SHOWN) {
        let by: Vec<&str> = one.by.iter().map(cause_code).collect();
        text.push_str(&format!(
            "{} {}: {} → {} by {}\n",
            one.object,
            one.control_kind,
            one.from,
            one.to,
            by.join(", ")
        ));
    }
    if report.moved.len() > SHOWN {
        text.push_str(&format!("… and {} more (--export FILE writes all)\n", report.moved.len() - SHOWN));
    }
    text
}

/// Words the gate.
pub(super) fn gate_text(level: ApprovalLevel) -> &'static str {
    match level {
        ApprovalLevel::OneApprover => "publication: one approver who is not the author",
        ApprovalLevel::HeadOfUnit => "publication: the head of unit too, with a reason",
        ApprovalLevel::Head => "publication: blocked but for the decision of the head, with a reason",
    }
}

/// Words why more than one approver is needed.
fn reason_text(reason: &PublicationReason) -> String {
    match reason {
        PublicationReason::Moved { share, above } => {
            format!("  {:.2} % of the objects move, more than {:.2} %\n", 100.0 * share, 100.0 * above)
        }
        PublicationReason::LoadAboveCapacity { visits, capacity } => {
            format!("  {visits:.0} visits a year are due, {capacity:.0} can be made\n")
        }
        PublicationReason::Disparity { attribute, group, share, low, of_all } => format!(
            "  {attribute} «{group}»: {:.2} % are high or above (at least {:.2} %), {:.2} % of all\n",
            100.0 * share,
            100.0 * low,
            100.0 * of_all
        ),
    }
}

fn matrix_text(matrix: &Matrix) -> String {
    let levels = RiskCategory::ALL.into_iter().filter(|level| {
        matrix.cells.contains_key(level) || matrix.cells.values().any(|line| line.contains_key(level))
    });
    let levels: Vec<RiskCategory> = levels.collect();
    let mut text = format!("{:25}", matrix.control_kind);
    levels.iter().for_each(|level| text.push_str(&format!("{:>16}", level.code())));
    text.push('\n');
    for from in &levels {
        text.push_str(&format!("  {:23}", from.code()));
        for to in &levels {
            let count = matrix.cells.get(from).and_then(|line| line.get(to)).copied().unwrap_or(0);
            text.push_str(&format!("{count:>16}"));
        }
        text.push('\n');
    }
    text
}

fn load_text(report: &BacktestReport) -> String {
    let load = &report.load;
    let hours = load.categories.as_ref().map_or_else(String::new, |[before, after]| {
        format!(
            "hours a year: {:.0} → {:.0} asked by categories, {:.0} of the staff\n",
            before.asked, after.asked, after.staff
        )
    });
    let of =
        |number: Option<f64>| number.map_or_else(|| "not stated".to_owned(), |number| format!("{number:.0}"));
    format!(
        "desk: {} → {} signs wait, {} a day can be decided\nvisits: {} → {} due today, {} a day can be made; {:.0} → {:.0} a year, {} can be made\n{hours}",
        load.desk_queue[0],
        load.desk_queue[1],
        of(load.desk_a_day),
        load.due_today[0],
        load.due_today[1],
        of(load.visits_a_day),
        load.visits_a_year[0],
        load.visits_a_year[1],
        of(load.capacity_a_year)
    )
}

fn caught_text(caught: &Caught) -> String {
    format!(
        "{} found, {} missed; share found {}; hit rate {}",
        caught.found,
        caught.missed,
        estimate(caught.found_share),
        estimate(caught.hit_rate)
    )
}

fn estimate(estimate: Option<Estimate>) -> String {
    estimate.map_or_else(|| "–".to_owned(), |e| format!("{:.3} ({:.3} … {:.3})", e.value, e.low, e.high))
}
