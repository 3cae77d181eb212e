//! What is seen from above and on the ground: flights with their measurements and detections, contours in use.

use crate::causes::Case;
use crate::config::{Detector, FlightMethod, FlightSeason, Mechanism};
use crate::days::Day;
use crate::dice::Dice;
use crate::districts::District;
use crate::error::CityError;
use crate::objects::{Kind, Thing};
use crate::papers::registered;
use crate::plane::{Quad, area, part};
use crate::scene::Scene;
use crate::sheets::{Cell, Sheets, Source};
use crate::world::{World, yes};

/// Is one flight over one district.
#[derive(Clone, Debug)]
pub(crate) struct Flight<'a> {
    id: String,
    day: Day,
    known: Day,
    season: &'a FlightSeason,
    method: &'a FlightMethod,
    detector: &'a Detector,
}

/// Returns the flights over a district whose products are known before the demo day, in order.
pub(crate) fn timetable<'a>(world: &World<'a>, district: &District) -> Vec<Flight<'a>> {
    let settings = &world.config.flights;
    let seed = world.seed.child("flights").child(&district.code);
    let Some(usual) = seed.child("method").dice().pick(&settings.methods) else { return Vec::new() };
    let mut flights = Vec::new();
    let (first, last) = (world.start.civil().0 - 1, world.today.civil().0);
    for year in first..=last {
        let mut dice = seed.item("year", u64::from(year.unsigned_abs())).dice();
        let other = dice.pick(&settings.methods).filter(|_| yes(&mut dice, settings.other_method));
        let method = other.unwrap_or(usual);
        for season in &settings.seasons {
            let [month, day] = season.from;
            let day = Day::from_civil(year, month, day).plus(dice.whole([0, season.spread_days]));
            let known = day.plus(dice.whole(settings.processing_days));
            let detector = detector(world, day);
            let id = format!("ОБЛ-{}-{}", district.code, day.to_string().replace('-', ""));
            if known < world.today {
                flights.extend(detector.map(|detector| Flight { id, day, known, season, method, detector }));
            }
        }
    }
    flights.sort_by_key(|flight| flight.day);
    flights
}

fn detector<'a>(world: &World<'a>, day: Day) -> Option<&'a Detector> {
    let all = &world.config.detectors;
    all.iter().find(|detector| day < world.today.plus(-detector.until_days_before)).or(all.last())
}

/// Is which looks at an object there were.
#[derive(Clone, Debug)]
pub(crate) struct Sightings<'a> {
    /// First day from which a contour in use is known.
    pub(crate) surveyed: Option<Day>,
    /// Flights that measured it, in order.
    measured: Vec<&'a Flight<'a>>,
    /// Whether flights can see it at all.
    visible: bool,
}

impl Sightings<'_> {
    /// Says between which days a growth between two days shows: from the first flight after it until the next
    /// one, whose difference is zero again. Both flights must be comparable.
    pub(crate) fn growth(&self, begins: Day, ends: Day) -> Option<[Day; 2]> {
        let at = self.measured.iter().position(|flight| flight.day >= begins)?;
        let (before, after) = (self.measured.get(at.checked_sub(1)?)?, self.measured.get(at)?);
        let comparable = before.season.code == "clear"
            && after.season.code == "clear"
            && before.method.code == after.method.code
            && after.day < ends;
        let until = self.measured.get(at + 1).map_or(Day::NEVER, |next| next.known);
        comparable.then_some([after.known, until])
    }
}

/// Draws which looks at an object there were.
pub(crate) fn sightings<'a>(world: &World<'_>, thing: &Thing, flights: &'a [Flight<'a>]) -> Sightings<'a> {
    let mut dice = world.of(thing, "sightings").dice();
    let registry = &world.config.registry;
    let share = match thing.kind {
        Kind::Parcel => registry.surveyed.get(),
        Kind::Premises => registry.premises_seen.get(),
        Kind::Building | Kind::Nto | Kind::Fence => 0.0,
    };
    let day = Day(dice.whole([world.start.0 - 900, world.start.0 + 200]));
    let surveyed = (dice.chance(share) && day < world.today).then_some(day);
    let visible = yes(&mut dice, world.config.flights.measured);
    let measured = flights
        .iter()
        .filter(|flight| {
            let drawn = yes(&mut dice, flight.season.measured);
            drawn && visible && thing.kind == Kind::Parcel
        })
        .collect();
    Sightings { surveyed, measured, visible }
}

/// Writes what was seen of an object.
pub(crate) fn write(scene: &Scene<'_>, sheets: &mut Sheets) -> Result<(), CityError> {
    let kind = scene.thing.kind;
    if matches!(kind, Kind::Parcel | Kind::Premises) {
        contours(scene, sheets)?;
    }
    if kind == Kind::Parcel {
        measurements(scene, sheets)?;
    }
    if scene.seen.visible && matches!(kind, Kind::Parcel | Kind::Nto) {
        detections(scene, sheets)?;
    }
    Ok(())
}

fn measurements(scene: &Scene<'_>, sheets: &mut Sheets) -> Result<(), CityError> {
    let (thing, settings) = (scene.thing, &scene.world.config.flights);
    let mut dice = scene.world.of(thing, "measurements").dice();
    let height = if thing.footprint > 0.0 { dice.between([4.0, 14.0]) } else { 0.0 };
    for flight in &scene.seen.measured {
        let mut footprint = thing.footprint;
        let mut top = height;
        for case in scene.conduct.cases.iter().filter(|case| case.holds(flight.day)) {
            let (wider, higher) = growth(settings, case, footprint, flight.method.sigma_m);
            footprint += wider;
            top += higher;
        }
        let perimeter = 4.4 * footprint.sqrt();
        // A fifth of the method's own error: two flights of an unchanged house must not differ by more than it.
        let noise = dice.normal().clamp(-2.5, 2.5) * 0.2 * perimeter * 2.0 * flight.method.sigma_m;
        let rough = dice.normal().clamp(-2.0, 2.0) * 0.2;
        sheets.row(
            Source::Measurements,
            &[
                Cell::Text(&flight.id),
                Cell::Text(&thing.key),
                Cell::Text(&flight.method.code),
                Cell::Text(&flight.season.code),
                Cell::Number((footprint + noise).max(0.0), 1),
                Cell::Number(if top > 0.0 { (top + rough).max(0.0) } else { 0.0 }, 1),
                Cell::Number(perimeter, 1),
                Cell::Number(flight.method.sigma_m, 2),
                Cell::On(flight.day),
                Cell::On(flight.known),
            ],
        )?;
    }
    Ok(())
}

/// Returns by how many m² and metres a case makes a building larger: more than the method's error, or no flight
/// would see it.
fn growth(settings: &crate::config::Flights, case: &Case<'_>, footprint: f64, sigma: f64) -> (f64, f64) {
    let [low, high] = settings.growth_m2;
    let error = 4.4 * (footprint + high).sqrt() * 2.0 * sigma;
    let wider = 1.4 * error + low + (high - low) * case.size;
    match case.cause.mechanism {
        Mechanism::NewBuilding => (wider, 3.0 + 3.0 * case.size),
        Mechanism::Extension if case.size < settings.upward.get() => {
            let [low, high] = settings.upward_m;
            (0.0, low + (high - low) * case.size / settings.upward.get())
        }
        Mechanism::Extension => (wider, 0.0),
        _ => (0.0, 0.0),
    }
}

fn detections(scene: &Scene<'_>, sheets: &mut Sheets) -> Result<(), CityError> {
    let seed = scene.world.of(scene.thing, "detections");
    for (number, flight) in scene.flights.iter().enumerate() {
        let mut dice = seed.item("flight", number as u64).dice();
        let Some((class, usual)) = detected(scene, flight, &mut dice) else { continue };
        let confidence = (usual + 0.12 * dice.normal()).clamp(0.3, 0.99);
        let ring = scene.block.frame.ring(&outline(scene.thing, &mut dice));
        let id = format!("{}-{}", flight.id, scene.thing.serial);
        sheets.shape(
            Source::Detections,
            &[
                Cell::Text(&id),
                Cell::Text(&flight.id),
                Cell::Text(&flight.detector.version),
                Cell::Text(class),
                Cell::Number(confidence, 3),
                Cell::Text(&flight.season.code),
                Cell::On(flight.day),
                Cell::On(flight.known),
            ],
            &ring,
        )?;
    }
    Ok(())
}

/// Says what the detector reports of an object on one flight, rightly or not, with its usual confidence.
fn detected<'s>(scene: &Scene<'s>, flight: &Flight<'_>, dice: &mut Dice) -> Option<(&'s str, f64)> {
    let (recall, alarm) = (flight.detector.recall.get(), dice.unit());
    let found = dice.chance(recall);
    let snow = flight.season.code == "snow";
    let precision = if snow { flight.detector.snow_precision } else { flight.detector.precision }.get();
    let mut there = scene.conduct.cases.iter().filter(|case| case.violates(flight.day));
    let there = there.find(|case| !case.cause.detection_class.is_empty());
    if let (Some(case), true) = (there, found) {
        return Some((case.cause.detection_class.as_str(), 0.78));
    }
    // From the shares of what is there and found follows how many false alarms give that precision.
    let alarms =
        scene.world.config.flights.detectable.get() * recall * (1.0 - precision) / precision.max(0.05);
    let classes: Vec<&str> = scene
        .world
        .config
        .causes
        .iter()
        .filter(|cause| cause.object_kinds.iter().any(|kind| kind == scene.thing.kind.code()))
        .map(|cause| cause.detection_class.as_str())
        .filter(|class| !class.is_empty())
        .collect();
    let class = dice.pick(&classes).copied();
    class.filter(|_| alarm < alarms && there.is_none()).map(|class| (class, 0.62))
}

fn outline(thing: &Thing, dice: &mut Dice) -> Quad {
    let (u, v) = (dice.between([0.05, 0.6]), dice.between([0.02, 0.6]));
    let (wide, deep) = (dice.between([0.1, 0.3]), dice.between([0.1, 0.3]));
    match thing.kind {
        Kind::Nto => thing.quad,
        _ => part(&thing.quad, [u, u + wide], [v, v + deep]),
    }
}

/// Writes the contours: the first survey, one for each case that a survey shows, and one after its end.
fn contours(scene: &Scene<'_>, sheets: &mut Sheets) -> Result<(), CityError> {
    let (world, thing) = (scene.world, scene.thing);
    let mut dice = world.of(thing, "surveys").dice();
    for (number, [day, known]) in survey_days(scene, &mut dice).into_iter().enumerate() {
        let accuracy = dice.between(world.config.registry.survey_accuracy_m);
        let (quad, used) = contour(scene, day, accuracy);
        let id = format!("КФИ-{}-{:02}", thing.serial, number + 1);
        sheets.shape(
            Source::LandUse,
            &[
                Cell::Text(&id),
                Cell::Text(&thing.key),
                Cell::Number(used, 1),
                Cell::Number(accuracy, 2),
                Cell::Text(actual_use(scene, day)),
                Cell::On(day),
                Cell::On(known),
            ],
            &scene.block.frame.ring(&quad),
        )?;
    }
    Ok(())
}

/// Returns the days of surveys, each with the day from which it is known.
fn survey_days(scene: &Scene<'_>, dice: &mut Dice) -> Vec<[Day; 2]> {
    let mut days: Vec<[Day; 2]> = Vec::new();
    if let Some(known) = scene.seen.surveyed {
        days.push([known.plus(-dice.whole([3, 30])), known]);
    }
    for case in &scene.conduct.cases {
        let (before, after, known) = (dice.whole([1, 10]), dice.whole([5, 50]), dice.whole([1, 10]));
        let shown = matches!(
            case.cause.mechanism,
            Mechanism::AreaExcess
                | Mechanism::Encroachment
                | Mechanism::UseMismatch
                | Mechanism::PremisesMisuse
        );
        let Some([from, _]) = case.sign.filter(|[from, _]| shown && *from < case.ends) else { continue };
        days.push([from.plus(-before), from]);
        let over = case.ends.plus(after);
        days.push([over, over.plus(known)]);
    }
    days.retain(|[_, known]| *known < scene.world.today);
    days.sort_unstable();
    days
}

/// Returns the contour on a day and the area that the surveyor wrote down.
fn contour(scene: &Scene<'_>, day: Day, accuracy: f64) -> (Quad, f64) {
    let (world, thing, conduct) = (scene.world, scene.thing, scene.conduct);
    let facts = registered(world, thing);
    let (width, depth) = thing.size;
    let ground = area(&thing.quad);
    // The tolerance of areas, 3.5·Mt·√P: a violation lies above it, or nobody could say so.
    let tolerance = (3.5 * accuracy.max(facts.accuracy) * ground.sqrt()).max(20.0);
    let (mut east, mut south) = (1.0 - 0.1 / width.max(1.0), 0.1 / depth.max(1.0));
    let mut used = ground;
    for case in conduct.cases.iter().filter(|case| case.holds(day)) {
        let more = tolerance * (1.25 + 2.0 * case.size);
        match case.cause.mechanism {
            Mechanism::AreaExcess => {
                east = 1.0 + more / ground;
                used += more;
            }
            Mechanism::Encroachment => {
                let deep = (more / width.max(1.0)).min(world.config.area.strip_m - 0.5);
                south = -deep / depth.max(1.0);
                used += deep * width;
            }
            _ => {}
        }
    }
    (part(&thing.quad, [0.1 / width.max(1.0), east], [south, 1.0 - 0.1 / depth.max(1.0)]), used)
}

/// Returns the word for the use on a day; empty where nobody can say.
fn actual_use<'s>(scene: &Scene<'s>, day: Day) -> &'s str {
    let (thing, conduct) = (scene.thing, scene.conduct);
    let usage = scene.block.kind.uses.get(thing.usage).filter(|_| thing.social.is_none());
    let Some(usage) = usage else { return "" };
    let pick = |words: &'s [String], size: f64| -> &'s str {
        words.get((size * words.len() as f64) as usize).map_or("", String::as_str)
    };
    let wrong = |mechanism: Mechanism| {
        conduct.cases.iter().find(|case| case.cause.mechanism == mechanism && case.holds(day))
    };
    match thing.kind {
        Kind::Premises => match wrong(Mechanism::PremisesMisuse) {
            Some(case) => pick(&usage.misuses, case.size),
            None => &usage.purpose,
        },
        _ => match wrong(Mechanism::UseMismatch) {
            Some(case) => pick(&usage.conflicts, case.size),
            None => &usage.actual,
        },
    }
}
