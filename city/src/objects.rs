//! What stands in a block: parcels with buildings, premises, temporary structures and fences, and what all the rest
//! of the generator needs to know of each.

use dozor_domain::Position;

use crate::blocks::Cell as BlockCell;
use crate::config::{BlockKind, CityConfig, Use};
use crate::dice::{Dice, Seed};
use crate::districts::District;
use crate::layout::{Layout, Plot, layout};
use crate::naming;
use crate::plane::{Frame, Point, Quad, area, contains, inside, part};
use crate::world::World;

/// Is a kind of object.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Kind {
    Parcel,
    Building,
    Premises,
    Nto,
    Fence,
}

impl Kind {
    /// Returns the pack's code.
    pub(crate) fn code(self) -> &'static str {
        match self {
            Self::Parcel => "parcel",
            Self::Building => "building",
            Self::Premises => "premises",
            Self::Nto => "nto",
            Self::Fence => "fence",
        }
    }
}

/// Is one object of control.
#[derive(Clone, Debug)]
pub(crate) struct Thing {
    /// Number in the whole city, from 1; part of the numbers of its papers.
    pub(crate) serial: u64,
    /// Key in its register.
    pub(crate) key: String,
    /// What it is.
    pub(crate) kind: Kind,
    /// Key of the parcel or building that it stands on or in.
    pub(crate) parent: String,
    /// Address.
    pub(crate) address: String,
    /// Its ground in the block (a thin or small one for structures and premises).
    pub(crate) quad: Quad,
    /// Area of the ground, or of the floors of buildings and premises, in m².
    pub(crate) area: f64,
    /// Floors, of buildings.
    pub(crate) floors: i32,
    /// Visitors, known or not.
    pub(crate) visitors: Option<i32>,
    /// Visitors as the register knows them.
    pub(crate) visitors_told: Option<i32>,
    /// Number of the parcel's row from the north.
    pub(crate) row: u8,
    /// Width and depth of a parcel.
    pub(crate) size: (f64, f64),
    /// Footprint of all buildings of a parcel, in m².
    pub(crate) footprint: f64,
    /// Index of its use in the block's kind.
    pub(crate) usage: usize,
    /// Lies in a protected zone, a network's zone or a heritage zone.
    pub(crate) in_zone: bool,
    /// Touches a social object.
    pub(crate) by_social: bool,
    /// Permitted use where it is not the block's: social parcels.
    pub(crate) social: Option<usize>,
    /// Is let (parcels), or has a registered right (premises).
    pub(crate) let_or_owned: bool,
}

impl Thing {
    /// Returns the middle of its ground.
    pub(crate) fn middle(&self) -> Point {
        inside(&self.quad, 0.5, 0.5)
    }
}

/// Is one block with everything on it.
#[derive(Clone, Debug)]
pub(crate) struct Block<'a> {
    /// Its district.
    pub(crate) district: &'a District,
    /// Its kind.
    pub(crate) kind: &'a BlockKind,
    /// Its frame.
    pub(crate) frame: Frame,
    /// Its ground plan.
    pub(crate) plan: Layout,
    /// Number, unique in the city, used in codes of zones.
    pub(crate) code: String,
    /// Zones: kind of territory, quadrilateral.
    pub(crate) zones: Zoned,
    /// Objects, parents first.
    pub(crate) things: Vec<Thing>,
}

/// Is the zones of a block.
#[derive(Clone, Debug, Default)]
pub(crate) struct Zoned {
    /// Protected zone.
    pub(crate) protected: Option<Quad>,
    /// Zone of a network.
    pub(crate) utility: Option<Quad>,
    /// Heritage zone.
    pub(crate) heritage: Option<Quad>,
    /// Index of the social parcel, and its kind.
    pub(crate) social: Option<(usize, usize)>,
}

/// Makes one block; `serial` is the number of the last object before it, `quarter` its number in the district.
pub(crate) fn block<'a>(
    world: &World<'a>,
    district: &'a District,
    cell: &BlockCell,
    quarter: u32,
    serial: u64,
) -> Option<Block<'a>> {
    let config = world.config;
    let seed = world.seed.child("blocks").child(&district.code).item("block", u64::from(quarter));
    let mut dice = seed.child("plan").dice();
    let kind = dice.weighted(&config.blocks, |kind| kind.weight)?;
    let plan = layout(&config.area, kind, &mut dice);
    let zones = zoned(config, &plan, &mut seed.child("zones").dice());
    let code = format!("{}-{quarter:04}", district.code);
    let street =
        naming::street(&config.texts, world.seed.child("streets").child(&district.code), cell.street);
    let mut builder = Builder {
        config,
        kind,
        seed,
        street,
        quarter: u64::from(district.number) * 10_000 + u64::from(quarter),
        okrug: district.cadastral,
        first_house: u32::try_from(cell.along).unwrap_or(0) * 16,
        next: 0,
        serial,
        zones: &zones,
        things: Vec::new(),
    };
    for (index, plot) in plan.plots.iter().enumerate() {
        builder.parcel(index, plot, &plan.plots);
    }
    let things = builder.things;
    let frame = Frame::new(cell.centre, cell.angle);
    Some(Block { district, kind, frame, plan, code, zones, things })
}

fn zoned(config: &CityConfig, plan: &Layout, dice: &mut Dice) -> Zoned {
    let mut zones = Zoned::default();
    let half = config.area.block_m / 2.0;
    if dice.chance(config.zones.protected.get()) {
        let from = dice.between([-half, 0.0]);
        zones.protected = Some(crate::plane::rectangle([from, -half], [half, half]));
    }
    if dice.chance(config.zones.utility.get()) {
        let width = dice.between(config.zones.utility_width_m);
        let from = dice.between([-half, half - width]);
        zones.utility = Some(crate::plane::rectangle([from, -half], [from + width, half]));
    }
    let chosen = dice.index(plan.plots.len());
    if dice.chance(config.zones.heritage.get()) {
        // A little inside the parcel, so that its neighbours do not touch the zone.
        zones.heritage = plan.plots.get(chosen).map(|plot| part(&plot.quad, [0.05, 0.95], [0.05, 0.95]));
    }
    let chosen = dice.index(plan.plots.len());
    let kind = dice.index(config.zones.social_kinds.len());
    if dice.chance(config.zones.social.get()) {
        zones.social = Some((chosen, kind));
    }
    zones
}

/// Builds the objects of a block.
struct Builder<'a> {
    config: &'a CityConfig,
    kind: &'a BlockKind,
    seed: Seed,
    street: &'a str,
    quarter: u64,
    okrug: u8,
    first_house: u32,
    next: u32,
    serial: u64,
    zones: &'a Zoned,
    things: Vec<Thing>,
}

impl Builder<'_> {
    fn cadastral(&mut self) -> String {
        self.next += 1;
        naming::cadastral(self.config.registry.region, self.okrug, self.quarter, self.next)
    }

    fn parcel(&mut self, index: usize, plot: &Plot, plots: &[Plot]) {
        let mut dice = self.seed.item("parcel", index as u64).dice();
        let kind = self.kind;
        let usage = pick_use(&kind.uses, &mut dice);
        let social = self.zones.social.filter(|(chosen, _)| *chosen == index).map(|(_, kind)| kind);
        let key = self.cadastral();
        let address = naming::address(&self.config.texts, self.street, self.first_house + index as u32 + 1);
        let at = self.things.len();
        let by_social = self.zones.social.is_some_and(|(chosen, _)| {
            chosen == index
                || (chosen.abs_diff(index) == 1 && plots.get(chosen).is_some_and(|p| p.row == plot.row))
        });
        self.push(Thing {
            serial: 0,
            key: key.clone(),
            kind: Kind::Parcel,
            parent: String::new(),
            address: address.clone(),
            quad: plot.quad,
            area: area(&plot.quad),
            floors: 0,
            visitors: None,
            visitors_told: None,
            row: plot.row,
            size: (plot.width, plot.depth),
            footprint: 0.0,
            usage,
            in_zone: false,
            by_social,
            social,
            let_or_owned: dice.chance(kind.leased.get()),
        });
        let footprint = self.buildings(at, &mut dice);
        if let Some(parcel) = self.things.get_mut(at) {
            parcel.footprint = footprint;
        }
        self.structures(at, &mut dice);
    }

    fn push(&mut self, mut thing: Thing) {
        self.serial += 1;
        thing.serial = self.serial;
        thing.in_zone = in_zone(self.zones, &thing);
        self.things.push(thing);
    }

    /// Adds buildings side by side and returns the sum of their footprints.
    fn buildings(&mut self, parcel: usize, dice: &mut Dice) -> f64 {
        let Some(ground) = self.things.get(parcel).cloned() else { return 0.0 };
        let count = if ground.social.is_some() { 1 } else { dice.whole(self.kind.buildings) };
        // A garage or a kiosk is no capital building of its own: small plots hold one at most.
        let count = if ground.size.0 < 30.0 { count.min(1) } else { count };
        let coverage = dice.between(self.kind.coverage);
        let mut sum = 0.0;
        for index in 0..count {
            let slot = 0.84 / f64::from(count);
            let west = 0.08 + slot * f64::from(index);
            let depth = (coverage / 0.84).min(0.8);
            let quad = part(
                &ground.quad,
                [west + slot * 0.06, west + slot * 0.94],
                [0.5 - depth / 2.0, 0.5 + depth / 2.0],
            );
            let footprint = area(&quad);
            sum += footprint;
            self.building(&ground, index, quad, footprint, dice);
        }
        sum
    }

    fn building(&mut self, ground: &Thing, index: i32, quad: Quad, footprint: f64, dice: &mut Dice) {
        let floors = dice.whole(self.kind.floors);
        let key = self.cadastral();
        let registry = &self.config.registry;
        let visitors = (self.kind.visitors > 0.0)
            .then(|| dice.log_normal(self.kind.visitors, registry.visitors_sigma).min(5_000.0) as i32);
        let known = dice.chance(registry.visitors_known.get());
        let address = if index == 0 {
            ground.address.clone()
        } else {
            format!(
                "{}{}",
                ground.address,
                self.config.texts.building.replace("{}", &(index + 1).to_string())
            )
        };
        let at = self.things.len();
        self.push(Thing {
            key,
            kind: Kind::Building,
            parent: ground.key.clone(),
            address,
            quad,
            area: (footprint * f64::from(floors) * 0.9).round(),
            floors,
            visitors,
            visitors_told: visitors.filter(|_| known),
            by_social: ground.social.is_some(),
            footprint,
            let_or_owned: true,
            ..ground.clone()
        });
        let count = dice.poisson(self.kind.premises).min(6);
        for number in 0..count {
            self.premises(at, number, dice);
        }
    }

    fn premises(&mut self, building: usize, number: u32, dice: &mut Dice) {
        let Some(house) = self.things.get(building).cloned() else { return };
        let key = self.cadastral();
        let west = 0.05 + 0.15 * f64::from(number);
        let quad = part(&house.quad, [west, west + 0.12], [0.2, 0.5]);
        let note = self.config.texts.premises.replace("{}", &(number + 1).to_string());
        let let_or_owned = dice.chance(self.config.registry.premises_with_right.get());
        let [median, sigma] = self.config.registry.premises_m2;
        let floor = dice.log_normal(median, sigma).clamp(8.0, 1_200.0).round();
        let visitors = house.visitors.map(|people| people / 4);
        self.push(Thing {
            key,
            kind: Kind::Premises,
            parent: house.key.clone(),
            address: format!("{}{note}", house.address),
            area: floor,
            quad,
            floors: 0,
            visitors,
            visitors_told: house.visitors_told.map(|people| people / 4),
            let_or_owned,
            ..house
        });
    }

    fn structures(&mut self, parcel: usize, dice: &mut Dice) {
        let Some(ground) = self.things.get(parcel).cloned() else { return };
        let (nto, fence) = (dice.chance(self.kind.nto.get()), dice.chance(self.kind.fences.get()));
        // Wide parcels only: places of the scheme are told apart by 15 m.
        if nto && ground.size.0 >= 40.0 {
            let quad = part(&ground.quad, [0.48, 0.52], [0.03, 0.07]);
            self.push(Thing {
                key: format!("НТО-{:08}", self.serial + 1),
                kind: Kind::Nto,
                parent: ground.key.clone(),
                quad,
                area: dice.between([6.0, 60.0]).round(),
                ..ground.clone()
            });
        }
        if fence {
            let quad = part(&ground.quad, [0.1, 0.9], [0.985, 0.995]);
            self.push(Thing {
                key: format!("ОГР-{:08}", self.serial + 1),
                kind: Kind::Fence,
                parent: ground.key.clone(),
                quad,
                area: area(&quad),
                ..ground
            });
        }
    }
}

fn pick_use(uses: &[Use], dice: &mut Dice) -> usize {
    let indexed: Vec<(usize, f64)> = uses.iter().map(|usage| usage.weight).enumerate().collect();
    dice.weighted(&indexed, |(_, weight)| *weight).map_or(0, |(index, _)| *index)
}

fn in_zone(zones: &Zoned, thing: &Thing) -> bool {
    // The middle decides for small things; a parcel is in a zone as soon as some of it is.
    let points: Vec<Point> = match thing.kind {
        Kind::Parcel => (0..9).map(|n| inside(&thing.quad, f64::from(n) / 8.0, 0.5)).collect(),
        Kind::Building => (0..5).map(|n| inside(&thing.quad, f64::from(n) / 4.0, 0.5)).collect(),
        Kind::Premises | Kind::Nto | Kind::Fence => vec![thing.middle()],
    };
    let all = [&zones.protected, &zones.utility, &zones.heritage];
    all.into_iter().flatten().any(|zone| points.iter().any(|point| contains(zone, *point)))
}

/// Returns the place of a thing on the Earth.
pub(crate) fn position(block: &Block<'_>, thing: &Thing) -> Position {
    block.frame.place(thing.middle())
}
