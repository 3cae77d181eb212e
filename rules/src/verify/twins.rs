//! Two rules of one kind with one script.

use std::collections::BTreeMap;

use super::Finding;
use crate::difference::script_of;
use crate::rule::Rule;

pub(super) fn check(rules: &[Rule]) -> Vec<Finding> {
    let mut seen: BTreeMap<String, &str> = BTreeMap::new();
    let mut found = Vec::new();
    for rule in rules {
        let head = rule.head();
        let script: Vec<&str> = script_of(rule.source()).split_whitespace().collect();
        let key = format!("{:?} {:?} {}", head.kinds, head.object_kinds, script.join(" "));
        match seen.get(&key) {
            Some(twin) => {
                let message = "both scripts are the same";
                found.push(Finding::warning("VERIFY_SAME_CONDITION", &head.id, message).with(twin));
            }
            None => drop(seen.insert(key, &head.id)),
        }
    }
    found
}
