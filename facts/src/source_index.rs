//! What is worked out once for a source, for all facts that read it: local days, when it first delivered,
//! and which rows belong to no object.

use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::Arc;

use dozor_domain::{NO_OBJECT, NO_TIME, RecordColumns, Timestamp, Zone, day_from_number, day_number};
use rayon::prelude::*;

/// Stands for the day of an undated record.
pub(crate) const UNDATED: i32 = i32::MIN;
/// Days on either side of the records' own span for which a table of midnights is made.
const MARGIN_DAYS: i64 = 2;
/// Longest span of a table of midnights; a source with wilder dates asks the zone row by row.
const MOST_DAYS: i64 = 200_000;
const DAY_MICROS: i64 = 86_400_000_000;

/// Holds every source that is read, by name; what is prepared for a fact keeps its share of them.
pub(crate) type Sources<'a> = BTreeMap<&'a str, Arc<SourceIndex<'a>>>;

/// Is one source, ready to be read as of instants.
#[derive(Debug)]
pub(crate) struct SourceIndex<'a> {
    pub(crate) columns: &'a RecordColumns,
    days: Days<'a>,
    /// Rows that belong to no object.
    pub(crate) unowned: Range<usize>,
    /// When the first record that may be seen was known; `i64::MAX` when there is none.
    delivered_from: i64,
}

/// Is where the local days of rows come from.
#[derive(Debug)]
enum Days<'a> {
    Computed(Vec<i32>),
    Asked(&'a Zone),
}

impl<'a> SourceIndex<'a> {
    /// Prepares a source for many objects.
    pub(crate) fn new(columns: &'a RecordColumns, zone: &Zone, up_to_seq: i64) -> Self {
        let known = columns.known_at.iter().zip(&columns.seq).filter(|(_, seq)| **seq <= up_to_seq);
        Self {
            columns,
            days: Days::Computed(local_days(&columns.happened_at, zone)),
            unowned: columns.objects.partition_point(|object| *object != NO_OBJECT)..columns.len(),
            delivered_from: known.map(|(known_at, _)| *known_at).min().unwrap_or(i64::MAX),
        }
    }

    /// Prepares a source for a look at one object: nothing is worked out for all rows, and it counts as delivered.
    pub(crate) fn for_one_object(columns: &'a RecordColumns, zone: &'a Zone) -> Self {
        let unowned = columns.objects.partition_point(|object| *object != NO_OBJECT)..columns.len();
        Self { columns, days: Days::Asked(zone), unowned, delivered_from: i64::MIN }
    }

    /// Returns the local day on which a record happened, or [`UNDATED`].
    pub(crate) fn day(&self, row: usize) -> i32 {
        match &self.days {
            Days::Computed(days) => days[row],
            Days::Asked(_) if self.columns.happened_at[row] == NO_TIME => UNDATED,
            Days::Asked(zone) => {
                let day = local_day(zone, self.columns.happened_at[row]);
                day.and_then(|day| i32::try_from(day).ok()).unwrap_or(UNDATED)
            }
        }
    }

    /// Tells whether the source had delivered anything by then.
    pub(crate) fn has_delivered(&self, as_of: i64) -> bool {
        self.delivered_from <= as_of
    }
}

/// Returns the local day number of an instant; an instant outside the calendar is undated.
pub(crate) fn local_day(zone: &Zone, micros: i64) -> Option<i64> {
    zone.day_of(Timestamp::from_micros(micros)).map(day_number)
}

fn local_days(happened_at: &[i64], zone: &Zone) -> Vec<i32> {
    let midnights = Midnights::around(happened_at, zone);
    happened_at
        .par_iter()
        .map(|&micros| match micros {
            NO_TIME => UNDATED,
            _ => midnights
                .as_ref()
                .map_or_else(|| local_day(zone, micros), |table| table.day_of(micros))
                .and_then(|day| i32::try_from(day).ok())
                .unwrap_or(UNDATED),
        })
        .collect()
}

/// Holds the instant at which each local day of a span begins: a look into it costs a fiftieth of asking the zone.
struct Midnights {
    first_day: i64,
    starts: Vec<i64>,
}

impl Midnights {
    fn around(happened_at: &[i64], zone: &Zone) -> Option<Self> {
        let dated = || happened_at.iter().copied().filter(|micros| *micros != NO_TIME);
        let first_day = dated().min()?.div_euclid(DAY_MICROS) - MARGIN_DAYS;
        let last_day = dated().max()?.div_euclid(DAY_MICROS) + MARGIN_DAYS;
        if last_day - first_day > MOST_DAYS {
            return None;
        }
        let start = |day| zone.start_of_day(day_from_number(day)?).map(Timestamp::micros);
        Some(Self { first_day, starts: (first_day..=last_day).map(start).collect::<Option<_>>()? })
    }

    fn day_of(&self, micros: i64) -> Option<i64> {
        let guess = micros.div_euclid(DAY_MICROS) - self.first_day;
        let mut at = usize::try_from(guess).ok()?.min(self.starts.len() - 1);
        while at > 0 && self.starts[at] > micros {
            at -= 1;
        }
        while self.starts.get(at + 1).is_some_and(|next| *next <= micros) {
            at += 1;
        }
        Some(self.first_day + i64::try_from(at).ok()?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn local_days_are_those_of_the_zone_on_both_sides_of_midnight_and_of_the_change_of_clocks() {
        let zone = Zone::new("America/Chicago").unwrap();
        let instants: Vec<i64> = ["2014-03-08T05:59:59Z", "2014-03-08T06:00:00Z", "2014-03-10T04:59:59Z"]
            .into_iter()
            .chain(["2014-03-10T05:00:00Z", "2014-11-02T05:30:00Z", "2014-11-03T05:59:00Z"])
            .map(|text| Timestamp::parse_rfc3339(text).unwrap().micros())
            .chain([NO_TIME])
            .collect();
        let days = local_days(&instants, &zone);
        for (&micros, &day) in instants.iter().zip(&days).take(6) {
            assert_eq!(Some(i64::from(day)), local_day(&zone, micros));
        }
        assert_eq!(days[6], UNDATED);
        assert_eq!(days[1] - days[0], 1);
        assert_eq!(days[3] - days[2], 1);
    }
}
