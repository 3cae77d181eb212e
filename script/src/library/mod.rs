//! The pure functions that scripts may call, each with its types and one body: the interpreter and the kernels call
//! the same body, or one that a property test compares with it.

mod dates;
mod evaluate;
mod own;
mod places;
mod table_rows;
mod tables;
mod texts;

use std::collections::BTreeMap;

use dozor_domain::WorkCalendar;
use thiserror::Error;

use crate::ir::IrType;
use tables::Table;

pub(crate) use evaluate::{Scalar, evaluate, round_to_digits, show_float};
pub(crate) use own::register;
pub use table_rows::TableRows;

/// Is what the pure functions know besides their arguments: the pack's calendar and its tables.
#[derive(Clone, Debug, Default)]
pub struct Library {
    pub(crate) calendar: WorkCalendar,
    pub(crate) tables: BTreeMap<String, Table>,
}

/// Says what is wrong with a table of a pack.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("reading the table «{table}», line {line}: {problem}")]
pub struct LibraryProblem {
    /// Name of the table.
    pub table: String,
    /// Line, from 1.
    pub line: usize,
    /// What is wrong.
    pub problem: String,
}

impl Library {
    /// Makes a library with the working days of a pack and no tables.
    pub fn new(calendar: WorkCalendar) -> Self {
        Self { calendar, tables: BTreeMap::new() }
    }

    /// Adds a table: CSV (see [`TableRows`]) whose last column is the value and whose other columns are the keys; with the one key column
    /// `from` it is a table of bands.
    ///
    /// # Errors
    /// [`LibraryProblem`] at the first line that is not of that form.
    pub fn with_table(mut self, name: &str, csv: &str) -> Result<Self, LibraryProblem> {
        self.tables.insert(name.to_owned(), Table::parse(name, csv)?);
        Ok(self)
    }
}

/// Is a pure function.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Function {
    /// `max(a, b)` of two whole or two decimal numbers.
    Maximum,
    /// `min(a, b)` of two whole or two decimal numbers.
    Minimum,
    /// `abs(a)`; the smallest whole number fails.
    Absolute,
    /// `-a`; the smallest whole number fails.
    Negate,
    /// `round(a)`: half away from zero; a whole number stays.
    Round,
    /// `round(a, digits)`.
    RoundTo,
    /// `floor(a)`.
    Floor,
    /// `ceiling(a)`.
    Ceiling,
    /// `sqrt(a)`; of a negative number no number.
    SquareRoot,
    /// `to_int(a)`: without its fraction; fails out of range.
    ToInteger,
    /// `sign(a)`: −1, 0, 1.
    Sign,
    /// `len(text)`, in characters.
    Length,
    /// `starts_with(text, prefix)`.
    StartsWith,
    /// `ends_with(text, suffix)`.
    EndsWith,
    /// `part in text`, `contains(text, part)`.
    ContainsText,
    /// `to_upper(text)`.
    Upper,
    /// `to_lower(text)`.
    Lower,
    /// `code in codes`, `contains(codes, code)`.
    ContainsCode,
    /// `len(codes)`.
    CountCodes,
    /// `show(number)`: at most two decimal digits, for evidence.
    Show,
    /// `day("2026-11-22")`: the day's number; fails on what is no date.
    Day,
    /// `year(day)`.
    Year,
    /// `month(day)`, 1 to 12.
    Month,
    /// `day_of_month(day)`.
    DayOfMonth,
    /// `weekday(day)`: 1 is Monday.
    Weekday,
    /// `add_months(day, months)`; the last day of a shorter month.
    AddMonths,
    /// `is_working_day(day)`, by the pack's calendar.
    IsWorkingDay,
    /// `add_working_days(day, count)`; the day itself is not counted.
    AddWorkingDays,
    /// `working_days_between(from, to)`: those after `from`, up to and with `to`.
    WorkingDaysBetween,
    /// `normalise(text)`: lower case, ё as е, single spaces, no quotes and dashes.
    Normalise,
    /// `digits(text)`: nothing but its digits.
    Digits,
    /// `is_cadastral(text)`.
    IsCadastral,
    /// `distance_m(lat, lon, lat, lon)`: along the great circle.
    Distance,
    /// `within_m(lat, lon, lat, lon, metres)`.
    WithinMetres,
    /// `in_box(lat, lon, south, west, north, east)`.
    InBox,
    /// `area_tolerance_m2(mt_m, area_m2)`: 3.5 · Mt · √P.
    AreaTolerance,
    /// `footprint_error_m2(perimeter_m, sigma_m)`: perimeter × 2σ.
    FootprintError,
    /// `band(table, number)`; fails below the lowest band.
    Band,
    /// `lookup(table, key…)`; fails where no row has the keys.
    Lookup,
}

/// Is a function with the types that it takes.
pub(crate) struct Signature {
    pub(crate) name: &'static str,
    pub(crate) arguments: &'static [IrType],
    pub(crate) result: IrType,
    pub(crate) function: Function,
}

const fn signature(
    name: &'static str,
    arguments: &'static [IrType],
    result: IrType,
    function: Function,
) -> Signature {
    Signature { name, arguments, result, function }
}

const INTEGER: IrType = IrType::Integer;
const FLOAT: IrType = IrType::Float;
const TEXT: IrType = IrType::Text;
const CODES: IrType = IrType::Codes;
const BOOLEAN: IrType = IrType::Boolean;

/// Functions of the interpreter's own packages, as they are declared there.
const OF_THE_INTERPRETER: &[Signature] = &[
    signature("max", &[INTEGER, INTEGER], INTEGER, Function::Maximum),
    signature("max", &[FLOAT, FLOAT], FLOAT, Function::Maximum),
    signature("min", &[INTEGER, INTEGER], INTEGER, Function::Minimum),
    signature("min", &[FLOAT, FLOAT], FLOAT, Function::Minimum),
    signature("abs", &[INTEGER], INTEGER, Function::Absolute),
    signature("abs", &[FLOAT], FLOAT, Function::Absolute),
    signature("-", &[INTEGER], INTEGER, Function::Negate),
    signature("-", &[FLOAT], FLOAT, Function::Negate),
    signature("round", &[INTEGER], INTEGER, Function::Round),
    signature("round", &[FLOAT], FLOAT, Function::Round),
    signature("round", &[FLOAT, INTEGER], FLOAT, Function::RoundTo),
    signature("floor", &[FLOAT], FLOAT, Function::Floor),
    signature("ceiling", &[FLOAT], FLOAT, Function::Ceiling),
    signature("sqrt", &[FLOAT], FLOAT, Function::SquareRoot),
    signature("to_int", &[FLOAT], INTEGER, Function::ToInteger),
    signature("sign", &[INTEGER], INTEGER, Function::Sign),
    signature("sign", &[FLOAT], INTEGER, Function::Sign),
    signature("len", &[TEXT], INTEGER, Function::Length),
    signature("len", &[CODES], INTEGER, Function::CountCodes),
    signature("starts_with", &[TEXT, TEXT], BOOLEAN, Function::StartsWith),
    signature("ends_with", &[TEXT, TEXT], BOOLEAN, Function::EndsWith),
    signature("contains", &[TEXT, TEXT], BOOLEAN, Function::ContainsText),
    signature("contains", &[CODES, TEXT], BOOLEAN, Function::ContainsCode),
    signature("to_upper", &[TEXT], TEXT, Function::Upper),
    signature("to_lower", &[TEXT], TEXT, Function::Lower),
    signature("show", &[INTEGER], TEXT, Function::Show),
    signature("show", &[FLOAT], TEXT, Function::Show),
];

/// Finds the function that a call means. A whole number stands for a decimal one only where the interpreter lets it.
pub(crate) fn resolve(name: &str, arguments: &[IrType]) -> Option<&'static Signature> {
    let fits = |needed: &IrType, given: &IrType| needed == given || (*needed == FLOAT && *given == INTEGER);
    let ours = own::OURS.iter().find(|known| {
        let types = || known.arguments.iter().zip(arguments);
        known.name == name
            && known.arguments.len() == arguments.len()
            && types().all(|(one, other)| fits(one, other))
    });
    if ours.is_some() {
        return ours;
    }
    let exact = OF_THE_INTERPRETER.iter().find(|known| known.name == name && known.arguments == arguments);
    let mixes = matches!(name, "max" | "min") && arguments.len() == 2;
    exact.or_else(|| {
        let widened = mixes && arguments.iter().all(|given| given.is_number());
        OF_THE_INTERPRETER.iter().find(|known| widened && known.name == name && known.result == FLOAT)
    })
}
