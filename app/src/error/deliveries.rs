//! Codes of what sources deliver, and of what is held until somebody confirms it.

use dozor_domain::ErrorInfo;

pub(super) const CODES: &[ErrorInfo] = &[
    ErrorInfo {
        code: "SOURCE_UNKNOWN",
        cause: "the active methodology declares no source of this name",
        action: "use one of the names that the message lists",
    },
    ErrorInfo {
        code: "DELIVERED_IN_FUTURE",
        cause: "the day of a delivery lies after today in the pack's zone",
        action: "write the day on which the source delivered the file",
    },
    ErrorInfo {
        code: "PACKAGE_NOT_FOUND",
        cause: "there is no package of this id",
        action: "use an id that `dozor ingest --json` printed in `packages` or in a note",
    },
    ErrorInfo {
        code: "PACKAGE_UNFINISHED",
        cause: "the rows of the package are not all stored yet",
        action: "run `dozor ingest` with the file again, then confirm",
    },
    ErrorInfo {
        code: "NOTHING_TO_CONFIRM",
        cause: "the package lacks no live key, was put away, or a later delivery of its source was taken",
        action: "confirm the latest delivery of the source, if it lacks keys that have truly ended",
    },
    ErrorInfo {
        code: "NOTHING_TO_DISMISS",
        cause: "the package is not held: what was taken is corrected by a later delivery",
        action: "deliver the corrected file; `dozor ingest` says which packages are held",
    },
    ErrorInfo {
        code: "GEOMETRY_UNWRITABLE",
        cause: "a checked geometry could not be turned into its stored form",
        action: "report it with the record's key: nothing of its transaction was stored",
    },
];
