//! What a command prints and with which code it ends: 0 done, 1 failed, 2 wrong usage, 3 done with rejects.

use std::io::Write;
use std::process::ExitCode;

use dozor_domain::{Coded, ErrorBody};
use serde_json::json;

/// Is the result of a command: a document for programs, lines for people, and how it ended.
pub(crate) struct Done {
    pub(crate) document: serde_json::Value,
    pub(crate) text: String,
    pub(crate) ending: Ending,
}

/// Says how a command that did its work ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Ending {
    /// Everything is done.
    Clean,
    /// Done, and something was found wrong (`rules check`, `audit verify`): the error stands beside what was found.
    FoundProblems(ErrorBody),
    /// Done with rejects.
    WithRejects,
}

impl Done {
    /// Wraps a report that ended well.
    pub(crate) fn clean(document: &impl serde::Serialize, text: String) -> Self {
        Self { document: json!(document), text, ending: Ending::Clean }
    }
}

/// Says why a command was not done.
pub(crate) enum Failure {
    /// A coded error.
    Coded(Box<dyn Coded + Send + Sync>),
    /// The call itself makes no sense.
    Usage(ErrorBody),
}

impl<E: Coded + Send + Sync + 'static> From<E> for Failure {
    fn from(error: E) -> Self {
        Self::Coded(Box::new(error))
    }
}

/// Prints a result and returns its exit code.
pub(crate) fn print(done: &Done, json: bool) -> ExitCode {
    let text = match (&done.ending, json) {
        (_, false) => done.text.trim_end().to_owned(),
        (Ending::FoundProblems(body), true) => beside(&done.document, body).to_string(),
        (Ending::Clean | Ending::WithRejects, true) => done.document.to_string(),
    };
    if let Err(fault) = writeln!(std::io::stdout().lock(), "{text}")
        && fault.kind() != std::io::ErrorKind::BrokenPipe
    {
        return ExitCode::from(1);
    }
    match done.ending {
        Ending::Clean => ExitCode::SUCCESS,
        Ending::FoundProblems(_) => ExitCode::from(1),
        Ending::WithRejects => ExitCode::from(3),
    }
}

/// Puts an error beside what was found.
fn beside(document: &serde_json::Value, body: &ErrorBody) -> serde_json::Value {
    let mut document = document.clone();
    if let Some(keys) = document.as_object_mut() {
        keys.insert("error".to_owned(), json!(body));
    }
    document
}

/// Prints a failure: as JSON on stdout, as sentences on stderr.
pub(crate) fn fail(failure: &Failure, json: bool) -> ExitCode {
    let (body, code) = match failure {
        Failure::Coded(error) => (ErrorBody::new(error.as_ref()), 1),
        Failure::Usage(body) => (body.clone(), 2),
    };
    let written = if json {
        writeln!(std::io::stdout().lock(), "{}", json!({ "error": body }))
    } else {
        let ErrorBody { code, message, cause, action } = &body;
        writeln!(std::io::stderr().lock(), "{code}: {message}\n  cause:  {cause}\n  action: {action}")
    };
    // Nobody is left to tell when both streams are gone; the exit code still speaks.
    drop(written);
    ExitCode::from(code)
}

/// Says what is wrong with the arguments, or gives the help that they ask for.
pub(crate) fn not_parsed(fault: &clap::Error, json: bool) -> ExitCode {
    if json && fault.use_stderr() {
        let text = fault.render().to_string();
        // What is missing stands line by line under the first; an empty line ends it.
        let lines: Vec<&str> = text.lines().map(str::trim).take_while(|line| !line.is_empty()).collect();
        let message = lines.join(" ");
        return fail(&crate::commands::usage("USAGE", message.trim_start_matches("error: ")), json);
    }
    // Nobody is left to tell when the stream is gone; the exit code still speaks.
    drop(fault.print());
    ExitCode::from(if fault.use_stderr() { 2 } else { 0 })
}

/// Says that not even the runtime could start.
pub(crate) fn failed_to_start(fault: &std::io::Error) -> ExitCode {
    drop(writeln!(std::io::stderr().lock(), "RUNTIME: starting threads: {fault}"));
    ExitCode::from(1)
}
