//! What a rolling evaluation says: figures, curve of learning, effects of facts, drift, and, for managers alone, who
//! found more than others and whom the categories burden.

use std::collections::{BTreeMap, BTreeSet};

use dozor_domain::RiskCategory;
use dozor_scoring::{
    AuditedObject, Contender, Estimate, EvaluateSettings, EvaluatedWindow, FactDrift, GroupFigures,
    InspectorEffect, InspectorEvent, ModelKind, PromiseDrift, RollingEvaluation, disparity, evaluate_rolling,
    inspector_effects, promise_drift,
};
use rayon::iter::{IntoParallelRefIterator, ParallelIterator};
use serde::Serialize;

use super::fitting::{Fitted, Ground, kind_name};
use super::windows::Window;
use crate::error::AppError;

/// Shares of the outcomes that teach in the curve of learning.
const SHARES: [usize; 4] = [8, 4, 2, 1];
/// Resamples of that curve.
const CURVE_RESAMPLES: u32 = 200;

/// Says how a window was cut.
#[derive(Clone, Debug, Serialize)]
pub struct WindowReport {
    /// Its name.
    pub name: String,
    /// Outcomes known by this instant taught.
    pub train_until: String,
    /// First measured instant.
    pub from: String,
    /// First instant after it.
    pub until: String,
    /// Hash of the content of the training rows.
    pub training_data: String,
    /// Outcomes that taught.
    pub training_rows: usize,
    /// Whether outcomes kept to what was promised.
    pub promise: Option<PromiseDrift>,
}

/// Is a point of the curve of learning.
#[derive(Clone, Debug, Serialize)]
pub struct LearningPoint {
    /// Share of the outcomes that taught.
    pub share: f64,
    /// Outcomes on average over the windows.
    pub outcomes: f64,
    /// Mean area over the windows.
    pub auc: Option<Estimate>,
}

/// Says how far a fact moves the score.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct FactEffect {
    /// Name of the fact.
    pub fact: String,
    /// Standard deviation of its part of the log-odds over the events of the last window.
    pub spread: f64,
}

/// Says that a kind of model could not be learnt in a window and stands in none.
#[derive(Clone, Debug, Serialize)]
pub struct LeftOutModel {
    /// The window.
    pub window: String,
    /// The kind.
    pub kind: &'static str,
    /// Code of the reason.
    pub code: &'static str,
}

/// Is the whole report.
#[derive(Clone, Debug, Serialize)]
pub struct RollingReport {
    /// Code of the model.
    pub model: String,
    /// Hash of the methodology.
    pub methodology: String,
    /// Last commit seen.
    pub up_to_seq: i64,
    /// Measured events.
    pub events: usize,
    /// Windows.
    pub windows: Vec<WindowReport>,
    /// Figures.
    pub rolling: RollingEvaluation,
    /// Area by the number of outcomes that taught.
    pub learning: Vec<LearningPoint>,
    /// Facts by how far they move the score, the farthest first.
    pub effects: Vec<FactEffect>,
    /// Facts of the last window beside those of what taught it, the farthest moved first.
    pub drift: Vec<FactDrift>,
    /// Hit rates of who inspected, at the mean risk of all. No score reads it.
    pub inspectors: Vec<InspectorEffect>,
    /// Whom the categories burden and whether the promises hold there: by territory and by kind of object.
    pub disparity: BTreeMap<&'static str, Vec<GroupFigures>>,
    /// Models that could not be learnt.
    pub left_out: Vec<LeftOutModel>,
    /// File of the measured events.
    pub file: Option<String>,
    /// Files of the report.
    pub reports: Vec<String>,
}

impl Ground {
    /// Makes the report of all windows; drift of facts is added by who can compute them.
    pub(super) fn report(&self, windows: &[Window], fitted: &[Fitted]) -> Result<RollingReport, AppError> {
        let left_out = left_out(fitted);
        let absent: BTreeSet<&str> = left_out.iter().map(|one| one.kind).collect();
        let mut evaluated: Vec<EvaluatedWindow> = fitted.iter().map(|one| one.evaluated.clone()).collect();
        for window in &mut evaluated {
            window.contenders.retain(|contender| !absent.contains(contender.name.as_str()));
        }
        let mut scale: Vec<RiskCategory> = self.methodology.manifest.scale.levels().to_vec();
        scale.sort_by(|a, b| b.cmp(a));
        let codes: Vec<&str> = scale.iter().map(|category| category.code()).collect();
        let rolling = evaluate_rolling(&evaluated, &codes, &self.settings())?;
        let events = || fitted.iter().flat_map(|one| one.measured.iter().zip(&one.assessed));
        Ok(RollingReport {
            model: self.spec.name.clone(),
            methodology: self.methodology.hash.clone(),
            up_to_seq: self.loaded.up_to_seq,
            events: events().count(),
            windows: windows.iter().zip(fitted).map(|(window, one)| window_report(window, one)).collect(),
            rolling,
            learning: self.learning(windows, fitted)?,
            effects: self.effects(fitted)?,
            drift: Vec::new(),
            inspectors: self.inspector_effects(fitted),
            disparity: self.disparity(fitted),
            left_out,
            file: None,
            reports: Vec::new(),
        })
    }

    /// Learns from an eighth, a quarter, a half and all of the outcomes, spread evenly over time.
    fn learning(&self, windows: &[Window], fitted: &[Fitted]) -> Result<Vec<LearningPoint>, AppError> {
        let own = self.spec.training.kind;
        let pairs: Vec<(&Window, &Fitted)> = windows.iter().zip(fitted).collect();
        let thinned = |pair: &(&Window, &Fitted)| -> Result<(EvaluatedWindow, Vec<usize>), AppError> {
            let (window, one) = pair;
            let labels = self.training_labels(window);
            let mut order: Vec<usize> = (0..labels.len()).filter(|at| labels[*at].is_some()).collect();
            order.sort_by_key(|at| (self.rows[*at].key.as_of, self.rows[*at].row));
            let mut contenders = Vec::new();
            let mut taught = Vec::new();
            for every in SHARES {
                let mut part = vec![None; labels.len()];
                order.iter().step_by(every).for_each(|at| part[*at] = labels[*at]);
                taught.push(part.iter().flatten().count());
                let bundle = self.learn(own, &part, window)?;
                contenders
                    .push(Contender { name: every.to_string(), ..self.model(own, &bundle, &one.measured)? });
            }
            Ok((EvaluatedWindow { contenders, ..one.evaluated.clone() }, taught))
        };
        let found: Result<Vec<(EvaluatedWindow, Vec<usize>)>, AppError> =
            pairs.par_iter().map(thinned).collect();
        // Too few outcomes for an eighth of them is no fault: there is no curve then.
        let Ok(found) = found else { return Ok(Vec::new()) };
        let (evaluated, taught): (Vec<EvaluatedWindow>, Vec<Vec<usize>>) = found.into_iter().unzip();
        let settings = EvaluateSettings { resamples: CURVE_RESAMPLES, ..self.settings() };
        let rolling = evaluate_rolling(&evaluated, &[], &settings)?;
        let point = |(at, every): (usize, &usize)| LearningPoint {
            share: 1.0 / *every as f64,
            outcomes: taught.iter().map(|window| window[at] as f64).sum::<f64>() / taught.len() as f64,
            auc: rolling.contenders[at].mean.auc,
        };
        Ok(SHARES.iter().enumerate().map(point).collect())
    }

    fn effects(&self, fitted: &[Fitted]) -> Result<Vec<FactEffect>, AppError> {
        let Some(last) = fitted.last() else { return Ok(Vec::new()) };
        let reasons = last.bundle.reasons(&self.table, usize::from(u16::MAX))?;
        let mut parts: BTreeMap<&str, Vec<f64>> = BTreeMap::new();
        for at in &last.measured {
            for (fact, part) in reasons.of(*at) {
                parts.entry(fact).or_default().push(part);
            }
        }
        let spread = |parts: &[f64]| {
            let mean = parts.iter().sum::<f64>() / parts.len() as f64;
            (parts.iter().map(|part| (part - mean) * (part - mean)).sum::<f64>() / parts.len() as f64).sqrt()
        };
        let effect =
            |(fact, parts): (&str, Vec<f64>)| FactEffect { fact: fact.to_owned(), spread: spread(&parts) };
        let mut effects: Vec<FactEffect> = parts.into_iter().map(effect).collect();
        effects.sort_by(|a, b| b.spread.total_cmp(&a.spread).then_with(|| a.fact.cmp(&b.fact)));
        Ok(effects)
    }

    fn inspector_effects(&self, fitted: &[Fitted]) -> Vec<InspectorEffect> {
        let events = fitted.iter().flat_map(|one| one.measured.iter().zip(&one.assessed));
        let named = events.filter_map(|(at, assessed)| {
            let inspector = self.inspectors[*at].clone()?;
            let probability = assessed.probability?.get();
            Some(InspectorEvent { inspector, probability, violation: self.rows[*at].label? })
        });
        inspector_effects(&named.collect::<Vec<_>>())
    }

    fn disparity(&self, fitted: &[Fitted]) -> BTreeMap<&'static str, Vec<GroupFigures>> {
        let objects = self.loaded.objects.rows();
        let audited = |group: &dyn Fn(usize) -> String| -> Vec<AuditedObject> {
            let events = fitted.iter().flat_map(|one| one.measured.iter().zip(&one.assessed));
            events
                .map(|(at, assessed)| AuditedObject {
                    group: group(self.rows[*at].key.object as usize),
                    burdened: assessed.category >= RiskCategory::High,
                    probability: assessed.probability.map(|probability| probability.get()),
                    violation: self.rows[*at].label,
                })
                .collect()
        };
        let territory = |at: usize| objects[at].territory.clone().unwrap_or_else(|| "–".to_owned());
        let kind = |at: usize| objects[at].kind.clone();
        let (territories, kinds) = (audited(&territory), audited(&kind));
        let groups =
            |all: &[AuditedObject]| all.iter().map(|one| one.group.clone()).collect::<BTreeSet<_>>().len();
        let asked = groups(&territories) + groups(&kinds);
        BTreeMap::from([
            ("territory", disparity(&territories, asked)),
            ("object_kind", disparity(&kinds, asked)),
        ])
    }
}

fn window_report(window: &Window, fitted: &Fitted) -> WindowReport {
    let labels = &fitted.evaluated.labels;
    let promised = fitted.assessed.iter().zip(labels);
    let outcomes: Vec<(f64, bool)> =
        promised.filter_map(|(one, label)| Some((one.probability?.get(), (*label)?))).collect();
    let summary = fitted.bundle.summary();
    WindowReport {
        name: window.name.clone(),
        train_until: window.train_until.to_string(),
        from: window.from.to_string(),
        until: window.until.to_string(),
        training_data: summary.data.clone(),
        training_rows: summary.rows,
        promise: promise_drift(&outcomes),
    }
}

fn left_out(fitted: &[Fitted]) -> Vec<LeftOutModel> {
    let of_window = |one: &Fitted| -> Vec<LeftOutModel> {
        let line = |(kind, code): &(ModelKind, &'static str)| LeftOutModel {
            window: one.evaluated.name.clone(),
            kind: kind_name(*kind),
            code,
        };
        one.left_out.iter().map(line).collect()
    };
    fitted.iter().flat_map(of_window).collect()
}
