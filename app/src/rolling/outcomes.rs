//! The outcome events of a rolling evaluation with what was known of each object before: the orders of work that need
//! no model are made of it.

use dozor_domain::{NO_OBJECT, NO_TIME, RecordColumns, Timestamp};
use dozor_facts::FactKey;
use dozor_scoring::LabelRule;

use crate::loading::Loaded;

/// Is one stored version of an outcome.
#[derive(Clone, Copy, Debug)]
pub(super) struct OutcomeRow {
    /// Object and instant of the event: its facts are those of that instant.
    pub(super) key: FactKey,
    /// Row in the outcome source's columns.
    pub(super) row: usize,
    /// What the version says.
    pub(super) label: Option<bool>,
    /// Days since the event before, as was known on that day; infinite where there was none.
    pub(super) days_since_last: f64,
    /// Violations before, as was known on that day.
    pub(super) past_violations: f64,
}

/// Returns all versions of the outcomes dated before an instant, in the order of objects and time.
pub(super) fn outcome_rows(
    loaded: &Loaded,
    records: &RecordColumns,
    rule: &LabelRule,
    until: Timestamp,
) -> Vec<OutcomeRow> {
    let labels: Vec<Option<bool>> = (0..records.len()).map(|row| rule.label(records, row)).collect();
    let usable = |row: &usize| {
        let (object, at) = (records.objects[*row], records.happened_at[*row]);
        object != NO_OBJECT && at != NO_TIME && at < until.micros()
    };
    let outcome = |row: usize| {
        let (object, at) = (records.objects[row], records.happened_at[row]);
        let earlier = records.rows_of(object).filter(|other| {
            let happened = records.happened_at[*other];
            happened != NO_TIME
                && happened < at
                && labels[*other].is_some()
                && records.is_current(*other, at, loaded.up_to_seq)
        });
        let (mut last, mut violations) = (None, 0_u32);
        for other in earlier {
            last = last.max(Some(records.happened_at[other]));
            violations += u32::from(labels[other] == Some(true));
        }
        let since = |last| Timestamp::from_micros(at).whole_days_since(Timestamp::from_micros(last));
        OutcomeRow {
            key: FactKey { object, as_of: Timestamp::from_micros(at) },
            row,
            label: labels[row],
            days_since_last: last.map_or(f64::INFINITY, |last| since(last) as f64),
            past_violations: f64::from(violations),
        }
    };
    (0..records.len()).filter(usable).map(outcome).collect()
}

/// Tells by row whether a version was the current one at an instant.
pub(super) fn current_at(
    rows: &[OutcomeRow],
    records: &RecordColumns,
    known_by: Timestamp,
    up_to_seq: i64,
) -> Vec<bool> {
    rows.iter().map(|one| records.is_current(one.row, known_by.micros(), up_to_seq)).collect()
}
