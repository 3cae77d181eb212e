//! `init`, `demo`, `pack export`.

use std::path::Path;
use std::sync::Arc;

use dozor_app::{AppError, DEMO_PASSWORD, DemoEdge, DemoReport, DemoRequest, read_pack};
use dozor_domain::ErrorBody;
use serde_json::json;

use super::{Session, usage};
use crate::args::{DataDir, DemoArgs};
use crate::edge;
use crate::output::{Done, Failure};
use crate::progress::Bars;

/// Creates a database from a pack.
pub(super) async fn init(session: &Session, data: &DataDir, pack: &str) -> Result<Done, Failure> {
    let location = session.location(data)?;
    let report = dozor_app::init(&location, read_pack(pack)?, Arc::clone(&session.clock)).await?;
    let text = format!(
        "pack {} is methodology version 1 ({}): {} sources, {} facts, {} rules",
        report.pack, report.methodology, report.sources, report.facts, report.rules
    );
    Ok(Done::clean(&report, text))
}

/// Makes or reopens a demo.
pub(super) async fn demo(session: &Session, args: &DemoArgs) -> Result<Done, Failure> {
    if !(2_000..=1_000_000).contains(&args.objects) {
        return Err(usage("OBJECTS_OUT_OF_RANGE", &format!("making a demo of {} objects", args.objects)));
    }
    if let Some(address) = &args.listen {
        drop(super::serve::listener(address).await?);
    }
    let location = session.location(&args.data)?;
    let (folder, passing) = match &args.data.data {
        Some(folder) => (folder.clone(), None),
        // With a server's database there is no folder of ours to put the city's files in.
        None => {
            let folder = std::env::temp_dir().join(format!("dozor-demo-{}", edge::new_id()));
            (folder.clone(), Some(folder))
        }
    };
    let request = DemoRequest {
        objects: args.objects,
        seed: args.seed,
        date: args.date.clone(),
        history_years: args.history_years,
    };
    let new_id = || *edge::new_id().as_bytes();
    let bars = Bars::new();
    let clock = Arc::clone(&session.clock);
    let made =
        dozor_app::demo((&location, &folder), &request, clock, DemoEdge { new_id: &new_id }, &bars).await;
    let report = made.map_err(|fault| match fault {
        // Read before anything is opened.
        AppError::DateInvalid { .. } => Failure::Usage(ErrorBody::new(&fault)),
        other => other.into(),
    })?;
    drop(bars);
    // Empty by now, and gone already where nothing was generated.
    passing.map(std::fs::remove_dir);
    let text = demo_text(&report);
    Ok(Done::clean(&report, text))
}

fn demo_text(report: &DemoReport) -> String {
    let mut text = match report.done {
        "nothing" => format!("the demo of {} is ready: {} objects\n", report.date, report.objects),
        done => format!("the demo is {done} for {}: {} objects\n", report.date, report.objects),
    };
    if let Some(day) = &report.day_off {
        text.push_str(&format!("  {day} is a day off: the next working day is planned\n"));
    }
    for (category, count) in &report.categories {
        text.push_str(&format!("  {category:15} {count}\n"));
    }
    if let Some(plan) = &report.plan {
        let left_out: usize = plan.left_out.values().sum();
        text.push_str(&format!(
            "  plan: {} visits by {} inspectors, {left_out} candidates left out, each with a reason\n",
            plan.visits, plan.inspectors
        ));
    }
    if let Some(approved) = &report.approved {
        text.push_str(&format!("  approved: {} orders, {} tasks\n", approved.orders.len(), approved.tasks));
    }
    text.push_str(&format!("logins (password {DEMO_PASSWORD}):\n"));
    for (login, role) in &report.logins {
        text.push_str(&format!("  {login:15} {role}\n"));
    }
    text
}

/// Writes the active methodology as a folder.
pub(super) async fn export(session: &Session, data: &DataDir, to: &Path) -> Result<Done, Failure> {
    let dozor = session.open(data).await?;
    let files = dozor.export_pack(to)?;
    let text = format!("{files} files written to {}", to.display());
    Ok(Done::clean(&json!({ "files": files, "folder": to, "methodology": dozor.methodology().hash }), text))
}
