//! Codes of packs: their files, tables and rules.

use dozor_domain::ErrorInfo;

pub(super) const CODES: &[ErrorInfo] = &[
    ErrorInfo {
        code: "PACK_MISSING",
        cause: "there is no built-in pack of this name and no folder with a pack.toml at this path",
        action: "use moscow, chicago, the path of a folder that holds pack.toml, or, where a version is asked for, a \
                 number or hash that `dozor methodology list` prints",
    },
    ErrorInfo {
        code: "PACK_FILE_TOO_LARGE",
        cause: "a file of the pack is larger than 4 MiB",
        action: "packs hold rules and tables, not data: ingest data through a source",
    },
    ErrorInfo {
        code: "PACK_FILE_MISSING",
        cause: "the pack lacks a file that every pack has",
        action: "add the file that the message names; docs/how-to/pack.md lists them",
    },
    ErrorInfo {
        code: "PACK_TABLE",
        cause: "a table of the pack does not parse: an unknown key, a missing one or a value of another type",
        action: "mend the line that the message names",
    },
    ErrorInfo {
        code: "RULES_INVALID",
        cause: "at least one rule does not pass the check",
        action: "run `dozor rules check` and mend what it lists",
    },
    ErrorInfo {
        code: "MODEL_NOT_DECLARED",
        cause: "the pack has no model.toml",
        action: "add model.toml to the pack, or work with rules alone",
    },
    ErrorInfo {
        code: "THRESHOLDS_LINE",
        cause: "policy.toml writes these bounds as a table or over several lines, where the command can't replace them",
        action: "write them in braces on one line, or put the proposed bounds into a draft by hand",
    },
    ErrorInfo {
        code: "CANDIDATE_OTHER_PACK",
        cause: "the candidate is a methodology of another pack than this database holds",
        action: "name a folder or a version of this database's pack",
    },
];
