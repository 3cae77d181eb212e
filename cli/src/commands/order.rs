//! `order …`: list, show, check, and one command per step of an order's life.

use dozor_app::queries::orders::{OrderCard, OrderHistoryStep, OrderItem};
use dozor_app::{OrderWish, PaperWish, Queries};

use super::Session;
use crate::args::{OrderArgs, OrderCommand, PaperArgs};
use crate::output::{Done, Failure};

/// Runs one of the commands of orders.
pub(super) async fn run(session: &Session, command: OrderCommand) -> Result<Done, Failure> {
    let (order, wish) = match command {
        OrderCommand::List { data, date } => {
            let queries = Queries::new(session.open(&data).await?);
            let list = queries.orders_of_day(date.as_deref()).await?;
            let text: String = list.items.iter().map(line).collect();
            return Ok(Done::clean(&list, text));
        }
        OrderCommand::Show { data, order } => {
            let dozor = session.open(&data).await?;
            let id = dozor.order_of_number(&order).await?.id;
            return Ok(told(&Queries::new(dozor).order_card(id).await?));
        }
        OrderCommand::Check { data, order } => {
            let dozor = session.open(&data).await?;
            let check = dozor.check_order(dozor.order_of_number(&order).await?.id).await?;
            let mut text = format!("{} {}: lacks {}\n", check.number, check.state, listed(&check.missing));
            for visit in &check.refused {
                text.push_str(&format!("  {}: {}\n", visit.object_key, visit.lacks));
            }
            return Ok(Done::clean(&check, text));
        }
        OrderCommand::RequestApproval { order, paper } => {
            (order, OrderWish::RequestApproval { document: document(paper) })
        }
        OrderCommand::Agree { order, paper, on } => {
            (order, OrderWish::Agree { document: document(paper), on })
        }
        OrderCommand::Refuse { order, paper, on } => {
            (order, OrderWish::Refuse { document: document(paper), on })
        }
        OrderCommand::Sign { order, paper, signature } => {
            (order, OrderWish::Sign { document: document(paper), signature })
        }
        OrderCommand::Register { order, number, on } => (order, OrderWish::Register { number, on }),
        OrderCommand::Issue(order) => (order, OrderWish::Issue),
        OrderCommand::Notify { order, way, number, on } => (order, OrderWish::Notify { way, number, on }),
        OrderCommand::Extend { order, until, reason } => (order, OrderWish::Extend { until, reason }),
        OrderCommand::Close(order) => (order, OrderWish::Close),
        OrderCommand::Revoke { order, reason } => (order, OrderWish::Revoke { reason }),
    };
    step(session, order, wish).await
}

async fn step(session: &Session, args: OrderArgs, wish: OrderWish) -> Result<Done, Failure> {
    let dozor = session.open(&args.data).await?;
    let actor = dozor.actor(&args.by).await?;
    let id = dozor.order_of_number(&args.order).await?.id;
    Ok(told(&Queries::new(dozor).order_step_by(id, &wish, &actor).await?))
}

fn document(paper: PaperArgs) -> PaperWish {
    PaperWish { number: paper.document, sha256: paper.sha256 }
}

/// Returns a code as the contract writes it.
fn code(value: &impl serde::Serialize) -> String {
    serde_json::json!(value).as_str().unwrap_or_default().to_owned()
}

fn listed(codes: &[impl serde::Serialize]) -> String {
    match codes {
        [] => "nothing".to_owned(),
        some => some.iter().map(code).collect::<Vec<_>>().join(", "),
    }
}

fn line(item: &OrderItem) -> String {
    format!(
        "{} {} {:18} {:24} {:24} tasks {} open, {} closed, {} back; lacks {}\n",
        item.number,
        item.date,
        code(&item.state),
        item.event_kind,
        item.inspector_name,
        item.tasks.open,
        item.tasks.closed,
        item.tasks.ended,
        listed(&item.missing)
    )
}

fn told(card: &OrderCard) -> Done {
    let mut text = line(&card.order);
    card.history.iter().for_each(|step| text.push_str(&history_line(step)));
    for visit in &card.refused {
        text.push_str(&format!("  the gate refuses {}: {}\n", visit.object_key, visit.lacks));
    }
    text.push_str(&format!("  next: {}\n", listed(&card.order.next)));
    Done::clean(card, text)
}

fn history_line(step: &OrderHistoryStep) -> String {
    let document = step.document.as_ref().map(|paper| format!("№ {} {}", paper.number, paper.sha256));
    let notice = step.notice.as_ref().map(|notice| format!("{} № {}", notice.way, notice.number));
    let parts = [&document, &notice, &step.register_number, &step.on, &step.until, &step.reason];
    let parts: Vec<&str> = parts.into_iter().flatten().map(String::as_str).collect();
    format!("  {} {} by {} {}\n", step.at, code(&step.step), step.by, parts.join(" "))
}
