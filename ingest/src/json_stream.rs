//! The outer shape of a JSON text, value by value: memory holds one value at a time, never the file.

use std::io::{BufRead, BufReader};

use crate::IngestError;
use crate::input::Input;

/// How much is read at once.
const BUFFER_BYTES: usize = 256 << 10;

/// Says what becomes of the bytes of a value that is passed.
enum Keep<'b> {
    Nothing,
    Bytes { into: &'b mut Vec<u8>, limit: usize, item: u64 },
}

/// Walks over a JSON text.
#[derive(Debug)]
pub(crate) struct JsonStream<'a> {
    reader: BufReader<Input<'a>>,
    name: &'a str,
    offset: u64,
}

/// Where a scan stands inside a value.
#[derive(Default)]
struct Scan {
    depth: usize,
    in_text: bool,
    escaped: bool,
    begun: bool,
}

impl Scan {
    /// Takes the next byte; `true` when the value ended *before* it (a bare number or word ends so).
    fn ends_before(&self, byte: u8) -> bool {
        self.begun
            && self.depth == 0
            && !self.in_text
            && matches!(byte, b',' | b']' | b'}' | b' ' | b'\t' | b'\n' | b'\r')
    }

    /// Takes the next byte; `true` when the value ends *with* it.
    fn ends_with(&mut self, byte: u8) -> bool {
        self.begun = true;
        if self.in_text {
            match byte {
                _ if self.escaped => self.escaped = false,
                b'\\' => self.escaped = true,
                b'"' => {
                    self.in_text = false;
                    return self.depth == 0;
                }
                _ => {}
            }
            return false;
        }
        match byte {
            b'"' => self.in_text = true,
            b'{' | b'[' => self.depth += 1,
            b'}' | b']' => {
                self.depth = self.depth.saturating_sub(1);
                return self.depth == 0;
            }
            _ => {}
        }
        false
    }
}

impl<'a> JsonStream<'a> {
    /// Starts at the first byte.
    pub(crate) fn new(name: &'a str, input: Input<'a>) -> Self {
        Self { reader: BufReader::with_capacity(BUFFER_BYTES, input), name, offset: 0 }
    }

    /// Names a fault of the text's form at the current place.
    pub(crate) fn malformed(&self, problem: impl Into<String>) -> IngestError {
        IngestError::GeojsonForm { name: self.name.to_owned(), problem: problem.into(), offset: self.offset }
    }

    fn fill(&mut self) -> Result<&[u8], IngestError> {
        // Asking twice is free: the buffer stays filled. The first answer only carries the fault out.
        if let Err(fault) = self.reader.fill_buf() {
            return Err(self.reader.get_ref().fault(fault, 0, 0));
        }
        Ok(self.reader.buffer())
    }

    fn consume(&mut self, count: usize) {
        self.reader.consume(count);
        self.offset += count as u64;
    }

    /// Returns the next byte that is no white space, without passing it; `None` at the end.
    pub(crate) fn peek(&mut self) -> Result<Option<u8>, IngestError> {
        loop {
            let buffer = self.fill()?;
            if buffer.is_empty() {
                return Ok(None);
            }
            let blank = buffer.iter().take_while(|byte| matches!(byte, b' ' | b'\t' | b'\n' | b'\r')).count();
            let found = buffer.get(blank).copied();
            self.consume(blank);
            if found.is_some() {
                return Ok(found);
            }
        }
    }

    /// Passes one expected byte.
    pub(crate) fn expect(&mut self, expected: u8) -> Result<(), IngestError> {
        match self.peek()? {
            Some(byte) if byte == expected => {
                self.consume(1);
                Ok(())
            }
            Some(_) => Err(self.malformed(format!("«{}» is expected", char::from(expected)))),
            None => Err(self.malformed("the file ends too early")),
        }
    }

    /// Passes the next byte when it is the one named.
    pub(crate) fn accept(&mut self, wanted: u8) -> Result<bool, IngestError> {
        let found = self.peek()? == Some(wanted);
        if found {
            self.consume(1);
        }
        Ok(found)
    }

    /// Passes one value and keeps its bytes, up to `limit` of them.
    pub(crate) fn take(&mut self, into: &mut Vec<u8>, limit: usize, item: u64) -> Result<(), IngestError> {
        into.clear();
        self.pass(Keep::Bytes { into, limit, item })
    }

    /// Passes one value.
    pub(crate) fn skip(&mut self) -> Result<(), IngestError> {
        self.pass(Keep::Nothing)
    }

    fn pass(&mut self, mut keep: Keep<'_>) -> Result<(), IngestError> {
        if matches!(self.peek()?, None | Some(b',' | b']' | b'}' | b':')) {
            return Err(self.malformed("a value is expected"));
        }
        let mut scan = Scan::default();
        loop {
            let buffer = self.fill()?;
            if buffer.is_empty() {
                let whole = scan.begun && scan.depth == 0 && !scan.in_text;
                return if whole { Ok(()) } else { Err(self.malformed("the file ends too early")) };
            }
            let (mut count, mut ended) = (0, false);
            for &byte in buffer {
                if scan.ends_before(byte) {
                    ended = true;
                    break;
                }
                count += 1;
                if scan.ends_with(byte) {
                    ended = true;
                    break;
                }
            }
            if let Keep::Bytes { into, limit, item } = &mut keep {
                if into.len() + count > *limit {
                    return Err(IngestError::TooLarge {
                        name: self.name.to_owned(),
                        line: *item,
                        limit: *limit,
                    });
                }
                into.extend_from_slice(buffer.get(..count).unwrap_or_default());
            }
            self.consume(count);
            if ended {
                return Ok(());
            }
        }
    }
}
