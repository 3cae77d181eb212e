//! One value: from the text of a cell to a typed value, or to a fault with its code.

use std::borrow::Cow;

use dozor_domain::{Timestamp, Value, ValueType};
use jiff::civil::{Date, DateTime, date};

use crate::cadastral::{CadastralFault, check_cadastral};
use crate::plan::{FieldPlan, Plan};
use crate::reject::Fault;
use crate::spec::Check;

/// The first day that `not_before_1990` accepts.
const FIRST_DAY: Date = date(1990, 1, 1);

/// Separates the items of a JSON list in the text that stands for it (the unit separator of ASCII).
pub(crate) const LIST_SEPARATOR: &str = "\u{1f}";

/// Cuts white space, the no-break space included, from both ends.
pub(crate) fn trim(text: &str) -> &str {
    let plain = |byte: &u8| byte.is_ascii_graphic();
    match (text.as_bytes().first(), text.as_bytes().last()) {
        (Some(first), Some(last)) if plain(first) && plain(last) => text,
        _ => text.trim_matches(|c: char| c.is_whitespace() || c == '\u{feff}'),
    }
}

impl FieldPlan<'_> {
    /// Reads a trimmed text as the field's value; an empty text and the declared ones are missing.
    pub(crate) fn read(&self, plan: &Plan<'_>, text: &str) -> Result<Option<Value>, Fault> {
        if text.is_empty() || self.spec.missing.iter().any(|missing| missing == text) {
            return match self.spec.required {
                true => Err(self.fault("VALUE_MISSING", text)),
                false => Ok(None),
            };
        }
        let mapped = match self.spec.map.get(text) {
            Some(mapped) => mapped.as_str(),
            None if self.spec.only_mapped => return Err(self.fault("VALUE_NOT_IN_CLASSIFIER", text)),
            None => text,
        };
        let value = self.typed(plan, mapped)?;
        self.check(plan, value.as_ref(), text)?;
        Ok(value)
    }

    fn typed(&self, plan: &Plan<'_>, text: &str) -> Result<Option<Value>, Fault> {
        let wrong = |what: &str| self.fault("VALUE_TYPE", text).because(format!("«{}» is expected", what));
        Ok(Some(match self.spec.value_type {
            ValueType::Text => Value::Text(text.to_owned()),
            ValueType::Integer => Value::Integer(integer(text).ok_or_else(|| wrong("a whole number"))?),
            ValueType::Float => {
                let number = decimal(text, plan.spec.csv.decimal).ok_or_else(|| wrong("a number"))?;
                Value::Float(self.spec.scale.map_or(number, |scale| number * scale))
            }
            ValueType::Boolean => Value::Boolean(boolean(text).ok_or_else(|| wrong("true or false"))?),
            ValueType::Date => Value::Date(self.day(text).ok_or_else(|| self.fault("DATE_FORMAT", text))?),
            ValueType::Instant => {
                Value::Instant(self.instant(plan, text).ok_or_else(|| self.fault("DATE_FORMAT", text))?)
            }
            ValueType::Codes => {
                let codes = self.codes(text);
                // Facts join the codes of a list by this sign.
                if codes.iter().any(|code| code.contains(';')) {
                    return Err(self
                        .fault("VALUE_TYPE", text)
                        .because("a code holds the sign «;»".to_owned()));
                }
                return Ok((!codes.is_empty()).then_some(Value::Codes(codes)));
            }
        }))
    }

    /// A list of JSON comes with its own separator, so that its codes may hold any sign but `;`.
    fn codes(&self, text: &str) -> Vec<String> {
        let separator = match text.contains(LIST_SEPARATOR) {
            true => LIST_SEPARATOR,
            false => self.spec.separator.as_deref().unwrap_or(";"),
        };
        text.split(separator).map(trim).filter(|code| !code.is_empty()).map(str::to_owned).collect()
    }

    fn day(&self, text: &str) -> Option<Date> {
        match &self.pattern {
            Some(pattern) => pattern.read(text).map(DateTime::date),
            None => iso_day(text),
        }
    }

    fn instant(&self, plan: &Plan<'_>, text: &str) -> Option<Timestamp> {
        match &self.pattern {
            Some(pattern) => plan.instant(pattern.read(text)?),
            None => Timestamp::parse_rfc3339(text),
        }
    }

    fn check(&self, plan: &Plan<'_>, value: Option<&Value>, seen: &str) -> Result<(), Fault> {
        let (Some(check), Some(value)) = (self.spec.check, value) else { return Ok(()) };
        match (check, value) {
            (Check::Cadastral, Value::Text(text)) => self.check_cadastral(text),
            (Check::NotInFuture, _) if instant_of(plan, value).is_some_and(|at| at > plan.received_at) => {
                Err(self.fault("DATE_IN_FUTURE", seen))
            }
            (Check::NotBefore1990, _) => {
                let first = plan.instant(FIRST_DAY.to_datetime(jiff::civil::Time::midnight()));
                match instant_of(plan, value) < first {
                    true => Err(self.fault("DATE_BEFORE_1990", seen)),
                    false => Ok(()),
                }
            }
            (Check::Cadastral | Check::NotInFuture, _) => Ok(()),
        }
    }

    fn check_cadastral(&self, text: &str) -> Result<(), Fault> {
        let Err(fault) = check_cadastral(text) else { return Ok(()) };
        let detail = match fault {
            // The repaired number is a value too: it stands with the one seen, masked where that is.
            CadastralFault::LookAlikes { repaired } => {
                let detail = "the number holds signs that only look like digits".to_owned();
                let seen = format!("{text}; meant is perhaps {repaired}");
                return Err(self.fault("CADASTRAL_FORMAT", &seen).because(detail));
            }
            CadastralFault::QuarterOnly => {
                "the number names a quarter without the object's own number".to_owned()
            }
            CadastralFault::Form => "the number has not the form 77:01:0001001:15".to_owned(),
        };
        Err(self.fault("CADASTRAL_FORMAT", text).because(detail))
    }

    /// Names a fault of this field; what is personal is masked.
    pub(crate) fn fault(&self, code: &'static str, seen: &str) -> Fault {
        let seen = if self.personal && !seen.is_empty() { "***" } else { seen };
        Fault::of_value(code, &self.spec.name, seen)
    }
}

fn instant_of(plan: &Plan<'_>, value: &Value) -> Option<Timestamp> {
    match value {
        Value::Date(day) => plan.instant(day.to_datetime(jiff::civil::Time::midnight())),
        Value::Instant(instant) => Some(*instant),
        Value::Text(_) | Value::Integer(_) | Value::Float(_) | Value::Boolean(_) | Value::Codes(_) => None,
    }
}

fn iso_day(text: &str) -> Option<Date> {
    if text.len() != 10 { None } else { text.parse().ok() }
}

/// Reads a whole number; `12.0` is one too, as spreadsheets write them so.
fn integer(text: &str) -> Option<i64> {
    match text.parse() {
        Ok(number) => Some(number),
        Err(_) => {
            let (whole, fraction) = text.split_once('.')?;
            (!fraction.is_empty() && fraction.bytes().all(|digit| digit == b'0'))
                .then(|| whole.parse().ok())?
        }
    }
}

/// Reads a finite number with the declared decimal sign; no-break spaces between thousands are passed over. Where the
/// sign is a comma, a point may stand between thousands or be meant as the sign: nobody can tell.
pub(crate) fn decimal(text: &str, sign: char) -> Option<f64> {
    if sign != '.' && text.contains('.') {
        return None;
    }
    let plain = text.bytes().all(|byte| byte.is_ascii_digit() || matches!(byte, b'.' | b'-'));
    let text = if plain && sign == '.' {
        Cow::Borrowed(text)
    } else {
        let kept = text.chars().filter(|c| !matches!(c, '\u{a0}' | '\u{202f}' | '\u{2009}'));
        Cow::Owned(kept.map(|c| if c == sign { '.' } else { c }).collect())
    };
    // The two words that Rust reads as numbers are none in a register.
    let number: f64 = text.parse().ok()?;
    number.is_finite().then_some(number)
}

fn boolean(text: &str) -> Option<bool> {
    match text {
        "true" | "True" | "TRUE" | "1" => Some(true),
        "false" | "False" | "FALSE" | "0" => Some(false),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_of_real_registers_are_read_and_words_are_not() {
        for (text, sign, expect) in [
            ("12.5", '.', Some(12.5)),
            ("-87.64", '.', Some(-87.64)),
            ("1\u{a0}234,5", ',', Some(1234.5)),
            ("1e3", '.', Some(1000.0)),
            ("12,5", '.', None),
            ("1.234", ',', None),
            ("1.234,5", ',', None),
            ("NaN", '.', None),
            ("inf", '.', None),
            ("", '.', None),
            ("1.2.3", '.', None),
        ] {
            assert_eq!(decimal(text, sign), expect, "{text}");
        }
        for (text, expect) in
            [("12", Some(12)), ("12.0", Some(12)), ("12.5", None), ("12.", None), ("x", None)]
        {
            assert_eq!(integer(text), expect, "{text}");
        }
    }

    #[test]
    fn white_space_is_cut_at_both_ends_the_no_break_space_too() {
        assert_eq!(trim("\u{a0} a b\t"), "a b");
        assert_eq!(trim("ab"), "ab");
        assert_eq!(trim("\u{feff}ж"), "ж");
        assert_eq!(trim("  "), "");
    }
}
