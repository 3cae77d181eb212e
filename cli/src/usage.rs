//! Codes of calls that make no sense: they end with 2 before anything is opened or written.

use dozor_domain::ErrorInfo;

/// Codes of the command line.
pub(crate) const USAGE_ERRORS: &[ErrorInfo] = &[
    ErrorInfo {
        code: "COMMAND_NOT_BUILT",
        cause: "the command does not exist in this version",
        action: "see `dozor --help` for the commands there are",
    },
    ErrorInfo {
        code: "DATA_MISSING",
        cause: "neither --data nor --database-url is given",
        action: "add --data DIR",
    },
    ErrorInfo {
        code: "NOW_INVALID",
        cause: "the text is no RFC 3339 instant",
        action: "write it as 2026-11-21T09:00:00Z",
    },
    ErrorInfo {
        code: "LANGUAGE_INVALID",
        cause: "documents are written in Russian or English",
        action: "give ru or en",
    },
    ErrorInfo {
        code: "THREADS_INVALID",
        cause: "the number of threads can't be had: it is 0 or above 256, or the system refuses so many",
        action: "choose a number from 1 to the number of cores",
    },
    ErrorInfo {
        code: "OBJECTS_OUT_OF_RANGE",
        cause: "a demo city has from 2,000 to 1,000,000 objects",
        action: "choose --objects in that range",
    },
    ErrorInfo {
        code: "USAGE",
        cause: "the arguments do not fit the command",
        action: "see `dozor COMMAND --help`",
    },
    ErrorInfo {
        code: "PASSWORD_UNREAD",
        cause: "neither the terminal nor stdin gave a line",
        action: "type the password when it is asked for, or pipe one line in",
    },
    ErrorInfo {
        code: "DEMO_NOT_PUBLIC",
        cause: "this is a demo: its logins stand on the login page and their password is known to everybody",
        action: "listen on 127.0.0.1, or add --demo-public if the whole network may log in",
    },
    ErrorInfo {
        code: "SERVER_FAILED",
        cause: "the system took the address away, or refuses signals",
        action: "start it again; if it happens again, read the system's log",
    },
    ErrorInfo {
        code: "LISTEN_FAILED",
        cause: "another program listens there, or the address is none of this machine's",
        action: "end the other program, or choose another address: --listen 127.0.0.1:8090 (make: DOZOR_LISTEN)",
    },
    ErrorInfo {
        code: "LISTEN_INVALID",
        cause: "it is no address with a port",
        action: "write it as 127.0.0.1:8080",
    },
    ErrorInfo {
        code: "LISTEN_NOT_LOOPBACK",
        cause: "plain HTTP beyond this machine would show passwords to the network, and phones need HTTPS",
        action: "listen on 127.0.0.1, or put a proxy with HTTPS in front and add --behind-proxy (docs/adr/0018)",
    },
    ErrorInfo {
        code: "PLAN_ID_INVALID",
        cause: "the text is no plan id",
        action: "copy the id that `dozor plan` printed",
    },
    ErrorInfo {
        code: "RUN_ID_INVALID",
        cause: "the text is no run id",
        action: "copy the id that `dozor score` printed",
    },
    ErrorInfo {
        code: "SECONDS_INVALID",
        cause: "it is no span of time",
        action: "give a number of seconds, e.g. 5",
    },
    ErrorInfo {
        code: "TIME_INVALID",
        cause: "the text is no local time",
        action: "give hours and minutes, e.g. 11:30",
    },
    ErrorInfo {
        code: "HAND_INVALID",
        cause: "the text does not name an object and an inspector",
        action: "give registry key and key of the inspector, e.g. 77:01:0010001:8=ИНС-0002",
    },
    ErrorInfo {
        code: "STEP_ID_INVALID",
        cause: "the text is no UUID",
        action: "give the id that was made where the step was captured, or none",
    },
    ErrorInfo {
        code: "CHECKPOINT_INVALID",
        cause: "the file holds no checkpoint of an audit log",
        action: "give a file written from `dozor audit checkpoint`",
    },
];
