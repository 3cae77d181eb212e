//! Codes of users, of their passwords and sessions, and of officials.

use dozor_domain::ErrorInfo;

pub(super) const CODES: &[ErrorInfo] = &[
    ErrorInfo {
        code: "USER_NOT_FOUND",
        cause: "there is no user of this login",
        action: "see `dozor user list` for the logins there are",
    },
    ErrorInfo {
        code: "USER_LOGIN_INVALID",
        cause: "a login is 1 to 100 letters, digits, dots, dashes and underscores",
        action: "choose another login",
    },
    ErrorInfo {
        code: "USER_LOGIN_TAKEN",
        cause: "another user has this login",
        action: "choose another login, or change that user's password",
    },
    ErrorInfo {
        code: "USER_ROLE_UNKNOWN",
        cause: "the pack declares no such role",
        action: "choose one of the roles that the message names",
    },
    ErrorInfo {
        code: "USER_STAFF_UNKNOWN",
        cause: "no staff record of this key is known today",
        action: "ingest the staff source, or correct the key",
    },
    ErrorInfo {
        code: "STAFF_NOT_FOUND",
        cause: "the user is tied to no staff record that is known on that day",
        action: "ask the administrator to tie the login to a record of the staff source",
    },
    ErrorInfo {
        code: "PASSWORD_TOO_SHORT",
        cause: "a password has at least 12 characters and at most 1000",
        action: "choose a longer one",
    },
    ErrorInfo {
        code: "PASSWORD_UNUSABLE",
        cause: "the password could not be hashed",
        action: "choose another password",
    },
    ErrorInfo {
        code: "LOGIN_REFUSED",
        cause: "login and password do not belong together, or the user is blocked",
        action: "check both and try again, or ask the administrator",
    },
    ErrorInfo {
        code: "LOGIN_TOO_OFTEN",
        cause: "there were too many failed attempts for this login",
        action: "wait some minutes and try again",
    },
    ErrorInfo {
        code: "SESSION_REQUIRED",
        cause: "nobody is logged in, or the session has ended",
        action: "log in",
    },
    ErrorInfo {
        code: "OFFICIAL_EMPTY",
        cause: "a decision, an approval or a change of the day needs the name of the official who takes it",
        action: "give the name and try again",
    },
];
