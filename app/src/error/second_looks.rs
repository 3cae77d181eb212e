//! Codes of second looks and drawn visits: what is sealed, what disagrees.

use dozor_domain::ErrorInfo;

pub(super) const CODES: &[ErrorInfo] = &[
    ErrorInfo {
        code: "SECOND_LOOK_WAITS",
        cause: "a second look at this object waits for you, and it is worth something only while you do not know what the first one found",
        action: "decide the sign in the desk queue: then the object opens",
    },
    ErrorInfo {
        code: "DRAWN_VISIT_WAITS",
        cause: "chance sends you to this object, and what you find there is worth most while you know nothing about it from here",
        action: "make the visit: the object opens when its result is in",
    },
    ErrorInfo {
        code: "SECOND_LOOK_READ",
        cause: "a fact or the labels of model.toml read second looks, which judge the first ones and may move nothing",
        action: "read the first decisions and results instead: desk_decisions and events",
    },
    ErrorInfo {
        code: "LOOK_NOT_FOUND",
        cause: "there is no second look of this id that differs from the first one",
        action: "load the page again: a record that was corrected meanwhile has another id",
    },
    ErrorInfo {
        code: "LOOK_SETTLED",
        cause: "somebody settled this disagreement before",
        action: "load the page again and see how",
    },
    ErrorInfo {
        code: "LOOK_IN_WORK",
        cause: "a task carries the sign: its visit will say who was right",
        action: "wait for the result of the visit, or take the task back first",
    },
];
