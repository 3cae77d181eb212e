//! Parameters and bodies: read once, at the border, with a problem for what is not of its form.

use axum::Json;
use axum::extract::rejection::JsonRejection;
use axum::extract::{FromRequest, FromRequestParts, Query, Request};
use axum::http::StatusCode;
use axum::http::request::Parts;
use dozor_app::queries::paging::PageCall;
use dozor_domain::RiskCategory;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use utoipa::IntoParams;

use crate::problem::ApiError;

/// Rows of a page when nobody says how many.
const DEFAULT_LIMIT: i32 = 100;
/// Rows of the largest page.
const LARGEST_LIMIT: i32 = 500;

/// Is a query string of a known form.
pub(crate) struct Given<T>(pub(crate) T);

impl<S: Send + Sync, T: DeserializeOwned> FromRequestParts<S> for Given<T> {
    type Rejection = ApiError;
    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, ApiError> {
        match Query::<T>::from_request_parts(parts, state).await {
            Ok(Query(given)) => Ok(Self(given)),
            Err(fault) => Err(ApiError::Parameter { name: "query".to_owned(), problem: fault.body_text() }),
        }
    }
}

/// Is a JSON body of a known form.
pub(crate) struct Body<T>(pub(crate) T);

impl<S: Send + Sync, T: DeserializeOwned> FromRequest<S> for Body<T> {
    type Rejection = ApiError;
    async fn from_request(request: Request, state: &S) -> Result<Self, ApiError> {
        let refused =
            |fault: JsonRejection| ApiError::Body { status: fault.status(), problem: fault.body_text() };
        Json::<T>::from_request(request, state).await.map(|Json(body)| Self(body)).map_err(refused)
    }
}

/// Asks for a page.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct PageQuery {
    /// From `next_cursor` of the page before; opaque.
    cursor: Option<String>,
    /// 1 to 500, default 100.
    #[param(minimum = 1, maximum = 500)]
    limit: Option<i32>,
}

impl PageQuery {
    /// Reads the page that is asked for.
    pub(crate) fn call(self) -> Result<PageCall, ApiError> {
        let limit = self.limit.unwrap_or(DEFAULT_LIMIT);
        if !(1..=LARGEST_LIMIT).contains(&limit) {
            let problem = format!("{limit} is not from 1 to {LARGEST_LIMIT}");
            return Err(ApiError::Parameter { name: "limit".to_owned(), problem });
        }
        Ok(PageCall { cursor: self.cursor, limit: usize::try_from(limit).unwrap_or_default() })
    }
}

/// Reads an id of a path; what is no id belongs to nothing.
pub(crate) fn id<T>(text: &str, parse: fn(&str) -> Option<T>) -> Result<T, ApiError> {
    parse(text).ok_or(ApiError::NoSuchPath)
}

/// Refuses a body whose `id`, made where the act was captured, is no UUID.
pub(crate) fn no_uuid() -> ApiError {
    ApiError::Body { status: StatusCode::UNPROCESSABLE_ENTITY, problem: "`id` is no UUID".to_owned() }
}

/// Reads a category.
pub(crate) fn category(name: &str, text: &str) -> Result<RiskCategory, ApiError> {
    text.parse().map_err(|problem| ApiError::Parameter { name: name.to_owned(), problem })
}

/// Returns a parameter that says something: an empty one is as good as none.
pub(crate) fn said(text: Option<String>) -> Option<String> {
    text.filter(|text| !text.trim().is_empty())
}
