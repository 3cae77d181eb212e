//! `year`: a quarter's or a year's visits beside what the staff can do.

use dozor_app::{LongRangeReport, MissReason, TravelBasis, YearAnswer, YearBasis, YearCall, expect_writable};
use dozor_domain::ErrorBody;

use super::Session;
use crate::args::YearArgs;
use crate::output::{Done, Failure};
use crate::progress::Bars;

/// Where time is short in so many places, the rest is in the document.
const MOST_SHORTAGES: usize = 10;

/// Plans a period and prints.
pub(super) async fn year(session: &Session, args: &YearArgs) -> Result<Done, Failure> {
    let dozor = session.open(&args.data).await?;
    for day in [&args.from, &args.to] {
        dozor.day(day).map_err(|error| Failure::Usage(ErrorBody::new(&error)))?;
    }
    if let Some(file) = &args.export {
        expect_writable(file)?;
    }
    let call = YearCall {
        from: args.from.clone(),
        to: args.to.clone(),
        more_inspectors: args.more_inspectors,
        reserve_percent: args.reserve,
        lists_visits: args.export.is_some(),
    };
    let answer = dozor.year(&call, &Bars::new()).await?;
    if let Some(file) = &args.export {
        answer.export(file)?;
    }
    let text = text(&answer);
    Ok(Done::clean(&answer, text))
}

fn text(answer: &YearAnswer) -> String {
    let (basis, report) = (&answer.basis, &answer.report);
    let from = match basis.travel_from {
        TravelBasis::ApprovedPlans => format!("mean of {} approved days", basis.days),
        TravelBasis::ProposedPlans => format!("mean of {} days that wait for approval", basis.days),
        TravelBasis::Unknown => "no day was ever planned".to_owned(),
    };
    let mut text = format!(
        "{} … {}: {} inspectors, {} minutes on the way to a visit ({from}), {} % of the time for draws and other \
         work, {} working days of leave a person a year\n",
        report.from,
        report.to,
        answer.inspectors,
        basis.travel_minutes,
        f64::from(basis.reserve_permille) / 10.0,
        basis.leave_days
    );
    text.push_str(&reserve(basis));
    figures(report, &mut text);
    if let Some(change) = &answer.changed {
        text.push_str(&format!("\nwith {} inspectors ({:+}):\n", change.inspectors, change.more));
        for one in &change.changes {
            let territories: Vec<&str> = one.territories.iter().map(String::as_str).collect();
            text.push_str(&format!("  {:+} in {} {}\n", one.people, one.unit, territories.join(" ")));
        }
        figures(&change.report, &mut text);
    }
    text
}

/// Says what the time for draws and other work is made of.
fn reserve(basis: &YearBasis) -> String {
    let percent = |permille: u32| f64::from(permille) / 10.0;
    let draws = format!("{} % of the visits are left to chance", percent(basis.draws_permille));
    match basis.other_permille {
        None => format!("  {draws}; what other work takes is not known: no day was ever planned\n"),
        Some(other) => format!(
            "  {draws}; on those days other work took {} % of the time before norms, which found no time on {} of {} \
             days\n",
            percent(other),
            basis.crowded_days,
            basis.days
        ),
    }
}

fn figures(report: &LongRangeReport, text: &mut String) {
    text.push_str("month     asked  planned   hours asked   planned  there are\n");
    for month in &report.months {
        let sum =
            |count: &dyn Fn(&dozor_app::YearCell) -> u64| month.categories.values().map(count).sum::<u64>();
        text.push_str(&format!(
            "{:8}{:>7}{:>9}{:>14}{:>10}{:>11}\n",
            month.month,
            sum(&|cell| cell.asked),
            sum(&|cell| cell.planned),
            sum(&|cell| cell.asked_minutes) / 60,
            sum(&|cell| cell.planned_minutes) / 60,
            month.capacity_minutes / 60
        ));
    }
    text.push_str("category         objects   asked  in time    late  missed  next period\n");
    for (category, line) in &report.categories {
        let all = &line.all;
        text.push_str(&format!(
            "{:15}{:>9}{:>8}{:>9}{:>8}{:>8}{:>13}\n",
            category.0.code(),
            line.objects,
            all.asked,
            all.in_time,
            all.late,
            all.missed,
            all.carried
        ));
        for count in &line.reasons {
            text.push_str(&format!("  {} for {}\n", count.visits, reason(count.reason)));
        }
    }
    let peak = f64::from(report.peak_permille) / 10.0;
    text.push_str(&format!(
        "fullest week: {peak} % of somebody's time; in any plan at least {} visits are not in time\n",
        report.least_missed
    ));
    for one in report.shortages.iter().take(MOST_SHORTAGES) {
        let territory = one.territory.as_deref().unwrap_or("–");
        text.push_str(&format!(
            "  short: {} in {territory}: {} visits, the time of {} people\n",
            one.control_kind, one.visits, one.people
        ));
    }
}

fn reason(reason: MissReason) -> String {
    match reason {
        MissReason::NoTime => "want of time: who could make them is full".to_owned(),
        MissReason::NoInspector => "want of people: nobody serves the territory with the skill".to_owned(),
        MissReason::NotAttested => {
            "want of people: the attestations of all who could make them are over".to_owned()
        }
        MissReason::NoPosition => "want of a position".to_owned(),
        MissReason::NotLawful { lack } => {
            format!("law: no kind of event is lawful in the window ({})", lack.code())
        }
    }
}
