//! `rules backtest`: a candidate beside the methodology in force, on all objects, as of any instant; what either
//! would have found is measured on outcomes that became known afterwards. Stores nothing.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::io::Write;
use std::path::Path;
use std::sync::Arc;

use dozor_domain::{RiskCategory, RuleKind, Timestamp};
use dozor_rules::RuleDifference;
use dozor_scoring::{
    Cause, Comparison, Gate, GroupBurden, GroupMoves, KnownOutcomes, Load, Matrix, ModelBundle, RuleMoves,
    compare, known_outcomes,
};
use serde::Serialize;

use crate::burdens::burdens_of;
use crate::dozor::{Dozor, blocking};
use crate::error::AppError;
use crate::exporting::{csv_field, write_whole};
use crate::loading::Loaded;
use crate::methodology::LoadedMethodology;
use crate::progress::Progress;
use crate::signs::decided_before;
use crate::whatif::{Rows, Weighed};
use crate::workload::{Work, work_of};

/// Outcomes of so many days after an instant say what a ranking of that instant would have found: a year, so that
/// every season is in it once.
const OUTCOME_DAYS: i64 = 365;

/// Is one object whose category moves, by its registry key.
#[derive(Clone, Debug, Serialize)]
pub struct MovedObject {
    /// The registry's key.
    pub object: String,
    /// Kind of object.
    pub object_kind: String,
    /// Code of its territory; empty where it has none.
    pub territory: String,
    /// Code of the control kind.
    pub control_kind: String,
    /// Category by the methodology in force.
    pub from: RiskCategory,
    /// Category by the candidate.
    pub to: RiskCategory,
    /// What moved it.
    pub by: Vec<Cause>,
}

/// Says what either methodology would have found in a year that is over.
#[derive(Clone, Debug, Serialize)]
pub struct OutcomeReport {
    /// Instant of the ranking.
    #[serde(serialize_with = "crate::instants::rfc3339")]
    pub as_of: Timestamp,
    /// Outcomes up to this instant count.
    #[serde(serialize_with = "crate::instants::rfc3339")]
    pub until: Timestamp,
    /// Whether probabilities took part: never those of a model that had seen these outcomes.
    pub with_model: bool,
    /// The counts.
    #[serde(flatten)]
    pub known: KnownOutcomes,
}

/// Is what a backtest says.
#[derive(Clone, Debug, Serialize)]
pub struct BacktestReport {
    /// Hash of the methodology in force.
    pub active: String,
    /// Hash of the candidate.
    pub candidate: String,
    /// Instant of the facts.
    #[serde(serialize_with = "crate::instants::rfc3339")]
    pub as_of: Timestamp,
    /// Last commit seen.
    pub up_to_seq: i64,
    /// Hash of the model; none where there is none.
    pub model: Option<String>,
    /// Whether the candidate has probabilities: not when its catalogue of facts differs from the model's.
    pub candidate_has_model: bool,
    /// Objects.
    pub objects: u64,
    /// Objects whose category moves.
    pub moved_objects: u64,
    /// Moves to a higher category.
    pub up: u64,
    /// Moves to a lower category.
    pub down: u64,
    /// Who must agree.
    pub gate: Gate,
    /// Work against capacity.
    pub load: Load,
    /// Migration by control kind.
    pub matrices: Vec<Matrix>,
    /// Answers by rule.
    pub rules: Vec<RuleMoves>,
    /// What was changed in the rules.
    pub differences: Vec<RuleDifference>,
    /// Moves by kind of object.
    pub by_kind: Vec<GroupMoves>,
    /// Moves by territory.
    pub by_territory: Vec<GroupMoves>,
    /// Whom the categories high and above burden, by each attribute that may be read for it.
    pub burdens: Vec<GroupBurden>,
    /// What would have been found; none without an outcome source.
    pub outcomes: Option<OutcomeReport>,
    /// All objects that move.
    pub moved: Vec<MovedObject>,
}

/// Is what a comparison says before it is put beside the capacity.
struct Compared {
    comparison: Comparison,
    work: [Work; 2],
    burdens: Vec<GroupBurden>,
}

/// Holds both sides of a comparison and their rows.
pub(crate) struct Pair {
    rows: Rows,
    pub(crate) active: Arc<Weighed>,
    candidate: Arc<Weighed>,
}

impl Dozor {
    /// Compares a candidate with the active methodology as of an instant.
    ///
    /// # Errors
    /// Those of facts, rules and scoring; the store's.
    pub async fn backtest(
        &self,
        candidate: Arc<LoadedMethodology>,
        as_of: Timestamp,
        progress: &dyn Progress,
    ) -> Result<BacktestReport, AppError> {
        let outcome_source = self.methodology.model.as_ref().map(|spec| spec.outcome.source.clone());
        let more: Vec<&str> = outcome_source.as_deref().into_iter().collect();
        // Sources that only the candidate reads come with the active load where the database has them.
        let of_candidate: Vec<String> =
            candidate.catalogue.facts().iter().flat_map(|fact| fact.sources.iter().cloned()).collect();
        let more: Vec<&str> = more.into_iter().chain(of_candidate.iter().map(String::as_str)).collect();
        let loaded = self.load(&more, progress).await?;
        let (champion, bundle) = self.champion().await?.0.unzip();
        let bundle = bundle.map(Arc::new);
        progress.stage("both methodologies", None);
        let pair = Arc::new(self.pair(&loaded, as_of, &candidate, bundle.clone()).await?);
        let Compared { comparison, work, burdens } = self.compared(&loaded, &pair, as_of).await?;
        let load = self.load_of(as_of, comparison.desk_queue, &work).await?;
        let gate = self.methodology.publication.gate(&comparison, &load, &burdens);
        progress.stage("known outcomes", None);
        let outcomes = self.outcomes(&loaded, &pair, (as_of, &candidate), bundle).await?;
        Ok(BacktestReport {
            active: self.methodology.hash.clone(),
            candidate: candidate.hash.clone(),
            as_of,
            up_to_seq: loaded.up_to_seq,
            candidate_has_model: champion.is_some() && pair.candidate.has_model(),
            model: champion,
            objects: comparison.objects,
            moved_objects: comparison.moved_objects,
            up: comparison.up,
            down: comparison.down,
            gate,
            load,
            moved: moved_objects(&loaded, &pair.rows, &comparison),
            matrices: comparison.matrices,
            rules: comparison.rules,
            differences: self.methodology.rules.difference(&candidate.rules),
            by_kind: comparison.by_kind,
            by_territory: comparison.by_territory,
            burdens,
            outcomes,
        })
    }

    /// Says who must agree to a candidate as of an instant.
    pub(crate) async fn gate_of(
        &self,
        candidate: &Arc<LoadedMethodology>,
        as_of: Timestamp,
        progress: &dyn Progress,
    ) -> Result<Gate, AppError> {
        let loaded = self.load(&[], progress).await?;
        let bundle = self.champion().await?.0.map(|(_, bundle)| Arc::new(bundle));
        let pair = Arc::new(self.pair(&loaded, as_of, candidate, bundle).await?);
        let Compared { comparison, work, burdens } = self.compared(&loaded, &pair, as_of).await?;
        let load = self.load_of(as_of, comparison.desk_queue, &work).await?;
        Ok(self.methodology.publication.gate(&comparison, &load, &burdens))
    }

    async fn pair(
        &self,
        loaded: &Arc<Loaded>,
        as_of: Timestamp,
        candidate: &Arc<LoadedMethodology>,
        bundle: Option<Arc<ModelBundle>>,
    ) -> Result<Pair, AppError> {
        let active = Arc::new(self.weigh_active(loaded, as_of, bundle).await?);
        let weighed = self.weigh_candidate(as_of, candidate, &active).await?;
        Ok(Pair { rows: Rows::of(loaded, as_of), active, candidate: Arc::new(weighed) })
    }

    async fn compared(
        &self,
        loaded: &Arc<Loaded>,
        pair: &Arc<Pair>,
        as_of: Timestamp,
    ) -> Result<Compared, AppError> {
        let (loaded, pair) = (Arc::clone(loaded), Arc::clone(pair));
        let day = self.methodology.manifest.zone.day_of(as_of).unwrap_or_default();
        blocking("the comparison", move || {
            let kinds = &pair.rows.kinds;
            let before = pair.active.categorise(&pair.active, kinds)?;
            let after = pair.candidate.categorise(&pair.active, kinds)?;
            let decided = decided_rows(&loaded, &pair, as_of);
            let groups = (kinds, &pair.rows.territories);
            let comparison = compare(&before.side(), &after.side(), groups, &decided);
            let work = [(&pair.active, &before), (&pair.candidate, &after)]
                .map(|(weighed, side)| work_of(&weighed.methodology, &weighed.table, &side.categories, day));
            let burdens = burdens_of(&pair, &before.categories, &after.categories);
            Ok(Compared { comparison, work, burdens })
        })
        .await?
    }

    /// Measures both rankings on a year of outcomes that is over: the year after `as_of`, or the last one.
    async fn outcomes(
        &self,
        loaded: &Arc<Loaded>,
        pair: &Arc<Pair>,
        (as_of, candidate): (Timestamp, &Arc<LoadedMethodology>),
        bundle: Option<Arc<ModelBundle>>,
    ) -> Result<Option<OutcomeReport>, AppError> {
        let Some(spec) = self.methodology.model.clone() else { return Ok(None) };
        let now = self.now();
        let ranked_at = as_of.min(now.plus_days(-OUTCOME_DAYS));
        let until = ranked_at.plus_days(OUTCOME_DAYS);
        let unseen = bundle.filter(|bundle| bundle.summary().window.as_of <= ranked_at);
        let with_model = unseen.is_some();
        let pair = match ranked_at == as_of && with_model == pair.active.has_model() {
            true => Arc::clone(pair),
            false => Arc::new(self.pair(loaded, ranked_at, candidate, unseen).await?),
        };
        let window = ranked_at.micros()..until.micros();
        let events = self.labelled_events(loaded, now, move |at| window.contains(&at)).await?;
        let known = blocking("the known outcomes", move || {
            let mut by_object: HashMap<u32, bool> = HashMap::new();
            for (object, found) in events.iter().filter_map(|event| Some((event.key.object, event.label?))) {
                let known = by_object.entry(object).or_insert(false);
                *known = *known || found;
            }
            let outcomes: Vec<Option<bool>> =
                pair.rows.objects.iter().map(|object| by_object.get(object).copied()).collect();
            let kinds = &pair.rows.kinds;
            let before = pair.active.categorise(&pair.active, kinds)?;
            let after = pair.candidate.categorise(&pair.active, kinds)?;
            let groups = (kinds, &pair.rows.territories);
            let capacity = spec.capacity_k as usize;
            Ok::<_, AppError>(known_outcomes(
                &before.categories,
                &after.categories,
                &outcomes,
                capacity,
                groups,
            ))
        });
        Ok(Some(OutcomeReport { as_of: ranked_at, until, with_model, known: known.await?? }))
    }

    /// Writes the moved objects as CSV: object_id,control_kind,object_kind,territory,from,to,by.
    ///
    /// # Errors
    /// [`AppError::Write`] when the file can't be written.
    pub fn export_moved(report: &BacktestReport, file: &Path) -> Result<(), AppError> {
        let failed = |source| AppError::Write { path: file.display().to_string(), source };
        write_whole(file, |out| {
            writeln!(out, "object_id,control_kind,object_kind,territory,from,to,by").map_err(failed)?;
            report.moved.iter().try_for_each(|one| moved_line(one, out)).map_err(failed)
        })
    }
}

fn moved_line(one: &MovedObject, out: &mut dyn Write) -> std::io::Result<()> {
    let by: Vec<&str> = one.by.iter().map(cause_code).collect();
    let [object, territory] = [&one.object, &one.territory].map(|text| csv_field(text));
    let MovedObject { control_kind, object_kind, from, to, .. } = one;
    writeln!(out, "{object},{control_kind},{object_kind},{territory},{from},{to},{}", by.join(";"))
}

/// Returns the rule's id, or the word for what else moves objects.
pub fn cause_code(cause: &Cause) -> &str {
    match cause {
        Cause::Rule { rule } => rule,
        Cause::Policy => "(policy)",
        Cause::Facts => "(facts)",
        Cause::Model => "(model)",
    }
}

/// Returns, by rule, the rows whose sign the desk decided by then.
fn decided_rows(loaded: &Loaded, pair: &Pair, as_of: Timestamp) -> BTreeMap<String, HashSet<u32>> {
    let signs = |weighed: &Weighed| -> Vec<String> {
        let rules = weighed.methodology.rules.rules().iter().map(dozor_rules::Rule::head);
        rules.filter(|head| head.is(RuleKind::Sign)).map(|head| head.id.clone()).collect()
    };
    let rules: std::collections::BTreeSet<String> =
        signs(&pair.active).into_iter().chain(signs(&pair.candidate)).collect();
    let row_of: HashMap<u32, u32> =
        pair.rows.objects.iter().zip(0_u32..).map(|(object, row)| (*object, row)).collect();
    let mut decided: BTreeMap<String, HashSet<u32>> = BTreeMap::new();
    for (object, rule) in decided_before(loaded, as_of).into_keys() {
        let place = loaded.objects.index_of(object).and_then(|place| row_of.get(&place));
        if let (Some(row), true) = (place, rules.contains(&rule)) {
            decided.entry(rule).or_default().insert(*row);
        }
    }
    decided
}

fn moved_objects(loaded: &Loaded, rows: &Rows, comparison: &Comparison) -> Vec<MovedObject> {
    let named = comparison.moved.iter().filter_map(|one| {
        let row = one.row as usize;
        let object = &loaded.objects.rows()[*rows.objects.get(row)? as usize];
        Some(MovedObject {
            object: object.key.clone(),
            object_kind: object.kind.clone(),
            territory: object.territory.clone().unwrap_or_default(),
            control_kind: one.control_kind.clone(),
            from: one.from,
            to: one.to,
            by: one.by.clone(),
        })
    });
    let mut moved: Vec<MovedObject> = named.collect();
    moved.sort_by(|a, b| (&a.object, &a.control_kind).cmp(&(&b.object, &b.control_kind)));
    moved
}
