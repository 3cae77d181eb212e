//! Numbers, dates and names as people write them in either language.

use dozor_domain::{LegalReference, Localized, Value};

/// Joins a sentence in both languages.
pub(crate) fn both(ru: impl Into<String>, en: impl Into<String>) -> Localized {
    Localized { ru: ru.into(), en: en.into() }
}

/// Writes a number with at most two decimals: `1 234,5` and `1,234.5`.
pub(crate) fn number(value: f64) -> Localized {
    let text = format!("{:.2}", value.abs());
    let text = text.trim_end_matches('0').trim_end_matches('.');
    let (whole, decimals) = text.split_once('.').unwrap_or((text, ""));
    let sign = if value < 0.0 && text != "0" { "−" } else { "" };
    let mark = |group: &str, point: &str| {
        let mut out = String::from(sign);
        for (at, digit) in whole.chars().enumerate() {
            if at > 0 && (whole.len() - at) % 3 == 0 && whole.len() > 4 {
                out.push_str(group);
            }
            out.push(digit);
        }
        if !decimals.is_empty() {
            out.push_str(point);
            out.push_str(decimals);
        }
        out
    };
    both(mark("\u{a0}", ","), mark(",", "."))
}

/// Writes a probability as a percentage: whole, or with one decimal below 10 %.
pub(crate) fn percent(probability: f64) -> Localized {
    let hundred = probability * 100.0;
    let rounded = if hundred < 10.0 { (hundred * 10.0).round() / 10.0 } else { hundred.round() };
    let text = number(rounded);
    both(format!("{}\u{a0}%", text.ru), format!("{}%", text.en))
}

/// Writes points with a sign and the right form of the word.
pub(crate) fn points(value: f64) -> Localized {
    let text = number(value);
    let sign = if value > 0.0 { "+" } else { "" };
    let en = if value.abs() == 1.0 { "point" } else { "points" };
    both(format!("{sign}{} {}", text.ru, points_word(value)), format!("{sign}{} {en}", text.en))
}

/// Writes a factor with at most one decimal: «в 1,8 раза», «в 12 раз».
pub(crate) fn times(factor: f64) -> Localized {
    let rounded = (factor * 10.0).round() / 10.0;
    let text = number(rounded);
    let few = rounded.fract() != 0.0
        || (2.0..=4.0).contains(&(rounded % 10.0)) && !(12.0..=14.0).contains(&(rounded % 100.0));
    both(format!("в {} {}", text.ru, if few { "раза" } else { "раз" }), format!("{} times", text.en))
}

/// Returns «балл», «балла» or «баллов»; a fraction takes «балла».
pub(crate) fn points_word(value: f64) -> &'static str {
    form(value, ["балл", "балла", "баллов"])
}

/// Writes a value with its unit as people of either language do.
pub fn value(value: &Value, unit: &Localized) -> Localized {
    let plain = match value {
        Value::Text(text) => both(text.as_str(), text.as_str()),
        Value::Integer(whole) => number(*whole as f64),
        Value::Float(decimal) if *decimal != 0.0 && decimal.abs() < 0.01 => {
            let text = format!("{decimal:.2e}");
            both(text.replace('.', ","), text)
        }
        Value::Float(decimal) => number(*decimal),
        Value::Boolean(true) => both("да", "yes"),
        Value::Boolean(false) => both("нет", "no"),
        Value::Date(day) => date(*day),
        Value::Instant(instant) => both(instant.to_string(), instant.to_string()),
        Value::Codes(codes) => both(codes.join(", "), codes.join(", ")),
    };
    let with = |text: String, unit: &str| if unit.is_empty() { text } else { format!("{text}\u{a0}{unit}") };
    let count = match value {
        Value::Integer(whole) => Some(*whole as f64),
        Value::Float(decimal) => Some(*decimal),
        Value::Text(_) | Value::Boolean(_) | Value::Date(_) | Value::Instant(_) | Value::Codes(_) => None,
    };
    let unit = count.map_or_else(|| unit.clone(), |count| counted(count, unit));
    both(with(plain.ru, &unit.ru), with(plain.en, &unit.en))
}

/// Russian units that stand beside a number in one of three forms: of one, of a few, of many.
const RU_FORMS: [(&str, [&str; 3]); 4] = [
    ("балл", ["балл", "балла", "баллов"]),
    ("дн", ["день", "дня", "дней"]),
    ("мес", ["месяц", "месяца", "месяцев"]),
    ("чел", ["человек", "человека", "человек"]),
];

/// English units that are one thing of many.
const EN_FORMS: [(&str, &str); 4] =
    [("points", "point"), ("days", "day"), ("months", "month"), ("people", "person")];

/// Returns a unit in the form that a number asks for; symbols like «м²» have one form.
fn counted(count: f64, unit: &Localized) -> Localized {
    let ru = RU_FORMS.iter().find(|(word, _)| *word == unit.ru);
    let en = EN_FORMS.iter().find(|(word, _)| *word == unit.en && count.abs() == 1.0);
    both(
        ru.map_or(unit.ru.as_str(), |(_, forms)| form(count, *forms)),
        en.map_or(unit.en.as_str(), |(_, one)| *one),
    )
}

/// Chooses the form that a Russian word takes after a number: of one, of a few, of many. A fraction takes the second.
fn form(count: f64, [one, few, many]: [&'static str; 3]) -> &'static str {
    let whole = count.abs();
    let (tens, ones) = (whole % 100.0, whole % 10.0);
    if whole.fract() != 0.0 {
        few
    } else if (11.0..=14.0).contains(&tens) {
        many
    } else if ones == 1.0 {
        one
    } else if (2.0..=4.0).contains(&ones) {
        few
    } else {
        many
    }
}

/// Writes a day: `21.11.2026` and `2026-11-21`.
pub(crate) fn date(day: jiff::civil::Date) -> Localized {
    both(format!("{:02}.{:02}.{:04}", day.day(), day.month(), day.year()), day.to_string())
}

/// Writes legal references; what no lawyer has checked says so.
pub(crate) fn legal_basis(references: &[LegalReference]) -> Option<Localized> {
    if references.is_empty() {
        return None;
    }
    let texts: Vec<&str> = references.iter().map(|reference| reference.text.as_str()).collect();
    let texts = texts.join("; ");
    let unchecked = references.iter().any(|reference| reference.checked_on.is_empty());
    let (ru, en) = if unchecked {
        (" (основание не сверено юристом (демо))", " (basis not checked by a lawyer (demo))")
    } else {
        ("", "")
    };
    Some(both(format!("Основание: {texts}{ru}"), format!("Legal basis: {texts}{en}")))
}

/// Joins names by commas, in the given language.
pub(crate) fn list<'a>(names: impl IntoIterator<Item = &'a Localized>) -> Localized {
    let mut joined = both("", "");
    for name in names {
        if !joined.ru.is_empty() {
            joined.ru.push_str(", ");
            joined.en.push_str(", ");
        }
        joined.ru.push_str(&lower_first(&name.ru));
        joined.en.push_str(&lower_first(&name.en));
    }
    joined
}

/// Lowers the first letter inside a sentence, unless the word is an abbreviation.
pub(crate) fn lower_first(text: &str) -> String {
    let mut letters = text.chars();
    let (Some(first), Some(second)) = (letters.next(), letters.next()) else { return text.to_owned() };
    if second.is_uppercase() || !second.is_alphabetic() && second != ' ' {
        return text.to_owned();
    }
    let lowered = first.to_lowercase().collect::<String>();
    lowered + &text[first.len_utf8()..]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_follow_the_habits_of_each_language() {
        for (value, ru, en) in [
            (12.0, "12", "12"),
            (1_234.0, "1234", "1234"),
            (12_345.5, "12\u{a0}345,5", "12,345.5"),
            (-0.25, "−0,25", "−0.25"),
            (0.001, "0", "0"),
        ] {
            assert_eq!(number(value), both(ru, en));
        }
        assert_eq!(percent(0.0923), both("9,2\u{a0}%", "9.2%"));
        assert_eq!(percent(0.456), both("46\u{a0}%", "46%"));
    }

    #[test]
    fn points_take_the_right_form() {
        for (value, ru) in [
            (1.0, "+1 балл"),
            (3.0, "+3 балла"),
            (12.0, "+12 баллов"),
            (21.0, "+21 балл"),
            (-4.0, "−4 балла"),
            (2.5, "+2,5 балла"),
        ] {
            assert_eq!(points(value).ru, ru);
        }
    }

    #[test]
    fn units_take_the_form_of_their_number() {
        let unit = |ru: &str, en: &str| both(ru, en);
        let said = |number: f64, ru: &str, en: &str| value(&Value::Float(number), &unit(ru, en));
        assert_eq!(said(8.0, "балл", "points"), both("8\u{a0}баллов", "8\u{a0}points"));
        assert_eq!(said(1.0, "дн", "days"), both("1\u{a0}день", "1\u{a0}day"));
        assert_eq!(said(236.0, "дн", "days").ru, "236\u{a0}дней");
        assert_eq!(said(22.5, "мес", "months").ru, "22,5\u{a0}месяца");
        assert_eq!(said(3.0, "м²", "m²"), both("3\u{a0}м²", "3\u{a0}m²"));
        assert_eq!(
            value(&Value::Text("дн".into()), &unit("дн", "days")).ru,
            "дн\u{a0}дн",
            "no number, no form"
        );
    }

    #[test]
    fn factors_take_the_right_form() {
        for (factor, ru) in [(1.84, "в 1,8 раза"), (2.0, "в 2 раза"), (5.0, "в 5 раз"), (12.0, "в 12 раз")]
        {
            assert_eq!(times(factor).ru, ru);
        }
    }

    #[test]
    fn abbreviations_keep_their_capitals() {
        assert_eq!(lower_first("Площадь участка"), "площадь участка");
        assert_eq!(lower_first("ЕГРН не знает"), "ЕГРН не знает");
    }
}
