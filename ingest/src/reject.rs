//! Codes of rows that were refused, and how a row's faults become one [`Reject`].

use dozor_domain::{ErrorInfo, Reject};

/// Seen values are cut to this many characters: enough to find the cell, too short to smuggle a document.
const SEEN_CHARACTERS: usize = 200;

/// Codes of refused rows and of records that found no object; `errors.toml` of a pack says who looks after each.
pub const REJECT_CODES: &[ErrorInfo] = &[
    ErrorInfo {
        code: "ROW_COLUMNS",
        cause: "the row has another number of columns than the header",
        action: "look for a stray delimiter or an unclosed quotation mark in this row",
    },
    ErrorInfo { code: "ENCODING", cause: "the row is not UTF-8", action: "export the file in UTF-8" },
    ErrorInfo {
        code: "NUL_CHARACTER",
        cause: "a text holds the character NUL, which no register means",
        action: "remove the character in the source, or export the file again",
    },
    ErrorInfo {
        code: "FEATURE_FORM",
        cause: "the item is no GeoJSON feature",
        action: "correct the feature or leave it out",
    },
    ErrorInfo {
        code: "KEY_MISSING",
        cause: "the row has no key, so that nobody could tell it from another",
        action: "fill the key in the source",
    },
    ErrorInfo {
        code: "VALUE_MISSING",
        cause: "a required value is empty",
        action: "fill the value in the source",
    },
    ErrorInfo {
        code: "VALUE_TYPE",
        cause: "the value cannot be read as the declared type",
        action: "correct the value in the source, or the type in sources/*.toml",
    },
    ErrorInfo {
        code: "VALUE_NOT_IN_CLASSIFIER",
        cause: "the value is not among those that the mapping knows",
        action: "add it to the field's `map` in sources/*.toml, or correct it in the source",
    },
    ErrorInfo {
        code: "DATE_FORMAT",
        cause: "the text is no date of the declared form",
        action: "correct the date in the source, or the format in sources/*.toml",
    },
    ErrorInfo {
        code: "DATE_IN_FUTURE",
        cause: "the date lies after the delivery",
        action: "correct the date in the source",
    },
    ErrorInfo {
        code: "DATE_BEFORE_1990",
        cause: "the date lies before 1990, which this register cannot hold",
        action: "correct the date in the source",
    },
    ErrorInfo {
        code: "CADASTRAL_FORMAT",
        cause: "the text is no cadastral number of the form 77:01:0001001:15",
        action: "confirm the repaired number where one is shown, else correct it in the source",
    },
    ErrorInfo {
        code: "GEOMETRY_AXES_SWAPPED",
        cause: "the point lies in the pack's bounds only with latitude and longitude swapped",
        action: "correct the order of the axes in sources/*.toml or in the export",
    },
    ErrorInfo {
        code: "GEOMETRY_OUTSIDE_BOUNDS",
        cause: "the point lies outside the pack's bounds",
        action: "correct the coordinates in the source",
    },
    ErrorInfo {
        code: "GEOMETRY_INVALID",
        cause: "the geometry is empty, incomplete or crosses itself",
        action: "repair the geometry in the source",
    },
    ErrorInfo {
        code: "CRS_MISSING",
        cause: "the coordinates are no degrees and the file names no coordinate system",
        action: "export in EPSG:4326 (CRS84), longitude first",
    },
    ErrorInfo {
        code: "OBJECT_NOT_FOUND",
        cause: "no object of control was found for the record; the record is kept",
        action: "complete the key in the source, or review the candidate",
    },
    ErrorInfo {
        code: "MATCH_AMBIGUOUS",
        cause: "several objects fit the record equally well; the record is kept and attached to none",
        action: "choose the object at the desk",
    },
];

/// Is one fault of a row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Fault {
    /// A code of [`REJECT_CODES`].
    pub(crate) code: &'static str,
    /// Field or column at fault.
    pub(crate) field: Option<String>,
    /// The value seen.
    pub(crate) seen: Option<String>,
    /// What is wrong with this value, where that says more than the code's own cause.
    pub(crate) detail: Option<String>,
}

impl Fault {
    /// Names a fault of the row as a whole.
    pub(crate) fn of_row(code: &'static str, detail: impl Into<Option<String>>) -> Self {
        Self { code, field: None, seen: None, detail: detail.into() }
    }

    /// Names a fault of one value.
    pub(crate) fn of_value(code: &'static str, field: &str, seen: &str) -> Self {
        let seen = if seen.is_empty() { None } else { Some(seen.chars().take(SEEN_CHARACTERS).collect()) };
        Self { code, field: Some(field.to_owned()), seen, detail: None }
    }

    /// Adds what is wrong with this value.
    pub(crate) fn because(mut self, detail: String) -> Self {
        self.detail = Some(detail);
        self
    }

    fn text(&self) -> &str {
        self.detail.as_deref().unwrap_or_else(|| info(self.code).cause)
    }
}

fn info(code: &str) -> &'static ErrorInfo {
    REJECT_CODES.iter().find(|info| info.code == code).unwrap_or(&REJECT_CODES[0])
}

/// Makes one reject of all faults of a row: the first gives code and place, the others follow in the cause,
/// so that one correction settles the row and one row stays one reject.
pub(crate) fn reject(line: u64, faults: Vec<Fault>) -> Box<Reject> {
    let mut faults = faults.into_iter();
    let first = faults.next().unwrap_or_else(|| Fault::of_row("FEATURE_FORM", None));
    let mut cause = first.text().to_owned();
    // One column may be read twice, as the time of the record and as a field of it.
    let place = |fault: &Fault| (fault.code, fault.field.clone());
    let mut told = vec![place(&first)];
    for other in faults {
        if told.contains(&place(&other)) {
            continue;
        }
        told.push(place(&other));
        let place = other.field.as_deref().unwrap_or("the row");
        cause.push_str(&format!("; also {} in {place}: {}", other.code, other.text()));
    }
    let action = info(first.code).action.to_owned();
    Box::new(Reject {
        code: first.code.to_owned(),
        line,
        field: first.field,
        seen: first.seen,
        cause,
        action,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn several_faults_of_a_row_are_one_reject_that_names_all() {
        let faults = vec![
            Fault::of_value("VALUE_TYPE", "area", &"9".repeat(300)),
            Fault::of_value("DATE_FORMAT", "day", "32.01.2020"),
        ];
        let reject = reject(7, faults);
        assert_eq!((reject.code.as_str(), reject.line), ("VALUE_TYPE", 7));
        assert_eq!(reject.seen.map(|seen| seen.len()), Some(200));
        assert!(reject.cause.contains("also DATE_FORMAT in day"), "{}", reject.cause);
    }
}
