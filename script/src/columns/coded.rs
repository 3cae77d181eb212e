//! Texts by number: a column of few different texts is read once a batch, and what is asked of a text is asked once a
//! different text, not once a row.

use super::mask::{BATCH_ROWS, Mask, NONE};
use super::view::Texts;

/// Different texts that a dictionary holds; a column of more is read row by row.
const MOST: usize = 250;
/// Places of the memory that finds a text again.
const PLACES: usize = 64;

/// Holds the different texts of a column, each with a number, and the numbers of a batch's rows.
#[derive(Clone, Debug)]
pub(super) struct Dictionary<'a> {
    texts: Vec<&'a str>,
    codes: Vec<u8>,
    found: [u8; PLACES],
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
        Self { texts: Vec::new(), codes: vec![0; BATCH_ROWS], found: [0; PLACES], is_full: false }
    }

    /// Numbers the texts of a batch. The numbers depend on what was read before; answers do not.
    pub(super) fn read(&mut self, column: Texts<'a>, start: usize, rows: usize) {
        for row in 0..rows {
            if self.is_full {
                return;
            }
            let code = self.code(column.text(start + row));
            if let Some(slot) = self.codes.get_mut(row) {
                *slot = code;
            }
        }
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
        if !says.contains(&wanted) {
            return NONE;
        }
        let mut table = [0_u8; 256];
        table.iter_mut().zip(says).for_each(|(slot, said)| *slot = u8::from(*said == wanted));
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
