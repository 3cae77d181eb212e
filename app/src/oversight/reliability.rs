//! How often the signs of a source were confirmed: each record is judged by the desk's first decision and by the first
//! event in the field after it.

use std::sync::Arc;

use dozor_domain::{ColumnData, NO_OBJECT, NO_TIME, RecordColumns, Timestamp};
use dozor_scoring::{LabelRule, OutcomeSpec, Reliability, SourceGroup, source_reliability};
use serde::Serialize;

use crate::dozor::{Dozor, blocking};
use crate::error::AppError;
use crate::loading::Loaded;

/// Says who judged.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum JudgedBy {
    /// The desk.
    Desk,
    /// The field.
    Field,
}

/// Is how far the values of one field of a source can be relied on.
#[derive(Clone, Debug, Serialize)]
pub struct SourceReliability {
    /// Name of the source.
    pub source: String,
    /// Its field.
    pub field: String,
    /// Who judged.
    pub by: JudgedBy,
    /// The field's values, the most reliable first by the lower end of the interval.
    pub values: Vec<Reliability>,
}

/// Holds answers by object: instant and whether it was confirmed, in the order of time.
struct Verdicts(Vec<Vec<(i64, bool)>>);

impl Verdicts {
    fn of(records: &RecordColumns, rule: &LabelRule, objects: usize, (as_of, seq): (Timestamp, i64)) -> Self {
        let mut found: Vec<Vec<(i64, bool)>> = vec![Vec::new(); objects];
        for row in 0..records.len() {
            let (object, at) = (records.objects[row], records.happened_at[row]);
            let usable = object != NO_OBJECT && at != NO_TIME && records.is_current(row, as_of.micros(), seq);
            if let (true, Some(confirmed)) = (usable, usable.then(|| rule.label(records, row)).flatten())
                && let Some(list) = found.get_mut(object as usize)
            {
                list.push((at, confirmed));
            }
        }
        found.iter_mut().for_each(|list| list.sort_unstable());
        Self(found)
    }

    /// Returns the first answer about an object in a span of time.
    fn first(&self, object: u32, from: i64, until: i64) -> Option<bool> {
        let list = self.0.get(object as usize)?;
        let place = list.partition_point(|(at, _)| *at < from);
        list.get(place).filter(|(at, _)| *at < until).map(|(_, confirmed)| *confirmed)
    }
}

impl Dozor {
    /// Learns how far sources can be relied on from what desk and field found by an instant.
    ///
    /// # Errors
    /// Scoring's for expressions; the store's.
    pub(crate) async fn source_reliability(
        &self,
        loaded: &Arc<Loaded>,
        as_of: Timestamp,
    ) -> Result<Vec<SourceReliability>, AppError> {
        let model = self.model_spec()?;
        let Some(spec) = model.reliability.clone() else { return Ok(Vec::new()) };
        let mut judges = vec![(JudgedBy::Field, self.verdicts(loaded, &model.outcome, as_of).await?)];
        if let Some(desk) = &spec.desk {
            judges.insert(0, (JudgedBy::Desk, self.verdicts(loaded, desk, as_of).await?));
        }
        let judges = Arc::new(judges);
        let mut found = Vec::new();
        for group in &spec.groups {
            let records = self.field_of(loaded, group).await?;
            let (judges, seq) = (Arc::clone(&judges), loaded.up_to_seq);
            let (group, days) = (group.clone(), i64::from(spec.within_days));
            let lines = blocking("the reliability of sources", move || {
                let line = |(by, verdicts): &(JudgedBy, Verdicts)| SourceReliability {
                    source: group.source.clone(),
                    field: group.field.clone(),
                    by: *by,
                    values: judged(&records, verdicts, (as_of, seq), days),
                };
                judges.iter().map(line).collect::<Vec<_>>()
            });
            found.extend(lines.await?);
        }
        found.retain(|one| !one.values.is_empty());
        Ok(found)
    }

    async fn verdicts(
        &self,
        loaded: &Arc<Loaded>,
        spec: &OutcomeSpec,
        as_of: Timestamp,
    ) -> Result<Verdicts, AppError> {
        let schema = self.methodology.source(&spec.source)?.schema();
        let rule = LabelRule::compile_outcome(spec, &schema)?;
        let records = self.all_fields(&spec.source, &loaded.objects, loaded.up_to_seq).await?;
        let (objects, seq) = (loaded.objects.len(), loaded.up_to_seq);
        blocking("the answers", move || Verdicts::of(&records, &rule, objects, (as_of, seq))).await
    }

    /// Loads one field of a source.
    async fn field_of(&self, loaded: &Arc<Loaded>, group: &SourceGroup) -> Result<RecordColumns, AppError> {
        self.some_fields(&group.source, &[&group.field], &loaded.objects, loaded.up_to_seq).await
    }
}

fn judged(
    records: &RecordColumns,
    verdicts: &Verdicts,
    (as_of, seq): (Timestamp, i64),
    days: i64,
) -> Vec<Reliability> {
    let Some(ColumnData::Text { codes, dictionary }) = records.fields.first() else { return Vec::new() };
    let answers = (0..records.len()).filter_map(|row| {
        let (object, at) = (records.objects[row], records.happened_at[row]);
        let usable = object != NO_OBJECT && at != NO_TIME && records.is_current(row, as_of.micros(), seq);
        if !usable {
            return None;
        }
        let until = Timestamp::from_micros(at).plus_days(days).micros();
        let name = dictionary.get(*codes.get(row)? as usize)?;
        Some((&**name, verdicts.first(object, at, until)?))
    });
    let mut found = source_reliability(answers);
    found.sort_by(|a, b| b.share.low.total_cmp(&a.share.low).then_with(|| a.source.cmp(&b.source)));
    found
}
