//! One source as one fact sees it: which rows count as of an instant, and what is taken from them.

use std::sync::Arc;

use dozor_domain::{ColumnData, ObjectColumns, RecordColumns, ValueType};
use dozor_script::Runner;

use crate::datum::Datum;
use crate::definition::{ValidityText, Whose};
use crate::error::FactsError;
use crate::formula::{Bound, Failures, Formula, Three, datum_of};
use crate::plan::{Part, Quantity};
use crate::source_index::{SourceIndex, UNDATED};

/// Is an instant with its local day.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Moment {
    pub(crate) as_of: i64,
    pub(crate) today: i64,
}

/// Is a condition on a record.
#[derive(Debug)]
enum Test<'a> {
    Always,
    /// Answered for all rows at once.
    Fixed(Vec<Three>),
    /// Answered row by row: it reads `today`, or few rows are looked at.
    Live(Bound<'a>),
}

/// Is what is taken from a record.
#[derive(Debug)]
enum Value<'a> {
    Nothing,
    Column(&'a ColumnData),
    Live(Bound<'a>),
}

#[derive(Debug)]
struct Validity<'a> {
    from: Option<(&'a ColumnData, ValueType)>,
    to: Option<(&'a ColumnData, ValueType)>,
}

/// Says for how many objects a view is made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Scope {
    /// Conditions are answered on all rows at once.
    ManyObjects,
    /// Conditions are answered on the rows that are looked at.
    OneObject,
}

/// Is one source through one fact's conditions; shared by all threads.
#[derive(Debug)]
pub(crate) struct View<'a> {
    pub(crate) index: Arc<SourceIndex<'a>>,
    up_to_seq: i64,
    window_days: Option<i64>,
    is_series: bool,
    validity: Option<Validity<'a>>,
    filter: Test<'a>,
    condition: Test<'a>,
    value: Value<'a>,
}

impl<'a> View<'a> {
    pub(crate) fn new(
        part: &'a Part,
        index: &Arc<SourceIndex<'a>>,
        (up_to_seq, scope): (i64, Scope),
    ) -> Result<(Self, Failures), FactsError> {
        let columns = index.columns;
        let mut failures = Failures::default();
        let filter = test(part.filter.as_ref(), columns, (scope, &mut failures))?;
        let condition = test(part.condition.as_ref(), columns, (scope, &mut failures))?;
        let value = match &part.value {
            Quantity::Nothing => Value::Nothing,
            Quantity::Field(name) => Value::Column(column(columns, name)?.0),
            Quantity::Formula(formula) => Value::Live(bind(formula, columns)?),
        };
        let validity = part.valid.as_ref().map(|valid| Validity::new(valid, columns)).transpose()?;
        let window_days = part.window_days.map(i64::from);
        let view = Self {
            index: Arc::clone(index),
            up_to_seq,
            window_days,
            is_series: part.is_series,
            validity,
            filter,
            condition,
            value,
        };
        Ok((view, failures))
    }

    /// Returns a field of the source.
    pub(crate) fn field(&self, name: &str) -> Result<&'a ColumnData, FactsError> {
        column(self.index.columns, name).map(|(data, _)| data)
    }

    /// Returns the days on which a record that counts can have happened; the undated are before all days.
    pub(crate) fn days(&self, moment: Moment) -> std::ops::RangeInclusive<i32> {
        let first = self.window_days.and_then(|window| i32::try_from(moment.today - window).ok());
        first.unwrap_or(UNDATED)..=i32::try_from(moment.today).unwrap_or(i32::MAX)
    }

    /// Makes what one thread needs to read the view.
    pub(crate) fn lens(&self) -> Lens<'_> {
        let live = |test: &Test<'a>| match test {
            Test::Live(bound) => Some(bound.runner()),
            Test::Always | Test::Fixed(_) => None,
        };
        let value = match &self.value {
            Value::Live(bound) => Some(bound.runner()),
            Value::Nothing | Value::Column(_) => None,
        };
        let (filter, condition) = (live(&self.filter), live(&self.condition));
        Lens { view: self, filter, condition, value, failures: Failures::default() }
    }

    /// Tells whether a row has happened by then, lies in the window, and is the current version of its key.
    pub(crate) fn is_there(&self, row: usize, moment: Moment) -> bool {
        let columns = self.index.columns;
        if !columns.has_happened(row, moment.as_of) {
            return false;
        }
        if let Some(window) = self.window_days {
            let day = self.index.day(row);
            if day == UNDATED || i64::from(day) < moment.today - window {
                return false;
            }
        }
        columns.is_current(row, moment.as_of, self.up_to_seq)
            && self.validity.as_ref().is_none_or(|validity| validity.holds(row, moment))
    }
}

impl<'a> Validity<'a> {
    fn new(valid: &ValidityText, columns: &'a RecordColumns) -> Result<Self, FactsError> {
        let bound = |name: &Option<String>| name.as_ref().map(|name| column(columns, name)).transpose();
        Ok(Self { from: bound(&valid.from)?, to: bound(&valid.to)? })
    }

    /// A bound that is not given is open; the last day counts.
    fn holds(&self, row: usize, moment: Moment) -> bool {
        let side = |bound: &Option<(&ColumnData, ValueType)>| {
            bound.as_ref().and_then(|(data, value_type)| match datum_of(data, row) {
                Datum::Integer(number) => {
                    Some((number, if *value_type == ValueType::Date { moment.today } else { moment.as_of }))
                }
                _ => None,
            })
        };
        side(&self.from).is_none_or(|(from, now)| from <= now)
            && side(&self.to).is_none_or(|(to, now)| now <= to)
    }
}

/// Is a view in the hands of one thread.
#[derive(Debug)]
pub(crate) struct Lens<'v> {
    pub(crate) view: &'v View<'v>,
    filter: Option<Runner<'v>>,
    condition: Option<Runner<'v>>,
    value: Option<Runner<'v>>,
    pub(crate) failures: Failures,
}

impl<'v> Lens<'v> {
    /// Tells whether a row is there and passes the filter.
    pub(crate) fn holds(&mut self, row: usize, moment: Moment) -> Three {
        if self.view.is_there(row, moment) { self.passes(row, moment) } else { Three::No }
    }

    /// Tells whether a row that is there passes the filter (`where`).
    pub(crate) fn passes(&mut self, row: usize, moment: Moment) -> Three {
        answer(&self.view.filter, &mut self.filter, (row, moment), &mut self.failures)
    }

    /// Tells whether a row meets the second condition (`among`, `require`).
    pub(crate) fn meets(&mut self, row: usize, moment: Moment) -> Three {
        answer(&self.view.condition, &mut self.condition, (row, moment), &mut self.failures)
    }

    /// Returns what the fact takes from a row.
    pub(crate) fn value(&mut self, row: usize, moment: Moment) -> Datum<'v> {
        match (&self.view.value, &mut self.value) {
            (Value::Column(data), _) => datum_of(data, row),
            (Value::Live(bound), Some(runner)) => bound.value(runner, row, moment.today, &mut self.failures),
            (Value::Nothing | Value::Live(_), _) => Datum::Missing,
        }
    }
}

fn answer(
    test: &Test<'_>,
    runner: &mut Option<Runner<'_>>,
    (row, moment): (usize, Moment),
    failures: &mut Failures,
) -> Three {
    match (test, runner) {
        (Test::Always, _) => Three::Yes,
        (Test::Fixed(answers), _) => answers.get(row).copied().unwrap_or(Three::Unknown),
        (Test::Live(bound), Some(runner)) => bound.test(runner, row, moment.today, failures),
        (Test::Live(_), None) => Three::Unknown,
    }
}

/// Says which records a kind asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Wanted {
    /// Those that are there and pass the filter.
    Passing,
    /// Those that are there; the kind filters itself.
    There,
}

/// Is one record that counts: which part of the fact, which row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Pick {
    pub(crate) part: usize,
    pub(crate) row: usize,
}

/// Holds the records of one object that count at an instant, in order of part, object and time.
#[derive(Debug, Default)]
pub(crate) struct Picks {
    pub(crate) rows: Vec<Pick>,
    /// Whether the filter could not be answered on some record that is there, or some record that passes it may be
    /// the object's or another's.
    pub(crate) is_in_doubt: bool,
}

/// Collects the records that count into `picks`, whose space is used again and again.
pub(crate) fn collect(
    picks: &mut Picks,
    lenses: &mut [Lens<'_>],
    (objects, whose): (&ObjectColumns, Whose),
    (object, moment): (u32, Moment),
    wanted: Wanted,
) {
    picks.rows.clear();
    picks.is_in_doubt = false;
    let own = [object];
    let parent = [objects.parent_of(object)];
    let subjects: &[u32] = match whose {
        Whose::Own => &own,
        Whose::Children => objects.children_of(object),
        Whose::Parent => &parent,
        Whose::SelfOrChildren => {
            let has_own = lenses.iter().any(|lens| {
                let columns = lens.view.index.columns;
                columns.rows_of(object).any(|row| columns.is_current(row, moment.as_of, lens.view.up_to_seq))
            });
            if has_own { &own } else { objects.children_of(object) }
        }
    };
    for (part, lens) in lenses.iter_mut().enumerate() {
        if lens.view.is_series {
            add_rows(picks, lens, part, (lens.view.index.unowned.clone(), moment), wanted);
            continue;
        }
        for &subject in subjects {
            add_rows(picks, lens, part, (lens.view.index.columns.rows_of(subject), moment), wanted);
            picks.is_in_doubt |= may_have_more(lens, subject, moment);
        }
    }
}

/// Tells whether a record that would count fits the object and others equally well.
fn may_have_more(lens: &mut Lens<'_>, object: u32, moment: Moment) -> bool {
    let columns = lens.view.index.columns;
    columns.rows_in_doubt(object).any(|row| lens.holds(row, moment) != Three::No)
}

fn add_rows(
    picks: &mut Picks,
    lens: &mut Lens<'_>,
    part: usize,
    (rows, moment): (std::ops::Range<usize>, Moment),
    wanted: Wanted,
) {
    for row in rows {
        let state = match wanted {
            Wanted::Passing => lens.holds(row, moment),
            Wanted::There if lens.view.is_there(row, moment) => Three::Yes,
            Wanted::There => Three::No,
        };
        match state {
            Three::Yes => picks.rows.push(Pick { part, row }),
            Three::Unknown => picks.is_in_doubt = true,
            Three::No => {}
        }
    }
}

fn test<'a>(
    formula: Option<&'a Formula>,
    columns: &'a RecordColumns,
    (scope, failures): (Scope, &mut Failures),
) -> Result<Test<'a>, FactsError> {
    let Some(formula) = formula else { return Ok(Test::Always) };
    let bound = bind(formula, columns)?;
    if bound.reads_today() || scope == Scope::OneObject {
        return Ok(Test::Live(bound));
    }
    let (answers, failed) = bound.test_all(columns.len());
    failures.append(failed);
    Ok(Test::Fixed(answers))
}

fn bind<'a>(formula: &'a Formula, columns: &'a RecordColumns) -> Result<Bound<'a>, FactsError> {
    formula.bind(columns).ok_or_else(|| FactsError::Input {
        problem: format!("the records of «{}» lack one of the fields {:?}", columns.source, formula.reads()),
    })
}

fn column<'a>(columns: &'a RecordColumns, name: &str) -> Result<(&'a ColumnData, ValueType), FactsError> {
    columns
        .field(name)
        .and_then(|at| Some((columns.fields.get(at)?, columns.schema.get(at)?.value_type)))
        .ok_or_else(|| FactsError::Input {
            problem: format!("the records of «{}» lack the field «{name}»", columns.source),
        })
}
