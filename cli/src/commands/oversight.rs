//! `oversight`, `thresholds`: what moved, who finds more than the risk explains, whom categories burden, which sources hold.

use dozor_app::{JudgedBy, LookAgreement, Oversight};
use dozor_domain::RiskCategory;

use super::{Session, instant};
use crate::args::DataDir;
use crate::output::{Done, Failure};
use crate::progress::Bars;

/// Works it out and prints.
pub(super) async fn oversight(session: &Session, data: &DataDir, as_of: &str) -> Result<Done, Failure> {
    let dozor = session.open(data).await?;
    let as_of = instant(&dozor, as_of)?;
    let report = dozor.oversight(as_of, &Bars::new()).await?;
    let text = text(&report);
    Ok(Done::clean(&report, text))
}

/// Proposes bounds, and drafts a version with them where somebody is named.
pub(super) async fn thresholds(
    session: &Session,
    data: &DataDir,
    as_of: &str,
    by: Option<&str>,
) -> Result<Done, Failure> {
    let dozor = session.open(data).await?;
    let as_of = instant(&dozor, as_of)?;
    let author = match by {
        Some(login) => Some(dozor.actor(login).await?),
        None => None,
    };
    let report = dozor.propose_thresholds(as_of, author.as_ref(), &Bars::new()).await?;
    let mut text = format!("`{}` in force: {:?}\n", report.key, report.in_force);
    if report.proposed.is_empty() {
        text.push_str("no bounds make the hit rates fall over the groups and fit what can be visited\n");
    } else {
        text.push_str(&format!("proposed from {} outcomes: {:?}\n", report.outcomes, report.proposed));
    }
    for one in &report.groups {
        let (share, rate) = (100.0 * one.share, 100.0 * one.hit_rate);
        text.push_str(&format!("  {:8}{share:>6.1} % of the outcomes, {rate:.1} % violations\n", one.group));
    }
    if let Some(draft) = &report.draft {
        text.push_str(&format!("draft: version {}\n", draft.number));
    }
    Ok(Done::clean(&report, text))
}

fn text(report: &Oversight) -> String {
    let mut text = match report.alarms.len() {
        0 => match compared(report).as_slice() {
            [] => "nothing could be compared yet\n".to_owned(),
            compared => format!("no alarm; compared: {}\n", compared.join(", ")),
        },
        alarms => format!("{alarms} alarms\n"),
    };
    for alarm in &report.alarms {
        let what = [alarm.subject.as_str(), &alarm.group].join(" ");
        text.push_str(&format!(
            "  {:?} {}: {:.3} beside {:.3}\n",
            alarm.kind,
            what.trim(),
            alarm.value,
            alarm.against
        ));
    }
    if let Some(year) = &report.year {
        text.push_str(&format!("{} outcomes {} … {}\n", year.outcomes, year.from, year.until));
        for one in &year.categories {
            text.push_str(&line(RiskCategory::code(one.category), one.outcomes, &one.rate));
        }
        text.push_str("inspectors, at the mean risk of all:\n");
        for one in &year.inspectors {
            text.push_str(&line(&one.inspector, one.visits, &one.adjusted_rate));
        }
    }
    for one in &report.sources {
        let by = match one.by {
            JudgedBy::Desk => "desk",
            JudgedBy::Field => "field",
        };
        text.push_str(&format!("{}.{}, confirmed by the {by}:\n", one.source, one.field));
        for value in &one.values {
            text.push_str(&line(&value.source, value.decided, &value.share));
        }
    }
    let looks = &report.second_looks;
    for (kind, one) in [("second readings", &looks.readings), ("second visits", &looks.visits)] {
        text.push_str(&agreement(kind, one));
    }
    let waiting = looks.cases.iter().filter(|case| case.settlement.is_none()).count();
    text.push_str(&format!("{waiting} disagreements wait for a word\n"));
    text
}

fn agreement(kind: &str, found: &LookAgreement) -> String {
    let Some(all) = &found.of_all else { return format!("{kind}: none yet\n") };
    let mut text = format!("{kind}, share that says the same:\n");
    text.push_str(&line("all", all.pairs, &all.agreed));
    if let Some(kappa) = &all.kappa {
        text.push_str(&line("Cohen's kappa", all.pairs, kappa));
    }
    for (rule, one) in &found.by_rule {
        let rule = if rule.is_empty() { "no rule" } else { rule };
        text.push_str(&line(rule, one.pairs, &one.agreed));
    }
    for pair in &found.verdicts {
        let said = format!("{} → {}", pair.first, pair.second);
        text.push_str(&format!("  {said:24}{:>8}\n", pair.pairs));
    }
    text
}

/// Names what was compared: what was not measured raises no alarm either, and is no good news.
fn compared(report: &Oversight) -> Vec<&'static str> {
    let parts = [
        (report.facts.is_some(), "facts"),
        (report.outcomes.is_some(), "outcomes of the quarter"),
        (report.year.is_some(), "promises of the year"),
    ];
    parts.into_iter().filter(|(is_there, _)| *is_there).map(|(_, name)| name).collect()
}

fn line(name: &str, count: usize, rate: &dozor_app::Interval) -> String {
    format!("  {name:24}{count:>8}  {:.3} ({:.3} … {:.3})\n", rate.value, rate.low, rate.high)
}
