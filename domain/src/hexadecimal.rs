//! Bytes as hexadecimal digits: how hashes, ids and cursors are written and read everywhere.

const DIGITS: [char; 16] = ['0', '1', '2', '3', '4', '5', '6', '7', '8', '9', 'a', 'b', 'c', 'd', 'e', 'f'];

/// Writes bytes as lower-case hexadecimal digits, two a byte.
pub fn hex(bytes: &[u8]) -> String {
    bytes.iter().flat_map(|byte| [byte >> 4, byte & 15]).map(|half| DIGITS[usize::from(half)]).collect()
}

/// Reads hexadecimal digits of either case, two a byte; none where anything else stands between them.
pub fn bytes_from_hex(text: &str) -> Option<Vec<u8>> {
    let digits = text.as_bytes();
    if digits.len() % 2 == 1 {
        return None;
    }
    digits.chunks_exact(2).map(|pair| Some(digit(pair[0])? << 4 | digit(pair[1])?)).collect()
}

/// Reads a hash or an id of `N` bytes; none unless there are exactly `2 * N` digits.
pub fn array_from_hex<const N: usize>(text: &str) -> Option<[u8; N]> {
    // Before anything is read: the text comes from outside and may be long.
    if text.len() != 2 * N {
        return None;
    }
    bytes_from_hex(text)?.try_into().ok()
}

fn digit(byte: u8) -> Option<u8> {
    // A digit of base 16 is below 16: it fits.
    char::from(byte).to_digit(16).map(|digit| digit as u8)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_read_back() {
        let bytes: Vec<u8> = (0..=u8::MAX).collect();
        let text = hex(&bytes);
        assert_eq!((text.len(), &text[..8], &text[508..]), (512, "00010203", "feff"));
        assert_eq!(text, text.to_lowercase());
        assert_eq!(bytes_from_hex(&text), Some(bytes.clone()));
        assert_eq!(bytes_from_hex(&text.to_uppercase()), Some(bytes));
    }

    #[test]
    fn only_whole_bytes_of_digits_are_read() {
        assert_eq!(bytes_from_hex(""), Some(Vec::new()));
        for wrong in ["0", "zz", "+1", " 1", "0x", "я", "000"] {
            assert_eq!(bytes_from_hex(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn only_a_whole_hash_is_a_hash() {
        let text = "00ff".repeat(16);
        assert_eq!(array_from_hex::<32>(&text).unwrap()[..3], [0, 255, 0]);
        for wrong in ["", "00", &"0".repeat(63), &"0".repeat(66), &"я".repeat(32)] {
            assert_eq!(array_from_hex::<32>(wrong), None, "{wrong}");
        }
    }
}
