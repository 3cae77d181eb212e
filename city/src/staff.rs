//! Inspectors: who serves which districts, may do which control, how he moves and when he works.

use dozor_domain::Position;

use crate::districts::Land;
use crate::error::CityError;
use crate::naming;
use crate::plane::Point;
use crate::sheets::{Cell, Sheets, Source};
use crate::world::{World, yes};

/// Writes the inspectors and returns, for each district, the keys of those who serve it.
pub(crate) fn write(
    world: &World<'_>,
    land: &Land,
    objects: u32,
    sheets: &mut Sheets,
) -> Result<Vec<Vec<String>>, CityError> {
    let settings = &world.config.staff;
    let count = (objects / settings.objects_each.max(1)).max(settings.at_least).max(1);
    let mut crews = vec![Vec::new(); land.districts.len()];
    for number in 0..count {
        let key = format!("ИНС-{:04}", number + 1);
        let served = districts_of(number, count, land.districts.len(), settings.cover);
        for index in &served {
            if let Some(crew) = crews.get_mut(*index) {
                crew.push(key.clone());
            }
        }
        let unit = number as usize * settings.units.len() / count as usize;
        let unit = settings.units.get(unit).map_or("", String::as_str);
        inspector(world, land, &Post { number, key, unit, served }, sheets)?;
    }
    Ok(crews)
}

/// Cuts the districts, in their order, into a run for each inspector; runs overlap, so that `cover` of them serve
/// each district where there are enough.
fn districts_of(number: u32, count: u32, districts: usize, cover: u32) -> Vec<usize> {
    let all = districts as f64;
    let step = all / f64::from(count);
    let length = (step * f64::from(cover.min(count))).ceil().clamp(1.0, all) as usize;
    let first = (step * f64::from(number)).floor() as usize;
    (0..length).map(|offset| (first + offset) % districts.max(1)).collect()
}

/// Is one inspector's place in the staff.
struct Post<'s> {
    number: u32,
    key: String,
    unit: &'s str,
    served: Vec<usize>,
}

fn inspector(world: &World<'_>, land: &Land, post: &Post<'_>, sheets: &mut Sheets) -> Result<(), CityError> {
    let settings = &world.config.staff;
    let mut dice = world.seed.child("staff").item("inspector", u64::from(post.number)).dice();
    let name = naming::person(&world.config.texts, &mut dice);
    let districts: Vec<_> = post.served.iter().filter_map(|index| land.districts.get(*index)).collect();
    let codes: Vec<&str> = districts.iter().map(|district| district.code.as_str()).collect();
    let mut kinds: Vec<&str> = world.control.values().map(String::as_str).collect();
    kinds.sort_unstable();
    kinds.dedup();
    // Every second one may do everything, whatever the dice say: no district is left without a skill.
    let all = yes(&mut dice, settings.all_skills) || post.number.is_multiple_of(2);
    let one = dice.index(kinds.len());
    let skills = if all { kinds } else { kinds.into_iter().skip(one).take(1).collect() };
    let drawn = dice.weighted(&settings.modes, |(_, weight)| *weight).map_or("", |(mode, _)| mode.as_str());
    let mode = if post.served.len() >= settings.drive_from { "car" } else { drawn };
    let (start, end, _) =
        dice.weighted(&settings.shifts, |shift| shift.2).copied().unwrap_or((540, 1_080, 1.0));
    let base = districts.first().map(|district| land.place(middle(&district.ring)));
    let Position { lat, lon } = base.unwrap_or(land.place([0.0, 0.0]));
    let cells = [
        Cell::Text(&post.key),
        Cell::Text(&name),
        Cell::Text(post.unit),
        Cell::Text(&codes.join(";")),
        Cell::Text(&skills.join(";")),
        Cell::Text(mode),
        Cell::Whole(i64::from(start)),
        Cell::Whole(i64::from(end)),
        Cell::Number(lat, 6),
        Cell::Number(lon, 6),
        // Nobody of the demo has a conflict of interest or an attestation that ends.
        Cell::Text(""),
        Cell::Text(""),
    ];
    sheets.row(Source::Inspectors, &cells)
}

fn middle(ring: &[Point]) -> Point {
    let count = ring.len().max(1) as f64;
    [ring.iter().map(|p| p[0]).sum::<f64>() / count, ring.iter().map(|p| p[1]).sum::<f64>() / count]
}
