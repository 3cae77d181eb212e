//! The hash of one row of facts: what an assessment stores of its inputs.
//!
//! SHA-256 over: the text `dozor-facts-row-1`; the catalogue's hash (32 bytes); the object's id (16 bytes); `as_of`
//! in microseconds; then each cell in the order of the columns: a byte for its type (0 missing, 1 boolean,
//! 2 integer, 3 float, 4 text, 5 codes joined by `;`), then the value. Numbers are little-endian, floats their
//! IEEE 754 bits with −0 as 0, booleans one byte, texts their length in bytes (u64) and UTF-8.

use dozor_domain::sha256;
use dozor_script::Cell;
use rayon::prelude::*;

use crate::table::FactsTable;

const FORM: &[u8] = b"dozor-facts-row-1";

impl FactsTable {
    /// Returns the SHA-256 of a row, in the form that the module documents.
    pub fn row_hash(&self, row: usize) -> [u8; 32] {
        let mut bytes = Vec::with_capacity(64 + 12 * self.columns().len());
        bytes.extend_from_slice(FORM);
        bytes.extend_from_slice(&self.catalogue_hash());
        bytes.extend_from_slice(self.object_id(row).as_bytes());
        bytes.extend_from_slice(&self.as_of(row).micros().to_le_bytes());
        for column in 0..self.columns().len() {
            push_cell(&mut bytes, self.cell(row, column));
        }
        sha256(&bytes)
    }

    /// Returns the hashes of all rows.
    pub fn row_hashes(&self) -> Vec<[u8; 32]> {
        (0..self.len()).into_par_iter().map(|row| self.row_hash(row)).collect()
    }
}

fn push_cell(bytes: &mut Vec<u8>, cell: Cell<'_>) {
    match cell {
        Cell::Missing => bytes.push(0),
        Cell::Boolean(flag) => bytes.extend_from_slice(&[1, u8::from(flag)]),
        Cell::Integer(number) => {
            bytes.push(2);
            bytes.extend_from_slice(&number.to_le_bytes());
        }
        Cell::Float(number) => {
            bytes.push(3);
            bytes.extend_from_slice(&(number + 0.0).to_bits().to_le_bytes());
        }
        Cell::Text(text) => push_text(bytes, 4, text),
        Cell::JoinedCodes(codes) => push_text(bytes, 5, codes),
        Cell::Codes(codes) => push_text(bytes, 5, &codes.join(";")),
    }
}

fn push_text(bytes: &mut Vec<u8>, tag: u8, text: &str) {
    bytes.push(tag);
    bytes.extend_from_slice(&(text.len() as u64).to_le_bytes());
    bytes.extend_from_slice(text.as_bytes());
}
