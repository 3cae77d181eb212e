//! Writes a day in a city of any size: `cargo run -p dozor-planner --example make_city -- OBJECTS INSPECTORS SEED`.

use std::io::Write;

use dozor_planner::benchmark::City;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let numbers: Vec<u64> =
        std::env::args().skip(1).map(|argument| argument.parse()).collect::<Result<_, _>>()?;
    let [objects, inspectors, seed] = numbers[..] else {
        return Err("give OBJECTS INSPECTORS SEED".into());
    };
    let city = City::generate(objects.try_into()?, inspectors.try_into()?, seed);
    writeln!(std::io::stdout(), "{}", serde_json::to_string(&city)?)?;
    Ok(())
}
