//! What a delivery changes: which records are new, which are held already, which keys vanished, and whether
//! the package as a whole is to be held. Pure: the caller loads the state and writes the outcome.
//! The rules are those of docs/adr/0001-identity-and-versions.md.

use std::collections::{BTreeMap, HashMap};

use dozor_domain::{Delivery, IngestCounts, Record, Reject, Version};

use crate::SourceSpec;

/// From this share of vanished keys, or of rows with foreign coordinates, the fault is rather in the package
/// than in its rows (SEMANTICS: 3 %).
pub const HOLD_SHARE: f64 = 0.03;

/// Says where an accepted record stands among the versions of its key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum VersionOrder {
    /// The key was not held.
    New,
    /// It becomes the current one.
    Newer,
    /// It completes the history: a newer version is held already and stays current.
    Older,
}

/// Says what a record is to what is held.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Classified {
    /// To be stored.
    Accepted(VersionOrder),
    /// Held already: nothing to store.
    Duplicate,
    /// To be stored beside the other contents of its key and version.
    Variant,
}

/// One content of one version; the hash is cut to the 128 bits that ids have.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Held {
    version: Version,
    content: [u8; 16],
}

#[derive(Debug)]
struct KeyState {
    /// The usual single content, without a list of its own.
    first: Held,
    more: Vec<Held>,
    ended: bool,
    seen: bool,
}

impl KeyState {
    fn all(&self) -> impl Iterator<Item = Held> + '_ {
        std::iter::once(self.first).chain(self.more.iter().copied())
    }

    fn latest(&self) -> Version {
        self.all().map(|held| held.version).max().unwrap_or(self.first.version)
    }

    fn classify(&self, incoming: Held) -> Classified {
        if self.all().any(|held| held == incoming) {
            return Classified::Duplicate;
        }
        if self.all().any(|held| held.version == incoming.version) {
            return Classified::Variant;
        }
        let latest = self.latest();
        if incoming.version < latest {
            return Classified::Accepted(VersionOrder::Older);
        }
        // Any content of the latest version counts, not only the current one: else a source that repeats its
        // variants in each delivery would turn the record over each time.
        let repeats = self.all().any(|held| held.version == latest && held.content == incoming.content);
        if repeats && !self.ended { Classified::Duplicate } else { Classified::Accepted(VersionOrder::Newer) }
    }
}

/// Holds what is known of a source before a delivery, and what of it the delivery named.
#[derive(Debug, Default)]
pub struct SourceState {
    keys: HashMap<Box<str>, KeyState>,
    latest: Option<Version>,
    /// Keys that were held and not ended before the delivery.
    live: u64,
}

impl SourceState {
    /// Starts without anything held.
    pub fn new() -> Self {
        Self::default()
    }

    /// Loads one stored content; order does not matter.
    pub fn load(&mut self, external_id: &str, version: Version, content_hash: &[u8; 32]) {
        if self.remember(external_id, Held { version, content: cut(content_hash) }, false) {
            self.live += 1;
        }
        self.latest = self.latest.max(Some(version));
    }

    /// Marks a loaded key as ended: it counts as vanished no more, and its content is news again.
    pub fn mark_ended(&mut self, external_id: &str) {
        if let Some(key) = self.keys.get_mut(external_id)
            && !key.ended
        {
            key.ended = true;
            self.live = self.live.saturating_sub(1);
        }
    }

    /// Classifies the next record of a delivery and remembers it, so that rows of one file meet each other.
    pub fn classify(&mut self, record: &Record) -> Classified {
        let incoming = Held { version: record.version, content: cut(&record.content_hash) };
        let Some(key) = self.keys.get_mut(record.external_id.as_str()) else {
            self.remember(&record.external_id, incoming, true);
            return Classified::Accepted(VersionOrder::New);
        };
        key.seen = true;
        let classified = key.classify(incoming);
        if classified != Classified::Duplicate {
            key.more.push(incoming);
            key.ended &= matches!(classified, Classified::Accepted(VersionOrder::Older));
        }
        classified
    }

    /// Returns the live keys that the delivery did not name, sorted.
    pub fn vanished(&self) -> Vec<&str> {
        let mut keys: Vec<&str> = self
            .keys
            .iter()
            .filter(|(_, key)| !key.seen && !key.ended)
            .map(|(name, _)| name.as_ref())
            .collect();
        keys.sort_unstable();
        keys
    }

    /// Returns the number of keys, ended ones included.
    pub fn len(&self) -> usize {
        self.keys.len()
    }

    /// Tells whether nothing is held.
    pub fn is_empty(&self) -> bool {
        self.keys.is_empty()
    }

    /// Keeps one content and tells whether its key is new.
    fn remember(&mut self, external_id: &str, held: Held, seen: bool) -> bool {
        if let Some(key) = self.keys.get_mut(external_id) {
            key.more.push(held);
            return false;
        }
        self.keys.insert(external_id.into(), KeyState { first: held, more: Vec::new(), ended: false, seen });
        true
    }
}

fn cut(hash: &[u8; 32]) -> [u8; 16] {
    let mut half = [0; 16];
    half.copy_from_slice(&hash[..16]);
    half
}

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

/// Counts a delivery row by row.
#[derive(Clone, Debug, Default)]
pub struct Tally {
    counts: IngestCounts,
    rejects: BTreeMap<String, u64>,
    latest: Option<Version>,
}

impl Tally {
    /// Counts a mapped record.
    pub fn record(&mut self, record: &Record, classified: Classified) {
        self.counts.received += 1;
        self.latest = self.latest.max(Some(record.version));
        match classified {
            Classified::Accepted(_) => self.counts.accepted += 1,
            Classified::Duplicate => self.counts.duplicates += 1,
            Classified::Variant => self.counts.variants += 1,
        }
    }

    /// Counts a refused row.
    pub fn reject(&mut self, reject: &Reject) {
        self.counts.received += 1;
        self.counts.rejected += 1;
        *self.rejects.entry(reject.code.clone()).or_default() += 1;
    }

    /// Returns the counts so far.
    pub fn counts(&self) -> IngestCounts {
        self.counts
    }

    /// Returns the refused rows by code.
    pub fn rejects(&self) -> &BTreeMap<String, u64> {
        &self.rejects
    }

    /// Decides on the whole package after its last row. A full delivery that is older than what is held says
    /// nothing about what vanished.
    pub fn verdict(&self, spec: &SourceSpec, state: &SourceState) -> Verdict {
        let full = spec.delivery == Delivery::Full && self.latest >= state.latest;
        let vanished = if full { state.vanished() } else { Vec::new() };
        match self.hold_reason(state, vanished.len()) {
            Some(reason) => {
                let mut counts = self.counts;
                counts.held = counts.accepted + counts.variants + counts.duplicates;
                (counts.accepted, counts.variants, counts.duplicates) = (0, 0, 0);
                Verdict::Hold { counts, reason }
            }
            None => Verdict::Take {
                counts: self.counts,
                vanished: vanished.into_iter().map(str::to_owned).collect(),
            },
        }
    }

    fn hold_reason(&self, state: &SourceState, vanished: usize) -> Option<HoldReason> {
        let received = self.counts.received;
        let rows = |code: &str| self.rejects.get(code).copied().unwrap_or(0);
        let (swapped, no_degrees) = (rows("GEOMETRY_AXES_SWAPPED"), rows("CRS_MISSING"));
        if is_too_much(swapped, received) {
            return Some(HoldReason::AxesSwapped { rows: swapped, received });
        }
        if is_too_much(no_degrees, received) {
            return Some(HoldReason::NoDegrees { rows: no_degrees, received });
        }
        let vanished = vanished as u64;
        is_too_much(vanished, state.live).then_some(HoldReason::Shrank { vanished, held: state.live })
    }
}

/// One row alone never holds a package: three per cent of a handful is less than one row.
fn is_too_much(part: u64, whole: u64) -> bool {
    part > 1 && part as f64 > HOLD_SHARE * whole as f64
}

#[cfg(test)]
mod tests {
    use super::*;
    use dozor_domain::{RecordId, Timestamp};

    fn record(key: &str, version: Version, content: u8) -> Record {
        Record {
            id: RecordId::derive("p", "s", key, version, &[content; 32]),
            external_id: key.to_owned(),
            version,
            content_hash: [content; 32],
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

    #[track_caller]
    fn check(held: &[(&str, i64, u8)], incoming: (&str, i64, u8), expect: Classified) {
        let mut state = SourceState::new();
        for (key, version, content) in held {
            state.load(key, *version, &[*content; 32]);
        }
        let (key, version, content) = incoming;
        assert_eq!(state.classify(&record(key, version, content)), expect);
        assert_eq!(
            state.classify(&record(key, version, content)),
            Classified::Duplicate,
            "what was classified once is a duplicate the second time"
        );
    }

    #[test]
    fn duplicates_variants_and_versions_are_told_apart() {
        use Classified::{Accepted, Duplicate, Variant};
        check(&[], ("a", 1, 1), Accepted(VersionOrder::New));
        check(&[("a", 1, 1)], ("a", 1, 1), Duplicate);
        check(&[("a", 1, 1)], ("a", 2, 1), Duplicate);
        check(&[("a", 1, 1)], ("a", 1, 2), Variant);
        check(&[("a", 1, 1)], ("a", 2, 2), Accepted(VersionOrder::Newer));
        check(&[("a", 1, 1), ("a", 3, 3)], ("a", 4, 1), Accepted(VersionOrder::Newer));
        check(&[("a", 1, 1), ("a", 1, 2)], ("a", 2, 1), Duplicate);
    }

    #[test]
    fn an_older_delivery_never_overtakes_a_newer_one() {
        check(&[("a", 5, 5)], ("a", 4, 4), Classified::Accepted(VersionOrder::Older));
        check(&[("a", 5, 5), ("a", 4, 4)], ("a", 4, 4), Classified::Duplicate);
    }

    #[test]
    fn an_ended_record_that_comes_back_unchanged_is_news() {
        let mut state = SourceState::new();
        state.load("a", 1, &[1; 32]);
        state.mark_ended("a");
        assert_eq!(state.classify(&record("a", 2, 1)), Classified::Accepted(VersionOrder::Newer));
    }

    fn deliver(held: u32, named: u32, delivery: &str, version: Version) -> Verdict {
        let mut state = SourceState::new();
        let mut tally = Tally::default();
        (0..held).for_each(|key| state.load(&format!("k{key:04}"), 10, &[1; 32]));
        for key in 0..named {
            let record = record(&format!("k{key:04}"), version, 1);
            let classified = state.classify(&record);
            tally.record(&record, classified);
        }
        tally.verdict(&spec(delivery), &state)
    }

    #[test]
    fn vanished_keys_of_a_full_delivery_are_held_and_over_three_per_cent_the_whole_package() {
        match deliver(100, 97, "full", 11) {
            Verdict::Take { vanished, .. } => assert_eq!(vanished, ["k0097", "k0098", "k0099"]),
            other @ Verdict::Hold { .. } => panic!("{other:?}"),
        }
        match deliver(100, 96, "full", 11) {
            Verdict::Hold { counts, reason } => {
                assert_eq!(reason, HoldReason::Shrank { vanished: 4, held: 100 });
                assert_eq!((counts.received, counts.held, counts.accepted), (96, 96, 0));
            }
            other @ Verdict::Take { .. } => panic!("{other:?}"),
        }
        let nothing_vanished =
            |verdict| matches!(verdict, Verdict::Take { vanished, .. } if vanished.is_empty());
        assert!(nothing_vanished(deliver(100, 5, "delta", 11)));
        assert!(
            nothing_vanished(deliver(100, 5, "full", 9)),
            "an older dump says nothing about what vanished"
        );
    }
}
