//! Signs of a run: what fires and is not yet known opens, what no longer fires expires, what the desk decided
//! before stays decided, and what fires again after a pause is looked at anew. A sign never gives points by itself; only the desk's decision does.

use std::collections::{BTreeMap, HashMap};

use dozor_domain::{
    DeskReviewId, DeskVerdict, NO_OBJECT, ObjectId, RuleKind, RuleState, RunHeader, SignEvent, SignId,
    SignState, Timestamp, Value, ValueType, ViolationSign,
};
use dozor_store::SignScope;

use crate::dozor::Dozor;
use crate::error::AppError;
use crate::loading::Loaded;
use crate::scoring_batch::Batch;
use crate::scoring_run::ROWS_A_TRANSACTION;

/// Is the source in which desk decisions are kept as records; a pack without it has no desk.
pub(crate) const DESK_SOURCE: &str = "desk_decisions";

#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct SignCounts {
    pub(crate) opened: u64,
    pub(crate) expired: u64,
}

/// Object, rule, control kind: at most one sign of each is open.
type SignKey = (ObjectId, String, String);
/// Is what fires in a run, as signs that would be opened by it.
pub(crate) type FiringSigns = BTreeMap<SignKey, ViolationSign>;

impl Dozor {
    pub(crate) async fn refresh_signs(
        &self,
        loaded: &Loaded,
        firing: FiringSigns,
        header: &RunHeader,
    ) -> Result<SignCounts, AppError> {
        let firing = self.without_snoozed(firing).await?;
        let mut latest: HashMap<SignKey, ViolationSign> = HashMap::new();
        for sign in self.store.signs(SignScope::All).await? {
            let key = (sign.object, sign.rule.clone(), sign.control_kind.clone());
            let newer = latest.get(&key).is_none_or(|known| {
                (known.opened_at, known.state != SignState::Expired)
                    <= (sign.opened_at, sign.state != SignState::Expired)
            });
            if newer {
                latest.insert(key, sign);
            }
        }
        let decided = decided_before(loaded, header.as_of);
        let (mut opened, mut refreshed) = (Vec::new(), Vec::new());
        for (key, mut sign) in firing.iter().map(|(key, sign)| (key, sign.clone())) {
            match latest.get(key) {
                Some(known) if known.state == SignState::Detected => {
                    sign.id = known.id;
                    sign.opened_at = known.opened_at;
                    refreshed.push(sign);
                }
                Some(known) if known.state != SignState::Expired => {}
                // What fires anew after a pause is looked at anew: the old decision was about something else.
                Some(_expired) => opened.push(sign),
                None => {
                    if let Some(&(verdict, review)) = decided.get(&(key.0, key.1.clone())) {
                        sign.state = SignState::Desk { verdict, review };
                    }
                    opened.push(sign);
                }
            }
        }
        let mut gone: Vec<ViolationSign> = latest
            .into_iter()
            .filter(|(key, sign)| {
                !firing.contains_key(key)
                    && !matches!(sign.state, SignState::Expired | SignState::Tasked { .. })
            })
            .map(|(_, sign)| sign)
            .collect();
        gone.sort_by_key(|sign| sign.id);
        let counts = SignCounts { opened: opened.len() as u64, expired: gone.len() as u64 };
        self.write_signs(&opened, &refreshed, gone).await?;
        Ok(counts)
    }

    async fn write_signs(
        &self,
        opened: &[ViolationSign],
        refreshed: &[ViolationSign],
        gone: Vec<ViolationSign>,
    ) -> Result<(), AppError> {
        for chunk in opened.chunks(ROWS_A_TRANSACTION) {
            let mut tx = self.store.begin().await?;
            tx.insert_signs(chunk).await?;
            tx.commit().await?;
        }
        for chunk in refreshed.chunks(ROWS_A_TRANSACTION) {
            let mut tx = self.store.begin().await?;
            tx.refresh_signs(chunk).await?;
            tx.commit().await?;
        }
        for chunk in gone.chunks(ROWS_A_TRANSACTION) {
            let mut tx = self.store.begin().await?;
            for sign in chunk {
                let (id, before) = (sign.id, sign.state.clone());
                let after = sign.clone().apply(SignEvent::Expire)?;
                tx.change_sign(id, &before, &after.state).await?;
            }
            tx.commit().await?;
        }
        Ok(())
    }

    /// Adds what fires in one batch of a run.
    pub(crate) fn add_firing_signs(
        &self,
        firing: &mut FiringSigns,
        loaded: &Loaded,
        batch: &Batch,
        header: &RunHeader,
    ) {
        let probability: HashMap<(u32, &str), f64> = batch
            .assessed
            .iter()
            .filter_map(|one| Some(((one.row, one.control_kind.as_str()), one.probability?.get())))
            .collect();
        let heads = batch.verdicts.heads.iter().enumerate().filter(|(_, head)| head.is(RuleKind::Sign));
        for (rule, head) in heads {
            let column = &batch.verdicts.columns[rule];
            for (row, _) in column.states.iter().enumerate().filter(|(_, state)| **state == RuleState::Fired)
            {
                let object = batch.table.object_id(row);
                let Some(index) = loaded.objects.index_of(object) else { continue };
                let kind = &loaded.objects.rows()[index as usize].kind;
                for control in self.methodology.manifest.control_kinds_of(kind) {
                    if !head.control_kinds.is_empty() && !head.control_kinds.contains(&control.code) {
                        continue;
                    }
                    let likely = u32::try_from(row)
                        .ok()
                        .and_then(|row| probability.get(&(row, control.code.as_str())));
                    let sign = ViolationSign {
                        id: SignId::derive(
                            object,
                            // A sign may close and fire again within a day: its run keeps the two apart.
                            &format!("{}|{}|{}", head.id, control.code, header.id),
                            header.as_of,
                        ),
                        object,
                        control_kind: control.code.clone(),
                        rule: head.id.clone(),
                        points: if column.points[row] == 0.0 { head.points } else { column.points[row] },
                        // The probability is below 1: it orders inside a priority and never across two.
                        priority: head.priority + likely.copied().unwrap_or(0.0),
                        opened_at: header.as_of,
                        evidence: batch
                            .verdicts
                            .detail(rule, row)
                            .and_then(|d| d.evidence.clone())
                            .unwrap_or_default(),
                        state: SignState::Detected,
                    };
                    firing.insert((object, head.id.clone(), control.code.clone()), sign);
                }
            }
        }
    }
}

/// Returns the desk's standing decision for each object and rule, from the records of the desk's source. A decision
/// that the field refuted later stands no more.
pub(crate) fn decided_before(
    loaded: &Loaded,
    as_of: Timestamp,
) -> HashMap<(ObjectId, String), (DeskVerdict, DeskReviewId)> {
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
            records.field("refuted_later").and_then(|at| records.fields[at].get(row, ValueType::Boolean));
        value == Some(Value::Boolean(true))
    };
    for row in 0..records.len() {
        let current = records.is_current(row, as_of.micros(), loaded.up_to_seq);
        if !current || records.objects[row] == NO_OBJECT || refuted_later(row) {
            continue;
        }
        let (Some(rule), Some(verdict)) =
            (text(row, "rule"), text(row, "verdict").and_then(|code| verdict_of(&code)))
        else {
            continue;
        };
        let object = loaded.objects.rows()[records.objects[row] as usize].id;
        // Rows of an object stand in time order: the last decision is the one that counts.
        let review = DeskReviewId::derive(&[b"desk record", records.ids[row].as_bytes()]);
        decided.insert((object, rule), (verdict, review));
    }
    decided
}

fn verdict_of(code: &str) -> Option<DeskVerdict> {
    [DeskVerdict::Confirmed, DeskVerdict::Refuted, DeskVerdict::NeedsData, DeskVerdict::Referred]
        .into_iter()
        .find(|verdict| verdict.code() == code)
}
