//! Codes of signs at the desk, and of rules that are snoozed.

use dozor_domain::ErrorInfo;

pub(super) const CODES: &[ErrorInfo] = &[
    ErrorInfo {
        code: "SIGN_NOT_FOUND",
        cause: "there is no sign of this id",
        action: "load the queue again: a sign that no longer fires is closed",
    },
    ErrorInfo {
        code: "SIGN_ALREADY_DECIDED",
        cause: "another decision about this sign was stored first",
        action: "load the sign again and see what was decided",
    },
    ErrorInfo {
        code: "DECISION_ID_TAKEN",
        cause: "another decision, with other content, carries this id",
        action: "make a new id for a new decision; the stored one stands",
    },
    ErrorInfo {
        code: "COMMENT_REQUIRED",
        cause: "what is taken back or refused stays on record and needs a reason in words",
        action: "write the reason and do it again",
    },
    ErrorInfo {
        code: "SNOOZE_REFUSED",
        cause: "a snooze needs a comment, a rule that is a sign, and an end within a year",
        action: "mend what the message names",
    },
];
