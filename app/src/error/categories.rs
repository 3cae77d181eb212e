//! Codes of deciding categories, and of requests for another one.

use dozor_domain::ErrorInfo;

pub(super) const CODES: &[ErrorInfo] = &[
    ErrorInfo {
        code: "ORDER_NUMBER_EMPTY",
        cause: "a decision needs the number of its order",
        action: "enter the number of the order and decide again",
    },
    ErrorInfo {
        code: "ORDER_NUMBER_TAKEN",
        cause: "another decision carries this number",
        action: "check the number of the order",
    },
    ErrorInfo {
        code: "NOTHING_TO_DECIDE",
        cause: "every proposal of the latest run is decided, or it proposed nothing",
        action: "nothing is left to do; `dozor score` proposes again when something has changed",
    },
    ErrorInfo {
        code: "PROPOSAL_STALE",
        cause: "another run or another decision came in between",
        action: "load the batch again and decide what it holds now",
    },
    ErrorInfo {
        code: "CATEGORY_REQUEST_REFUSED",
        cause: "a request needs the number of the paper, a kind of control that the object is under and a day that has come; it is granted only after an order lowered the category, and left only with a reason",
        action: "correct what the message names; where the facts have changed, score and decide first",
    },
    ErrorInfo {
        code: "CATEGORY_REQUEST_TAKEN",
        cause: "the paper of this number and day is entered already for this object and kind of control",
        action: "check number and day, or read the request on the object's page",
    },
    ErrorInfo {
        code: "CATEGORY_REQUEST_UNKNOWN",
        cause: "there is no request of this id",
        action: "load the page again",
    },
    ErrorInfo {
        code: "CATEGORY_REPLY_CHANGED",
        cause: "facts or orders have moved since the reply was drafted: it would say other words than those that were read",
        action: "read the reply again, then answer",
    },
];
