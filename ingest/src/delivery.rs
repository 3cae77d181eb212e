//! Whether a package as a whole is taken or held, and its counts. Pure: the caller loads the state and writes the
//! outcome. The rules are those of docs/adr/0001-identity-and-versions.md and docs/adr/0012-confirming-deliveries.md.

use std::collections::BTreeMap;

use dozor_domain::{Delivery, IngestCounts, Reject};

use crate::SourceSpec;
use crate::classify::{Classified, Settled};

/// From this share of vanished keys, or of rows with foreign coordinates, the fault is rather in the package
/// than in its rows (SEMANTICS: 3 %).
pub const HOLD_SHARE: f64 = 0.03;

/// Says why a package is held as a whole.
#[derive(Clone, Debug, PartialEq)]
pub enum HoldReason {
    /// A full delivery lacks too many of the keys held (`FULL_DUMP_SHRANK`).
    Shrank {
        /// Keys that it lacks.
        vanished: u64,
        /// Live keys held before it.
        held: u64,
    },
    /// Too many rows have swapped axes (`GEOMETRY_AXES_SWAPPED`).
    AxesSwapped {
        /// Rows with swapped axes.
        rows: u64,
        /// Rows received.
        received: u64,
    },
    /// Too many rows have coordinates that are no degrees (`CRS_MISSING`).
    NoDegrees {
        /// Rows without degrees.
        rows: u64,
        /// Rows received.
        received: u64,
    },
}

impl HoldReason {
    /// Returns the code under which `errors.toml` names an owner.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Shrank { .. } => "FULL_DUMP_SHRANK",
            Self::AxesSwapped { .. } => "GEOMETRY_AXES_SWAPPED",
            Self::NoDegrees { .. } => "CRS_MISSING",
        }
    }
}

impl std::fmt::Display for HoldReason {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Shrank { vanished, held } => {
                write!(f, "{vanished} of {held} keys held are not in this full delivery")
            }
            Self::AxesSwapped { rows, received } => {
                write!(f, "{rows} of {received} rows have swapped axes")
            }
            Self::NoDegrees { rows, received } => {
                write!(f, "{rows} of {received} rows have coordinates that are no degrees")
            }
        }
    }
}

/// Says where a delivery stands among those of its source that were taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Recency {
    /// None of a later day was taken.
    Newest,
    /// One of a later day was taken: this one says nothing about what vanished.
    Overtaken,
}

/// Says whether somebody confirmed a package that was held, or whose keys vanished.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Confirmation {
    /// Nobody did.
    Awaited,
    /// Somebody did: the package is taken, and the keys that it lacks end.
    Given,
}

/// Says what is to be done with a package.
#[derive(Clone, Debug, PartialEq)]
pub enum Verdict {
    /// Its records are stored.
    Take {
        /// Counts; `unmatched` is left to whoever matches.
        counts: IngestCounts,
        /// Keys that a full delivery lacks: held until somebody confirms their end.
        vanished: Vec<String>,
    },
    /// Nothing of it is stored until somebody decides.
    Hold {
        /// Counts; what would have been stored stands in `held`.
        counts: IngestCounts,
        /// Why.
        reason: HoldReason,
    },
}

/// Counts the refused rows of a delivery and judges it.
#[derive(Clone, Debug, Default)]
pub struct Tally {
    rejected: u64,
    rejects: BTreeMap<String, u64>,
}

impl Tally {
    /// Counts a refused row.
    pub fn reject(&mut self, reject: &Reject) {
        self.rejected += 1;
        *self.rejects.entry(reject.code.clone()).or_default() += 1;
    }

    /// Returns the refused rows by code.
    pub fn rejects(&self) -> &BTreeMap<String, u64> {
        &self.rejects
    }

    /// Decides on the whole package after its last row. A full delivery that was overtaken by one of a later day
    /// says nothing about what vanished; one without a sound row says that all did.
    pub fn verdict(
        &self,
        spec: &SourceSpec,
        settled: &Settled,
        recency: Recency,
        confirmation: Confirmation,
    ) -> Verdict {
        let counts = self.counts(settled);
        let full = spec.delivery == Delivery::Full && recency == Recency::Newest;
        let vanished = if full { settled.vanished.as_slice() } else { &[] };
        match self.hold_reason(counts.received, settled.live, vanished.len() as u64) {
            Some(reason) if confirmation == Confirmation::Awaited => {
                let held = counts.accepted + counts.variants + counts.duplicates;
                let IngestCounts { received, rejected, .. } = counts;
                let counts = IngestCounts { received, rejected, held, ..IngestCounts::default() };
                Verdict::Hold { counts, reason }
            }
            Some(_) | None => Verdict::Take { counts, vanished: vanished.to_vec() },
        }
    }

    fn counts(&self, settled: &Settled) -> IngestCounts {
        let mut counts = IngestCounts { rejected: self.rejected, ..IngestCounts::default() };
        counts.received = settled.verdicts.len() as u64 + self.rejected;
        for verdict in &settled.verdicts {
            match verdict.classified {
                Classified::Accepted(_) => counts.accepted += 1,
                Classified::Duplicate => counts.duplicates += 1,
                Classified::Variant => counts.variants += 1,
            }
        }
        counts
    }

    fn hold_reason(&self, received: u64, live: u64, vanished: u64) -> Option<HoldReason> {
        let rows = |code: &str| self.rejects.get(code).copied().unwrap_or(0);
        let (swapped, no_degrees) = (rows("GEOMETRY_AXES_SWAPPED"), rows("CRS_MISSING"));
        if is_too_much(swapped, received) {
            return Some(HoldReason::AxesSwapped { rows: swapped, received });
        }
        if is_too_much(no_degrees, received) {
            return Some(HoldReason::NoDegrees { rows: no_degrees, received });
        }
        is_too_much(vanished, live).then_some(HoldReason::Shrank { vanished, held: live })
    }
}

/// One row alone never holds a package: three per cent of a handful is less than one row.
fn is_too_much(part: u64, whole: u64) -> bool {
    part > 1 && part as f64 > HOLD_SHARE * whole as f64
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::classify::{HeldContent, SourceState};
    use dozor_domain::{Record, RecordId, Timestamp, Version};

    fn record(key: &str, version: Version) -> Record {
        Record {
            id: RecordId::derive("p", "s", key, version, &[1; 32]),
            external_id: key.to_owned(),
            version,
            content_hash: [1; 32],
            preference: 0,
            happened_at: None,
            known_at: Timestamp::from_micros(0),
            values: Vec::new(),
            geometry: None,
            personal: None,
            line: 1,
        }
    }

    fn spec(delivery: &str) -> SourceSpec {
        SourceSpec::parse(&format!(
            "name = \"s\"\ntitle = {{ ru = \"\", en = \"\" }}\nsubject = \"place\"\ndelivery = \"{delivery}\"\n\
             format = \"csv\"\n[key]\ncolumns = [\"k\"]\n"
        ))
        .unwrap()
    }

    fn settled(held: u32, named: u32) -> Settled {
        let mut state = SourceState::new();
        for key in 0..held {
            let external_id = format!("k{key:04}");
            let content_hash = &[1; 32];
            let external_id = external_id.as_str();
            state.load(HeldContent { external_id, version: 10, preference: 0, content_hash, ended: false });
        }
        (0..named).for_each(|key| state.name(&record(&format!("k{key:04}"), 11)));
        state.settle(Recency::Newest)
    }

    fn deliver(held: u32, named: u32, delivery: &str, recency: Recency) -> Verdict {
        Tally::default().verdict(&spec(delivery), &settled(held, named), recency, Confirmation::Awaited)
    }

    #[test]
    fn vanished_keys_of_a_full_delivery_are_held_and_over_three_per_cent_the_whole_package() {
        match deliver(100, 97, "full", Recency::Newest) {
            Verdict::Take { vanished, .. } => assert_eq!(vanished, ["k0097", "k0098", "k0099"]),
            other @ Verdict::Hold { .. } => panic!("{other:?}"),
        }
        match deliver(100, 96, "full", Recency::Newest) {
            Verdict::Hold { counts, reason } => {
                assert_eq!(reason, HoldReason::Shrank { vanished: 4, held: 100 });
                assert_eq!((counts.received, counts.held, counts.accepted), (96, 96, 0));
            }
            other @ Verdict::Take { .. } => panic!("{other:?}"),
        }
        let nothing_vanished =
            |verdict| matches!(verdict, Verdict::Take { vanished, .. } if vanished.is_empty());
        assert!(nothing_vanished(deliver(100, 5, "delta", Recency::Newest)));
        assert!(
            nothing_vanished(deliver(100, 5, "full", Recency::Overtaken)),
            "an older dump says nothing about what vanished"
        );
    }

    #[test]
    fn a_full_delivery_without_a_sound_row_is_held() {
        let held = |verdict| {
            matches!(verdict, Verdict::Hold { reason: HoldReason::Shrank { vanished: 100, held: 100 }, .. })
        };
        assert!(held(deliver(100, 0, "full", Recency::Newest)), "no row at all");
        let mut refused = Tally::default();
        let reject = Reject {
            code: "DATE_FORMAT".to_owned(),
            line: 2,
            field: None,
            seen: None,
            cause: String::new(),
            action: String::new(),
        };
        (0..100).for_each(|_| refused.reject(&reject));
        let verdict =
            refused.verdict(&spec("full"), &settled(100, 0), Recency::Newest, Confirmation::Awaited);
        assert!(held(verdict), "all rows refused");
    }

    #[test]
    fn a_confirmed_package_is_taken_whatever_it_lacks() {
        let verdict =
            Tally::default().verdict(&spec("full"), &settled(100, 50), Recency::Newest, Confirmation::Given);
        match verdict {
            Verdict::Take { counts, vanished } => assert_eq!((counts.duplicates, vanished.len()), (50, 50)),
            other @ Verdict::Hold { .. } => panic!("{other:?}"),
        }
    }
}
