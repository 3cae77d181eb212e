//! Codes of what any question or job can meet: a day, an object, a page, a state, a busy database.

use dozor_domain::ErrorInfo;

pub(super) const CODES: &[ErrorInfo] = &[
    ErrorInfo {
        code: "DATE_INVALID",
        cause: "the text is neither YYYY-MM-DD nor an RFC 3339 instant",
        action: "write the day as 2026-11-21",
    },
    ErrorInfo {
        code: "AS_OF_IN_FUTURE",
        cause: "the instant lies ahead: nothing is known of it yet, and a run of it would be the latest one until then",
        action: "take today (its midnight) or an earlier instant",
    },
    ErrorInfo {
        code: "OBJECT_NOT_FOUND",
        cause: "the register holds no object with this key",
        action: "check the key; a newly delivered object appears after ingest",
    },
    ErrorInfo {
        code: "OBJECT_NOT_YET",
        cause: "the register did not hold this object at that instant: it was not known yet, or had ended",
        action: "take a later instant, or none: then the latest run is explained",
    },
    ErrorInfo {
        code: "CURSOR_INVALID",
        cause: "the cursor does not come from this list, or its row is no longer in it",
        action: "read the list from its beginning",
    },
    ErrorInfo {
        code: "PORTFOLIO_BUSY",
        cause: "a question about the whole portfolio is being answered, and such questions are answered one at a time",
        action: "ask again in a minute: the answer is kept until something changes",
    },
    ErrorInfo {
        code: "STATE_NOT_ALLOWED",
        cause: "the thing is in a state that does not take this step",
        action: "load the page again: somebody may have been quicker",
    },
    ErrorInfo {
        code: "JOB_BUSY",
        cause: "another call does this job",
        action: "wait until it ends; one that crashed on another machine frees the job after five minutes",
    },
    ErrorInfo {
        code: "LEASE_LOST",
        cause: "this call stood still for so long that another one took its job over",
        action: "run the command again when the other one has ended: it goes on from what is stored",
    },
    ErrorInfo {
        code: "WORKER_LOST",
        cause: "a background thread ended without an answer",
        action: "run the command again; nothing half-done was committed",
    },
];
