//! `task …`: list, show, and one command per step of a task's life.

use dozor_app::queries::task_board::{BoardTask, TaskBoard, TaskCard, task_id};
use dozor_app::queries::task_starts::TaskStartWish;
use dozor_app::{Queries, TaskCall, TaskWish};
use dozor_domain::{TaskStartId, TaskStepId, Timestamp};

use super::{Session, usage};
use crate::args::{TaskArgs, TaskCommand};
use crate::edge;
use crate::output::{Done, Failure};

/// Runs one of the commands of tasks.
pub(super) async fn run(session: &Session, command: TaskCommand) -> Result<Done, Failure> {
    let (args, wish) = match command {
        TaskCommand::List { data, date } => {
            let board = Queries::new(session.open(&data).await?).task_board(date.as_deref(), None).await?;
            return Ok(Done::clean(&board, board_text(&board)));
        }
        TaskCommand::Show { data, task } => {
            let queries = Queries::new(session.open(&data).await?);
            return Ok(told(&queries.task_card(task_id(&task)?, None).await?));
        }
        TaskCommand::Start(args) => return start(session, args).await,
        TaskCommand::Accept(args) => (args, TaskWish::Accept),
        TaskCommand::Depart(args) => (args, TaskWish::Depart),
        TaskCommand::Report { task, outcome } => (task, TaskWish::Report { outcome }),
        TaskCommand::NoAccess(args) => (args, TaskWish::NoAccess),
        TaskCommand::Impossible { task, act, on } => (task, TaskWish::Impossible { act, on }),
        TaskCommand::Check(args) => (args, TaskWish::Check),
        TaskCommand::Return { task, reason } => (task, TaskWish::Return { reason }),
        TaskCommand::Defer { task, until, reason } => (task, TaskWish::Defer { until, reason }),
        TaskCommand::Lift { task, reason } => (task, TaskWish::Lift { reason }),
        TaskCommand::Cancel { task, reason } => (task, TaskWish::Cancel { reason }),
    };
    let id = match &args.id {
        Some(text) => TaskStepId::parse(text).ok_or_else(|| step_id_invalid(text))?,
        None => TaskStepId::new(edge::new_id()),
    };
    let captured_at = args.at.as_deref().map(instant).transpose()?;
    let queries = Queries::new(session.open(&args.data).await?);
    let call = TaskCall { id, task: task_id(&args.task)?, captured_at, wish };
    let stepped = queries.task_step_of(&call, &args.by).await?;
    let text = format!("{} {}: the task is {}\n", stepped.id, code(&stepped.outcome), code(&stepped.state));
    Ok(Done::clean(&stepped, text))
}

/// Begins a visit.
async fn start(session: &Session, args: TaskArgs) -> Result<Done, Failure> {
    let id = match &args.id {
        Some(text) => TaskStartId::parse(text).ok_or_else(|| step_id_invalid(text))?,
        None => TaskStartId::new(edge::new_id()),
    };
    let dozor = session.open(&args.data).await?;
    let user = dozor.known_user(&args.by).await?;
    let wish = TaskStartWish { id: id.to_string(), started_at: args.at };
    let started = Queries::new(dozor).start_task(task_id(&args.task)?, id, wish, &user).await?;
    let mut text = format!("{}\n", code(&started.outcome));
    for one in &started.refusals {
        text.push_str(&format!("  {} ({})\n", one.words.en, one.articles.join("; ")));
    }
    Ok(Done::clean(&started, text))
}

fn step_id_invalid(text: &str) -> Failure {
    usage("STEP_ID_INVALID", &format!("reading --id {text}"))
}

fn instant(text: &str) -> Result<Timestamp, Failure> {
    Timestamp::parse_rfc3339(text).ok_or_else(|| usage("NOW_INVALID", &format!("reading --at {text}")))
}

/// Returns a code as the contract writes it.
fn code(value: &impl serde::Serialize) -> String {
    serde_json::json!(value).as_str().unwrap_or_default().to_owned()
}

fn line(task: &BoardTask) -> String {
    let outcome = task.outcome.as_ref().map(|words| words.en.clone());
    let attempt = task.attempt.map(|attempt| format!("attempt {attempt}"));
    let parts = [&outcome, &task.until, &attempt, &task.act, &task.reason];
    let parts: Vec<&str> = parts.into_iter().flatten().map(String::as_str).collect();
    format!(
        "{} {} {:02}:{:02} {:15} {:24} {} {} {}\n",
        task.id,
        task.date,
        task.start / 60,
        task.start % 60,
        code(&task.state),
        task.object_key,
        task.event_kind,
        task.inspector_name,
        parts.join(", ")
    )
}

fn board_text(board: &TaskBoard) -> String {
    let mut text: String = board.items.iter().map(line).collect();
    for lost in &board.lost_steps {
        let (step, outcome) = (code(&lost.step), code(&lost.outcome));
        let (at, object, by) = (&lost.captured_at, &lost.object_key, &lost.by);
        text.push_str(&format!("led nowhere: {step} at {at} of {object} by {by}: {outcome}\n"));
    }
    for task in &board.unrecorded {
        text.push_str(&format!("reported, and no record came: {}", line(task)));
    }
    text
}

fn told(card: &TaskCard) -> Done {
    let mut text = line(&card.task);
    for step in &card.history {
        let (outcome, reason) = (code(&step.outcome), step.reason.as_deref().unwrap_or_default());
        text.push_str(&format!(
            "  {} {} by {}: {outcome} {reason}\n",
            step.captured_at,
            code(&step.step),
            step.by
        ));
    }
    let next: Vec<String> = card.task.next.iter().map(code).collect();
    text.push_str(&format!("  the head may: {}\n", next.join(", ")));
    Done::clean(card, text)
}
