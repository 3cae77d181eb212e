//! Builders of packs, objects and people for the tests.

use std::collections::{BTreeMap, BTreeSet};

use dozor_domain::{
    DeskVerdict, InspectorDay, Minutes, ObjectId, PackManifest, Position, RiskCategory, SignId, Timestamp,
    TravelMode,
};
use dozor_planner::{ObjectState, OpenSign, PlanRequest, PlannerPack, Selection, select};
use jiff::civil::{Date, date};

/// A Monday that is a working day.
pub(crate) const DAY: Date = date(2026, 11, 23);
pub(crate) const CENTRE: Position = Position { lat: 55.75, lon: 37.62 };

const MOSCOW: &str = r#"
name = "moscow"
title = { ru = "М", en = "M" }
authority = { ru = "О", en = "A" }
zone = "Europe/Moscow"
bounds = [36.0, 55.0, 38.5, 57.0]
[scale]
levels = ["low", "moderate", "medium", "high", "extremely_high"]
[scale.titles]
low = { ru = "1", en = "1" }
moderate = { ru = "2", en = "2" }
medium = { ru = "3", en = "3" }
high = { ru = "4", en = "4" }
extremely_high = { ru = "5", en = "5" }
[[object_kinds]]
code = "parcel"
title = { ru = "У", en = "P" }
[[object_kinds]]
code = "premises"
title = { ru = "П", en = "P" }
[[control_kinds]]
code = "municipal_land"
title = { ru = "МЗК", en = "L" }
short = { ru = "МЗК", en = "L" }
object_kinds = ["parcel"]
[[control_kinds]]
code = "regional_nonresidential"
title = { ru = "РГК", en = "R" }
short = { ru = "РГК", en = "R" }
object_kinds = ["premises"]
"#;

pub(crate) fn moscow_manifest() -> PackManifest {
    PackManifest::parse(MOSCOW).unwrap()
}

/// Reads the planner's files of a pack of this project.
pub(crate) fn files(pack: &str) -> BTreeMap<String, String> {
    let root = concat!(env!("CARGO_MANIFEST_DIR"), "/../packs");
    let read = |file: &str| std::fs::read_to_string(format!("{root}/{pack}/{file}")).unwrap();
    let mut files = vec!["events.toml", "frequency.toml", "planner.toml"];
    if pack == "moscow" {
        files.push("terms.toml");
    }
    // Values in the tests are those of work that has just fallen due; `late.rs` looks at lateness.
    // And all is open at any hour; `hours.rs` looks at hours.
    let read = |file: &str| {
        let text = read(file).replace("\nlateness = 0.5\n", "\nlateness = 0.0\n");
        match text.split_once("[[openings]]\n") {
            Some((before, after)) => {
                format!("{before}{}", after.split_once("\n\n").map_or("", |(_, rest)| rest))
            }
            None => text,
        }
    };
    files.into_iter().map(|file| (file.to_owned(), read(file))).collect()
}

/// Reads all that the planner knows of packs/moscow, with the pack's own manifest and calendar.
pub(crate) fn whole_moscow() -> PlannerPack {
    let root = concat!(env!("CARGO_MANIFEST_DIR"), "/../packs/moscow");
    let read = |file: &str| std::fs::read_to_string(format!("{root}/{file}")).unwrap();
    let files = ["events.toml", "frequency.toml", "planner.toml", "terms.toml", "gate.cases.toml"];
    let files = files.map(|file| (file.to_owned(), read(file))).into();
    PlannerPack::parse(&files, &PackManifest::parse(&read("pack.toml")).unwrap()).unwrap()
}

pub(crate) fn moscow() -> PlannerPack {
    PlannerPack::parse(&files("moscow"), &moscow_manifest()).unwrap()
}

/// packs/moscow, with field surveys made by another inspector each time.
pub(crate) fn rotating() -> PlannerPack {
    changed(&|events| say_of_surveys(events, "rotation = true"))
}

/// packs/moscow, with surveys of what is regional made by two people; `more` changes the file further.
pub(crate) fn paired(more: &dyn Fn(&mut String)) -> PlannerPack {
    changed(&|events| {
        more(events);
        let from = events.find("[[events]]\ncode = \"field_survey\"").unwrap();
        let to = from + 1 + events[from + 1..].find("[[events]]").unwrap();
        let joint = events[from..to].replace("field_survey", "joint_survey").replace(
            "lightness = 2",
            "lightness = 1\ninspectors = 2\ncontrol_kinds = [\"regional_nonresidential\"]",
        );
        events.push_str(&format!("\n{joint}"));
    })
}

pub(crate) fn say_of_surveys(events: &mut String, what: &str) {
    let line = "code = \"field_survey\"\n";
    assert!(events.contains(line));
    *events = events.replacen(line, &format!("{line}{what}\n"), 1);
}

/// Says that surveys may also be held by video, with their minutes, or with `place = "video"` that they always are.
pub(crate) fn by_video(events: &mut String, what: &str) {
    let from = events.find("code = \"field_survey\"").unwrap();
    let (before, survey) = events.split_at(from);
    *events = format!("{before}{}", survey.replacen("place = \"route\"", what, 1));
}

pub(crate) fn changed(change: &dyn Fn(&mut String)) -> PlannerPack {
    let mut files = files("moscow");
    change(files.get_mut("events.toml").unwrap());
    PlannerPack::parse(&files, &moscow_manifest()).unwrap()
}

/// Premises under regional control, otherwise as [`parcel`].
pub(crate) fn premises(number: u32) -> ObjectState {
    let (control_kind, object_kind) = ("regional_nonresidential".to_owned(), "premises".to_owned());
    ObjectState { control_kind, object_kind, category: RiskCategory::High, ..parcel(number) }
}

/// A parcel with nothing to do: decided, Low, no sign, no event yet.
pub(crate) fn parcel(number: u32) -> ObjectState {
    let key = format!("77:01:0001001:{number:05}");
    ObjectState {
        object: ObjectId::derive("moscow", "egrn_parcels", &key),
        key,
        object_kind: "parcel".to_owned(),
        control_kind: "municipal_land".to_owned(),
        category: RiskCategory::Low,
        category_decided: true,
        signs: Vec::new(),
        days_since_last_event: None,
        prescription_overdue_days: 0,
        task_open: None,
        deferred_until: None,
        position: Some(CENTRE),
        opening: None,
        territory: Some("d1".to_owned()),
        score: 0.0,
        probability: None,
        last_inspector: None,
        last_partner: None,
        owners: BTreeSet::new(),
        appointment: None,
        drawn: None,
        case: Default::default(),
    }
}

pub(crate) fn sign(object: &ObjectState, rule: &str, verdict: Option<DeskVerdict>) -> OpenSign {
    let sign = SignId::derive(object.object, rule, Timestamp::from_micros(0));
    OpenSign { sign, rule: rule.to_owned(), priority: 40.0, verdict }
}

pub(crate) fn inspector(number: u32) -> InspectorDay {
    InspectorDay {
        key: format!("i{number:03}"),
        name: format!("Инспектор {number}"),
        unit: "u1".to_owned(),
        territories: BTreeSet::new(),
        skills: ["municipal_land", "regional_nonresidential"].map(str::to_owned).into(),
        mode: TravelMode::Car,
        shift_start: Minutes(540),
        shift_end: Minutes(1080),
        base: CENTRE,
        avoids: BTreeSet::new(),
        avoids_owners: BTreeSet::new(),
        attested_until: None,
        carried: Default::default(),
    }
}

pub(crate) fn request(selection: Selection, inspectors: Vec<InspectorDay>, iterations: u64) -> PlanRequest {
    PlanRequest { date: DAY, parent: None, selection, inspectors, seed: 7, iterations }
}

pub(crate) fn selected(objects: &[ObjectState], pack: &PlannerPack) -> Selection {
    select(objects, pack, DAY)
}
