//! What citizens write about an object: in plain words, with invented names, sometimes in bursts.

use std::collections::BTreeMap;

use crate::causes::Conduct;
use crate::config::Topic;
use crate::days::Day;
use crate::dice::Dice;
use crate::error::CityError;
use crate::history::{Decision, decided, verdict};
use crate::naming;
use crate::objects::{Thing, position};
use crate::scene::Scene;
use crate::sheets::{Cell, Sheets, Source};
use crate::world::{World, yes};

/// Is one appeal.
#[derive(Clone, Debug)]
pub(crate) struct Appeal<'a> {
    topic: &'a str,
    matter: &'a Topic,
    day: Day,
    /// Number of the applicant among those around the object; strangers of a burst follow after them.
    applicant: i32,
    verified: bool,
    burst: Option<usize>,
    /// Whether a violation stands behind it.
    founded: bool,
}

/// Draws the appeals about an object, in order of days.
pub(crate) fn draw<'a>(world: &World<'a>, thing: &Thing, conduct: &Conduct<'a>) -> Vec<Appeal<'a>> {
    let mut dice = world.of(thing, "appeals").dice();
    let settings = &world.config.appeals;
    let around = dice.whole(settings.neighbours).max(1);
    let first = world.start.max(conduct.known);
    let mut drawn: Vec<Appeal<'a>> = Vec::new();
    let mut about = |topic: &'a str, from: Day, to: Day, rate: f64, founded: bool, dice: &mut Dice| {
        let (from, to) = (from.max(first), to.min(world.today));
        let Some(matter) = settings.topics.get(topic) else { return };
        let years = f64::from((to.0 - from.0).max(0)) / 365.25;
        for _ in 0..dice.poisson(rate * years) {
            let day = Day(dice.whole([from.0, to.0 - 1]));
            let applicant = dice.whole([1, around]);
            let verified = is_verified(world, thing, applicant);
            drawn.push(Appeal { topic, matter, day, applicant, verified, burst: None, founded });
            if dice.chance(settings.bursts) {
                let burst = drawn.len();
                for number in 0..dice.whole(settings.burst_size) {
                    let day = day.plus(dice.whole([0, 2]));
                    let verified = yes(dice, settings.burst_verified);
                    let applicant = 100 + number;
                    drawn.push(Appeal {
                        topic,
                        matter,
                        day,
                        applicant,
                        verified,
                        burst: Some(burst),
                        founded,
                    });
                }
            }
        }
    };
    for case in &conduct.cases {
        let factor = if case.violation { 1.0 } else { settings.lookalike };
        let rate = case.cause.appeals_per_year * factor;
        about(&case.cause.topic, case.begins, case.ends, rate, case.violation, &mut dice);
    }
    let topic = dice.word(&settings.idle_topics).to_owned();
    if let Some((topic, _)) = settings.topics.get_key_value(&topic) {
        about(topic, first, world.today, settings.idle_per_year, false, &mut dice);
    }
    drawn.retain(|appeal| appeal.day < world.today);
    drawn.sort_by_key(|appeal| appeal.day);
    drawn
}

/// A person is verified or not, whatever he writes.
fn is_verified(world: &World<'_>, thing: &Thing, applicant: i32) -> bool {
    let share = world.config.appeals.verified.get();
    world.of(thing, "applicant").item("verified", u64::from(applicant.unsigned_abs())).dice().chance(share)
}

/// Returns the desk's decision on the sign that repeated appeals raise, where they raise one and it was decided.
pub(crate) fn repeated(
    world: &World<'_>,
    thing: &Thing,
    conduct: &Conduct<'_>,
    appeals: &[Appeal<'_>],
) -> Option<Decision> {
    let settings = &world.config.appeals;
    let mut seen: BTreeMap<&str, Vec<(Day, i32)>> = BTreeMap::new();
    let sign = appeals.iter().filter(|appeal| appeal.verified).find_map(|appeal| {
        let writers = seen.entry(&appeal.matter.group).or_default();
        writers.push((appeal.day, appeal.applicant));
        let since = appeal.day.plus(-settings.repeated_days);
        let other = writers.iter().any(|(day, writer)| *day > since && *writer != appeal.applicant);
        other.then_some(appeal.day)
    })?;
    let mut dice = world.of(thing, "repeated").dice();
    let day = decided(world, [sign, sign.plus(settings.repeated_days)], &mut dice)?;
    let violation = conduct.cases.iter().any(|case| case.violates(day));
    let verdict = verdict(world, violation, &mut dice);
    let gone = day.plus(dice.whole([150, 400]));
    let (rule, points) = settings.repeated.clone();
    let withdrawn = Some(gone).filter(|gone| *gone < world.today && verdict == "confirmed");
    Some(Decision { rule, points, verdict, decided: day, withdrawn, case: None })
}

/// Writes the appeals: each as it came, and again with its answer.
pub(crate) fn write(scene: &Scene<'_>, appeals: &[Appeal<'_>], sheets: &mut Sheets) -> Result<(), CityError> {
    for (number, appeal) in appeals.iter().enumerate() {
        let mut dice = scene.world.of(scene.thing, "appeal").item("text", number as u64).dice();
        one(scene, number, appeal, &mut dice, sheets)?;
    }
    Ok(())
}

fn one(
    scene: &Scene<'_>,
    number: usize,
    appeal: &Appeal<'_>,
    dice: &mut Dice,
    sheets: &mut Sheets,
) -> Result<(), CityError> {
    let (world, settings) = (scene.world, &scene.world.config.appeals);
    let id = format!("ОГ-{:07}-{:02}", scene.thing.serial, number + 1);
    let applicant = format!("З-{:07}-{:03}", scene.thing.serial, appeal.applicant);
    let burst = appeal.burst.map(|burst| format!("ВС-{:07}-{burst}", scene.thing.serial)).unwrap_or_default();
    let person =
        world.of(scene.thing, "applicant").item("person", u64::from(appeal.applicant.unsigned_abs()));
    let mut who = person.dice();
    let (name, phone) = (naming::person(&world.config.texts, &mut who), naming::phone(&mut who));
    let named = yes(dice, settings.names_object);
    let text = text(scene, appeal, dice);
    let answered = appeal.day.plus(dice.whole(settings.answer_days));
    let supported = yes(dice, settings.supported) && appeal.founded;
    let other = dice.word(&settings.other_outcomes);
    let outcome = if supported { "supported" } else { other };
    let middle = position(scene.block, scene.thing);
    let mut row = |answer: Option<Day>| {
        let cells = [
            Cell::Text(&id),
            Cell::Text(if named { &scene.thing.key } else { "" }),
            Cell::Text(appeal.topic),
            Cell::Text(&appeal.matter.group),
            Cell::Text(&applicant),
            Cell::Flag(appeal.verified),
            Cell::Text(&burst),
            if answer.is_some() { Cell::Text(outcome) } else { Cell::Missing },
            answer.into(),
            Cell::On(appeal.day),
            Cell::On(answer.unwrap_or(appeal.day)),
            Cell::Text(&name),
            Cell::Text(&phone),
            Cell::Text(&text),
            Cell::Number(middle.lat, 6),
            Cell::Number(middle.lon, 6),
        ];
        sheets.row(Source::Appeals, &cells)
    };
    row(None)?;
    if answered < world.today { row(Some(answered)) } else { Ok(()) }
}

fn text(scene: &Scene<'_>, appeal: &Appeal<'_>, dice: &mut Dice) -> String {
    let texts = &scene.world.config.texts;
    let matter = dice.word(&appeal.matter.texts).replace("{address}", &scene.thing.address);
    let detail = dice.word(&appeal.matter.details);
    format!("{} {matter} {detail} {}", dice.word(&texts.greetings), dice.word(&texts.closings))
}
