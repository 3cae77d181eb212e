//! `gate`: one question, one answer with its articles.

use dozor_app::queries::gate::GateAnswer;
use dozor_app::{AppError, GateCall, GatePapers};
use dozor_domain::ErrorBody;

use super::Session;
use crate::args::GateArgs;
use crate::output::{Done, Failure};

/// Says that the answer rests on what was asked alone.
const NO_SUCH_GROUND: &str = "  в данных такого основания нет: ответ — если бы оно было / the data hold no such ground: \
                              the answer is what it would be if there were one\n";

/// Asks the gate. A refusal is an answer: the call is done.
pub(super) async fn gate(session: &Session, args: GateArgs) -> Result<Done, Failure> {
    let dozor = session.open(&args.data).await?;
    let call = GateCall {
        object: args.object,
        control_kind: args.control_kind,
        event: args.event,
        ground: args.ground,
        date: args.date,
        moment: Some(args.moment),
        papers: GatePapers {
            plan_agreed_on: args.plan_agreed_on,
            prosecutor_agreed_on: args.prosecutor_agreed_on,
            notified_on: args.notified_on,
            registered_on: args.registered_on,
            inspector: args.inspector,
            working_days: args.working_days,
            access: args.access,
            business_size: args.business_size,
            business_hours: args.business_hours,
            start_visit_on: args.start_visit_on,
            against_criteria: args.against_criteria,
        },
    };
    let answer = dozor.ask_gate(&call).await.map_err(|error| match error {
        AppError::DateInvalid { .. } | AppError::GateQuestion { .. } | AppError::GateContradiction { .. } => {
            Failure::Usage(ErrorBody::new(&error))
        }
        other => other.into(),
    })?;
    let text = text(&answer);
    Ok(Done::clean(&answer, text))
}

fn text(answer: &GateAnswer) -> String {
    let said = if answer.allowed { "allowed" } else { "refused" };
    let mut text = format!(
        "{said}: «{}» on «{}» for {} on {}\n",
        answer.event, answer.ground, answer.object, answer.date
    );
    if !answer.ground_on_record {
        text.push_str(NO_SUCH_GROUND);
    }
    for refusal in &answer.refusals {
        text.push_str(&format!("  • {} / {} ({})\n", refusal.words.ru, refusal.words.en, refusal.lack));
        for article in &refusal.articles {
            text.push_str(&format!("      {}\n", article.text));
        }
    }
    text
}
