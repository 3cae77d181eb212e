//! The draw: a systematic sample with unequal chances over objects sorted by district, category and then by lot. Its
//! size is fixed, every chance is above 0 and exact, and each district and category gets its part.

use rand::Rng;
use rand::seq::SliceRandom;

use crate::ScoringError;
use crate::seed::generator;

/// Is an object that may be drawn: not in the plan already, and open to a survey without interaction.
#[derive(Clone, Debug, PartialEq)]
pub struct Drawable {
    /// External key; it orders objects before the lot, so that the order of the input leaves no trace.
    pub key: String,
    /// Code of the district.
    pub district: String,
    /// Place of the category in force in the pack's scale, 0 the lowest.
    pub category: u8,
    /// Size of its chance against others', above 0: it may rise with risk.
    pub tilt: f64,
}

/// Is a drawn object.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Drawn {
    /// Place in the list that was given.
    pub place: usize,
    /// The chance by which it was drawn: recorded with the task.
    pub inclusion: f64,
}

/// Returns the tilt of a category by its place in the scale, 0 the lowest. Each step up weighs twice the lowest more:
/// the draw then finds more and costs less, and the weights stay so near each other that intervals stay narrow.
pub fn default_tilt(category: u8) -> f64 {
    1.0 + 2.0 * f64::from(category)
}

/// Draws `slots` objects, or all where there are fewer.
///
/// # Errors
/// [`ScoringError::Tilt`] for an object whose tilt is not a positive number.
pub fn draw(objects: &[Drawable], slots: usize, seed: u64) -> Result<Vec<Drawn>, ScoringError> {
    if let Some(object) = objects.iter().find(|object| !(object.tilt.is_finite() && object.tilt > 0.0)) {
        return Err(ScoringError::Tilt { object: object.key.clone() });
    }
    let chances = chances(objects, slots);
    let mut order: Vec<usize> = (0..objects.len()).collect();
    order.sort_by(|&a, &b| objects[a].key.cmp(&objects[b].key));
    let mut chance = generator(seed, "exploration/lot", 0);
    order.shuffle(&mut chance);
    // A stable sort: inside a district and category the lot decides.
    order.sort_by(|&a, &b| {
        let stratum = |at: usize| (&objects[at].district, objects[at].category);
        stratum(a).cmp(&stratum(b))
    });
    let start: f64 = generator(seed, "exploration/start", 0).random();
    let mut passed = 0.0;
    let mut drawn = Vec::new();
    for place in order {
        let before = f64::ceil(passed - start);
        passed += chances[place];
        if f64::ceil(passed - start) > before {
            drawn.push(Drawn { place, inclusion: chances[place] });
        }
    }
    drawn.sort_by_key(|drawn| drawn.place);
    Ok(drawn)
}

/// Returns each object's chance: in proportion to its tilt, none above 1, `slots` in sum.
fn chances(objects: &[Drawable], slots: usize) -> Vec<f64> {
    if slots >= objects.len() {
        return vec![1.0; objects.len()];
    }
    let mut certain = vec![false; objects.len()];
    loop {
        let fixed = certain.iter().filter(|certain| **certain).count();
        let rest = (slots - fixed) as f64;
        let open = objects.iter().zip(&certain).filter(|(_, certain)| !**certain);
        let total: f64 = open.map(|(object, _)| object.tilt).sum();
        let chance = |object: &Drawable| rest * object.tilt / total;
        let mut more = false;
        for (object, certain) in objects.iter().zip(&mut certain) {
            if !*certain && chance(object) >= 1.0 {
                *certain = true;
                more = true;
            }
        }
        if !more {
            let all = objects.iter().zip(&certain);
            return all.map(|(object, certain)| if *certain { 1.0 } else { chance(object) }).collect();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn objects(count: usize) -> Vec<Drawable> {
        (0..count)
            .map(|at| Drawable {
                key: format!("{at:05}"),
                district: format!("d{}", at % 4),
                category: u8::from(at % 10 == 0),
                tilt: if at % 10 == 0 { 2.0 } else { 1.0 },
            })
            .collect()
    }

    #[test]
    fn the_size_is_fixed_and_each_district_gets_its_part() {
        let objects = objects(1_000);
        for seed in 0..50 {
            let drawn = draw(&objects, 100, seed).unwrap();
            assert_eq!(drawn.len(), 100);
            for district in ["d0", "d1", "d2", "d3"] {
                let part = drawn.iter().filter(|drawn| objects[drawn.place].district == district).count();
                assert!((22..=30).contains(&part), "{district}: {part}");
            }
        }
    }

    #[test]
    fn objects_are_drawn_as_often_as_their_recorded_chance_says() {
        let objects = objects(200);
        let mut times = vec![0_u32; 200];
        let mut inclusion = vec![0.0; 200];
        for seed in 0..4_000 {
            for drawn in draw(&objects, 20, seed).unwrap() {
                times[drawn.place] += 1;
                inclusion[drawn.place] = drawn.inclusion;
            }
        }
        for (times, chance) in times.iter().zip(&inclusion) {
            // Four standard errors of 4,000 draws.
            let error = 4.0 * (chance * (1.0 - chance) / 4_000.0).sqrt();
            assert!((f64::from(*times) / 4_000.0 - chance).abs() < error, "{times} of 4,000 at {chance}");
        }
        assert!((inclusion.iter().sum::<f64>() - 20.0).abs() < 1e-9);
    }

    #[test]
    fn the_order_of_the_input_changes_nothing_and_the_seed_does() {
        let objects = objects(300);
        let keys = |list: &[Drawable], seed| -> Vec<String> {
            let mut keys: Vec<String> =
                draw(list, 30, seed).unwrap().iter().map(|drawn| list[drawn.place].key.clone()).collect();
            keys.sort();
            keys
        };
        let turned: Vec<Drawable> = objects.iter().rev().cloned().collect();
        assert_eq!(keys(&objects, 5), keys(&turned, 5));
        assert_ne!(keys(&objects, 5), keys(&objects, 6));
    }

    #[test]
    fn all_are_certain_where_there_is_room_and_a_heavy_tilt_stops_at_one() {
        let mut few = objects(5);
        assert!(draw(&few, 9, 1).unwrap().iter().all(|drawn| drawn.inclusion == 1.0));
        few[0].tilt = 1_000.0;
        let drawn = draw(&few, 2, 1).unwrap();
        assert!(drawn.iter().any(|drawn| drawn.place == 0 && drawn.inclusion == 1.0));
        few[0].tilt = 0.0;
        assert!(draw(&few, 2, 1).is_err());
    }
}
