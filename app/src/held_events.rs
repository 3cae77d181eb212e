//! Events of the past that caps of frequency count, out of the records of outcomes.

use std::collections::HashMap;

use dozor_domain::{Timestamp, Value};
use dozor_planner::{CapGroup, GroundKind, Held};

use crate::loading::Loaded;
use crate::methodology::LoadedMethodology;

/// The field of the outcomes' source that tells the kind of an event, for packs whose events are under caps.
const EVENT_KIND: &str = "event_kind";

/// Tells whether anything of a pack rests on a plan or on the programme of a year: then periods of law are counted.
pub(crate) fn counts_periods(methodology: &LoadedMethodology) -> bool {
    let planner = &methodology.planner;
    let by_norm = planner.frequency.norms.iter().any(|norm| norm.ground != GroundKind::OwnNorm);
    by_norm || planner.settings.papers.planned.is_some()
}

/// Returns the events of the past that caps count, by the number of the object, as known at an instant, where anything of
/// the pack is under caps. An event whose kind may rest on the agreed plan counts as planned: its ground is not on record,
/// and the stricter reading holds.
pub(crate) fn held_events(
    loaded: &Loaded,
    methodology: &LoadedMethodology,
    as_of: Timestamp,
) -> HashMap<u32, Vec<Held>> {
    let mut held: HashMap<u32, Vec<Held>> = HashMap::new();
    let source = methodology.model.as_ref().map(|model| model.outcome.source.as_str());
    let records = source.and_then(|source| loaded.records.get(source));
    let records = records.filter(|_| counts_periods(methodology));
    let Some((records, field)) = records.and_then(|records| Some((records, records.field(EVENT_KIND)?)))
    else {
        return held;
    };
    let group = |code: &str| {
        let grounds = methodology.planner.events.lines().iter().filter(|line| line.code == code);
        let grounds: Vec<GroundKind> = grounds.flat_map(|line| line.grounds.iter().copied()).collect();
        match grounds.as_slice() {
            kinds if kinds.contains(&GroundKind::Planned) => Some(CapGroup::Planned),
            kinds if kinds.contains(&GroundKind::MandatoryVisit) => Some(CapGroup::MandatoryVisit),
            _ => None,
        }
    };
    let zone = &methodology.manifest.zone;
    for row in 0..records.len() {
        if !records.is_current(row, as_of.micros(), loaded.up_to_seq) {
            continue;
        }
        let Some(Value::Text(code)) = records.fields[field].get(row, records.schema[field].value_type) else {
            continue;
        };
        let on = zone.day_of(Timestamp::from_micros(records.happened_at[row]));
        if let (Some(group), Some(on)) = (group(&code), on) {
            let one = Held { group, on, at_start_of_activity: false };
            held.entry(records.objects[row]).or_default().push(one);
        }
    }
    held
}
