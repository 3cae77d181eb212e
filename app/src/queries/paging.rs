//! Pages of lists: a cursor is the key of a page's last row, opaque to the caller; the next page begins after it.

use dozor_domain::{bytes_from_hex, hex};
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::error::AppError;

/// Asks for one page.
#[derive(Clone, Debug, Default)]
pub struct PageCall {
    /// `next_cursor` of the page before.
    pub cursor: Option<String>,
    /// Rows, 1 to 500.
    pub limit: usize,
}

impl PageCall {
    /// Reads the place after which the page begins.
    ///
    /// # Errors
    /// [`AppError::CursorInvalid`].
    pub(crate) fn place<T: DeserializeOwned>(&self) -> Result<Option<T>, AppError> {
        let Some(text) = &self.cursor else { return Ok(None) };
        let bytes = bytes_from_hex(text).ok_or(AppError::CursorInvalid)?;
        serde_json::from_slice(&bytes).map(Some).map_err(|_| AppError::CursorInvalid)
    }

    /// Cuts the page out of a list that stands in the order of its keys.
    ///
    /// # Errors
    /// [`AppError::CursorInvalid`] when the row that the cursor names is no longer in the list.
    pub(crate) fn cut<T>(
        &self,
        rows: Vec<T>,
        key: impl Fn(&T) -> String,
    ) -> Result<(Vec<T>, Option<String>), AppError> {
        let from = match self.place::<String>()? {
            None => 0,
            Some(last) => rows.iter().position(|row| key(row) == last).ok_or(AppError::CursorInvalid)? + 1,
        };
        let more = rows.len() > from + self.limit;
        let page: Vec<T> = rows.into_iter().skip(from).take(self.limit).collect();
        let next = if more { page.last().map(|row| cursor(&key(row))) } else { None };
        Ok((page, next))
    }
}

/// Writes a place as a cursor.
pub(crate) fn cursor(place: &impl Serialize) -> String {
    hex(serde_json::json!(place).to_string().as_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pages_follow_each_other_without_gap_and_a_foreign_cursor_is_refused() {
        let rows: Vec<u32> = (0..5).collect();
        let mut call = PageCall { cursor: None, limit: 2 };
        let mut seen = Vec::new();
        loop {
            let (page, next) = call.cut(rows.clone(), u32::to_string).unwrap();
            seen.extend(page);
            let Some(next) = next else { break };
            call.cursor = Some(next);
        }
        assert_eq!(seen, rows);
        call.cursor = Some("zz".to_owned());
        assert!(matches!(call.cut(rows, u32::to_string), Err(AppError::CursorInvalid)));
    }
}
