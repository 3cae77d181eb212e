//! Columns as kernels read them: slices borrowed from wherever they lie.

/// Is one bit a row, packed as Arrow packs it: the lowest bit of a byte comes first.
#[derive(Clone, Copy, Debug)]
pub struct Bits<'a> {
    bytes: &'a [u8],
    /// Place of the first row's bit.
    offset: usize,
}

impl<'a> Bits<'a> {
    /// Makes bits that begin at the bit `offset`.
    pub fn new(bytes: &'a [u8], offset: usize) -> Self {
        Self { bytes, offset }
    }

    /// Returns 64 rows from `row` on; bits past the end are 0.
    pub(crate) fn word(&self, row: usize) -> u64 {
        let first = self.offset + row;
        let (byte, shift) = (first / 8, first % 8);
        let part = |from: usize| {
            let mut eight = [0; 8];
            let end = (from + 8).min(self.bytes.len());
            if let Some(held) = self.bytes.get(from..end) {
                eight[..held.len()].copy_from_slice(held);
            }
            u64::from_le_bytes(eight)
        };
        if shift == 0 {
            return part(byte);
        }
        let last = u64::from(self.bytes.get(byte + 8).copied().unwrap_or_default());
        (part(byte) >> shift) | (last << (64 - shift))
    }
}

/// Is a column of texts, as Arrow keeps it: all texts one behind the other, and where each begins and ends.
#[derive(Clone, Copy, Debug)]
pub struct Texts<'a> {
    offsets: &'a [i32],
    data: &'a str,
}

impl<'a> Texts<'a> {
    /// Makes a column; the text of row `i` stands at `offsets[i]..offsets[i + 1]` of `data`.
    pub fn new(offsets: &'a [i32], data: &'a str) -> Self {
        Self { offsets, data }
    }

    /// Returns the text of a row; anything where it is missing.
    #[inline]
    pub(crate) fn text(&self, row: usize) -> &'a str {
        let place = |at: usize| self.offsets.get(at).and_then(|place| usize::try_from(*place).ok());
        match (place(row), place(row + 1)) {
            (Some(from), Some(to)) => self.data.get(from..to).unwrap_or_default(),
            _ => "",
        }
    }

    /// Returns a row's text as one number, where it is short: its bytes, and above them its length. `None` where it is
    /// longer, or too near the end of the data to be read in one go.
    #[inline]
    pub(crate) fn short(&self, row: usize) -> Option<u128> {
        const ROOM: usize = 16;
        let from = usize::try_from(*self.offsets.get(row)?).ok()?;
        let length = usize::try_from(*self.offsets.get(row + 1)?).ok()?.checked_sub(from)?;
        if length >= ROOM {
            return None;
        }
        let bytes: [u8; ROOM] = self.data.as_bytes().get(from..from + ROOM)?.try_into().ok()?;
        let text = u128::from_le_bytes(bytes) & ((1 << (8 * length)) - 1);
        Some(text | (length as u128) << 120)
    }

    /// Returns the length of a row's text in bytes.
    #[inline]
    pub(crate) fn length(&self, row: usize) -> usize {
        let place = |at: usize| self.offsets.get(at).copied().unwrap_or_default();
        usize::try_from(place(row + 1) - place(row)).unwrap_or_default()
    }

    /// Tells whether one of some rows has a text of more than `limit` bytes.
    pub(crate) fn has_longer(&self, start: usize, rows: usize, limit: usize) -> bool {
        let limit = i32::try_from(limit).unwrap_or(i32::MAX);
        let offsets = self.offsets.get(start..=start + rows).unwrap_or_default();
        offsets.iter().zip(offsets.iter().skip(1)).any(|(from, to)| to - from > limit)
    }
}

/// Is the data of one column.
#[derive(Clone, Copy)]
pub enum ColumnValues<'a> {
    /// True and false.
    Boolean(Bits<'a>),
    /// Whole numbers, days, microseconds.
    Integer(&'a [i64]),
    /// Decimal numbers; one that is not finite counts as missing.
    Float(&'a [f64]),
    /// Texts.
    Text(Texts<'a>),
    /// Lists of codes, joined by `;`.
    Codes(Texts<'a>),
}

/// Is one column of facts.
#[derive(Clone, Copy)]
pub struct Column<'a> {
    /// The values.
    pub values: ColumnValues<'a>,
    /// Which rows are known; none = all.
    pub valid: Option<Bits<'a>>,
}

impl std::fmt::Debug for Column<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let kind = match self.values {
            ColumnValues::Boolean(_) => "Boolean",
            ColumnValues::Integer(_) => "Integer",
            ColumnValues::Float(_) => "Float",
            ColumnValues::Text(_) => "Text",
            ColumnValues::Codes(_) => "Codes",
        };
        write!(f, "Column({kind})")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn short_texts_are_numbers_of_their_own() {
        let words = ["", "a", "b", "a\0", "fifteen letters", "sixteen letters.", "", "building", "last"];
        let mut offsets = vec![0];
        words.iter().for_each(|word| offsets.push(offsets[offsets.len() - 1] + word.len() as i32));
        let data = words.concat();
        let texts = Texts::new(&offsets, &data);
        let short: Vec<Option<u128>> = (0..words.len()).map(|row| texts.short(row)).collect();
        assert_eq!(
            short.iter().map(Option::is_some).collect::<Vec<_>>(),
            [true, true, true, true, true, false, false, false, false]
        );
        for (row, key) in short.iter().enumerate().take(5) {
            assert_eq!(short.iter().position(|other| other == key), Some(row), "{:?}", words[row]);
        }
    }

    #[test]
    fn words_are_read_from_any_bit_and_end_with_zeroes() {
        let bytes: Vec<u8> = (0..20_u8).map(|byte| byte.wrapping_mul(73).wrapping_add(11)).collect();
        for offset in 0..17 {
            let bits = Bits::new(&bytes, offset);
            for row in [0, 1, 7, 60, 64, 100, 140, 159] {
                let word = bits.word(row);
                for at in 0..64 {
                    let place = offset + row + at;
                    let expect = bytes.get(place / 8).is_some_and(|byte| byte >> (place % 8) & 1 == 1);
                    assert_eq!(word >> at & 1 == 1, expect, "offset {offset}, row {row}, bit {at}");
                }
            }
        }
    }
}
