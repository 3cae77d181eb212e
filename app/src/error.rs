//! Why a use-case could not be done. Errors of the crates below pass through with their own codes.

use dozor_domain::{Coded, ErrorInfo, InvalidTransition, PackError};
use thiserror::Error;

/// Codes of this crate.
pub const APP_ERRORS: &[ErrorInfo] = &[
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
        code: "FILE_READ",
        cause: "the file does not exist or may not be read",
        action: "check the path and its permissions",
    },
    ErrorInfo {
        code: "FILE_WRITE",
        cause: "the file or its folder may not be written, or the disk is full",
        action: "check the path, its permissions and the free space, then run the command again",
    },
    ErrorInfo {
        code: "FOLDER_EXISTS",
        cause: "there is a folder or a file of this name already, and a pack is written into a new one only",
        action: "name a folder that does not exist yet",
    },
    ErrorInfo {
        code: "SOURCE_UNKNOWN",
        cause: "the active methodology declares no source of this name",
        action: "use one of the names that the message lists",
    },
    ErrorInfo {
        code: "DATE_INVALID",
        cause: "the text is neither YYYY-MM-DD nor an RFC 3339 instant",
        action: "write the day as 2026-11-21",
    },
    ErrorInfo {
        code: "GATE_QUESTION",
        cause: "the gate can't be asked so: a code is none of its list, or the object has several kinds of control",
        action: "use a code that the message lists; name the kind of control where the object has several",
    },
    ErrorInfo {
        code: "OBJECT_NOT_FOUND",
        cause: "the register holds no object with this key",
        action: "check the key; a newly delivered object appears after ingest",
    },
    ErrorInfo {
        code: "OBJECT_NOT_YET",
        cause: "the register did not hold this object at that instant: it was not known yet, or had ended",
        action: "take a later instant, or none: then the latest run is explained",
    },
    ErrorInfo {
        code: "RUN_NOT_FOUND",
        cause: "there is no finished scoring run of this id, or none at all",
        action: "run `dozor score` first, or name a run that `dozor score` printed",
    },
    ErrorInfo {
        code: "MODEL_NOT_DECLARED",
        cause: "the pack has no model.toml",
        action: "add model.toml to the pack, or work with rules alone",
    },
    ErrorInfo {
        code: "WINDOWS_EMPTY",
        cause: "the last day of the windows lies before the first",
        action: "give --from and --to as the first and the last day that are measured",
    },
    ErrorInfo {
        code: "YEAR_INVALID",
        cause: "the period is none or too long, or the change of staff or the share set aside is out of bounds",
        action: "give a first and a last day at most 800 days apart, at most 1000 inspectors more or fewer, and 0 to 100 per cent",
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
    ErrorInfo {
        code: "REPORT_FORMAT",
        cause: "a report is written as .html or .json and the file's name ends otherwise",
        action: "end the name with .html or .json",
    },
    ErrorInfo {
        code: "RULES_INVALID",
        cause: "at least one rule does not pass the check",
        action: "run `dozor rules check` and mend what it lists",
    },
    ErrorInfo {
        code: "STATE_NOT_ALLOWED",
        cause: "the thing is in a state that does not take this step",
        action: "load the page again: somebody may have been quicker",
    },
    ErrorInfo {
        code: "PASSWORD_UNUSABLE",
        cause: "the password could not be hashed",
        action: "choose another password",
    },
    ErrorInfo {
        code: "DEMO_OTHER_PARAMETERS",
        cause: "this folder holds a demo city made with other parameters",
        action: "use the same parameters, or another --data folder",
    },
    ErrorInfo {
        code: "NOT_A_DEMO",
        cause: "this folder holds a database that is no demo",
        action: "use another --data folder: the demo never touches real data",
    },
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
        code: "PACK_TABLE",
        cause: "a table of the pack does not parse: an unknown key, a missing one or a value of another type",
        action: "mend the line that the message names",
    },
    ErrorInfo {
        code: "PLAN_NOT_FOUND",
        cause: "there is no plan of this id or of this day",
        action: "load the day's plans again; a day without a plan gets one by `dozor plan --date DATE`",
    },
    ErrorInfo {
        code: "PLAN_REFUSED",
        cause: "the independent checker found a broken constraint in the plan",
        action: "report it with the plan's seed and iterations: nothing was stored",
    },
    ErrorInfo {
        code: "JOB_BUSY",
        cause: "another call does this job",
        action: "wait until it ends; one that crashed on another machine frees the job after five minutes",
    },
    ErrorInfo {
        code: "LEASE_LOST",
        cause: "this call stood still for so long that another one took its job over",
        action: "run the command again when the other one has ended: it goes on from what is stored",
    },
    ErrorInfo {
        code: "DELIVERED_IN_FUTURE",
        cause: "the day of a delivery lies after today in the pack's zone",
        action: "write the day on which the source delivered the file",
    },
    ErrorInfo {
        code: "AS_OF_IN_FUTURE",
        cause: "the instant lies ahead: nothing is known of it yet, and a run of it would be the latest one until then",
        action: "take today (its midnight) or an earlier instant",
    },
    ErrorInfo {
        code: "PACKAGE_NOT_FOUND",
        cause: "there is no package of this id",
        action: "use an id that `dozor ingest --json` printed in `packages` or in a note",
    },
    ErrorInfo {
        code: "PACKAGE_UNFINISHED",
        cause: "the rows of the package are not all stored yet",
        action: "run `dozor ingest` with the file again, then confirm",
    },
    ErrorInfo {
        code: "NOTHING_TO_CONFIRM",
        cause: "the package lacks no live key, was put away, or a later delivery of its source was taken",
        action: "confirm the latest delivery of the source, if it lacks keys that have truly ended",
    },
    ErrorInfo {
        code: "NOTHING_TO_DISMISS",
        cause: "the package is not held: what was taken is corrected by a later delivery",
        action: "deliver the corrected file; `dozor ingest` says which packages are held",
    },
    ErrorInfo {
        code: "EXPORT_FORMAT",
        cause: "the name of the file to write ends neither in .csv nor in .parquet",
        action: "choose a name that ends in .csv or .parquet",
    },
    ErrorInfo {
        code: "WORKER_LOST",
        cause: "a background thread ended without an answer",
        action: "run the command again; nothing half-done was committed",
    },
    ErrorInfo {
        code: "GEOMETRY_UNWRITABLE",
        cause: "a checked geometry could not be turned into its stored form",
        action: "report it with the record's key: nothing of its transaction was stored",
    },
    ErrorInfo {
        code: "CURSOR_INVALID",
        cause: "the cursor does not come from this list, or its row is no longer in it",
        action: "read the list from its beginning",
    },
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
    ErrorInfo {
        code: "ORDER_NUMBER_EMPTY",
        cause: "a decision needs the number of its order",
        action: "enter the number of the order and decide again",
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
        code: "THRESHOLDS_LINE",
        cause: "policy.toml writes these bounds as a table or over several lines, where the command can't replace them",
        action: "write them in braces on one line, or put the proposed bounds into a draft by hand",
    },
    ErrorInfo {
        code: "CATEGORY_REPLY_CHANGED",
        cause: "facts or orders have moved since the reply was drafted: it would say other words than those that were read",
        action: "read the reply again, then answer",
    },
    ErrorInfo {
        code: "CATEGORY_REQUEST_UNKNOWN",
        cause: "there is no request of this id",
        action: "load the page again",
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
        code: "PLAN_ALREADY_APPROVED",
        cause: "somebody approved this plan before",
        action: "load the plan again: its orders and tasks exist",
    },
    ErrorInfo {
        code: "PLAN_STALE",
        cause: "a category, a sign, a task or another plan has moved since this one was made: the title names what",
        action: "plan the day again and compare the two",
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
    ErrorInfo {
        code: "STAFF_NOT_FOUND",
        cause: "the user is tied to no staff record that is known on that day",
        action: "ask the administrator to tie the login to a record of the staff source",
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
        code: "FOLDER_NOT_OURS",
        cause: "the folder holds files that the demo did not write",
        action: "rename the folder, or choose another --data folder",
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
        code: "OFFICIAL_EMPTY",
        cause: "a decision, an approval or a change of the day needs the name of the official who takes it",
        action: "give the name and try again",
    },
    ErrorInfo {
        code: "DECISION_ID_TAKEN",
        cause: "another decision, with other content, carries this id",
        action: "make a new id for a new decision; the stored one stands",
    },
    ErrorInfo {
        code: "NOT_ASSESSED_YET",
        cause: "the object came after the latest scoring run",
        action: "run `dozor score` and look again",
    },
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
        code: "PASSWORD_TOO_SHORT",
        cause: "a password has at least 12 characters and at most 1000",
        action: "choose a longer one",
    },
    ErrorInfo {
        code: "SNOOZE_REFUSED",
        cause: "a snooze needs a comment, a rule that is a sign, and an end within a year",
        action: "mend what the message names",
    },
    ErrorInfo {
        code: "PORTFOLIO_BUSY",
        cause: "a question about the whole portfolio is being answered, and such questions are answered one at a time",
        action: "ask again in a minute: the answer is kept until something changes",
    },
    ErrorInfo {
        code: "RUN_FAILED_RULES",
        cause: "a rule failed on more objects than publication.toml allows: what the run proposes cannot be trusted",
        action: "run `dozor rules verify`, mend the rule or its facts, score again, and decide the new run",
    },
    ErrorInfo {
        code: "CANDIDATE_OTHER_PACK",
        cause: "the candidate is a methodology of another pack than this database holds",
        action: "name a folder or a version of this database's pack",
    },
    ErrorInfo {
        code: "COMMENT_REQUIRED",
        cause: "what is taken back or refused stays on record and needs a reason in words",
        action: "write the reason and do it again",
    },
];

fn entry(code: &'static str) -> &'static ErrorInfo {
    APP_ERRORS.iter().find(|info| info.code == code).unwrap_or(&APP_ERRORS[0])
}

/// Says why a use-case could not be done.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum AppError {
    /// The pack is neither built in nor a folder.
    #[error("looking for the pack «{path}»")]
    PackMissing {
        /// What was given.
        path: String,
    },
    /// A file of the pack is too large.
    #[error("reading {path} of the pack ({bytes} bytes)")]
    PackFileTooLarge {
        /// The file.
        path: String,
        /// Its size.
        bytes: u64,
    },
    /// A file that every pack has is not there.
    #[error("reading {file} of the pack")]
    PackFileMissing {
        /// The file.
        file: String,
    },
    /// A file could not be read.
    #[error("reading {path}")]
    Read {
        /// The file.
        path: String,
        /// Why.
        source: std::io::Error,
    },
    /// A file could not be written.
    #[error("writing {path}")]
    Write {
        /// The file.
        path: String,
        /// Why.
        source: std::io::Error,
    },
    /// The source is not declared.
    #[error("looking for the source «{name}» among: {known}")]
    SourceUnknown {
        /// What was asked for.
        name: String,
        /// What there is.
        known: String,
    },
    /// A date is no date.
    #[error("reading the date «{text}»")]
    DateInvalid {
        /// What was given.
        text: String,
    },
    /// A question that the gate can't be asked.
    #[error("asking the gate: {problem}")]
    GateQuestion {
        /// What does not fit.
        problem: String,
    },
    /// There is no such object.
    #[error("looking for the object «{key}»")]
    ObjectNotFound {
        /// What was given.
        key: String,
    },
    /// The folder to write is there already.
    #[error("writing the folder {path}")]
    FolderExists {
        /// The folder.
        path: String,
    },
    /// The object was not there at that instant.
    #[error("explaining the object «{key}» as of {as_of}")]
    ObjectNotYet {
        /// Its key.
        key: String,
        /// The instant.
        as_of: String,
    },
    /// There is no such run.
    #[error("looking for the scoring run {run}")]
    RunNotFound {
        /// What was given, or «latest».
        run: String,
    },
    /// The pack has no model.
    #[error("training a model")]
    ModelNotDeclared,
    /// Rules do not pass their check.
    #[error("checking the rules: {problems}")]
    RulesInvalid {
        /// The problems, one after another.
        problems: String,
    },
    /// A snooze makes no sense.
    #[error("snoozing the rule «{rule}»: {problem}")]
    SnoozeRefused {
        /// The rule.
        rule: String,
        /// What is wrong.
        problem: &'static str,
    },
    /// A request to change a category, or its answer, makes no sense.
    #[error("the request to change a category: {problem}")]
    CategoryRequestRefused {
        /// What is wrong.
        problem: &'static str,
    },
    /// Another request carries the reference.
    #[error("the request «{reference}» is entered already")]
    CategoryRequestTaken {
        /// The number.
        reference: String,
    },
    /// The bounds do not stand on one line.
    #[error("writing the bounds `{key}` into policy.toml")]
    BoundsNotInLine {
        /// Their key.
        key: String,
    },
    /// The reply reads otherwise by now.
    #[error("answering the request «{id}» with a reply of before")]
    CategoryReplyChanged {
        /// The request.
        id: String,
    },
    /// There is no such request.
    #[error("no request «{id}»")]
    CategoryRequestUnknown {
        /// What was asked for.
        id: String,
    },
    /// Another question about all objects runs.
    #[error("answering «{question}» about the whole portfolio")]
    PortfolioBusy {
        /// What was asked.
        question: &'static str,
    },
    /// A rule failed too often in a run.
    #[error("deciding the run {run}: the rule «{rule}» failed on {failed} of {objects} objects")]
    RunFailedRules {
        /// The run.
        run: dozor_domain::RunId,
        /// The rule.
        rule: String,
        /// Objects on which it failed.
        failed: usize,
        /// All objects.
        objects: usize,
    },
    /// The candidate is of another pack.
    #[error("reading the candidate, which is of the pack «{found}», not of «{expected}»")]
    OtherPack {
        /// Pack of the candidate.
        found: String,
        /// Pack of the database.
        expected: String,
    },
    /// A state machine refused.
    #[error("changing the state")]
    State(#[from] InvalidTransition),
    /// The password was refused.
    #[error("hashing a password: {fault}")]
    Password {
        /// What the library said.
        fault: String,
    },
    /// The folder holds another demo.
    #[error("opening the demo, which was made with {found}, not with {wanted}")]
    DemoOtherParameters {
        /// Parameters of the folder.
        found: String,
        /// Parameters of the call.
        wanted: String,
    },
    /// The folder holds real data.
    #[error("opening the demo")]
    NotADemo,
    /// Nobody is on duty.
    #[error("looking for inspectors on {date}")]
    NoInspectors {
        /// The day.
        date: String,
    },
    /// The calendar says nothing about the day.
    #[error("planning {date}")]
    CalendarEnds {
        /// The day.
        date: String,
    },
    /// A table of the pack is wrong.
    #[error("reading {file}: {fault}")]
    PackTable {
        /// The file.
        file: &'static str,
        /// Line, key and what is wrong.
        fault: String,
    },
    /// There is no such plan.
    #[error("looking for the plan {plan}")]
    PlanNotFound {
        /// What was given.
        plan: String,
    },
    /// The checker found something.
    #[error("checking the plan of {date}: {violations}")]
    PlanRefused {
        /// The day.
        date: String,
        /// What was found.
        violations: String,
    },
    /// Somebody else does the job.
    #[error("starting the job «{job}»")]
    JobBusy {
        /// The job.
        job: String,
    },
    /// Somebody else took the job over.
    #[error("doing the job «{job}»")]
    LeaseLost {
        /// The job.
        job: String,
    },
    /// A delivery of a later day than today.
    #[error("reading the day of a delivery, {day}, on {today}")]
    DeliveredInFuture {
        /// The day given.
        day: jiff::civil::Date,
        /// The local day.
        today: jiff::civil::Date,
    },
    /// An instant that has not come.
    #[error("looking at the data as of {as_of}, after {last}")]
    AsOfInFuture {
        /// The instant given.
        as_of: String,
        /// The instant of the clock.
        last: String,
    },
    /// There is no such package.
    #[error("looking for the package {package}")]
    PackageNotFound {
        /// What was given.
        package: String,
    },
    /// The package is not read to its end.
    #[error("confirming the package {package}")]
    PackageUnfinished {
        /// The package.
        package: String,
    },
    /// The package has nothing that waits for a confirmation.
    #[error("confirming the package {package}")]
    NothingToConfirm {
        /// The package.
        package: String,
    },
    /// The package is not held.
    #[error("putting the package {package} away")]
    NothingToDismiss {
        /// The package.
        package: String,
    },
    /// The name of a file to write has no known ending.
    #[error("writing {path}")]
    ExportFormat {
        /// The file.
        path: String,
    },
    /// There is no day to measure.
    #[error("cutting {from} … {to} into windows")]
    WindowsEmpty {
        /// First day.
        from: String,
        /// Last day.
        to: String,
    },
    /// The long-range plan is asked for what it cannot be.
    #[error("planning the period: {problem}")]
    YearInvalid {
        /// What is wrong with it.
        problem: String,
    },
    /// The model would be measured on what it learnt from.
    #[error("learning until {train_until} and measuring from {from}")]
    TrainOverlaps {
        /// Instant until which it learns.
        train_until: String,
        /// First day that is measured.
        from: String,
    },
    /// The model gives all events one probability.
    #[error("measuring {events} events by a model that gives them all one probability")]
    ModelConstant {
        /// The events.
        events: usize,
    },
    /// The name of a report has no known ending.
    #[error("writing {path}")]
    ReportFormat {
        /// The file.
        path: String,
    },
    /// A thread ended without an answer.
    #[error("waiting for {what}")]
    WorkerLost {
        /// What it did.
        what: &'static str,
    },
    /// A geometry has no stored form.
    #[error("storing the geometry of «{record}»")]
    Geometry {
        /// Key of the record.
        record: String,
        /// Why.
        #[source]
        fault: dozor_domain::GeometryFault,
    },
    /// A reason in words is missing.
    #[error("recording what becomes «{verdict}»")]
    CommentRequired {
        /// What it becomes: a verdict, `returned`.
        verdict: &'static str,
    },
    /// A cursor is foreign.
    #[error("reading a page of a list")]
    CursorInvalid,
    /// There is no such sign.
    #[error("looking for the sign {sign}")]
    SignNotFound {
        /// What was given.
        sign: String,
    },
    /// Somebody else was quicker.
    #[error("deciding the sign {sign}")]
    SignAlreadyDecided {
        /// The sign.
        sign: String,
    },
    /// A second look waits for the user, who may not know what the first found.
    #[error("opening the object {object}")]
    SecondLookWaits {
        /// The object.
        object: String,
    },
    /// Chance sends the caller to the object: until its result is in it is sealed to him.
    #[error("opening the object {object}")]
    DrawnVisitWaits {
        /// The object.
        object: String,
    },
    /// A fact or a label reads second looks.
    #[error("reading the source «{name}»")]
    SecondLookRead {
        /// The source.
        name: String,
    },
    /// There is no such disagreement.
    #[error("looking for the second look {look}")]
    LookNotFound {
        /// What was given.
        look: String,
    },
    /// It is settled.
    #[error("settling the second look {look}")]
    LookSettled {
        /// The record.
        look: String,
    },
    /// Its sign is in the field.
    #[error("sending the sign of the second look {look} back to the desk")]
    LookInWork {
        /// The record.
        look: String,
    },
    /// The number of the order is missing.
    #[error("deciding a batch of categories")]
    OrderNumberEmpty,
    /// The number of the order is taken.
    #[error("deciding a batch of categories under the order «{number}»")]
    OrderNumberTaken {
        /// The number.
        number: String,
    },
    /// The batch is no longer what was looked at.
    #[error("deciding the batch of the run {run}")]
    ProposalStale {
        /// The run.
        run: String,
    },
    /// All is decided.
    #[error("deciding the batch of the run {run}")]
    NothingToDecide {
        /// The run.
        run: String,
    },
    /// The plan is approved.
    #[error("approving the plan {plan}")]
    PlanAlreadyApproved {
        /// The plan.
        plan: String,
    },
    /// The plan is no longer the one that was looked at.
    #[error("approving the plan {plan}: {moved}")]
    PlanStale {
        /// The plan.
        plan: String,
        /// What moved.
        moved: String,
    },
    /// There is no such task for this inspector.
    #[error("looking for the task {task}")]
    TaskNotFound {
        /// What was given.
        task: String,
    },
    /// The id belongs to another start.
    #[error("storing the start {id}")]
    StartIdTaken {
        /// The id.
        id: String,
    },
    /// Only an approved plan has tasks.
    #[error("changing the plan of {date}")]
    PlanNotApproved {
        /// The day.
        date: String,
    },
    /// The change is no longer the one that was shown.
    #[error("changing the plan of {date}: {moved}")]
    ReplanStale {
        /// The day.
        date: String,
        /// What moved.
        moved: String,
    },
    /// What was said about the day cannot be meant.
    #[error("planning the rest of the day anew: {what}: {problem}")]
    ReplanRefused {
        /// What was named.
        what: String,
        /// Why it cannot be.
        problem: String,
    },
    /// The gate lets no kind of event pass.
    #[error("looking for lawful urgent work at «{object}»: {lacks}")]
    UrgentRefused {
        /// What was named.
        object: String,
        /// What is lacking, with the articles.
        lacks: String,
        /// The articles alone.
        articles: Vec<String>,
    },
    /// The day is over.
    #[error("working on the plan of {date}")]
    PlanDayPast {
        /// The day.
        date: String,
    },
    /// Nobody works on that day.
    #[error("looking for inspectors on duty on {date}")]
    DayOff {
        /// The day.
        date: String,
    },
    /// The folder is somebody else's.
    #[error("taking the folder {path} for the files of the demo city")]
    FolderNotOurs {
        /// The folder.
        path: String,
    },
    /// The name of the official is missing.
    #[error("an act of an official without the name of who takes it")]
    OfficialEmpty,
    /// The id belongs to another decision.
    #[error("storing the desk decision {id}")]
    DecisionIdTaken {
        /// The id.
        id: String,
    },
    /// The object came after the latest run.
    #[error("explaining the object «{key}»")]
    NotAssessedYet {
        /// Its key.
        key: String,
    },
    /// There is no such user.
    #[error("looking for the user «{login}»")]
    UserNotFound {
        /// What was given.
        login: String,
    },
    /// The login is none.
    #[error("reading the login «{login}»")]
    UserLoginInvalid {
        /// What was given.
        login: String,
    },
    /// The login is taken.
    #[error("adding the user «{login}»")]
    UserLoginTaken {
        /// What was given.
        login: String,
    },
    /// There is no such role.
    #[error("looking for the role «{role}» among: {known}")]
    UserRoleUnknown {
        /// What was given.
        role: String,
        /// What there is.
        known: String,
    },
    /// There is no such staff record.
    #[error("looking for the staff record «{key}»")]
    UserStaffUnknown {
        /// What was given.
        key: String,
    },
    /// The password is too short or too long.
    #[error("reading a password")]
    PasswordTooShort,
    /// The user is nobody of the staff.
    #[error("looking for the staff record of «{login}»")]
    StaffNotFound {
        /// The user.
        login: String,
    },
    /// Login or password are wrong.
    #[error("logging in")]
    LoginRefused,
    /// Too many failures.
    #[error("logging in")]
    LoginTooOften,
    /// Nobody is logged in.
    #[error("reading the session")]
    SessionRequired,
    /// `pack.toml` is wrong.
    #[error(transparent)]
    Pack(#[from] PackError),
    /// Something failed with one file of several.
    #[error("in «{file}»{before}")]
    InFile {
        /// Name of the file.
        file: String,
        /// What was done before it, where something was.
        before: String,
        /// What failed.
        source: Box<AppError>,
    },
    /// Reading sources failed.
    #[error(transparent)]
    Ingest(#[from] dozor_ingest::IngestError),
    /// A script failed to compile.
    #[error(transparent)]
    Script(#[from] dozor_script::ScriptError),
    /// Facts failed.
    #[error(transparent)]
    Facts(#[from] dozor_facts::FactsError),
    /// Rules could not be evaluated.
    #[error(transparent)]
    Rules(#[from] dozor_rules::RulesError),
    /// Scoring failed.
    #[error(transparent)]
    Scoring(#[from] dozor_scoring::ScoringError),
    /// Planning failed.
    #[error(transparent)]
    Planner(#[from] dozor_planner::PlannerError),
    /// Travel times were not taken.
    #[error(transparent)]
    TravelTimes(#[from] dozor_planner::TravelTimesError),
    /// A table service gave no travel times.
    #[error(transparent)]
    TravelService(#[from] crate::travel_service::TravelServiceError),
    /// The generator failed.
    #[error(transparent)]
    City(#[from] dozor_city::CityError),
    /// A step of an order is refused.
    #[error(transparent)]
    Order(#[from] crate::order_life::OrderError),
    /// A step of a task is refused.
    #[error(transparent)]
    Task(#[from] crate::task_life::TaskError),
    /// A step of a methodology version is refused.
    #[error(transparent)]
    Version(#[from] crate::versions::VersionError),
    /// The database failed.
    #[error(transparent)]
    Store(#[from] dozor_store::StoreError),
}

impl Coded for AppError {
    #[expect(clippy::too_many_lines, reason = "a table: one arm an error")]
    fn info(&self) -> &'static ErrorInfo {
        match self {
            Self::PackMissing { .. } => entry("PACK_MISSING"),
            Self::PackFileTooLarge { .. } => entry("PACK_FILE_TOO_LARGE"),
            Self::PackFileMissing { .. } => entry("PACK_FILE_MISSING"),
            Self::Read { .. } => entry("FILE_READ"),
            Self::Write { .. } => entry("FILE_WRITE"),
            Self::FolderExists { .. } => entry("FOLDER_EXISTS"),
            Self::SourceUnknown { .. } => entry("SOURCE_UNKNOWN"),
            Self::DateInvalid { .. } => entry("DATE_INVALID"),
            Self::GateQuestion { .. } => entry("GATE_QUESTION"),
            Self::ObjectNotFound { .. } => entry("OBJECT_NOT_FOUND"),
            Self::ObjectNotYet { .. } => entry("OBJECT_NOT_YET"),
            Self::RunNotFound { .. } => entry("RUN_NOT_FOUND"),
            Self::ModelNotDeclared => entry("MODEL_NOT_DECLARED"),
            Self::RulesInvalid { .. } => entry("RULES_INVALID"),
            Self::SnoozeRefused { .. } => entry("SNOOZE_REFUSED"),
            Self::CategoryRequestRefused { .. } => entry("CATEGORY_REQUEST_REFUSED"),
            Self::CategoryRequestTaken { .. } => entry("CATEGORY_REQUEST_TAKEN"),
            Self::BoundsNotInLine { .. } => entry("THRESHOLDS_LINE"),
            Self::CategoryReplyChanged { .. } => entry("CATEGORY_REPLY_CHANGED"),
            Self::CategoryRequestUnknown { .. } => entry("CATEGORY_REQUEST_UNKNOWN"),
            Self::PortfolioBusy { .. } => entry("PORTFOLIO_BUSY"),
            Self::RunFailedRules { .. } => entry("RUN_FAILED_RULES"),
            Self::OtherPack { .. } => entry("CANDIDATE_OTHER_PACK"),
            Self::State(_) => entry("STATE_NOT_ALLOWED"),
            Self::Password { .. } => entry("PASSWORD_UNUSABLE"),
            Self::DemoOtherParameters { .. } => entry("DEMO_OTHER_PARAMETERS"),
            Self::NotADemo => entry("NOT_A_DEMO"),
            Self::NoInspectors { .. } => entry("NO_INSPECTORS"),
            Self::CalendarEnds { .. } => entry("CALENDAR_ENDS"),
            Self::PackTable { .. } => entry("PACK_TABLE"),
            Self::PlanNotFound { .. } => entry("PLAN_NOT_FOUND"),
            Self::PlanRefused { .. } => entry("PLAN_REFUSED"),
            Self::JobBusy { .. } => entry("JOB_BUSY"),
            Self::LeaseLost { .. } => entry("LEASE_LOST"),
            Self::DeliveredInFuture { .. } => entry("DELIVERED_IN_FUTURE"),
            Self::AsOfInFuture { .. } => entry("AS_OF_IN_FUTURE"),
            Self::PackageNotFound { .. } => entry("PACKAGE_NOT_FOUND"),
            Self::PackageUnfinished { .. } => entry("PACKAGE_UNFINISHED"),
            Self::NothingToConfirm { .. } => entry("NOTHING_TO_CONFIRM"),
            Self::NothingToDismiss { .. } => entry("NOTHING_TO_DISMISS"),
            Self::ExportFormat { .. } => entry("EXPORT_FORMAT"),
            Self::WindowsEmpty { .. } => entry("WINDOWS_EMPTY"),
            Self::YearInvalid { .. } => entry("YEAR_INVALID"),
            Self::TrainOverlaps { .. } => entry("TRAIN_OVERLAPS"),
            Self::ModelConstant { .. } => entry("MODEL_CONSTANT"),
            Self::NothingToDecide { .. } => entry("NOTHING_TO_DECIDE"),
            Self::ReportFormat { .. } => entry("REPORT_FORMAT"),
            Self::WorkerLost { .. } => entry("WORKER_LOST"),
            Self::Geometry { .. } => entry("GEOMETRY_UNWRITABLE"),
            Self::CommentRequired { .. } => entry("COMMENT_REQUIRED"),
            Self::CursorInvalid => entry("CURSOR_INVALID"),
            Self::SignNotFound { .. } => entry("SIGN_NOT_FOUND"),
            Self::SignAlreadyDecided { .. } => entry("SIGN_ALREADY_DECIDED"),
            Self::SecondLookWaits { .. } => entry("SECOND_LOOK_WAITS"),
            Self::DrawnVisitWaits { .. } => entry("DRAWN_VISIT_WAITS"),
            Self::SecondLookRead { .. } => entry("SECOND_LOOK_READ"),
            Self::LookNotFound { .. } => entry("LOOK_NOT_FOUND"),
            Self::LookSettled { .. } => entry("LOOK_SETTLED"),
            Self::LookInWork { .. } => entry("LOOK_IN_WORK"),
            Self::OrderNumberEmpty => entry("ORDER_NUMBER_EMPTY"),
            Self::OrderNumberTaken { .. } => entry("ORDER_NUMBER_TAKEN"),
            Self::ProposalStale { .. } => entry("PROPOSAL_STALE"),
            Self::PlanAlreadyApproved { .. } => entry("PLAN_ALREADY_APPROVED"),
            Self::PlanStale { .. } => entry("PLAN_STALE"),
            Self::TaskNotFound { .. } => entry("TASK_NOT_FOUND"),
            Self::StartIdTaken { .. } => entry("START_ID_TAKEN"),
            Self::PlanNotApproved { .. } => entry("PLAN_NOT_APPROVED"),
            Self::ReplanStale { .. } => entry("REPLAN_STALE"),
            Self::ReplanRefused { .. } => entry("REPLAN_REFUSED"),
            Self::UrgentRefused { .. } => entry("URGENT_REFUSED"),
            Self::PlanDayPast { .. } => entry("PLAN_DAY_PAST"),
            Self::DayOff { .. } => entry("DAY_OFF"),
            Self::FolderNotOurs { .. } => entry("FOLDER_NOT_OURS"),
            Self::OfficialEmpty => entry("OFFICIAL_EMPTY"),
            Self::DecisionIdTaken { .. } => entry("DECISION_ID_TAKEN"),
            Self::NotAssessedYet { .. } => entry("NOT_ASSESSED_YET"),
            Self::UserNotFound { .. } => entry("USER_NOT_FOUND"),
            Self::UserLoginInvalid { .. } => entry("USER_LOGIN_INVALID"),
            Self::UserLoginTaken { .. } => entry("USER_LOGIN_TAKEN"),
            Self::UserRoleUnknown { .. } => entry("USER_ROLE_UNKNOWN"),
            Self::UserStaffUnknown { .. } => entry("USER_STAFF_UNKNOWN"),
            Self::PasswordTooShort => entry("PASSWORD_TOO_SHORT"),
            Self::StaffNotFound { .. } => entry("STAFF_NOT_FOUND"),
            Self::LoginRefused => entry("LOGIN_REFUSED"),
            Self::LoginTooOften => entry("LOGIN_TOO_OFTEN"),
            Self::SessionRequired => entry("SESSION_REQUIRED"),
            Self::Pack(fault) => fault.info(),
            Self::InFile { source, .. } => source.info(),
            Self::Ingest(fault) => fault.info(),
            Self::Script(fault) => fault.info(),
            Self::Facts(fault) => fault.info(),
            Self::Rules(fault) => fault.info(),
            Self::Scoring(fault) => fault.info(),
            Self::Planner(fault) => fault.info(),
            Self::TravelTimes(fault) => fault.info(),
            Self::TravelService(fault) => fault.info(),
            Self::City(fault) => fault.info(),
            Self::Order(fault) => fault.info(),
            Self::Task(fault) => fault.info(),
            Self::Version(fault) => fault.info(),
            Self::Store(fault) => fault.info(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_error_of_this_crate_finds_its_own_entry() {
        let errors = [
            AppError::NotADemo,
            AppError::ModelNotDeclared,
            AppError::WorkerLost { what: "x" },
            AppError::CommentRequired { verdict: "refuted" },
        ];
        let codes: Vec<_> = errors.iter().map(|error| error.info().code).collect();
        assert_eq!(codes, ["NOT_A_DEMO", "MODEL_NOT_DECLARED", "WORKER_LOST", "COMMENT_REQUIRED"]);
    }
}
