//! The bodies of the functions, on single values.

use std::borrow::Cow;

use super::{Function, Library, dates, places, texts};

/// Is one value of a call.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Scalar<'a> {
    Boolean(bool),
    Integer(i64),
    Float(f64),
    Text(Cow<'a, str>),
    /// Joined by `;`.
    Codes(&'a str),
}

/// Calls a function; `None` where the interpreter would end with an error.
pub(crate) fn evaluate<'a>(
    function: Function,
    arguments: &[Scalar<'a>],
    library: &Library,
) -> Option<Scalar<'a>> {
    use Scalar::{Boolean, Codes, Float, Integer, Text};
    let result = match (function, arguments) {
        (Function::Maximum, [Integer(left), Integer(right)]) => {
            Integer(if left >= right { *left } else { *right })
        }
        (Function::Minimum, [Integer(left), Integer(right)]) => {
            Integer(if left <= right { *left } else { *right })
        }
        (Function::Maximum, [Float(left), Float(right)]) => Float(if left >= right { *left } else { *right }),
        (Function::Minimum, [Float(left), Float(right)]) => Float(if left <= right { *left } else { *right }),
        (Function::Absolute, [Integer(of)]) => Integer(of.checked_abs()?),
        (Function::Absolute, [Float(of)]) => Float(of.abs()),
        (Function::Negate, [Integer(of)]) => Integer(of.checked_neg()?),
        (Function::Negate, [Float(of)]) => Float(-of),
        (Function::Round, [Integer(of)]) => Integer(*of),
        (Function::Round, [Float(of)]) => Float(of.round()),
        (Function::RoundTo, [Float(of), Integer(digits)]) => Float(round_to_digits(*of, *digits)),
        (Function::Floor, [Float(of)]) => Float(of.floor()),
        (Function::Ceiling, [Float(of)]) => Float(of.ceil()),
        (Function::SquareRoot, [Float(of)]) => Float(of.sqrt()),
        (Function::ToInteger, [Float(of)]) => Integer(to_integer(*of)?),
        (Function::Sign, [Integer(of)]) => Integer(of.signum()),
        (Function::Sign, [Float(of)]) => Integer(sign(*of)?),
        (Function::Length, [Text(text)]) => Integer(i64::try_from(text.chars().count()).ok()?),
        (Function::StartsWith, [Text(text), Text(part)]) => Boolean(text.starts_with(part.as_ref())),
        (Function::EndsWith, [Text(text), Text(part)]) => Boolean(text.ends_with(part.as_ref())),
        (Function::ContainsText, [Text(text), Text(part)]) => Boolean(text.contains(part.as_ref())),
        (Function::Upper, [Text(text)]) => Text(Cow::Owned(text.to_uppercase())),
        (Function::Lower, [Text(text)]) => Text(Cow::Owned(text.to_lowercase())),
        (Function::ContainsCode, [Codes(codes), Text(code)]) => {
            Boolean(each_code(codes).any(|known| known == code))
        }
        (Function::CountCodes, [Codes(codes)]) => Integer(i64::try_from(each_code(codes).count()).ok()?),
        (Function::Show, [Integer(of)]) => Text(Cow::Owned(of.to_string())),
        (Function::Show, [Float(of)]) => Text(Cow::Owned(show_float(*of))),
        _ => return ours(function, arguments, library),
    };
    Some(result)
}

/// Calls a function that the interpreter has from us.
fn ours<'a>(function: Function, arguments: &[Scalar<'a>], library: &Library) -> Option<Scalar<'a>> {
    use Scalar::{Boolean, Float, Integer, Text};
    let owned = |text: String| Text(Cow::Owned(text));
    let result = match (function, arguments) {
        (Function::Day, [Text(text)]) => Integer(dates::day(text)?),
        (Function::Year, [Integer(day)]) => Integer(dates::year(*day)?),
        (Function::Month, [Integer(day)]) => Integer(dates::month(*day)?),
        (Function::DayOfMonth, [Integer(day)]) => Integer(dates::day_of_month(*day)?),
        (Function::Weekday, [Integer(day)]) => Integer(dates::weekday(*day)?),
        (Function::AddMonths, [Integer(day), Integer(count)]) => Integer(dates::add_months(*day, *count)?),
        (Function::IsWorkingDay, [Integer(day)]) => Boolean(dates::is_working_day(&library.calendar, *day)?),
        (Function::AddWorkingDays, [Integer(day), Integer(count)]) => {
            Integer(dates::add_working_days(&library.calendar, *day, *count)?)
        }
        (Function::WorkingDaysBetween, [Integer(from), Integer(to)]) => {
            Integer(dates::working_days_between(&library.calendar, *from, *to)?)
        }
        (Function::Normalise, [Text(text)]) => owned(texts::normalise(text)),
        (Function::Digits, [Text(text)]) => owned(texts::digits(text)),
        (Function::IsCadastral, [Text(text)]) => Boolean(texts::is_cadastral(text)),
        (Function::Distance, [Float(a), Float(b), Float(c), Float(d)]) => {
            Float(places::distance_m((*a, *b), (*c, *d))?)
        }
        (Function::WithinMetres, [Float(a), Float(b), Float(c), Float(d), Float(metres)]) => {
            Boolean(places::distance_m((*a, *b), (*c, *d))? <= *metres)
        }
        (Function::InBox, [Float(a), Float(b), Float(c), Float(d), Float(e), Float(f)]) => {
            Boolean(places::in_box((*a, *b), (*c, *d), (*e, *f))?)
        }
        (Function::AreaTolerance, [Float(mt), Float(area)]) => Float(AREA_FACTOR * mt * area.sqrt()),
        (Function::FootprintError, [Float(perimeter), Float(sigma)]) => Float(perimeter * 2.0 * sigma),
        (Function::Band, [Text(table), Float(number)]) => {
            Float(library.tables.get(table.as_ref())?.band(*number)?)
        }
        (Function::Lookup, [Text(table), keys @ ..]) => {
            let keys: Vec<&str> = keys.iter().filter_map(Scalar::as_text).collect();
            owned(library.tables.get(table.as_ref())?.find(&keys)?.to_owned())
        }
        _ => return None,
    };
    Some(result)
}

/// Admissible error of an area: 3.5 · Mt · √P (order of Rosreestr П/0393 of 23.10.2020, as the packs quote it).
const AREA_FACTOR: f64 = 3.5;

impl Scalar<'_> {
    fn as_text(&self) -> Option<&str> {
        match self {
            Self::Text(text) => Some(text),
            Self::Boolean(_) | Self::Integer(_) | Self::Float(_) | Self::Codes(_) => None,
        }
    }
}

/// Writes a decimal number as evidence does: at most two digits after the point.
pub(crate) fn show_float(number: f64) -> String {
    round_to_digits(number, 2).to_string()
}

/// Rounds half away from zero to so many decimal digits (0 to 9).
pub(crate) fn round_to_digits(number: f64, digits: i64) -> f64 {
    let digits = i32::try_from(digits.clamp(0, 9)).unwrap_or_default();
    let scale = 10_f64.powi(digits);
    (number * scale).round() / scale
}

/// Gives the codes of a joined list; the empty text is the empty list.
fn each_code(joined: &str) -> impl Iterator<Item = &str> {
    joined.split(';').filter(move |_| !joined.is_empty())
}

#[expect(
    clippy::cast_precision_loss,
    clippy::cast_possible_truncation,
    reason = "as the interpreter does it"
)]
fn to_integer(number: f64) -> Option<i64> {
    let out_of_range = number > i64::MAX as f64 || number < i64::MIN as f64;
    (!out_of_range).then(|| number.trunc() as i64)
}

#[expect(clippy::cast_possible_truncation, reason = "−1, 0 or 1")]
fn sign(number: f64) -> Option<i64> {
    if number == 0.0 {
        return Some(0);
    }
    (!number.is_nan()).then(|| number.signum() as i64)
}
