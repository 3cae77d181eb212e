//! Causes: the violations of an object and the harmless things that look like them, each with a beginning, an end
//! and, where it can be seen at all, the days between which its sign shows.

use crate::config::{Cause, Mechanism};
use crate::days::Day;
use crate::dice::Dice;
use crate::ground::blocking;
use crate::objects::{Block, Kind, Thing};
use crate::observation::Sightings;
use crate::papers::{Season, cafe, registered};
use crate::world::World;

/// Is one cause at one object.
#[derive(Clone, Debug)]
pub(crate) struct Case<'a> {
    /// Its line in `city.toml`.
    pub(crate) cause: &'a Cause,
    /// Whether it is a violation; if not, it only looks like one.
    pub(crate) violation: bool,
    /// First day.
    pub(crate) begins: Day,
    /// First day on which it is over.
    pub(crate) ends: Day,
    /// Days between which a rule can see it: from, and the first day on which it cannot any more.
    pub(crate) sign: Option<[Day; 2]>,
    /// How large it is, from 0 to 1.
    pub(crate) size: f64,
}

impl Case<'_> {
    /// Tells whether it holds on a day.
    pub(crate) fn holds(&self, day: Day) -> bool {
        self.begins <= day && day < self.ends
    }

    /// Tells whether it is a violation that holds on a day.
    pub(crate) fn violates(&self, day: Day) -> bool {
        self.violation && self.holds(day)
    }
}

/// Is the conduct of an object's holder, and its causes in order of beginning.
#[derive(Clone, Debug)]
pub(crate) struct Conduct<'a> {
    /// Factor on the rates of violations; 1 = usual.
    pub(crate) propensity: f64,
    /// Causes.
    pub(crate) cases: Vec<Case<'a>>,
    /// First day from which the register knows the object.
    pub(crate) known: Day,
}

/// Years before the history in which causes may already have begun.
const YEARS_BEFORE: f64 = 2.0;

/// Draws the conduct and the causes of an object.
pub(crate) fn conduct<'a>(
    world: &World<'a>,
    block: &Block<'_>,
    thing: &Thing,
    seen: &Sightings<'_>,
) -> Conduct<'a> {
    let mut dice = world.of(thing, "conduct").dice();
    let settings = &world.config.propensity;
    // The mean of a log-normal is above its median: this keeps the mean at 1.
    let mut propensity = dice.log_normal((-settings.sigma * settings.sigma / 2.0).exp(), settings.sigma);
    for (holds, factor) in [
        (thing.in_zone, settings.in_zone),
        (world.crowded(thing), settings.crowded),
        (world.large(thing), settings.large),
    ] {
        propensity *= if holds { factor } else { 1.0 };
    }
    let cafe = cafe(world, thing);
    let mut cases = Vec::new();
    for (index, cause) in world.config.causes.iter().enumerate() {
        if !cause.object_kinds.iter().any(|kind| kind == thing.kind.code())
            || !possible(cause, block, thing, seen)
        {
            continue;
        }
        let mut dice = world.of(thing, "causes").item("cause", index as u64).dice();
        let drawn = match (cause.mechanism, cafe) {
            (Mechanism::NtoIllegal, Some(season)) => left_standing(world, cause, season),
            _ => draw(world, cause, propensity, &mut dice),
        };
        cases.extend(drawn.into_iter().map(|mut case| {
            case.sign = sign(world, &case, seen, &mut dice);
            case
        }));
    }
    cases.sort_by_key(|case| case.begins);
    let registered = registered(world, thing).on;
    let known = cafe.map_or(registered, |season| season.from);
    // A fence that closes common land stands since then: before, there was nothing to register.
    let known = blocking(world, &cases).and_then(|case| case.sign).map_or(known, |[from, _]| from);
    Conduct { propensity, cases, known }
}

/// A summer café that still stands after its season is a violation from that day.
fn left_standing<'a>(world: &World<'_>, cause: &'a Cause, season: Season) -> Vec<Case<'a>> {
    if world.today < season.to {
        return Vec::new();
    }
    vec![Case { cause, violation: true, begins: season.to, ends: Day::NEVER, sign: None, size: 0.9 }]
}

fn possible(cause: &Cause, block: &Block<'_>, thing: &Thing, seen: &Sightings<'_>) -> bool {
    let usage = block.kind.uses.get(thing.usage);
    match cause.mechanism {
        Mechanism::NoRight => seen.surveyed.is_some(),
        Mechanism::FenceBlock => thing.row == 0,
        Mechanism::UseMismatch => {
            thing.social.is_none() && usage.is_some_and(|usage| !usage.conflicts.is_empty())
        }
        Mechanism::PremisesMisuse => usage.is_some_and(|usage| !usage.misuses.is_empty()),
        Mechanism::NewBuilding => thing.footprint == 0.0,
        Mechanism::Extension => thing.footprint > 0.0,
        Mechanism::Overdue => thing.let_or_owned && thing.kind == Kind::Parcel,
        Mechanism::PremisesNoContract => !thing.let_or_owned,
        Mechanism::AreaExcess | Mechanism::Encroachment | Mechanism::NtoIllegal | Mechanism::Unseen => true,
    }
}

/// Draws violations and look-alikes of one cause; two never overlap, for they would show as one.
fn draw<'a>(world: &World<'a>, cause: &'a Cause, propensity: f64, dice: &mut Dice) -> Vec<Case<'a>> {
    let years = world.years() + YEARS_BEFORE;
    let first = world.start.0 - (YEARS_BEFORE * 365.25) as i32;
    let mut drawn = Vec::new();
    for (violation, rate) in
        [(true, cause.violations_per_year * propensity), (false, cause.lookalikes_per_year)]
    {
        for _ in 0..dice.poisson(rate * years) {
            let begins = Day(dice.whole([first, world.today.0 - 1]));
            let lasts = dice.log_normal(cause.lasts_days, 0.8).clamp(20.0, 4_000.0) as i32;
            let size = dice.unit();
            drawn.push(Case { cause, violation, begins, ends: begins.plus(lasts), sign: None, size });
        }
    }
    drawn.sort_by_key(|case| (case.begins, case.violation));
    let mut free_from = Day(i32::MIN);
    drawn.retain(|case| {
        // The gap lets the sources show that the first one is over.
        let fits = case.begins >= free_from.plus(60);
        if fits {
            free_from = case.ends;
        }
        fits
    });
    drawn
}

/// Says between which days the sign of a case shows; nothing can be seen of it after its end.
fn sign(world: &World<'_>, case: &Case<'_>, seen: &Sightings<'_>, dice: &mut Dice) -> Option<[Day; 2]> {
    let after = |lag: i32| Some([case.begins.plus(lag), case.ends]);
    let lag = dice.whole([15, 120]);
    let window = match case.cause.mechanism {
        Mechanism::NoRight => {
            let surveyed = seen.surveyed?;
            Some([case.begins.plus(3).max(surveyed), case.ends])
        }
        Mechanism::AreaExcess
        | Mechanism::Encroachment
        | Mechanism::UseMismatch
        | Mechanism::PremisesMisuse => after(lag),
        Mechanism::NewBuilding | Mechanism::Extension => seen.growth(case.begins, case.ends),
        Mechanism::FenceBlock => {
            // The register holds the fences that stand now: one that is gone left no trace in it.
            if case.ends < world.today { None } else { after(lag) }
        }
        // The rule waits for 90 days after the deadline, with which the case begins.
        Mechanism::Overdue => after(91),
        Mechanism::NtoIllegal | Mechanism::PremisesNoContract => after(1),
        Mechanism::Unseen => None,
    };
    window.filter(|[from, to]| from < to)
}
