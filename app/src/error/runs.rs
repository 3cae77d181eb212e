//! Codes of scoring runs, of models and of what is measured of them.

use dozor_domain::ErrorInfo;

pub(super) const CODES: &[ErrorInfo] = &[
    ErrorInfo {
        code: "RUN_NOT_FOUND",
        cause: "there is no finished scoring run of this id, or none at all",
        action: "run `dozor score` first, or name a run that `dozor score` printed",
    },
    ErrorInfo {
        code: "NOT_ASSESSED_YET",
        cause: "the object came after the latest scoring run",
        action: "run `dozor score` and look again",
    },
    ErrorInfo {
        code: "RUN_FAILED_RULES",
        cause: "a rule failed on more objects than publication.toml allows: what the run proposes cannot be trusted",
        action: "run `dozor rules verify`, mend the rule or its facts, score again, and decide the new run",
    },
    ErrorInfo {
        code: "WINDOWS_EMPTY",
        cause: "the last day of the windows lies before the first",
        action: "give --from and --to as the first and the last day that are measured",
    },
    ErrorInfo {
        code: "TRAIN_OVERLAPS",
        cause: "the model would learn from outcomes that it is measured on",
        action: "give --train-until as the day of --from or an earlier one",
    },
    ErrorInfo {
        code: "MODEL_CONSTANT",
        cause: "what is known by that day does not tell the objects apart, so that all get one probability",
        action: "learn from more outcomes: a later --train-until, or earlier deliveries",
    },
];
