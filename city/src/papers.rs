//! Papers of an object: what the registers hold of it, rights, leases, permits, contracts, declarations.
//! Where a cause is a missing paper, the papers cover all days but those of the cause.

use crate::causes::Conduct;
use crate::config::{Cafes, Mechanism};
use crate::days::Day;
use crate::dice::Dice;
use crate::error::CityError;
use crate::objects::{Kind, Thing};
use crate::scene::Scene;
use crate::sheets::{Cell, Sheets, Source};
use crate::world::{World, yes};

/// Is what the register says of an object's age and accuracy.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Registered {
    /// Accuracy of the boundaries in metres.
    pub(crate) accuracy: f64,
    /// Whether the register has 0 for the area.
    pub(crate) area_missing: bool,
    /// When it was registered.
    pub(crate) on: Day,
}

/// Draws what the register says; the same wherever it is asked.
pub(crate) fn registered(world: &World<'_>, thing: &Thing) -> Registered {
    let mut dice = world.of(thing, "register").dice();
    let registry = &world.config.registry;
    Registered {
        accuracy: dice.between(registry.accuracy_m),
        area_missing: yes(&mut dice, registry.area_missing),
        on: Day(dice.whole([Day::from_civil(2003, 1, 1).0, world.start.0 - 800])),
    }
}

/// Says whether a temporary structure is a summer café, and since when it stands this time.
pub(crate) fn cafe(world: &World<'_>, thing: &Thing) -> Option<Season> {
    let cafes = &world.config.cafes;
    let mut dice = world.of(thing, "cafe").dice();
    let (chosen, left) = (yes(&mut dice, cafes.share), yes(&mut dice, cafes.left_standing));
    let season = season(cafes, world.today);
    (thing.kind == Kind::Nto && chosen && (left || world.today < season.to)).then_some(season)
}

/// Is the last season that has begun.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Season {
    /// First day.
    pub(crate) from: Day,
    /// First day after it.
    pub(crate) to: Day,
}

fn season(cafes: &Cafes, today: Day) -> Season {
    let year = today.civil().0;
    let of = |year: i32| Season {
        from: Day::from_civil(year, cafes.from[0], cafes.from[1]),
        to: Day::from_civil(year, cafes.to[0], cafes.to[1]),
    };
    if of(year).from < today { of(year) } else { of(year - 1) }
}

/// Writes the papers of an object.
pub(crate) fn write(scene: &Scene<'_>, sheets: &mut Sheets) -> Result<(), CityError> {
    let mut dice = scene.world.of(scene.thing, "papers").dice();
    match scene.thing.kind {
        Kind::Parcel => {
            rights(scene, sheets, &mut dice)?;
            if scene.thing.let_or_owned {
                land_lease(scene, sheets, &mut dice)?;
            }
            permits(scene, sheets, &mut dice)?;
        }
        Kind::Building => rights(scene, sheets, &mut dice)?,
        Kind::Premises if scene.thing.let_or_owned => rights(scene, sheets, &mut dice)?,
        Kind::Premises => leases(scene, sheets, &mut dice)?,
        Kind::Nto => contracts(scene, sheets, &mut dice)?,
        Kind::Fence => {}
    }
    declaration(scene, sheets, &mut dice)
}

/// Returns the spans of days that no case of a mechanism holds: from, and to where a case cuts it off.
fn spans(conduct: &Conduct<'_>, mechanism: Mechanism, first: Day) -> Vec<(Day, Option<Day>)> {
    let mut spans = Vec::new();
    let mut from = first;
    for case in conduct.cases.iter().filter(|case| case.cause.mechanism == mechanism) {
        if case.begins > from {
            spans.push((from, Some(case.begins)));
        }
        from = from.max(case.ends);
    }
    spans.push((from, None));
    spans
}

/// Draws who holds the right: his kind, and the size of a business. Nothing that is true of an object depends on it.
fn holder<'s>(scene: &Scene<'s>) -> (&'s str, &'s str) {
    let registry = &scene.world.config.registry;
    let mut dice = scene.world.of(scene.thing, "holder").dice();
    let kind = dice.word(&registry.holder_kinds);
    let size = dice.word(&registry.holder_sizes);
    (kind, if registry.sized_holders.iter().any(|sized| sized == kind) { size } else { "" })
}

fn rights(scene: &Scene<'_>, sheets: &mut Sheets, dice: &mut Dice) -> Result<(), CityError> {
    let world = scene.world;
    let first = registered(world, scene.thing).on.plus(dice.whole([0, 300]));
    let kind = dice.word(&world.config.registry.right_kinds);
    let (holder, size) = holder(scene);
    for (number, (from, to)) in spans(scene.conduct, Mechanism::NoRight, first).into_iter().enumerate() {
        let id = format!("ПР-{}-{}", scene.thing.serial, number + 1);
        let mut row = |to: Option<Day>, known: Day| {
            if known >= world.today {
                return Ok(());
            }
            let cells = [
                Cell::Text(&id),
                Cell::Text(&scene.thing.key),
                Cell::Text(kind),
                Cell::Text(holder),
                Cell::Text(size),
                Cell::On(from),
                to.into(),
                Cell::On(known),
            ];
            sheets.row(Source::Rights, &cells)
        };
        row(None, from.plus(1))?;
        if let Some(to) = to {
            // The end of a right is a later version of its row: nobody knew it before.
            row(Some(to), to.plus(2))?;
        }
    }
    Ok(())
}

/// Is one lease, as one version of its row says.
struct Lease<'a> {
    id: &'a str,
    from: Day,
    to: Option<Day>,
    purpose: &'a str,
    debt: i64,
    deadline: Option<Day>,
}

fn lease_row(scene: &Scene<'_>, sheets: &mut Sheets, lease: &Lease<'_>, known: Day) -> Result<(), CityError> {
    if known >= scene.world.today {
        return Ok(());
    }
    let cells = [
        Cell::Text(lease.id),
        Cell::Text(&scene.thing.key),
        Cell::On(lease.from),
        lease.to.into(),
        Cell::Text(lease.purpose),
        Cell::Whole(lease.debt),
        lease.deadline.into(),
        Cell::On(known),
    ];
    sheets.row(Source::Leases, &cells)
}

/// Draws months of debt: careless holders owe more often.
fn debt(scene: &Scene<'_>, dice: &mut Dice) -> i64 {
    let registry = &scene.world.config.registry;
    let owes = dice.chance((registry.in_debt.get() * scene.conduct.propensity).min(0.9));
    let months = dice.log_normal(registry.debt_months, 0.7).clamp(1.0, 36.0) as i64;
    if owes { months } else { 0 }
}

fn land_lease(scene: &Scene<'_>, sheets: &mut Sheets, dice: &mut Dice) -> Result<(), CityError> {
    let world = scene.world;
    let overdue: Vec<_> =
        scene.conduct.cases.iter().filter(|case| case.cause.mechanism == Mechanism::Overdue).collect();
    let from = registered(world, scene.thing).on.plus(dice.whole([30, 400]));
    let indefinite = yes(dice, world.config.registry.indefinite);
    let to = (!indefinite).then(|| from.plus(dice.whole([15, 49]) * 365 + 12));
    let id = format!("М-{:02}-{:07}", scene.block.district.cadastral, scene.thing.serial);
    let mut lease = Lease { id: &id, from, to, purpose: "", debt: 0, deadline: None };
    // A deadline is agreed a year before it comes; once the building is taken over it is struck out.
    let mut versions = vec![(from, None)];
    for case in overdue {
        versions.push((case.begins.plus(-365).max(from.plus(1)), Some(case.begins)));
        versions.push((case.ends, None));
    }
    versions.sort_by_key(|(day, _)| *day);
    versions.dedup_by_key(|(day, _)| *day);
    let (owed, told) = (debt(scene, dice), world.today.plus(-dice.whole([5, 200])));
    let last = versions.iter().map(|(day, _)| *day).filter(|day| *day < world.today).max().unwrap_or(from);
    for (day, deadline) in versions {
        lease.deadline = deadline;
        lease_row(scene, sheets, &lease, day)?;
        if owed > 0 && day == last && told > last {
            let debt = Lease { debt: owed, ..lease };
            lease_row(scene, sheets, &debt, told)?;
            lease.debt = owed;
        }
    }
    Ok(())
}

fn leases(scene: &Scene<'_>, sheets: &mut Sheets, dice: &mut Dice) -> Result<(), CityError> {
    let world = scene.world;
    let purpose = scene.block.kind.uses.get(scene.thing.usage).map_or("", |usage| usage.purpose.as_str());
    let first = world.start.plus(-dice.whole([100, 2_400]));
    let (owed, told) = (debt(scene, dice), world.today.plus(-dice.whole([5, 200])));
    for (number, (from, to)) in
        spans(scene.conduct, Mechanism::PremisesNoContract, first).into_iter().enumerate()
    {
        let indefinite = yes(dice, world.config.registry.indefinite);
        let ahead = world.today.plus(dice.whole([40, 1_500]));
        let to = if to.is_none() && indefinite { None } else { Some(to.unwrap_or(ahead)) };
        let id = format!("А-{:02}-{:07}-{}", scene.block.district.cadastral, scene.thing.serial, number + 1);
        let lease = Lease { id: &id, from, to, purpose, debt: 0, deadline: None };
        lease_row(scene, sheets, &lease, from)?;
        let runs = from < told && to.is_none_or(|to| told < to);
        if owed > 0 && runs {
            lease_row(scene, sheets, &Lease { debt: owed, ..lease }, told)?;
        }
    }
    Ok(())
}

fn permits(scene: &Scene<'_>, sheets: &mut Sheets, dice: &mut Dice) -> Result<(), CityError> {
    let world = scene.world;
    let registry = &world.config.registry;
    let (permit, project) = (yes(dice, registry.permits), yes(dice, registry.projects));
    let from = Day(dice.whole([world.start.0 - 300, world.today.0 - 10]));
    let lasts = dice.whole([300, 900]);
    let programme = dice.word(&registry.programmes);
    let key = Cell::Text(&scene.thing.key);
    // Who has a paper is no case: permits and projects go to those without one.
    let harmless = scene.conduct.cases.iter().all(|case| !case.violation);
    if permit && harmless {
        let id = format!("77-{:06}-{}", scene.thing.serial, from.civil().0);
        sheets.row(Source::Permits, &[Cell::Text(&id), key, Cell::On(from), Cell::On(from.plus(lasts))])?;
    }
    if project && harmless {
        let id = format!("ПР-{:06}", scene.thing.serial);
        let to = Cell::On(from.plus(lasts * 3));
        sheets.row(Source::Projects, &[Cell::Text(&id), key, Cell::Text(programme), Cell::On(from), to])?;
    }
    Ok(())
}

fn contracts(scene: &Scene<'_>, sheets: &mut Sheets, dice: &mut Dice) -> Result<(), CityError> {
    let world = scene.world;
    let mut row = |number: i32, from: Day, to: Day| {
        if from >= world.today {
            return Ok(());
        }
        let id = format!("НД-{:07}-{number}", scene.thing.serial);
        let (id, key) = (Cell::Text(&id), Cell::Text(&scene.thing.key));
        sheets.row(Source::NtoContracts, &[id, key, Cell::On(from), Cell::On(to), Cell::On(from)])
    };
    if let Some(season) = cafe(world, scene.thing) {
        for back in (0..3).rev() {
            row(3 - back, season.from.plus(-365 * back), season.to.plus(-365 * back))?;
        }
        return Ok(());
    }
    let first = world.start.plus(-dice.whole([900, 1_400]));
    let ahead = world.today.plus(dice.whole([60, 900]));
    if out_of_scheme(scene) {
        return row(1, first, ahead);
    }
    for (number, (from, to)) in spans(scene.conduct, Mechanism::NtoIllegal, first).into_iter().enumerate() {
        row(number as i32 + 1, from, to.unwrap_or(ahead))?;
    }
    Ok(())
}

/// Says whether a structure stands out of the scheme. The scheme bears no dates, so only cases that outlast the
/// whole history may be of this form.
pub(crate) fn out_of_scheme(scene: &Scene<'_>) -> bool {
    scene.conduct.cases.iter().any(|case| {
        case.cause.mechanism == Mechanism::NtoIllegal
            && case.begins <= scene.world.start
            && case.ends >= scene.world.today
    })
}

fn declaration(scene: &Scene<'_>, sheets: &mut Sheets, dice: &mut Dice) -> Result<(), CityError> {
    let Some([from, to]) = declared(scene, dice) else { return Ok(()) };
    let id = format!("ДС-{:07}", scene.thing.serial);
    let (id, key) = (Cell::Text(&id), Cell::Text(&scene.thing.key));
    sheets.row(Source::SelfAssessments, &[id, key, Cell::On(from), Cell::On(to)])
}

/// Draws the declaration of compliance: careless holders make none.
fn declared(scene: &Scene<'_>, dice: &mut Dice) -> Option<[Day; 2]> {
    let good = &scene.world.config.good_faith;
    let declares = yes(dice, good.declared);
    let from = Day(dice.whole([scene.world.start.0, scene.world.today.0 - 1]));
    (declares && scene.conduct.propensity < 1.5).then(|| [from, from.plus(good.valid_days)])
}
