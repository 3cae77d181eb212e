//! Rows of the ground: districts, zones of blocks, and the registers' rows of the objects themselves.

use crate::causes::Case;
use crate::config::Mechanism;
use crate::districts::Land;
use crate::error::CityError;
use crate::objects::{Block, Kind, position};
use crate::papers::{cafe, out_of_scheme, registered};
use crate::plane::{Quad, part};
use crate::scene::Scene;
use crate::sheets::{Cell, Sheets, Source};
use crate::world::World;

/// Writes the districts.
pub(crate) fn districts(land: &Land, sheets: &mut Sheets) -> Result<(), CityError> {
    for district in &land.districts {
        let ring: Vec<_> = district.ring.iter().map(|point| land.place(*point)).collect();
        let cells = [Cell::Text(&district.code), Cell::Text(&district.name), Cell::Text(&district.okrug)];
        sheets.shape(Source::Districts, &cells, &ring)?;
    }
    Ok(())
}

/// Writes the zones, strips and pavements of a block, and its social object.
pub(crate) fn zones(world: &World<'_>, block: &Block<'_>, sheets: &mut Sheets) -> Result<(), CityError> {
    let settings = &world.config.zones;
    let mut dice = world.seed.child("zone kinds").child(&block.code).dice();
    let mut zone = |source: Source, number: usize, kind: &str, quad: &Quad| {
        let code = format!("{}-{}", block.code, number + 1);
        sheets.shape(source, &[Cell::Text(&code), Cell::Text(kind)], &block.frame.ring(quad))
    };
    for (number, strip) in block.plan.strips.iter().enumerate() {
        zone(Source::UnallocatedLand, number, "unallocated", strip)?;
    }
    zone(Source::CommonAreas, 0, "pavement", &block.plan.common)?;
    for (source, kinds, quad) in [
        (Source::ProtectedZones, &settings.protected_kinds, &block.zones.protected),
        (Source::UtilityZones, &settings.utility_kinds, &block.zones.utility),
        (Source::HeritageZones, &settings.heritage_kinds, &block.zones.heritage),
    ] {
        let kind = dice.word(kinds);
        if let Some(quad) = quad {
            zone(source, 0, kind, quad)?;
        }
    }
    let social = block
        .zones
        .social
        .and_then(|(plot, kind)| Some((block.plan.plots.get(plot)?, settings.social_kinds.get(kind)?)));
    if let Some((plot, kind)) = social {
        let name = kind.name.replace("{}", &dice.whole([1, 2_200]).to_string());
        let cells = [Cell::Text(&block.code), Cell::Text(&kind.code), Cell::Text(&name)];
        sheets.shape(Source::SocialObjects, &cells, &block.frame.ring(&plot.quad))?;
    }
    Ok(())
}

/// Writes the register's row of an object.
pub(crate) fn register(scene: &Scene<'_>, sheets: &mut Sheets) -> Result<(), CityError> {
    match scene.thing.kind {
        Kind::Parcel => parcel(scene, sheets),
        Kind::Building => building(scene, sheets),
        Kind::Premises => premises(scene, sheets),
        Kind::Nto => structure(scene, sheets),
        Kind::Fence => fence(scene, sheets),
    }
}

fn parcel(scene: &Scene<'_>, sheets: &mut Sheets) -> Result<(), CityError> {
    let (thing, facts) = (scene.thing, registered(scene.world, scene.thing));
    let social = thing.social.and_then(|kind| scene.world.config.zones.social_kinds.get(kind));
    let usage = scene.block.kind.uses.get(thing.usage).map_or("", |usage| usage.permitted.as_str());
    let area = if facts.area_missing { 0.0 } else { thing.area.round() };
    let cells = [
        Cell::Text(&thing.key),
        Cell::Number(area, 0),
        Cell::Number(facts.accuracy, 2),
        Cell::Text(social.map_or(usage, |kind| kind.permitted.as_str())),
        Cell::Flag(false),
        Cell::On(facts.on),
        Cell::On(facts.on),
        Cell::Text(&thing.address),
        Cell::Text(&scene.block.district.code),
    ];
    sheets.shape(Source::Parcels, &cells, &scene.block.frame.ring(&thing.quad))
}

fn visitors<'a>(scene: &Scene<'_>) -> Cell<'a> {
    scene.thing.visitors_told.map_or(Cell::Missing, |people| Cell::Whole(i64::from(people)))
}

fn building(scene: &Scene<'_>, sheets: &mut Sheets) -> Result<(), CityError> {
    let (thing, facts) = (scene.thing, registered(scene.world, scene.thing));
    let cells = [
        Cell::Text(&thing.key),
        Cell::Text(&thing.parent),
        Cell::Number(thing.area, 0),
        Cell::Whole(i64::from(thing.floors)),
        Cell::Flag(true),
        visitors(scene),
        Cell::On(facts.on),
        Cell::On(facts.on),
        Cell::Text(&thing.address),
        Cell::Text(&scene.block.district.code),
    ];
    sheets.shape(Source::Buildings, &cells, &scene.block.frame.ring(&thing.quad))
}

fn premises(scene: &Scene<'_>, sheets: &mut Sheets) -> Result<(), CityError> {
    let (thing, facts) = (scene.thing, registered(scene.world, scene.thing));
    let purpose = scene.block.kind.uses.get(thing.usage).map_or("", |usage| usage.purpose.as_str());
    let middle = position(scene.block, thing);
    let cells = [
        Cell::Text(&thing.key),
        Cell::Text(&thing.parent),
        Cell::Number(thing.area, 0),
        Cell::Text(purpose),
        Cell::Flag(false),
        visitors(scene),
        Cell::On(facts.on),
        Cell::Text(&thing.address),
        Cell::Text(&scene.block.district.code),
        Cell::Number(middle.lat, 7),
        Cell::Number(middle.lon, 7),
    ];
    sheets.row(Source::Premises, &cells)
}

fn structure(scene: &Scene<'_>, sheets: &mut Sheets) -> Result<(), CityError> {
    let (world, thing) = (scene.world, scene.thing);
    let mut dice = world.of(thing, "structure").dice();
    let season = cafe(world, thing);
    let usual = dice.word(&world.config.texts.specialisations);
    let what = if season.is_some() { &world.config.cafes.specialisation } else { usual };
    let middle = position(scene.block, thing);
    let known = season.map_or(registered(world, thing).on, |season| season.from);
    let cells = [
        Cell::Text(&thing.key),
        Cell::Text(&thing.parent),
        Cell::Text(what),
        Cell::Number(thing.area, 0),
        Cell::On(known),
        Cell::Text(&thing.address),
        Cell::Text(&scene.block.district.code),
        Cell::Number(middle.lat, 7),
        Cell::Number(middle.lon, 7),
    ];
    sheets.row(Source::Nto, &cells)?;
    if out_of_scheme(scene) && season.is_none() {
        return Ok(());
    }
    // The place of the scheme lies up to 8 m off: addresses were turned into points by machine.
    let (lat, lon) = (middle.lat + dice.between([-5e-5, 5e-5]), middle.lon + dice.between([-8e-5, 8e-5]));
    let place = format!("СХ-{:07}", thing.serial);
    let cells = [Cell::Text(&place), Cell::Text(what), Cell::Number(lat, 7), Cell::Number(lon, 7)];
    sheets.row(Source::NtoScheme, &cells)
}

/// Returns the case by which a fence closes common land now.
pub(crate) fn blocking<'c, 'a>(world: &World<'_>, cases: &'c [Case<'a>]) -> Option<&'c Case<'a>> {
    cases.iter().find(|case| {
        let stands = case.ends >= world.today && case.sign.is_some_and(|[from, _]| from < world.today);
        case.cause.mechanism == Mechanism::FenceBlock && stands
    })
}

fn fence(scene: &Scene<'_>, sheets: &mut Sheets) -> Result<(), CityError> {
    let (world, thing) = (scene.world, scene.thing);
    let blocking = blocking(world, &scene.conduct.cases);
    // A fence that closes the pavement reaches over it; the thing's own ground lies along the border. Its polygon is
    // the ground that it closes off.
    let quad = match blocking {
        Some(case) => {
            let high = (0.35 + 0.6 * case.size) * world.config.area.common_m;
            let thin = (thing.size.1 * 0.01).max(0.01);
            part(&thing.quad, [0.1, 0.9], [0.5, 1.0 + high / thin])
        }
        None => thing.quad,
    };
    let cells = [
        Cell::Text(&thing.key),
        Cell::Text(&thing.parent),
        Cell::Number((thing.size.0 * 0.8).round(), 0),
        Cell::On(scene.conduct.known),
        Cell::Text(&thing.address),
        Cell::Text(&scene.block.district.code),
    ];
    sheets.shape(Source::Fences, &cells, &scene.block.frame.ring(&quad))
}
