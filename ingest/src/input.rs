//! The bytes of a delivery: gzip unpacked, a byte order mark passed over, faults of reading told apart.

use std::io::{self, Cursor, Read};

use flate2::read::MultiGzDecoder;

use crate::IngestError;

const GZIP_MAGIC: &[u8] = &[0x1f, 0x8b];
const BYTE_ORDER_MARK: &[u8] = &[0xef, 0xbb, 0xbf];

/// Reads the plain text of a delivery.
pub(crate) struct Input<'a> {
    reader: Box<dyn Read + Send + 'a>,
    name: &'a str,
    /// Bytes that the current row may still take; see [`Input::allow`].
    allowance: usize,
    gzip: bool,
}

impl std::fmt::Debug for Input<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Input").field("name", &self.name).field("gzip", &self.gzip).finish_non_exhaustive()
    }
}

/// Is how `Input` says that a row went past its allowance.
#[derive(Debug, thiserror::Error)]
#[error("the row is larger than allowed")]
struct PastAllowance;

impl<'a> Input<'a> {
    /// Looks at the first bytes and takes off gzip and the byte order mark.
    pub(crate) fn open(name: &'a str, mut bytes: impl Read + Send + 'a) -> Result<Self, IngestError> {
        let failed = |source| IngestError::Read { name: name.to_owned(), source };
        let first = head(&mut bytes, GZIP_MAGIC.len()).map_err(failed)?;
        let gzip = first == GZIP_MAGIC;
        let whole = Cursor::new(first).chain(bytes);
        let mut plain: Box<dyn Read + Send + 'a> =
            if gzip { Box::new(MultiGzDecoder::new(whole)) } else { Box::new(whole) };
        let first = head(&mut plain, BYTE_ORDER_MARK.len()).map_err(|source| fault(name, gzip, source))?;
        let rest = if first == BYTE_ORDER_MARK { Vec::new() } else { first };
        let reader = Box::new(Cursor::new(rest).chain(plain));
        Ok(Self { reader, name, allowance: usize::MAX, gzip })
    }

    /// Lets the next row take this many bytes more than the reader may have taken ahead.
    pub(crate) fn allow(&mut self, bytes: usize) {
        self.allowance = bytes;
    }

    /// Names a fault of reading.
    pub(crate) fn fault(&self, source: io::Error, line: u64, limit: usize) -> IngestError {
        if source.get_ref().is_some_and(|inner| inner.is::<PastAllowance>()) {
            return IngestError::TooLarge { name: self.name.to_owned(), line, limit };
        }
        fault(self.name, self.gzip, source)
    }
}

impl Read for Input<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.allowance == 0 {
            return Err(io::Error::other(PastAllowance));
        }
        let count = self.reader.read(buffer)?;
        self.allowance = self.allowance.saturating_sub(count);
        Ok(count)
    }
}

fn fault(name: &str, gzip: bool, source: io::Error) -> IngestError {
    use io::ErrorKind::{InvalidData, InvalidInput, UnexpectedEof};
    let name = name.to_owned();
    match source.kind() {
        InvalidData | InvalidInput | UnexpectedEof if gzip => IngestError::Gzip { name, source },
        _ => IngestError::Read { name, source },
    }
}

/// Reads up to `count` bytes; fewer only at the end.
fn head(reader: &mut impl Read, count: usize) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::with_capacity(count);
    reader.take(count as u64).read_to_end(&mut bytes)?;
    Ok(bytes)
}
