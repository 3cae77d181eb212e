//! The one enum of what this crate refuses. It is long because it is a list: a variant has what its message names, its
//! code, cause and action stand in the table of its area.

use dozor_domain::{InvalidTransition, PackError};
use thiserror::Error;

/// Says why a use-case could not be done.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum AppError {
    // Packs: their files, tables and rules.
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
    /// A table of the pack is wrong.
    #[error("reading {file}: {fault}")]
    PackTable {
        /// The file.
        file: &'static str,
        /// Line, key and what is wrong.
        fault: String,
    },
    /// Rules do not pass their check.
    #[error("checking the rules: {problems}")]
    RulesInvalid {
        /// The problems, one after another.
        problems: String,
    },
    /// The pack has no model.
    #[error("training a model")]
    ModelNotDeclared,
    /// The bounds do not stand on one line.
    #[error("writing the bounds `{key}` into policy.toml")]
    BoundsNotInLine {
        /// Their key.
        key: String,
    },
    /// The candidate is of another pack.
    #[error("reading the candidate, which is of the pack «{found}», not of «{expected}»")]
    OtherPack {
        /// Pack of the candidate.
        found: String,
        /// Pack of the database.
        expected: String,
    },

    // Files and folders, the demo city's among them.
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
    /// The folder to write is there already.
    #[error("writing the folder {path}")]
    FolderExists {
        /// The folder.
        path: String,
    },
    /// The name of a file to write has no known ending.
    #[error("writing {path}")]
    ExportFormat {
        /// The file.
        path: String,
    },
    /// The name of a report has no known ending.
    #[error("writing {path}")]
    ReportFormat {
        /// The file.
        path: String,
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
    /// The folder is somebody else's.
    #[error("taking the folder {path} for the files of the demo city")]
    FolderNotOurs {
        /// The folder.
        path: String,
    },

    // What sources deliver.
    /// The source is not declared.
    #[error("looking for the source «{name}» among: {known}")]
    SourceUnknown {
        /// What was asked for.
        name: String,
        /// What there is.
        known: String,
    },
    /// A delivery of a later day than today.
    #[error("reading the day of a delivery, {day}, on {today}")]
    DeliveredInFuture {
        /// The day given.
        day: jiff::civil::Date,
        /// The local day.
        today: jiff::civil::Date,
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
    /// A geometry has no stored form.
    #[error("storing the geometry of «{record}»")]
    Geometry {
        /// Key of the record.
        record: String,
        /// Why.
        #[source]
        fault: dozor_domain::GeometryFault,
    },

    // What any question or job can meet.
    /// A date is no date.
    #[error("reading the date «{text}»")]
    DateInvalid {
        /// What was given.
        text: String,
    },
    /// An instant that has not come.
    #[error("looking at the data as of {as_of}, after {last}")]
    AsOfInFuture {
        /// The instant given.
        as_of: String,
        /// The instant of the clock.
        last: String,
    },
    /// There is no such object.
    #[error("looking for the object «{key}»")]
    ObjectNotFound {
        /// What was given.
        key: String,
    },
    /// The object was not there at that instant.
    #[error("explaining the object «{key}» as of {as_of}")]
    ObjectNotYet {
        /// Its key.
        key: String,
        /// The instant.
        as_of: String,
    },
    /// A cursor is foreign.
    #[error("reading a page of a list")]
    CursorInvalid,
    /// Another question about all objects runs.
    #[error("answering «{question}» about the whole portfolio")]
    PortfolioBusy {
        /// What was asked.
        question: &'static str,
    },
    /// A state machine refused.
    #[error("changing the state")]
    State(#[from] InvalidTransition),
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
    /// A thread ended without an answer.
    #[error("waiting for {what}")]
    WorkerLost {
        /// What it did.
        what: &'static str,
    },

    // Scoring runs, models and measuring them.
    /// There is no such run.
    #[error("looking for the scoring run {run}")]
    RunNotFound {
        /// What was given, or «latest».
        run: String,
    },
    /// The object came after the latest run.
    #[error("explaining the object «{key}»")]
    NotAssessedYet {
        /// Its key.
        key: String,
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
    /// There is no day to measure.
    #[error("cutting {from} … {to} into windows")]
    WindowsEmpty {
        /// First day.
        from: String,
        /// Last day.
        to: String,
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

    // Deciding categories, and requests for another one.
    /// The number of the order is missing.
    #[error("deciding a batch of categories")]
    OrderNumberEmpty,
    /// The number of the order is taken.
    #[error("deciding a batch of categories under the order «{number}»")]
    OrderNumberTaken {
        /// The number.
        number: String,
    },
    /// All is decided.
    #[error("deciding the batch of the run {run}")]
    NothingToDecide {
        /// The run.
        run: String,
    },
    /// The batch is no longer what was looked at.
    #[error("deciding the batch of the run {run}")]
    ProposalStale {
        /// The run.
        run: String,
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
    /// There is no such request.
    #[error("no request «{id}»")]
    CategoryRequestUnknown {
        /// What was asked for.
        id: String,
    },
    /// The reply reads otherwise by now.
    #[error("answering the request «{id}» with a reply of before")]
    CategoryReplyChanged {
        /// The request.
        id: String,
    },

    // Signs at the desk, and rules that are snoozed.
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
    /// The id belongs to another decision.
    #[error("storing the desk decision {id}")]
    DecisionIdTaken {
        /// The id.
        id: String,
    },
    /// A reason in words is missing.
    #[error("recording what becomes «{verdict}»")]
    CommentRequired {
        /// What it becomes: a verdict, `returned`.
        verdict: &'static str,
    },
    /// A snooze makes no sense.
    #[error("snoozing the rule «{rule}»: {problem}")]
    SnoozeRefused {
        /// The rule.
        rule: String,
        /// What is wrong.
        problem: &'static str,
    },

    // Second looks and drawn visits.
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

    // Planning a day or a year, and approving.
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
    /// Nobody works on that day.
    #[error("looking for inspectors on duty on {date}")]
    DayOff {
        /// The day.
        date: String,
    },
    /// The day is over.
    #[error("working on the plan of {date}")]
    PlanDayPast {
        /// The day.
        date: String,
    },
    /// The day was over when the plan was made: nothing that it says was known then.
    #[error("asking the plan {plan} of {date} why something stayed out")]
    PlanMadeLater {
        /// The plan.
        plan: String,
        /// Its day.
        date: String,
    },
    /// A search would go on for longer than any day needs.
    #[error("planning {date} with {iterations} iterations, at most {most} are allowed")]
    IterationsTooMany {
        /// The day.
        date: String,
        /// What was asked for.
        iterations: u64,
        /// The most.
        most: u64,
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
    /// The long-range plan is asked for what it cannot be.
    #[error("planning the period: {problem}")]
    YearInvalid {
        /// What is wrong with it.
        problem: String,
    },

    // An approved day at work.
    /// A question that the gate can't be asked.
    #[error("asking the gate: {problem}")]
    GateQuestion {
        /// What does not fit.
        problem: String,
    },
    /// What is said of a case is not what is on record.
    #[error("asking the gate: {what} is said to be {said}, and on record it is {on_record}")]
    GateContradiction {
        /// What both are about.
        what: &'static str,
        /// What was said.
        said: String,
        /// What is on record.
        on_record: String,
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

    // Users, their sessions, and officials.
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
    /// The user is nobody of the staff.
    #[error("looking for the staff record of «{login}»")]
    StaffNotFound {
        /// The user.
        login: String,
    },
    /// The password is too short or too long.
    #[error("reading a password")]
    PasswordTooShort,
    /// The password was refused.
    #[error("hashing a password: {fault}")]
    Password {
        /// What the library said.
        fault: String,
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
    /// The name of the official is missing.
    #[error("an act of an official without the name of who takes it")]
    OfficialEmpty,

    // What the crates below and the areas with codes of their own say.
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
