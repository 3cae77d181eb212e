//! Texts by number: a column of few different texts is read once a batch, and what is asked of a text is asked once a
//! different text, not once a row.

use super::mask::{BATCH_ROWS, Mask, NONE, one_of};
use super::view::Texts;

/// Different texts that a dictionary holds; a column of more is read row by row.
const MOST: usize = 250;
/// Places of the memory that finds a text again.
const PLACES: usize = 64;
/// So many texts are looked for at once; of more a table is made.
const FEW: usize = 8;
/// Is the number of no short text.
const NO_TEXT: u128 = u128::MAX;

/// Holds the different texts of a column, each with a number, and the numbers of a batch's rows.
#[derive(Clone, Debug)]
pub(super) struct Dictionary<'a> {
    texts: Vec<&'a str>,
    codes: Vec<u8>,
    found: [u8; PLACES],
    /// Short texts and their numbers: found again without looking at their bytes one by one.
    short: [(u128, u8); PLACES],
    is_full: bool,
}

/// What is known of a text: what a script asks of it is so, is not so, or only the interpreter can say.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Says {
    No = 0,
    Yes = 1,
    Ask = 2,
}

impl<'a> Dictionary<'a> {
    pub(super) fn new() -> Self {
        Self {
            texts: Vec::new(),
            codes: vec![0; BATCH_ROWS],
            found: [0; PLACES],
            short: [(NO_TEXT, 0); PLACES],
            is_full: false,
        }
    }

    /// Numbers the texts of a batch. The numbers depend on what was read before; answers do not.
    pub(super) fn read(&mut self, column: Texts<'a>, start: usize, rows: usize) {
        for row in 0..rows {
            if self.is_full {
                return;
            }
            let code = match column.short(start + row) {
                Some(key) => self.code_of_short(key, column, start + row),
                None => self.code(column.text(start + row)),
            };
            if let Some(slot) = self.codes.get_mut(row) {
                *slot = code;
            }
        }
    }

    #[inline]
    fn code_of_short(&mut self, key: u128, column: Texts<'a>, row: usize) -> u8 {
        // A multiplication spreads the bits of both halves; its highest six choose the place.
        const SPREAD: u64 = 0x9E37_79B9_7F4A_7C15;
        let place = ((key as u64 ^ (key >> 64) as u64).wrapping_mul(SPREAD) >> 58) as usize;
        let (known, code) = self.short[place];
        if known == key {
            return code;
        }
        let code = self.code(column.text(row));
        self.short[place] = (key, code);
        code
    }

    fn code(&mut self, text: &'a str) -> u8 {
        let bytes = text.as_bytes();
        let ends = bytes.first().zip(bytes.last()).map_or(0, |(first, last)| {
            usize::from(*first).wrapping_mul(31) ^ usize::from(*last).wrapping_mul(7)
        });
        let place = (bytes.len() ^ ends) % PLACES;
        let likely = self.found[place];
        if self.texts.get(usize::from(likely)) == Some(&text) {
            return likely;
        }
        let known = self.texts.iter().position(|known| *known == text);
        let code = known.unwrap_or_else(|| {
            self.texts.push(text);
            self.is_full = self.texts.len() > MOST;
            self.texts.len() - 1
        });
        let code = u8::try_from(code).unwrap_or(u8::MAX);
        self.found[place] = code;
        code
    }

    /// Returns the different texts seen so far; none where they were too many.
    pub(super) fn texts(&self) -> Option<&[&'a str]> {
        (!self.is_full).then_some(&self.texts)
    }

    /// Returns the rows whose text has this answer; `says` holds one for each different text.
    pub(super) fn rows(&self, says: &[Says], wanted: Says) -> Mask {
        let mut codes = [0_u8; MOST + 1];
        let mut count = 0;
        for code in (0..).zip(says).filter(|(_, said)| **said == wanted).map(|(code, _)| code) {
            if let Some(slot) = codes.get_mut(count) {
                *slot = code;
                count += 1;
            }
        }
        match codes.get(..count).unwrap_or_default() {
            [] => NONE,
            few if few.len() <= FEW => one_of(&self.codes, few),
            many => self.rows_of_many(many),
        }
    }

    fn rows_of_many(&self, wanted: &[u8]) -> Mask {
        let mut table = [0_u8; 256];
        wanted.iter().for_each(|code| table[usize::from(*code)] = 1);
        let mut mask = NONE;
        for (word, codes) in mask.iter_mut().zip(self.codes.chunks_exact(64)) {
            for (at, code) in codes.iter().enumerate() {
                *word |= u64::from(table[usize::from(*code)]) << at;
            }
        }
        mask
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_are_found_by_what_their_text_says_and_too_many_texts_are_left_alone() {
        let words: Vec<String> = (0..BATCH_ROWS).map(|row| format!("text {}", row % 200)).collect();
        let mut offsets = vec![0];
        words.iter().for_each(|word| offsets.push(offsets.last().unwrap() + word.len() as i32));
        let data = words.concat();
        let column = Texts::new(&offsets, &data);
        let mut dictionary = Dictionary::new();
        dictionary.read(column, 0, BATCH_ROWS);
        let says: Vec<Says> = dictionary
            .texts()
            .unwrap()
            .iter()
            .map(|text| if text.ends_with('7') { Says::Yes } else { Says::No })
            .collect();
        let yes = dictionary.rows(&says, Says::Yes);
        for (row, word) in words.iter().enumerate() {
            assert_eq!(super::super::mask::bit(&yes, row), word.ends_with('7'), "{word}");
        }
        let many: Vec<String> = (0..BATCH_ROWS).map(|row| format!("{row:05}")).collect();
        let offsets: Vec<i32> = (0..=BATCH_ROWS as i32).map(|row| 5 * row).collect();
        let data = many.concat();
        dictionary.read(Texts::new(&offsets, &data), 0, BATCH_ROWS);
        assert!(dictionary.texts().is_none());
    }
}
