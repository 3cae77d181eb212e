//! Codes of what a check finds: the command did its work and ends with 1, the error stands beside what was found.

use dozor_domain::ErrorInfo;

/// Codes of checks.
pub(crate) const FOUND_ERRORS: &[ErrorInfo] = &[
    ErrorInfo {
        code: "AUDIT_BROKEN",
        cause: "entries of the log were changed, removed or added by something else than this program",
        action: "keep the file as it is, compare it with a backup and a checkpoint, and find out who wrote to it",
    },
    ErrorInfo {
        code: "AUDIT_DEVIATES",
        cause: "what is stored is not what its run gave, or what the run was made from is lost",
        action: "see what `named` lists, restore a backup, and find out who wrote to the database",
    },
    ErrorInfo {
        code: "RULES_CASES_FAILED",
        cause: "a rule or the gate answers a case otherwise than its file expects",
        action: "mend the rule or the case; `results` names each that failed",
    },
    ErrorInfo {
        code: "RULES_UNSOUND",
        cause: "the verifier found an error in a rule or in the policy",
        action: "mend what `findings` lists",
    },
];
