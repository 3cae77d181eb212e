//! Codes of an approved day at work: the gate, tasks, and the rest of the day planned anew.

use dozor_domain::ErrorInfo;

pub(super) const CODES: &[ErrorInfo] = &[
    ErrorInfo {
        code: "GATE_QUESTION",
        cause: "the gate can't be asked so: a code is none of its list, nobody of the staff has the inspector's key, the \
                object has several kinds of control, or an answer beside the question says nothing",
        action: "use a code that the message lists, or a key of the staff; name the kind of control where the object has \
                 several; correct the answer that the message names",
    },
    ErrorInfo {
        code: "GATE_CONTRADICTION",
        cause: "what is said of the case beside the question contradicts what is on record: the title names both",
        action: "leave the answer out, so that the record counts; or have the source correct its record",
    },
    ErrorInfo {
        code: "TASK_NOT_FOUND",
        cause: "there is no task of this id, or it is somebody else's",
        action: "load the day's tasks again",
    },
    ErrorInfo {
        code: "START_ID_TAKEN",
        cause: "the id belongs to the start of another task",
        action: "make a new id where the start is captured, and send it again",
    },
    ErrorInfo {
        code: "PLAN_NOT_APPROVED",
        cause: "the day has no approved plan, and only an approved one has tasks that could change",
        action: "approve the day's plan, or plan the day anew",
    },
    ErrorInfo {
        code: "REPLAN_STALE",
        cause: "something has moved since the difference was shown: the title names what",
        action: "have the difference shown again, look at it, and apply that one",
    },
    ErrorInfo {
        code: "REPLAN_REFUSED",
        cause: "what was said about the day cannot be taken so: the title says why",
        action: "correct what the title names and have the difference shown again",
    },
    ErrorInfo {
        code: "URGENT_REFUSED",
        cause: "nothing lawful can be done at the object on that day: the title names what is lacking, with the articles",
        action: "supply what is lacking, e.g. the desk's decision on the sign or the decided category",
    },
];
