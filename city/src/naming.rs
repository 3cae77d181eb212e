//! Names: people, streets, addresses, numbers of papers. All of them are invented.

use crate::config::Texts;
use crate::dice::{Dice, Seed};

/// Draws a full name: surname, name, patronymic.
pub(crate) fn person(texts: &Texts, dice: &mut Dice) -> String {
    let woman = dice.chance(0.55);
    let (names, patronymics, surnames) = if woman {
        (&texts.women, &texts.women_patronymics, &texts.women_surnames)
    } else {
        (&texts.men, &texts.men_patronymics, &texts.men_surnames)
    };
    format!("{} {} {}", dice.word(surnames), dice.word(names), dice.word(patronymics))
}

/// Draws a telephone number of a range that is given to nobody.
pub(crate) fn phone(dice: &mut Dice) -> String {
    let number = dice.whole([0, 9_999_999]);
    format!("+7 900 {:03}-{:02}-{:02}", number / 10_000, number / 100 % 100, number % 100)
}

/// Returns the name of a street of a district.
pub(crate) fn street(texts: &Texts, seed: Seed, street: i32) -> &str {
    seed.item("street", u64::from(street.unsigned_abs())).dice().word(&texts.streets)
}

/// Returns a house's address.
pub(crate) fn address(texts: &Texts, street: &str, house: u32) -> String {
    texts.address.replace("{street}", street).replace("{house}", &house.to_string())
}

/// Returns a cadastral number: region, district, quarter, number in the quarter.
pub(crate) fn cadastral(region: u8, district: u8, quarter: u64, number: u32) -> String {
    format!("{region:02}:{district:02}:{quarter:07}:{number}")
}
