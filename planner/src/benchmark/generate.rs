//! Days in a city of any size, made from a seed: towns of objects in districts around offices, categories and prizes
//! in the shares of the shared file.

use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;

use super::city::{City, Inspector, Object};

/// Districts: one in the middle, the others around it; each has its office.
const OKRUGS: u32 = 12;
const CENTRE: [f64; 2] = [55.75, 37.62];
/// Degrees from the middle to the offices around it, and from one end of the extent to the middle.
const OFFICES_AT: f64 = 0.13;
const REACH: f64 = 0.2;
/// A degree of longitude in degrees of latitude there.
const NARROW: f64 = 0.5628;
/// Objects in a thousand by category, from extremely high to low, with their prizes.
const CATEGORIES: [(u32, i64); 5] = [(17, 100), (76, 50), (212, 25), (345, 10), (350, 4)];
const OPEN: i64 = 32_400;
const CLOSE: i64 = 64_800;
/// No hours begin later: the longest visit at the farthest place then still ends, with the way back, before the shift does,
/// so that there is nothing that nobody could do.
const LAST_OPENING: i64 = 54_000;
const SHIFT_END: i64 = 61_200;
const SKILLS: u32 = 4;

impl City {
    /// Makes a day of so many objects and inspectors.
    pub fn generate(objects: u32, inspectors: u32, seed: u64) -> Self {
        let mut random = ChaCha8Rng::seed_from_u64(seed);
        let offices: Vec<[f64; 2]> = (0..OKRUGS).map(office).collect();
        let objects = (1..=objects).map(|id| object(u64::from(id), &offices, &mut random)).collect();
        let inspectors = (1..=inspectors).map(|id| inspector(id, &mut random)).collect();
        Self { offices, objects, inspectors }
    }
}

fn office(okrug: u32) -> [f64; 2] {
    if okrug == 0 {
        return CENTRE;
    }
    let turn = f64::from(okrug) / f64::from(OKRUGS - 1) * std::f64::consts::TAU;
    [CENTRE[0] + OFFICES_AT * turn.sin(), CENTRE[1] + OFFICES_AT / NARROW * turn.cos()]
}

fn object(id: u64, offices: &[[f64; 2]], random: &mut ChaCha8Rng) -> Object {
    let lat = CENTRE[0] + REACH * random.random_range(-1.0..1.0);
    let lon = CENTRE[1] + REACH / NARROW * random.random_range(-1.0..1.0);
    let far = |office: &[f64; 2]| (office[0] - lat).powi(2) + ((office[1] - lon) * NARROW).powi(2);
    let nearest = (0_u32..).zip(offices).min_by(|a, b| far(a.1).total_cmp(&far(b.1)));
    let mut draw = random.random_range(0..1000_u32);
    let (mut cat, mut prize) = (CATEGORIES.len() as u32 - 1, CATEGORIES[CATEGORIES.len() - 1].1);
    for (index, (share, worth)) in (0..).zip(CATEGORIES) {
        if draw < share {
            (cat, prize) = (index, worth);
            break;
        }
        draw -= share;
    }
    let tw = if random.random_bool(0.7) {
        [OPEN, CLOSE]
    } else {
        let length = 1800 * random.random_range(4..=7_i64);
        let latest = (CLOSE - length).min(LAST_OPENING);
        let open = OPEN + 1800 * random.random_range(0..=(latest - OPEN) / 1800);
        [open, open + length]
    };
    let skill = if random.random_bool(0.6) { 0 } else { random.random_range(1..=SKILLS) };
    let service = 300 * random.random_range(4..=12_i64);
    let round = |degrees: f64| (degrees * 1e6).round() / 1e6;
    let okrug = nearest.map_or(0, |(okrug, _)| okrug);
    Object { id, lat: round(lat), lon: round(lon), okrug, cat, prize, service, tw, skill }
}

fn inspector(id: u32, random: &mut ChaCha8Rng) -> Inspector {
    let home = id % OKRUGS;
    // Each serves the own district and one beside it.
    let beside = if home == 0 { random.random_range(1..OKRUGS) } else { home % (OKRUGS - 1) + 1 };
    let one = random.random_range(1..=SKILLS);
    let other = (one + random.random_range(1..SKILLS) - 1) % SKILLS + 1;
    Inspector {
        id: u64::from(id),
        okrug: vec![home, beside],
        skills: vec![one.min(other), one.max(other)],
        start: OPEN,
        end: SHIFT_END,
        office: home as usize,
    }
}
