//! Codes of planning a day or a year, and of approving a plan.

use dozor_domain::ErrorInfo;

pub(super) const CODES: &[ErrorInfo] = &[
    ErrorInfo {
        code: "NO_INSPECTORS",
        cause: "no staff record is known on that day, or no attestation holds any more, and the planner's settings declare nobody",
        action: "ingest the source of subject `staff`, or declare a crew without names under [generic] in planner.toml; where \
                 attestations are over, renew them and deliver the staff again",
    },
    ErrorInfo {
        code: "CALENDAR_ENDS",
        cause: "the pack's calendar does not cover the year of this day, so that nobody knows its working days",
        action: "add the year and its days off to [calendar] in pack.toml",
    },
    ErrorInfo {
        code: "DAY_OFF",
        cause: "the day is no working day of the pack's calendar and no staff record says that somebody works",
        action: "plan a working day, or name the day in the staff records' duty_days",
    },
    ErrorInfo {
        code: "PLAN_DAY_PAST",
        cause: "the day of the plan is over",
        action: "plan today or a later day",
    },
    ErrorInfo {
        code: "ITERATIONS_TOO_MANY",
        cause: "the search of a day's plan is bounded, and more iterations were asked for",
        action: "ask for at most a million, or for none: then the pack's own number is taken",
    },
    ErrorInfo {
        code: "PLAN_NOT_FOUND",
        cause: "there is no plan of this id or of this day",
        action: "load the day's plans again; a day that is not over gets one by `dozor plan --date DATE`. Of a day that went by \
                 without a plan nobody can say why something was not visited: signs, tasks and people are no longer as they were",
    },
    ErrorInfo {
        code: "PLAN_MADE_LATER",
        cause: "that day went by without a plan: this one was made afterwards, from signs, categories and tasks as they are known \
                now, so that its reasons are not those of the day",
        action: "ask about a day that had a plan; what the facts said of one object then is told by `dozor explain --as-of`",
    },
    ErrorInfo {
        code: "PLAN_REFUSED",
        cause: "the independent checker found a broken constraint in the plan",
        action: "report it with the plan's seed and iterations: nothing was stored",
    },
    ErrorInfo {
        code: "PLAN_ALREADY_APPROVED",
        cause: "somebody approved this plan before",
        action: "load the plan again: its orders and tasks exist",
    },
    ErrorInfo {
        code: "PLAN_STALE",
        cause: "a category, a sign, a prescription, an agreed visit, a task, an inspector or another plan has moved since this one was made: the title names what",
        action: "plan the day again and compare the two",
    },
    ErrorInfo {
        code: "YEAR_INVALID",
        cause: "the period is none or too long, or the change of staff or the share set aside is out of bounds",
        action: "give a first and a last day at most 800 days apart, at most 1000 inspectors more or fewer, and 0 to 100 per cent",
    },
];
