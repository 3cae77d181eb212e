//! The parts of a ZIP file: stored or deflated, each with its check sum, together not larger than a table may be.

use std::collections::BTreeMap;
use std::io::Read as _;

use flate2::Crc;
use flate2::read::DeflateDecoder;

/// Bytes of all parts that are read, once unpacked; a small file may claim to be huge.
const MOST_UNPACKED: u64 = 64 << 20;
/// Bytes of a part that only names others or styles.
const MOST_OF_A_LIST: u64 = 2 << 20;
/// The end of the list of parts lies this near to the end of the file: its own size and the longest comment.
const FARTHEST_END: usize = 22 + 65_535;
const STORED: u16 = 0;
const DEFLATED: u16 = 8;

/// Holds the list of parts of a file.
#[derive(Debug)]
pub(super) struct Parts<'a> {
    bytes: &'a [u8],
    entries: BTreeMap<String, Entry>,
    left: u64,
}

#[derive(Clone, Copy, Debug)]
struct Entry {
    method: u16,
    check: u32,
    packed: usize,
    header: usize,
}

impl<'a> Parts<'a> {
    /// Reads the list of parts, which lies at the end of the file.
    pub(super) fn open(bytes: &'a [u8]) -> Result<Self, String> {
        let cut = || "the file is cut: its list of parts is not there".to_owned();
        let from = bytes.len().saturating_sub(FARTHEST_END);
        let tail = bytes.get(from..).unwrap_or_default();
        let end = tail.windows(4).rposition(|window| window == b"PK\x05\x06").ok_or_else(cut)? + from;
        let count = number(bytes, end + 10, 2).ok_or_else(cut)?;
        let mut at = number(bytes, end + 16, 4).ok_or_else(cut)?;
        let mut entries = BTreeMap::new();
        for _ in 0..count {
            let field = |place: usize, size: usize| number(bytes, at + place, size).ok_or_else(cut);
            if bytes.get(at..at + 4) != Some(b"PK\x01\x02") {
                return Err(cut());
            }
            let length = field(28, 2)?;
            let name = bytes.get(at + 46..at + 46 + length).ok_or_else(cut)?;
            let entry = Entry {
                method: u16::try_from(field(10, 2)?).unwrap_or(u16::MAX),
                check: u32::try_from(field(16, 4)?).unwrap_or(u32::MAX),
                packed: field(20, 4)?,
                header: field(42, 4)?,
            };
            entries.insert(String::from_utf8_lossy(name).into_owned(), entry);
            at += 46 + length + field(30, 2)? + field(32, 2)?;
        }
        Ok(Self { bytes, entries, left: MOST_UNPACKED })
    }

    /// Unpacks a part that names others or styles; none where the file has no such part.
    pub(super) fn list(&mut self, name: &str) -> Result<Option<String>, String> {
        self.unpack(name, MOST_OF_A_LIST.min(self.left))
    }

    /// Unpacks a part as text; none where the file has no such part.
    pub(super) fn text(&mut self, name: &str) -> Result<Option<String>, String> {
        self.unpack(name, self.left)
    }

    fn unpack(&mut self, name: &str, most: u64) -> Result<Option<String>, String> {
        let Some(entry) = self.entries.get(name).copied() else { return Ok(None) };
        let cut = || format!("the part {name} is cut");
        let header = |place: usize| number(self.bytes, entry.header + place, 2).ok_or_else(cut);
        let from = entry.header + 30 + header(26)? + header(28)?;
        let packed = self.bytes.get(from..from.saturating_add(entry.packed)).ok_or_else(cut)?;
        let mut plain = Vec::new();
        let limit = most + 1;
        match entry.method {
            STORED => packed.take(limit).read_to_end(&mut plain),
            DEFLATED => DeflateDecoder::new(packed).take(limit).read_to_end(&mut plain),
            other => {
                return Err(format!(
                    "the part {name} is packed in a way that spreadsheets do not use ({other})"
                ));
            }
        }
        .map_err(|fault| format!("the part {name} can't be unpacked: {fault}"))?;
        let size = plain.len() as u64;
        if size > most {
            return Err(format!("its part {name}, unpacked, has over {most} bytes"));
        }
        self.left -= size;
        let mut check = Crc::new();
        check.update(&plain);
        if check.sum() != entry.check {
            return Err(format!("the part {name} does not pass its check sum"));
        }
        String::from_utf8(plain).map(Some).map_err(|_| format!("the part {name} is no UTF-8"))
    }
}

/// Reads a little-endian number of so many bytes.
fn number(bytes: &[u8], at: usize, size: usize) -> Option<usize> {
    let digits = bytes.get(at..at.checked_add(size)?)?;
    Some(digits.iter().rev().fold(0, |number, byte| (number << 8) | usize::from(*byte)))
}
