//! Functions that are ours: registered with the interpreter from the one table that the kernels read.

use rhai::{Dynamic, Engine, EvalAltResult, Position};
use std::borrow::Cow;
use std::sync::Arc;

use super::{Function, Library, Scalar, Signature, evaluate, signature};
use crate::ir::IrType::{self, Boolean, Float, Integer, Text};

/// Our functions. A whole number may stand for a decimal one.
pub(super) const OURS: &[Signature] = &[
    signature("day", &[Text], Integer, Function::Day),
    signature("year", &[Integer], Integer, Function::Year),
    signature("month", &[Integer], Integer, Function::Month),
    signature("day_of_month", &[Integer], Integer, Function::DayOfMonth),
    signature("weekday", &[Integer], Integer, Function::Weekday),
    signature("add_months", &[Integer, Integer], Integer, Function::AddMonths),
    signature("is_working_day", &[Integer], Boolean, Function::IsWorkingDay),
    signature("add_working_days", &[Integer, Integer], Integer, Function::AddWorkingDays),
    signature("working_days_between", &[Integer, Integer], Integer, Function::WorkingDaysBetween),
    signature("normalise", &[Text], Text, Function::Normalise),
    signature("digits", &[Text], Text, Function::Digits),
    signature("is_cadastral", &[Text], Boolean, Function::IsCadastral),
    signature("distance_m", &[Float, Float, Float, Float], Float, Function::Distance),
    signature("within_m", &[Float, Float, Float, Float, Float], Boolean, Function::WithinMetres),
    signature("in_box", &[Float, Float, Float, Float, Float, Float], Boolean, Function::InBox),
    signature("area_tolerance_m2", &[Float, Float], Float, Function::AreaTolerance),
    signature("footprint_error_m2", &[Float, Float], Float, Function::FootprintError),
    signature("band", &[Text, Float], Float, Function::Band),
    signature("lookup", &[Text, Text], Text, Function::Lookup),
    signature("lookup", &[Text, Text, Text], Text, Function::Lookup),
    signature("lookup", &[Text, Text, Text, Text], Text, Function::Lookup),
];

type Answer = Result<Dynamic, Box<EvalAltResult>>;

/// Makes the functions known to an engine.
pub(crate) fn register(engine: &mut Engine, library: &Arc<Library>) {
    for known in OURS {
        let library = Arc::clone(library);
        let run = move |given: &[Dynamic]| call(known, given, &library);
        let name = known.name;
        match known.arguments.len() {
            1 => engine.register_fn(name, move |a: Dynamic| run(&[a])),
            2 => engine.register_fn(name, move |a: Dynamic, b: Dynamic| run(&[a, b])),
            3 => engine.register_fn(name, move |a: Dynamic, b: Dynamic, c: Dynamic| run(&[a, b, c])),
            4 => engine
                .register_fn(name, move |a: Dynamic, b: Dynamic, c: Dynamic, d: Dynamic| run(&[a, b, c, d])),
            5 => engine
                .register_fn(name, move |a: Dynamic, b: Dynamic, c: Dynamic, d: Dynamic, e: Dynamic| {
                    run(&[a, b, c, d, e])
                }),
            _ => engine.register_fn(
                name,
                move |a: Dynamic, b: Dynamic, c: Dynamic, d: Dynamic, e: Dynamic, f: Dynamic| {
                    run(&[a, b, c, d, e, f])
                },
            ),
        };
    }
}

fn call(known: &Signature, given: &[Dynamic], library: &Library) -> Answer {
    let mut arguments = Vec::with_capacity(given.len());
    for (value, needed) in given.iter().zip(known.arguments) {
        arguments
            .push(scalar(value, *needed).ok_or_else(|| failed(known, "is not called with these values"))?);
    }
    match evaluate(known.function, &arguments, library) {
        Some(Scalar::Boolean(flag)) => Ok(Dynamic::from(flag)),
        Some(Scalar::Integer(whole)) => Ok(Dynamic::from(whole)),
        Some(Scalar::Float(number)) => Ok(Dynamic::from(number)),
        Some(Scalar::Text(text)) => Ok(Dynamic::from(text.into_owned())),
        Some(Scalar::Codes(_)) | None => Err(failed(known, "has no answer for these values")),
    }
}

#[expect(
    clippy::cast_precision_loss,
    reason = "as the interpreter brings whole and decimal numbers together"
)]
fn scalar(value: &Dynamic, needed: IrType) -> Option<Scalar<'static>> {
    match needed {
        IrType::Integer => value.as_int().ok().map(Scalar::Integer),
        IrType::Float => {
            let whole = || value.as_int().map(|whole| whole as f64);
            value.as_float().or_else(|_| whole()).ok().map(Scalar::Float)
        }
        IrType::Text => {
            value.as_immutable_string_ref().ok().map(|text| Scalar::Text(Cow::Owned(text.to_string())))
        }
        IrType::Boolean | IrType::Number | IrType::Codes | IrType::Unit => None,
    }
}

fn failed(known: &Signature, what: &str) -> Box<EvalAltResult> {
    let message = format!("{} {what}", known.name);
    Box::new(EvalAltResult::ErrorRuntime(message.into(), Position::NONE))
}
