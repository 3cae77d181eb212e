//! Random facts, at once as rows for the interpreter and as columns for kernels.

use dozor_domain::ValueType;
use dozor_script::{Bits, Cell, Column, ColumnValues, Names, Texts};

use crate::chance::Chance;
use crate::generate::{BOOLEANS, FLOATS, INTEGERS, TEXTS, WORDS};

/// Holds the facts of some rows.
pub(crate) struct Facts {
    pub(crate) columns: Vec<(&'static str, Held)>,
    pub(crate) rows: usize,
}

pub(crate) struct Held {
    valid: Vec<u8>,
    values: Values,
}

enum Values {
    Boolean(Vec<u8>),
    Integer(Vec<i64>),
    Float(Vec<f64>),
    Text(Words),
    Codes(Words),
}

/// Texts one behind the other.
struct Words {
    offsets: Vec<i32>,
    data: String,
}

impl Words {
    fn new(rows: usize, mut word: impl FnMut() -> String) -> Self {
        let (mut offsets, mut data) = (vec![0], String::new());
        for _ in 0..rows {
            data.push_str(&word());
            offsets.push(i32::try_from(data.len()).unwrap());
        }
        Self { offsets, data }
    }
    fn column(&self) -> Texts<'_> {
        Texts::new(&self.offsets, &self.data)
    }
    fn text(&self, row: usize) -> &str {
        let place = |at: usize| usize::try_from(self.offsets[at]).unwrap();
        &self.data[place(row)..place(row + 1)]
    }
}

/// Bits of rows stand behind this many others, as in a slice of an Arrow column.
const OFFSET: usize = 3;
const WHOLES: [i64; 14] = [0, 0, 1, 1, 2, 2, 3, 5, 20, 25, -2, 365, i64::MAX, i64::MIN];
const DECIMALS: [f64; 14] = [
    0.0,
    -0.0,
    1.0,
    2.5,
    20.0,
    20.000_000_000_000_004,
    19.999_999_999_999_996,
    0.05,
    90.0,
    -1.0,
    1e300,
    1e-310,
    41.25,
    2.0e-16,
];
const CODES: [&str; 4] = ["", "a", "nto;a", "parcel;Ёж 12;b"];

pub(crate) fn names() -> Names {
    let mut names = Names::new();
    for name in BOOLEANS {
        names.insert(name, ValueType::Boolean);
    }
    for name in INTEGERS {
        names.insert(name, if name == "day" { ValueType::Date } else { ValueType::Integer });
    }
    for name in FLOATS {
        names.insert(name, ValueType::Float);
    }
    for name in TEXTS {
        names.insert(name, ValueType::Text);
    }
    names.insert("codes", ValueType::Codes);
    names
}

impl Facts {
    pub(crate) fn new(chance: &mut Chance, rows: usize) -> Self {
        let mut columns = Vec::new();
        let bits = |chance: &mut Chance, one_in: usize| {
            let mut bytes = vec![0_u8; (rows + OFFSET).div_ceil(8)];
            for row in 0..rows {
                if !chance.one_in(one_in) {
                    bytes[(row + OFFSET) / 8] |= 1 << ((row + OFFSET) % 8);
                }
            }
            bytes
        };
        // One fact in eight is missing: several are read a rule.
        for (names, kind) in [(&BOOLEANS[..], 0), (&INTEGERS, 1), (&FLOATS, 2), (&TEXTS, 3), (&["codes"], 4)]
        {
            for name in names {
                let valid = bits(chance, 14);
                let values = match kind {
                    0 => Values::Boolean(bits(chance, 2)),
                    1 => Values::Integer((0..rows).map(|_| *chance.pick(&WHOLES)).collect()),
                    2 => Values::Float((0..rows).map(|_| decimal(chance)).collect()),
                    3 => Values::Text(Words::new(rows, || word(chance))),
                    _ => Values::Codes(Words::new(rows, || (*chance.pick(&CODES)).to_owned())),
                };
                columns.push((*name, Held { valid, values }));
            }
        }
        Self { columns, rows }
    }

    fn find(&self, name: &str) -> &Held {
        &self.columns.iter().find(|(known, _)| *known == name).unwrap().1
    }

    pub(crate) fn column(&self, name: &str) -> Column<'_> {
        let held = self.find(name);
        let values = match &held.values {
            Values::Boolean(bits) => ColumnValues::Boolean(Bits::new(bits, OFFSET)),
            Values::Integer(wholes) => ColumnValues::Integer(wholes),
            Values::Float(floats) => ColumnValues::Float(floats),
            Values::Text(words) => ColumnValues::Text(words.column()),
            Values::Codes(words) => ColumnValues::Codes(words.column()),
        };
        Column { values, valid: Some(Bits::new(&held.valid, OFFSET)) }
    }

    pub(crate) fn cell(&self, name: &str, row: usize) -> Cell<'_> {
        let held = self.find(name);
        let bit = |bytes: &[u8]| bytes[(row + OFFSET) / 8] >> ((row + OFFSET) % 8) & 1 == 1;
        if !bit(&held.valid) {
            return Cell::Missing;
        }
        match &held.values {
            Values::Boolean(bits) => Cell::Boolean(bit(bits)),
            Values::Integer(wholes) => Cell::Integer(wholes[row]),
            Values::Float(floats) => Cell::Float(floats[row]),
            Values::Text(words) => Cell::Text(words.text(row)),
            Values::Codes(words) => Cell::JoinedCodes(words.text(row)),
        }
    }
}

fn decimal(chance: &mut Chance) -> f64 {
    // What is no finite number counts as missing.
    if chance.one_in(60) { f64::NAN } else { *chance.pick(&DECIMALS) }
}

fn word(chance: &mut Chance) -> String {
    if chance.one_in(200) { "long ".repeat(120) } else { (*chance.pick(&WORDS)).to_owned() }
}
