//! The hidden truth: one row per object in a file that is no source. Tests and evaluations read it; nothing that
//! scores may.

use std::collections::BTreeSet;
use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};

use crate::CityError;
use crate::scene::Scene;

/// Years for which a violation counts.
const COUNTED_DAYS: i32 = 1_095;

/// Is the file of the hidden truth.
pub(crate) struct Truth {
    path: PathBuf,
    out: BufWriter<File>,
}

impl Truth {
    /// Opens the file anew.
    pub(crate) fn create(folder: &Path) -> Result<Self, CityError> {
        let path = folder.join("hidden_truth.csv");
        let failed = |source| CityError::Write { path: path.clone(), source };
        let mut out = BufWriter::new(File::create(&path).map_err(failed)?);
        writeln!(
            out,
            "object_key,object_kind,district,violations,propensity,area_m2,visitors,in_zone,by_social,confirmed_rules,\
             confirmed_points,open_signs,violations_3y,clean_3y,prescription_overdue,court_unexecuted"
        )
        .map_err(failed)?;
        Ok(Self { path, out })
    }

    /// Writes the truth of one object.
    pub(crate) fn row(&mut self, scene: &Scene<'_>) -> Result<(), CityError> {
        let line = line(scene);
        self.out
            .write_all(line.as_bytes())
            .map_err(|source| CityError::Write { path: self.path.clone(), source })
    }

    /// Closes the file.
    pub(crate) fn finish(mut self) -> Result<PathBuf, CityError> {
        match self.out.flush() {
            Ok(()) => Ok(self.path),
            Err(source) => Err(CityError::Write { path: self.path, source }),
        }
    }
}

fn line(scene: &Scene<'_>) -> String {
    let (world, thing, history) = (scene.world, scene.thing, scene.history);
    let last = world.today.plus(-1);
    let cases = &scene.conduct.cases;
    let violations: Vec<&str> = cases
        .iter()
        .filter(|case| case.violates(last))
        .map(|case| if case.cause.rule.is_empty() { "unseen" } else { case.cause.rule.as_str() })
        .collect();
    let standing: Vec<_> = history
        .decisions
        .iter()
        .filter(|decision| decision.verdict == "confirmed" && decision.withdrawn.is_none())
        .collect();
    let rules: BTreeSet<&str> = standing.iter().map(|decision| decision.rule.as_str()).collect();
    let points = standing.iter().map(|decision| decision.points).fold(0.0, f64::max);
    let open = cases
        .iter()
        .enumerate()
        .filter(|(index, case)| {
            let shows = case.sign.is_some_and(|[from, until]| from <= last && last < until);
            shows && history.decisions.iter().all(|decision| decision.case != Some(*index))
        })
        .count();
    let since = world.today.plus(-COUNTED_DAYS);
    let counted = |results: &[&str]| {
        let events = history.events.iter().filter(|event| event.day >= since && event.annulled.is_none());
        events.filter(|event| results.contains(&event.result)).count()
    };
    let overdue = history.prescriptions.iter().any(|paper| {
        let until = paper.deferred.map_or(paper.due, |[_, to]| to);
        let pause = paper.suspended.map_or(0, |[from, to]| to.min(world.today).0 - from.min(world.today).0);
        paper.fulfilled.is_none() && until.plus(pause) < world.today
    });
    let court = history.courts.iter().any(|court| court.kind != "in_favour" && court.executed.is_none());
    format!(
        "{},{},{},{},{:.3},{:.0},{},{},{},{},{:.1},{open},{},{},{overdue},{court}\n",
        thing.key,
        thing.kind.code(),
        scene.block.district.code,
        violations.join(";"),
        scene.conduct.propensity,
        thing.area,
        thing.visitors_told.unwrap_or(0),
        thing.in_zone,
        thing.by_social,
        rules.len(),
        points,
        counted(&["violation", "other_violation"]),
        counted(&["none"]),
    )
}
