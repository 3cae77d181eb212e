//! What each row of a delivery is to what is held. A delivery is settled after its last row, key by key, so that the
//! order of its rows leaves no trace. The rules are those of docs/adr/0001-identity-and-versions.md.

use std::collections::HashMap;

use dozor_domain::{Record, Timestamp, Version};

use crate::delivery::Recency;

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

/// Is a stored content as it is loaded before a delivery.
#[derive(Clone, Copy, Debug)]
pub struct HeldContent<'a> {
    /// Key in the source.
    pub external_id: &'a str,
    /// Its version.
    pub version: Version,
    /// Its rank among variants.
    pub preference: i64,
    /// SHA-256 of the content.
    pub content_hash: &'a [u8; 32],
    /// Whether it has ended.
    pub ended: bool,
}

/// Is the verdict on one row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RowVerdict {
    /// What it is to what is held.
    pub classified: Classified,
    /// Set on the one row that the delivery makes the current one of its key: the earliest `known_at` of the rows
    /// that it stores for the key, from which the key's object was known.
    pub leads: Option<Timestamp>,
    /// Set on a row by which a key that ended at the row's own version lives again: the version under which the row is
    /// stored, behind the one that ended.
    pub lives_again: Option<Version>,
}

/// The order by which the current content of a key is chosen: version, the source's declared order, hash (cut to the
/// 128 bits that ids have).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Rank {
    version: Version,
    preference: i64,
    content: [u8; 16],
}

#[derive(Clone, Copy, Debug)]
struct Held {
    key: u32,
    rank: Rank,
    ended: bool,
}

#[derive(Clone, Copy, Debug)]
struct Incoming {
    key: u32,
    rank: Rank,
    known_at: Timestamp,
}

/// Collects what is held of a source and what a delivery names.
#[derive(Debug, Default)]
pub struct SourceState {
    keys: HashMap<Box<str>, u32>,
    held: Vec<Held>,
    rows: Vec<Incoming>,
}

/// Is a delivery after its last row.
#[derive(Clone, Debug, Default)]
pub struct Settled {
    /// Verdict on each row, in the order in which the rows were named.
    pub verdicts: Vec<RowVerdict>,
    /// Live keys that the delivery did not name, sorted.
    pub vanished: Vec<String>,
    /// Keys that were held and not ended before the delivery.
    pub live: u64,
}

impl SourceState {
    /// Starts without anything held.
    pub fn new() -> Self {
        Self::default()
    }

    /// Loads one stored content; order does not matter.
    pub fn load(&mut self, content: HeldContent<'_>) {
        let key = self.key(content.external_id);
        let rank = rank(content.version, content.preference, content.content_hash);
        self.held.push(Held { key, rank, ended: content.ended });
    }

    /// Remembers the next record of the delivery.
    pub fn name(&mut self, record: &Record) {
        let key = self.key(&record.external_id);
        let rank = rank(record.version, record.preference, &record.content_hash);
        self.rows.push(Incoming { key, rank, known_at: record.known_at });
    }

    /// Settles the delivery. One that was overtaken brings back no key that a later one has ended.
    pub fn settle(mut self, recency: Recency) -> Settled {
        self.held.sort_by_key(|held| held.key);
        let mut rows: Vec<(usize, Incoming)> = self.rows.into_iter().enumerate().collect();
        rows.sort_by_key(|(_, row)| (row.key, row.rank.version));
        let mut settled = Settled {
            verdicts: vec![
                RowVerdict { classified: Classified::Duplicate, leads: None, lives_again: None };
                rows.len()
            ],
            ..Settled::default()
        };
        let mut absent = vec![false; self.keys.len()];
        let (mut held, mut rows) = (self.held.as_slice(), rows.as_slice());
        for key in (0_u32..).take(self.keys.len()) {
            let of_key = leading(&mut held, |one| one.key == key);
            let named = leading(&mut rows, |(_, row)| row.key == key);
            let current = of_key.iter().max_by_key(|one| one.rank);
            if current.is_some_and(|one| !one.ended) {
                settled.live += 1;
                if let Some(absent) = absent.get_mut(key as usize) {
                    *absent = named.is_empty();
                }
            }
            settle_key((of_key, recency), named, &mut settled.verdicts);
        }
        let is_absent = |key: &u32| absent.get(*key as usize).copied().unwrap_or(false);
        settled.vanished = self
            .keys
            .into_iter()
            .filter(|(_, key)| is_absent(key))
            .map(|(name, _)| String::from(name))
            .collect();
        settled.vanished.sort_unstable();
        settled
    }

    fn key(&mut self, external_id: &str) -> u32 {
        if let Some(key) = self.keys.get(external_id) {
            return *key;
        }
        let key = u32::try_from(self.keys.len()).unwrap_or(u32::MAX);
        self.keys.insert(external_id.into(), key);
        key
    }
}

fn rank(version: Version, preference: i64, hash: &[u8; 32]) -> Rank {
    let mut content = [0; 16];
    content.copy_from_slice(&hash[..16]);
    Rank { version, preference, content }
}

/// Cuts off the leading items for which `belongs` holds.
fn leading<'a, T>(items: &mut &'a [T], belongs: impl Fn(&T) -> bool) -> &'a [T] {
    let (mine, rest) = items.split_at(items.partition_point(belongs));
    *items = rest;
    mine
}

/// What is the latest of a key while its rows are settled, version by version.
struct Latest {
    contents: Vec<Rank>,
    ended: bool,
}

/// Settles the rows of one key, sorted by version and, within one, by their order in the file.
fn settle_key((held, recency): (&[Held], Recency), rows: &[(usize, Incoming)], verdicts: &mut [RowVerdict]) {
    let newest = held.iter().map(|one| one.rank.version).max();
    let mut latest = Latest {
        contents: held.iter().map(|one| one.rank).filter(|rank| Some(rank.version) == newest).collect(),
        ended: held.iter().max_by_key(|one| one.rank).is_some_and(|one| one.ended),
    };
    let mut stored: Vec<(usize, Incoming)> = Vec::new();
    let mut rest = rows;
    while let Some((_, first)) = rest.first() {
        let version = first.rank.version;
        let group = leading(&mut rest, |(_, row)| row.rank.version == version);
        let at_version: Vec<Rank> =
            held.iter().map(|one| one.rank).filter(|rank| rank.version == version).collect();
        let is_last = rest.is_empty() && recency == Recency::Newest;
        if let Some(newest) = newest.filter(|newest| is_last && latest.ended && version <= *newest) {
            // The key ended and is named again as it was: it lives, right behind the version that ended.
            let again = newest.saturating_add(1);
            let behind = |(at, row): &(usize, Incoming)| {
                (*at, Incoming { rank: Rank { version: again, ..row.rank }, ..*row })
            };
            let back = unheld(&group.iter().map(behind).collect::<Vec<_>>(), &[]);
            latest = Latest { contents: back.iter().map(|(_, row)| row.rank).collect(), ended: false };
            for (place, (at, row)) in back.iter().enumerate() {
                if let Some(verdict) = verdicts.get_mut(*at) {
                    verdict.classified = match place {
                        0 => Classified::Accepted(VersionOrder::Newer),
                        _ => Classified::Variant,
                    };
                    verdict.lives_again = Some(again);
                }
                stored.push((*at, *row));
            }
            continue;
        }
        let fresh = unheld(group, &at_version);
        let Some(front) = settle_version(&at_version, &fresh, &mut latest) else { continue };
        for (place, (at, row)) in fresh.iter().enumerate() {
            if let Some(verdict) = verdicts.get_mut(*at) {
                verdict.classified = if place == 0 { front } else { Classified::Variant };
            }
            stored.push((*at, *row));
        }
    }
    mark_leader(held, &stored, verdicts);
}

/// Returns the rows of one version whose contents are not held there, each content once, the first in rank in front.
fn unheld(group: &[(usize, Incoming)], at_version: &[Rank]) -> Vec<(usize, Incoming)> {
    let mut fresh: Vec<(usize, Incoming)> = Vec::new();
    for row in group {
        let is_same = |content: &[u8; 16]| *content == row.1.rank.content;
        let known = at_version.iter().any(|rank| is_same(&rank.content))
            || fresh.iter().any(|(_, other)| is_same(&other.rank.content));
        if !known {
            fresh.push(*row);
        }
    }
    fresh.sort_by_key(|one| std::cmp::Reverse(one.1.rank));
    fresh
}

/// Returns what the first of the fresh contents of a version is; none when none of them is to be stored.
fn settle_version(
    at_version: &[Rank],
    fresh: &[(usize, Incoming)],
    latest: &mut Latest,
) -> Option<Classified> {
    let best = fresh.first()?.1.rank;
    let newest = latest.contents.iter().max().copied();
    let contents = || fresh.iter().map(|(_, row)| row.rank);
    let Some(newest) = newest else {
        *latest = Latest { contents: contents().collect(), ended: false };
        return Some(Classified::Accepted(VersionOrder::New));
    };
    if !at_version.is_empty() {
        if best.version == newest.version {
            latest.contents.extend(contents());
        }
        return Some(Classified::Variant);
    }
    if best.version < newest.version {
        return Some(Classified::Accepted(VersionOrder::Older));
    }
    // A source that repeats its variants in each delivery changes nothing; one that names another content first, or
    // one more, does: then all contents of the new version are stored there, the repeated ones too.
    let is_held = |rank: Rank| latest.contents.iter().any(|held| held.content == rank.content);
    if !latest.ended && best.content == newest.content && contents().all(is_held) {
        return None;
    }
    *latest = Latest { contents: contents().collect(), ended: false };
    Some(Classified::Accepted(VersionOrder::Newer))
}

/// Marks the stored row that becomes the current one of its key, if one does.
fn mark_leader(held: &[Held], stored: &[(usize, Incoming)], verdicts: &mut [RowVerdict]) {
    let before = held.iter().map(|one| one.rank).max();
    let Some((at, best)) = stored.iter().max_by_key(|(_, row)| row.rank) else { return };
    if before.is_some_and(|before| before > best.rank) {
        return;
    }
    if let Some(verdict) = verdicts.get_mut(*at) {
        verdict.leads = stored.iter().map(|(_, row)| row.known_at).min();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use Classified::{Accepted, Duplicate, Variant};
    use dozor_domain::RecordId;

    fn record(key: &str, version: Version, content: u8) -> Record {
        Record {
            id: RecordId::derive("p", "s", key, version, &[content; 32]),
            external_id: key.to_owned(),
            version,
            content_hash: [content; 32],
            preference: 0,
            happened_at: None,
            known_at: Timestamp::from_micros(version),
            values: Vec::new(),
            geometry: None,
            personal: None,
            line: 1,
        }
    }

    fn state(held: &[(&str, i64, u8, bool)]) -> SourceState {
        let mut state = SourceState::new();
        for (key, version, content, ended) in held {
            let content_hash = &[*content; 32];
            state.load(HeldContent {
                external_id: key,
                version: *version,
                preference: 0,
                content_hash,
                ended: *ended,
            });
        }
        state
    }

    /// Settles rows of the key `a`, given as version and content.
    fn settle(held: &[(&str, i64, u8, bool)], rows: &[(i64, u8)]) -> Vec<Classified> {
        let mut state = state(held);
        rows.iter().for_each(|(version, content)| state.name(&record("a", *version, *content)));
        state.settle(Recency::Newest).verdicts.into_iter().map(|verdict| verdict.classified).collect()
    }

    #[track_caller]
    fn check(held: &[(&str, i64, u8)], (version, content): (i64, u8), expect: Classified) {
        let held: Vec<_> =
            held.iter().map(|(key, version, content)| (*key, *version, *content, false)).collect();
        let verdicts = settle(&held, &[(version, content), (version, content)]);
        assert_eq!(verdicts, [expect, Duplicate], "a row that is repeated is a duplicate the second time");
    }

    #[test]
    fn duplicates_variants_and_versions_are_told_apart() {
        check(&[], (1, 1), Accepted(VersionOrder::New));
        check(&[("a", 1, 1)], (1, 1), Duplicate);
        check(&[("a", 1, 1)], (2, 1), Duplicate);
        check(&[("a", 1, 1)], (1, 2), Variant);
        check(&[("a", 1, 1)], (2, 2), Accepted(VersionOrder::Newer));
        check(&[("a", 1, 1), ("a", 3, 3)], (4, 1), Accepted(VersionOrder::Newer));
        check(&[("a", 1, 1), ("a", 1, 2)], (2, 2), Duplicate);
    }

    #[test]
    fn an_older_delivery_never_overtakes_a_newer_one() {
        check(&[("a", 5, 5)], (4, 4), Accepted(VersionOrder::Older));
        check(&[("a", 5, 5), ("a", 4, 4)], (4, 4), Duplicate);
    }

    #[test]
    fn variants_that_come_again_are_duplicates_in_any_order() {
        let held = [("a", 1, 1, false), ("a", 1, 2, false)];
        assert_eq!(settle(&held, &[(2, 1), (2, 2)]), [Duplicate, Duplicate]);
        assert_eq!(settle(&held, &[(2, 2), (2, 1)]), [Duplicate, Duplicate]);
    }

    #[test]
    fn when_only_the_variant_behind_comes_again_it_is_the_current_one() {
        let held = [("a", 1, 1, false), ("a", 1, 2, false)];
        assert_eq!(settle(&held, &[(2, 1)]), [Accepted(VersionOrder::Newer)]);
    }

    #[test]
    fn the_order_of_rows_chooses_nothing() {
        // Held: 3. The next day brings 3 again and 2, which stands behind it: both are stored, 3 stays in front.
        let held = [("a", 1, 3, false)];
        let verdicts = |rows: &[(i64, u8)]| {
            let mut state = state(&held);
            rows.iter().for_each(|(version, content)| state.name(&record("a", *version, *content)));
            let verdicts = state.settle(Recency::Newest).verdicts;
            let mut by_content: Vec<_> = rows.iter().map(|row| row.1).zip(verdicts).collect();
            by_content.sort_by_key(|(content, _)| *content);
            by_content
        };
        let one_way = verdicts(&[(2, 3), (2, 2)]);
        assert_eq!(one_way, verdicts(&[(2, 2), (2, 3)]));
        assert_eq!(one_way[0].1, RowVerdict { classified: Variant, leads: None, lives_again: None });
        assert_eq!(one_way[1].1.classified, Accepted(VersionOrder::Newer));
        assert_eq!(one_way[1].1.leads, Some(Timestamp::from_micros(2)));
    }

    #[test]
    fn one_row_a_key_leads_and_knows_the_earliest_instant_of_its_key() {
        let mut state = state(&[]);
        for version in [3, 5, 4] {
            state.name(&record("a", version, 1 + u8::try_from(version).unwrap()));
        }
        let leads: Vec<_> =
            state.settle(Recency::Newest).verdicts.into_iter().map(|verdict| verdict.leads).collect();
        assert_eq!(leads, [None, Some(Timestamp::from_micros(3)), None]);
    }

    #[test]
    fn an_ended_record_that_comes_back_unchanged_is_news_and_lives_again() {
        let ended = [("a", 1, 1, true)];
        assert_eq!(settle(&ended, &[(2, 1)]), [Accepted(VersionOrder::Newer)]);
        let back = [("a", 1, 1, true), ("a", 2, 1, false)];
        assert_eq!(settle(&back, &[(3, 1)]), [Duplicate]);
        assert_eq!(state(&back).settle(Recency::Newest).vanished, ["a"]);
        assert!(state(&ended).settle(Recency::Newest).vanished.is_empty());
    }

    #[test]
    fn an_ended_key_that_is_named_again_at_its_own_version_lives_behind_it() {
        let ended = [("a", 7, 1, true), ("a", 7, 2, true)];
        let named = |held: &[(&str, i64, u8, bool)], contents: &[u8], recency| {
            let mut state = state(held);
            contents.iter().for_each(|content| state.name(&record("a", 7, *content)));
            let verdicts = state.settle(recency).verdicts;
            verdicts.into_iter().map(|one| (one.classified, one.lives_again)).collect::<Vec<_>>()
        };
        let back = (Accepted(VersionOrder::Newer), Some(8));
        assert_eq!(named(&ended, &[1], Recency::Newest), [back]);
        assert_eq!(named(&ended, &[3, 1], Recency::Newest), [back, (Variant, Some(8))]);
        assert_eq!(named(&ended, &[1, 1], Recency::Newest), [back, (Duplicate, None)]);
        assert_eq!(named(&ended, &[1], Recency::Overtaken), [(Duplicate, None)]);
        let lives = [("a", 7, 1, true), ("a", 8, 1, false)];
        assert_eq!(named(&lives, &[1], Recency::Newest), [(Duplicate, None)]);
        let ended_twice = [("a", 7, 1, true), ("a", 8, 1, true)];
        assert_eq!(
            named(&ended_twice, &[1], Recency::Newest),
            [(Accepted(VersionOrder::Newer), Some(9))],
            "named at the version at which it first ended"
        );
    }
}
