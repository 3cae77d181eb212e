//! From the bytes of a file to rows, or to the faults of all of them.

use std::collections::HashMap;

use csv::ByteRecord;

use super::{RowFault, TravelPlace, TravelTable, TravelTimesError};

/// Nobody is on the way longer: what a table says beyond is a mistake of units.
const MOST_MINUTES: f64 = 7.0 * 24.0 * 60.0;
/// Faults that are kept and named; the rest is counted.
const NAMED: usize = 20;
/// Places and pairs are numbered in 32 bits.
const MOST_ROWS: usize = u32::MAX as usize / 2;

/// Reads all rows.
pub(super) fn read(bytes: &[u8], knows: &dyn Fn(TravelPlace<'_>) -> bool) -> Result<Rows, TravelTimesError> {
    let text = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    let heading = text.split(|byte| *byte == b'\n').next().unwrap_or_default();
    let has_semicolons = heading.contains(&b';');
    let delimiter = if has_semicolons { b';' } else { b',' };
    let mut reader =
        csv::ReaderBuilder::new().flexible(true).trim(csv::Trim::All).delimiter(delimiter).from_reader(text);
    let mut reading = Reading::new(knows, has_semicolons);
    match reader.byte_headers().ok().and_then(columns) {
        Some(columns) => {
            let mut record = ByteRecord::new();
            // Of a slice no read fails, and rows may be of any length.
            while matches!(reader.read_byte_record(&mut record), Ok(true)) {
                reading.row(&record, columns);
            }
            if reading.rows.entries.is_empty() && reading.faults.count == 0 {
                reading.faults.add(1, "TRAVEL_HEADING", "no row".to_owned());
            }
        }
        None => reading.faults.add(1, "TRAVEL_HEADING", String::from_utf8_lossy(heading).trim().to_owned()),
    }
    reading.end()
}

/// Finds the columns `from`, `to` and `minutes`.
fn columns(heading: &ByteRecord) -> Option<[usize; 3]> {
    let find = |name: &str| heading.iter().position(|cell| cell == name.as_bytes());
    Some([find("from")?, find("to")?, find("minutes")?])
}

/// Is rows by numbers of places, in the order of the file.
#[derive(Default)]
pub(super) struct Rows {
    /// Places as files write them, in the order in which they came up.
    places: Vec<String>,
    entries: Vec<Entry>,
}

struct Entry {
    from: u32,
    to: u32,
    line: u64,
    minutes: f64,
}

#[derive(Default)]
struct Faults {
    count: u64,
    first: Vec<RowFault>,
}

impl Faults {
    fn add(&mut self, line: u64, code: &'static str, found: String) {
        self.count += 1;
        if self.first.len() < NAMED {
            self.first.push(RowFault { line, code, found });
        }
    }
}

struct Reading<'a> {
    knows: &'a dyn Fn(TravelPlace<'_>) -> bool,
    has_decimal_commas: bool,
    /// Number of each place that is known; none of one that is not.
    numbers: HashMap<String, Option<u32>>,
    rows: Rows,
    faults: Faults,
}

impl<'a> Reading<'a> {
    fn new(knows: &'a dyn Fn(TravelPlace<'_>) -> bool, has_decimal_commas: bool) -> Self {
        let (numbers, rows, faults) = (HashMap::new(), Rows::default(), Faults::default());
        Self { knows, has_decimal_commas, numbers, rows, faults }
    }

    fn row(&mut self, record: &ByteRecord, columns: [usize; 3]) {
        let line = record.position().map_or(0, csv::Position::line);
        let cells = columns.map(|column| record.get(column).and_then(|cell| std::str::from_utf8(cell).ok()));
        let [Some(from), Some(to), Some(minutes)] = cells else {
            return self.faults.add(
                line,
                "TRAVEL_ROW_UNREADABLE",
                "a cell is missing or not UTF-8".to_owned(),
            );
        };
        let Some(minutes) = self.number(minutes) else {
            return self.faults.add(line, "TRAVEL_ROW_UNREADABLE", format!("«{minutes}» minutes"));
        };
        if minutes < 0.0 {
            return self.faults.add(line, "TRAVEL_MINUTES_NEGATIVE", format!("{minutes} minutes"));
        }
        if !minutes.is_finite() || minutes > MOST_MINUTES {
            return self.faults.add(line, "TRAVEL_MINUTES_NOT_FINITE", format!("{minutes} minutes"));
        }
        let [from, to] = [self.place(from, line), self.place(to, line)];
        if let (Some(from), Some(to)) = (from, to)
            && self.rows.entries.len() < MOST_ROWS
        {
            self.rows.entries.push(Entry { from, to, line, minutes });
        }
    }

    fn number(&self, text: &str) -> Option<f64> {
        if self.has_decimal_commas { text.replace(',', ".").parse().ok() } else { text.parse().ok() }
    }

    /// Numbers a place; a fault where there is none of this name.
    fn place(&mut self, text: &str, line: u64) -> Option<u32> {
        let number = match self.numbers.get(text) {
            Some(known) => *known,
            None => {
                let is_known = TravelPlace::parse(text).is_some_and(|place| (self.knows)(place));
                let number = is_known.then_some(self.rows.places.len() as u32);
                self.rows.places.extend(is_known.then(|| text.to_owned()));
                self.numbers.insert(text.to_owned(), number);
                number
            }
        };
        if number.is_none() {
            self.faults.add(line, "TRAVEL_PLACE_UNKNOWN", format!("«{text}»"));
        }
        number
    }

    fn end(mut self) -> Result<Rows, TravelTimesError> {
        let entries = &mut self.rows.entries;
        entries.sort_unstable_by_key(|entry| (entry.from, entry.to, entry.line));
        for pair in entries.windows(2) {
            if let [one, other] = pair
                && (one.from, one.to) == (other.from, other.to)
            {
                let name = |place: u32| self.rows.places[place as usize].as_str();
                let found = format!("«{}» to «{}», first in line {}", name(one.from), name(one.to), one.line);
                self.faults.add(other.line, "TRAVEL_PAIR_TWICE", found);
            }
        }
        if self.faults.count == 0 {
            return Ok(self.rows);
        }
        let Faults { count, mut first } = self.faults;
        first.sort_by_key(|fault| fault.line);
        Err(TravelTimesError::Refused { count, first })
    }
}

impl Rows {
    /// Numbers the places anew, objects first, each kind by key, and puts the ways in rows. From a place to itself there
    /// is no way.
    pub(super) fn into_table(self, name: String) -> TravelTable {
        let parsed = |number: &u32| TravelPlace::parse(&self.places[*number as usize]);
        let mut order: Vec<u32> = (0..self.places.len() as u32).collect();
        order.sort_by_key(parsed);
        let mut numbers = vec![0_u32; order.len()];
        (0..).zip(&order).for_each(|(number, place)| numbers[*place as usize] = number);
        let keys = |is_wanted: fn(TravelPlace<'_>) -> bool| -> Vec<String> {
            let wanted = order.iter().filter_map(parsed).filter(|place| is_wanted(*place));
            wanted.map(|place| place.key().to_owned()).collect()
        };
        let objects = keys(|place| matches!(place, TravelPlace::Object(_)));
        let bases = keys(|place| matches!(place, TravelPlace::Base(_)));
        let renumbered = |entry: &Entry| (numbers[entry.from as usize], numbers[entry.to as usize]);
        let mut entries: Vec<Entry> =
            self.entries.into_iter().filter(|entry| entry.from != entry.to).collect();
        entries.sort_unstable_by_key(renumbered);
        let mut starts = vec![0_u32; order.len() + 1];
        entries.iter().for_each(|entry| starts[renumbered(entry).0 as usize + 1] += 1);
        for place in 1..starts.len() {
            starts[place] += starts[place - 1];
        }
        let targets = entries.iter().map(|entry| renumbered(entry).1).collect();
        let minutes = entries.iter().map(|entry| entry.minutes).collect();
        TravelTable { name, objects, bases, starts, targets, minutes }
    }
}
