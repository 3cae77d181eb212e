//! What the rules of signs say in one run, beside what is known of signs before it, and what follows: which signs open,
//! which are refreshed, which expire.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use dozor_domain::{ObjectId, SignState, ViolationSign};

/// Object, rule, control kind: at most one sign of each is open.
pub(crate) type SignKey = (ObjectId, String, String);

/// Holds what a run says of signs.
#[derive(Debug)]
pub(crate) struct RunSigns {
    /// The latest known sign of each key.
    latest: HashMap<SignKey, ViolationSign>,
    /// The objects that have any.
    objects: HashSet<ObjectId>,
    /// What fires, as signs that would be opened by it.
    firing: BTreeMap<SignKey, ViolationSign>,
    /// Known signs whose rule cannot tell this time: a fact is missing or the rule failed.
    unsure: BTreeSet<SignKey>,
}

/// Is what a run changes in the signs.
#[derive(Debug, Default, PartialEq)]
pub(crate) struct SignChanges {
    /// New ones.
    pub(crate) opened: Vec<ViolationSign>,
    /// Open ones with their points, priority and evidence of this run.
    pub(crate) refreshed: Vec<ViolationSign>,
    /// Those whose rule fires no more.
    pub(crate) expired: Vec<ViolationSign>,
}

impl RunSigns {
    /// Starts with all signs that are known.
    pub(crate) fn new(known: Vec<ViolationSign>) -> Self {
        let mut latest: HashMap<SignKey, ViolationSign> = HashMap::new();
        let age = |sign: &ViolationSign| (sign.opened_at, sign.state != SignState::Expired);
        for sign in known {
            let key = (sign.object, sign.rule.clone(), sign.control_kind.clone());
            if latest.get(&key).is_none_or(|held| age(held) <= age(&sign)) {
                latest.insert(key, sign);
            }
        }
        let objects = latest.keys().map(|key| key.0).collect();
        Self { latest, objects, firing: BTreeMap::new(), unsure: BTreeSet::new() }
    }

    /// Tells whether an object ever had a sign.
    pub(crate) fn knows(&self, object: ObjectId) -> bool {
        self.objects.contains(&object)
    }

    /// Adds what fires, as the sign that it would open.
    pub(crate) fn add_firing(&mut self, key: SignKey, sign: ViolationSign) {
        self.firing.insert(key, sign);
    }

    /// Adds what cannot be told.
    pub(crate) fn add_unsure(&mut self, key: SignKey) {
        self.unsure.insert(key);
    }

    /// Takes out what is snoozed; what the desk decided already goes on as decided.
    pub(crate) fn without_snoozed(&mut self, snoozed: &BTreeSet<(ObjectId, String)>) {
        let (latest, unsure) = (&self.latest, &mut self.unsure);
        let is_quiet = |key: &SignKey| {
            let state = latest.get(key).map(|sign| &sign.state);
            let is_waiting = matches!(state, None | Some(SignState::Detected | SignState::Expired));
            is_waiting && snoozed.contains(&(key.0, key.1.clone()))
        };
        self.firing.retain(|key, _| !is_quiet(key));
        unsure.retain(|key| !is_quiet(key));
    }

    /// Says what the run changes, with where the desk's records leave signs that no run knew. Only a rule that plainly does
    /// not fire any more lets its sign expire: one that cannot tell, or failed, undoes nobody's decision.
    pub(crate) fn changes(self, decided: &HashMap<(ObjectId, String), SignState>) -> SignChanges {
        let Self { latest, firing, unsure, .. } = self;
        let mut changes = SignChanges::default();
        for (key, sign) in &firing {
            let mut sign = sign.clone();
            match latest.get(key) {
                Some(known) if known.state == SignState::Detected => {
                    sign.id = known.id;
                    sign.opened_at = known.opened_at;
                    changes.refreshed.push(sign);
                }
                Some(known) if known.state != SignState::Expired => {}
                // What fires anew after a pause is looked at anew: the old decision was about something else.
                Some(_expired) => changes.opened.push(sign),
                None => {
                    if let Some(known) = decided.get(&(key.0, key.1.clone())) {
                        sign.state = known.clone();
                    }
                    changes.opened.push(sign);
                }
            }
        }
        let is_over = |key: &SignKey, sign: &ViolationSign| {
            let is_worked = matches!(sign.state, SignState::Expired | SignState::Tasked { .. });
            !is_worked && !firing.contains_key(key) && !unsure.contains(key)
        };
        let over = latest.into_iter().filter(|(key, sign)| is_over(key, sign));
        changes.expired = over.map(|(_, sign)| sign).collect();
        changes.expired.sort_by_key(|sign| sign.id);
        changes
    }
}

#[cfg(test)]
mod tests {
    use dozor_domain::{DeskReviewId, DeskVerdict, FieldFinding, SignId, Timestamp};

    use super::*;

    fn key(object: u8) -> SignKey {
        (ObjectId::from_bytes([object; 16]), "growth".to_owned(), "land".to_owned())
    }

    fn sign(object: u8, id: u8, state: SignState) -> ViolationSign {
        let (object, rule, control_kind) = key(object);
        ViolationSign {
            id: SignId::from_bytes([id; 16]),
            object,
            control_kind,
            rule,
            points: 1.0,
            priority: f64::from(id),
            opened_at: Timestamp::from_micros(i64::from(id)),
            evidence: String::new(),
            state,
        }
    }

    fn review() -> DeskReviewId {
        DeskReviewId::from_bytes([9; 16])
    }

    fn confirmed() -> SignState {
        SignState::Desk { verdict: DeskVerdict::Confirmed, review: review() }
    }

    fn refuted() -> SignState {
        SignState::Field { finding: FieldFinding::Nothing, review: review() }
    }

    #[test]
    fn a_rule_that_cannot_tell_leaves_the_sign_as_it_is_and_one_that_does_not_fire_ends_it() {
        let known = vec![sign(1, 1, confirmed()), sign(2, 2, confirmed()), sign(3, 3, SignState::Detected)];
        let mut run = RunSigns::new(known);
        assert!(run.knows(key(1).0) && !run.knows(key(7).0));
        run.add_unsure(key(1));
        run.add_unsure(key(3));
        let changes = run.changes(&HashMap::new());
        assert_eq!(changes.expired, [sign(2, 2, confirmed())]);
        assert!(changes.opened.is_empty() && changes.refreshed.is_empty());
    }

    #[test]
    fn what_the_field_refuted_is_not_asked_again_until_it_fires_after_a_pause() {
        let mut run = RunSigns::new(vec![sign(1, 1, refuted()), sign(2, 2, SignState::Expired)]);
        for object in [1, 2, 3, 4] {
            run.add_firing(key(object), sign(object, 10 + object, SignState::Detected));
        }
        let decided = HashMap::from([((key(4).0, "growth".to_owned()), refuted())]);
        let changes = run.changes(&decided);
        let opened: Vec<_> = changes.opened.into_iter().map(|sign| (sign.object, sign.state)).collect();
        let anew = |object: u8| (key(object).0, SignState::Detected);
        assert_eq!(opened, [anew(2), anew(3), (key(4).0, refuted())]);
        assert!(changes.refreshed.is_empty() && changes.expired.is_empty());
    }

    #[test]
    fn a_snooze_takes_a_waiting_sign_out_and_leaves_what_the_desk_decided() {
        let mut run = RunSigns::new(vec![sign(1, 1, confirmed()), sign(2, 2, SignState::Detected)]);
        run.add_firing(key(1), sign(1, 11, SignState::Detected));
        run.add_firing(key(2), sign(2, 12, SignState::Detected));
        let snoozed = [1, 2].map(|object| (key(object).0, "growth".to_owned()));
        run.without_snoozed(&snoozed.into());
        let changes = run.changes(&HashMap::new());
        assert_eq!(changes.expired, [sign(2, 2, SignState::Detected)]);
        assert!(changes.opened.is_empty() && changes.refreshed.is_empty());
    }
}
