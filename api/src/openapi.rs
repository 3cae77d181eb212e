//! The OpenAPI: made from handlers and types, completed from the table of access.

use serde_json::{Value, json};
use utoipa::OpenApi;

use crate::access::{Access, OPERATIONS, Operation};
use crate::problem::Problem;
use crate::routes;

#[derive(OpenApi)]
#[openapi(
    info(
        title = "Dozor",
        version = "1",
        description = "Risk-scoring inspection planner. Times are RFC 3339 UTC; days are local to the pack. Lists page \
                       by opaque cursors. Failures are RFC 9457 problems with code, cause, action.",
        license(name = "MIT OR Apache-2.0", identifier = "MIT OR Apache-2.0")
    ),
    components(schemas(Problem))
)]
pub(crate) struct Document;

const TILE: &str = "/tiles/{z}/{x}/{y}";

/// Returns the OpenAPI document.
pub fn openapi() -> Value {
    let (_, document) = routes::all().split_for_parts();
    let mut document = serde_json::to_value(&document).unwrap_or_default();
    document["security"] = json!([{ "session": [] }]);
    document["components"]["securitySchemes"] =
        json!({ "session": { "type": "apiKey", "in": "cookie", "name": "dozor_session" } });
    for operation in OPERATIONS {
        complete(&mut document, operation);
    }
    // The router knows no parameter inside a part of a path; callers write the ending.
    if let Some(paths) = document["paths"].as_object_mut()
        && let Some(tile) = paths.remove(TILE)
    {
        paths.insert(format!("{TILE}.mvt"), tile);
    }
    document
}

/// Returns the document as the stored copy writes it.
pub fn openapi_text() -> String {
    let text = serde_json::to_string_pretty(&openapi()).unwrap_or_default();
    format!("{text}\n")
}

fn failure(description: &str) -> Value {
    let schema = json!({ "$ref": "#/components/schemas/Problem" });
    json!({ "description": description, "content": { "application/problem+json": { "schema": schema } } })
}

/// Writes into one operation what its line of the table says.
fn complete(document: &mut Value, operation: &Operation) {
    let method = operation.method.to_ascii_lowercase();
    let Some(entry) = document["paths"].get_mut(operation.path).and_then(|path| path.get_mut(&method)) else {
        return;
    };
    let responses = &mut entry["responses"];
    for (status, codes) in operation.failures {
        responses[status.to_string()] = failure(codes);
    }
    responses["default"] = failure("Any other failure; 5xx bodies never tell inner texts.");
    if operation.access == Access::Open {
        entry["security"] = json!([]);
    } else {
        responses["401"] = failure("`SESSION_REQUIRED`");
        responses["403"] = failure("`PERMISSION_DENIED`");
    }
    let parameters = entry.get_mut("parameters").and_then(Value::as_array_mut).into_iter().flatten();
    for parameter in parameters {
        without_null(&mut parameter["schema"]);
    }
}

/// A query string knows no null: a parameter that is not given is not there.
fn without_null(schema: &mut Value) {
    let Some(kinds) = schema["type"].as_array() else { return };
    if let Some(kind) = kinds.iter().find(|kind| kind.as_str() != Some("null")).cloned() {
        schema["type"] = kind;
    }
}
