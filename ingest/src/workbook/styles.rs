//! Which styles of a workbook show a number as a date or a time.

use std::collections::BTreeMap;

use super::xml::{Piece, walk};

/// Tells of each style of a cell, by its place, whether it shows dates.
pub(super) fn dates(text: &str) -> Result<Vec<bool>, String> {
    let (mut formats, mut dates, mut is_in_cells) = (BTreeMap::new(), Vec::new(), false);
    walk(text, |piece| {
        match piece {
            Piece::Open { name: "cellXfs", .. } => is_in_cells = true,
            Piece::Close("cellXfs") => is_in_cells = false,
            Piece::Open { name: "numFmt", mut attributes } => {
                let code = attributes.remove("formatCode").unwrap_or_default();
                formats.insert(attributes.remove("numFmtId").unwrap_or_default(), is_date_code(&code));
            }
            Piece::Open { name: "xf", attributes } if is_in_cells => {
                let id = attributes.get("numFmtId").map_or("0", String::as_str);
                dates.push(formats.get(id).copied().unwrap_or_else(|| is_built_in_date(id)));
            }
            Piece::Open { .. } | Piece::Close(_) | Piece::Text(_) => {}
        }
        Ok(())
    })?;
    Ok(dates)
}

/// Formats of dates and times that have numbers and no codes (ECMA-376, 18.8.30).
fn is_built_in_date(id: &str) -> bool {
    id.parse::<u32>().is_ok_and(|id| matches!(id, 14..=22 | 27..=36 | 45..=47 | 50..=58))
}

/// A code shows a date where it has a letter of one outside quotes and brackets.
fn is_date_code(code: &str) -> bool {
    let (mut is_quoted, mut is_in_brackets, mut is_escaped) = (false, false, false);
    for letter in code.chars() {
        match letter {
            _ if is_escaped => is_escaped = false,
            '\\' | '_' | '*' => is_escaped = true,
            '"' => is_quoted = !is_quoted,
            _ if is_quoted => {}
            '[' => is_in_brackets = true,
            ']' => is_in_brackets = false,
            'd' | 'D' | 'm' | 'M' | 'y' | 'Y' | 'h' | 'H' | 's' | 'S' if !is_in_brackets => return true,
            _ => {}
        }
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_date_has_a_letter_of_one_outside_quotes_and_brackets() {
        for code in ["dd.mm.yyyy", "[$-419]d mmm", "h:mm", "0.00;yyyy"] {
            assert!(is_date_code(code), "{code}");
        }
        for code in ["0.00", "General", "#,##0\" шт. d\"", "[Red]0.0", "0\\d", "0_d"] {
            assert!(!is_date_code(code), "{code}");
        }
        assert!(is_built_in_date("14") && !is_built_in_date("2"));
    }
}
