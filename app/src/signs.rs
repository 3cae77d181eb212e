//! Signs of a run: what fires and is not yet known opens, what no longer fires expires, what the desk decided
//! before stays decided, and what fires again after a pause is looked at anew. A sign never gives points by itself; only the desk's decision does.

use std::collections::{BTreeSet, HashMap};

use dozor_domain::{
    DeskReviewId, DeskVerdict, FieldFinding, NO_OBJECT, ObjectId, RecordId, RuleHead, RuleKind, RuleState,
    RunHeader, SignId, SignState, Timestamp, Value, ValueType, ViolationSign,
};
use dozor_store::SignScope;

use crate::dozor::Dozor;
use crate::error::AppError;
use crate::field_findings::REFUTED_LATER;
use crate::loading::Loaded;
use crate::run_signs::{RunSigns, SignChanges};
use crate::scoring_batch::Batch;
use crate::scoring_run::ROWS_A_TRANSACTION;

/// Is the source in which desk decisions are kept as records; a pack without it has no desk.
pub(crate) const DESK_SOURCE: &str = "desk_decisions";

#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct SignCounts {
    pub(crate) opened: u64,
    pub(crate) expired: u64,
}

impl Dozor {
    /// Starts a run's signs with those that are known.
    pub(crate) async fn run_signs(&self) -> Result<RunSigns, AppError> {
        Ok(RunSigns::new(self.store.signs(SignScope::All).await?))
    }

    /// Opens, refreshes and expires signs by what a run found.
    pub(crate) async fn refresh_signs(
        &self,
        loaded: &Loaded,
        mut signs: RunSigns,
        header: &RunHeader,
    ) -> Result<SignCounts, AppError> {
        signs.without_snoozed(&self.snoozed_now().await?);
        let changes = signs.changes(&decided_before(loaded, header.as_of));
        let opened = changes.opened.len() as u64;
        Ok(SignCounts { opened, expired: self.write_signs(changes).await? })
    }

    /// Returns the names under which signs hold a decision of the desk, by the key of its record: the decision's own id where
    /// it was given here, else that of whichever delivered version of the record opened the sign.
    pub(crate) async fn reviews_of_decision(&self, key: &str) -> Result<BTreeSet<DeskReviewId>, AppError> {
        let versions = self.store.records_of_key(DESK_SOURCE, key).await?;
        let opened = versions.iter().map(|one| review_of_record(one.record.id));
        Ok(opened.chain(DeskReviewId::parse(key)).collect())
    }

    /// Writes what a run changes; returns how many signs expired. What desk or plan took up while the run went on stays as
    /// they have it: the next run sees it so.
    async fn write_signs(&self, changes: SignChanges) -> Result<u64, AppError> {
        for chunk in changes.opened.chunks(ROWS_A_TRANSACTION) {
            let mut tx = self.store.begin().await?;
            tx.insert_signs(chunk).await?;
            tx.commit().await?;
        }
        for chunk in changes.refreshed.chunks(ROWS_A_TRANSACTION) {
            let mut tx = self.store.begin().await?;
            tx.refresh_signs(chunk).await?;
            tx.commit().await?;
        }
        let mut expired = 0;
        for chunk in changes.expired.chunks(ROWS_A_TRANSACTION) {
            let mut tx = self.store.begin().await?;
            expired += tx.expire_signs(chunk).await?;
            tx.commit().await?;
        }
        Ok(expired)
    }

    /// Adds what one batch of a run says of signs.
    pub(crate) fn add_signs(&self, signs: &mut RunSigns, loaded: &Loaded, batch: &Batch, header: &RunHeader) {
        let probability: HashMap<(u32, &str), f64> = batch
            .assessed
            .iter()
            .filter_map(|one| Some(((one.row, one.control_kind.as_str()), one.probability?.get())))
            .collect();
        let heads = batch.verdicts.heads.iter().enumerate().filter(|(_, head)| head.is(RuleKind::Sign));
        for (rule, head) in heads {
            let column = &batch.verdicts.columns[rule];
            for (row, state) in column.states.iter().enumerate() {
                let object = batch.table.object_id(row);
                match state {
                    RuleState::Fired => {}
                    RuleState::Unknown if signs.knows(object) => {}
                    RuleState::NotFired | RuleState::Unknown => continue,
                }
                let likely = |control: &str| probability.get(&(u32::try_from(row).ok()?, control)).copied();
                for control in self.controls_of(loaded, object, head) {
                    let key = (object, head.id.clone(), control.to_owned());
                    if *state == RuleState::Unknown {
                        signs.add_unsure(key);
                        continue;
                    }
                    let likely = likely(control).unwrap_or(0.0);
                    signs.add_firing(key, firing_sign(batch, (rule, row), (control, likely), header));
                }
            }
        }
    }

    /// Returns the kinds of control under which a rule is about an object.
    fn controls_of<'a>(
        &'a self,
        loaded: &'a Loaded,
        object: ObjectId,
        head: &'a RuleHead,
    ) -> impl Iterator<Item = &'a str> {
        let index = loaded.objects.index_of(object);
        let row = index.and_then(|index| loaded.objects.rows().get(index as usize));
        row.into_iter()
            .flat_map(|row| self.methodology.manifest.control_kinds_of(&row.kind))
            .map(|control| control.code.as_str())
            .filter(|code| head.control_kinds.is_empty() || head.control_kinds.iter().any(|own| own == code))
    }
}

/// Returns the sign that a rule's firing on a row would open.
fn firing_sign(
    batch: &Batch,
    (rule, row): (usize, usize),
    (control, likely): (&str, f64),
    header: &RunHeader,
) -> ViolationSign {
    let (head, column) = (&batch.verdicts.heads[rule], &batch.verdicts.columns[rule]);
    let object = batch.table.object_id(row);
    // A sign may close and fire again within a day: its run keeps the two apart.
    let name = format!("{}|{control}|{}", head.id, header.id);
    ViolationSign {
        id: SignId::derive(object, &name, header.as_of),
        object,
        control_kind: control.to_owned(),
        rule: head.id.clone(),
        points: if column.points[row] == 0.0 { head.points } else { column.points[row] },
        // The probability is below 1: it orders inside a priority and never across two.
        priority: head.priority + likely,
        opened_at: header.as_of,
        evidence: batch.verdicts.detail(rule, row).and_then(|d| d.evidence.clone()).unwrap_or_default(),
        state: SignState::Detected,
    }
}

/// Returns where a sign of each object and rule stands by the records of the desk's source: as the desk decided, or, where
/// the field refuted that later, as the field found.
pub(crate) fn decided_before(loaded: &Loaded, as_of: Timestamp) -> HashMap<(ObjectId, String), SignState> {
    let mut decided = HashMap::new();
    let Some(records) = loaded.records.get(DESK_SOURCE) else { return decided };
    let text = |row: usize, name: &str| {
        let field = records.field(name)?;
        match records.fields[field].get(row, ValueType::Text) {
            Some(Value::Text(text)) => Some(text),
            _ => None,
        }
    };
    let refuted_later = |row: usize| {
        let value =
            records.field(REFUTED_LATER).and_then(|at| records.fields[at].get(row, ValueType::Boolean));
        value == Some(Value::Boolean(true))
    };
    for row in 0..records.len() {
        let current = records.is_current(row, as_of.micros(), loaded.up_to_seq);
        if !current || records.objects[row] == NO_OBJECT {
            continue;
        }
        let (Some(rule), Some(verdict)) =
            (text(row, "rule"), text(row, "verdict").and_then(|code| verdict_of(&code)))
        else {
            continue;
        };
        let object = loaded.objects.rows()[records.objects[row] as usize].id;
        // Rows of an object stand in time order: the last decision is the one that counts.
        let review = review_of_record(records.ids[row]);
        let state = if refuted_later(row) {
            SignState::Field { finding: FieldFinding::Nothing, review }
        } else {
            SignState::Desk { verdict, review }
        };
        decided.insert((object, rule), state);
    }
    decided
}

/// Names the decision behind a sign that opens as a record of the desk's source says that it was decided.
pub(crate) fn review_of_record(record: RecordId) -> DeskReviewId {
    DeskReviewId::derive(&[b"desk record", record.as_bytes()])
}

fn verdict_of(code: &str) -> Option<DeskVerdict> {
    [DeskVerdict::Confirmed, DeskVerdict::Refuted, DeskVerdict::NeedsData, DeskVerdict::Referred]
        .into_iter()
        .find(|verdict| verdict.code() == code)
}
