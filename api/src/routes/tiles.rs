//! Vector tiles of the map.

use axum::body::Body;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::Deserialize;
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::fields::{Given, said};
use crate::problem::ApiError;
use crate::state::ApiState;
use crate::tiles::{TileAddress, encode};

pub(super) fn routes() -> OpenApiRouter<ApiState> {
    OpenApiRouter::new().routes(routes!(get_tile))
}

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct TileQuery {
    /// Code; default all.
    control_kind: Option<String>,
}

/// Stands in the OpenAPI for the bytes of a tile.
#[derive(ToSchema)]
#[schema(value_type = String, format = Binary)]
#[expect(dead_code, reason = "describes a body that is not JSON")]
struct TileBytes(Vec<u8>);

/// Vector tile. Below zoom 13 layer `cells` (points: `count`, and one number a category code: `low` … `extremely_high`);
/// from 13 layer `objects` (points: `id`, `key`, `category`, `object_kind`, `control_kind`); from 15 also layer
/// `shapes` (polygons: `id`, `object_kind`, `category`). gzip.
#[utoipa::path(
    get, path = "/tiles/{z}/{x}/{y}", tag = "objects",
    params(("z" = String, Path), ("x" = String, Path), ("y" = String, Path, description = "Row; the ending is `.mvt`."), TileQuery),
    responses((status = 200, description = "Done.", body = inline(TileBytes), content_type = "application/vnd.mapbox-vector-tile"))
)]
async fn get_tile(
    State(state): State<ApiState>,
    Path((z, x, y)): Path<(String, String, String)>,
    Given(query): Given<TileQuery>,
    headers: HeaderMap,
) -> Result<Response, ApiError> {
    let address = TileAddress::parse(&z, &x, &y).ok_or(ApiError::NoSuchPath)?;
    let register = state.queries.register().await?;
    let tag = format!("\"{:016x}\"", register.number());
    if headers.get(header::IF_NONE_MATCH).is_some_and(|known| known.as_bytes() == tag.as_bytes()) {
        return Ok(StatusCode::NOT_MODIFIED.into_response());
    }
    let index = state.tiles.index(&register, said(query.control_kind)).await?;
    let bytes = tokio::task::spawn_blocking(move || encode(&register, &index, address)).await??;
    let Some(bytes) = bytes else { return Ok(StatusCode::NO_CONTENT.into_response()) };
    let mut response = Body::from(bytes).into_response();
    let answer = response.headers_mut();
    answer.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/vnd.mapbox-vector-tile"));
    answer.insert(header::CONTENT_ENCODING, HeaderValue::from_static("gzip"));
    answer.insert(header::CACHE_CONTROL, HeaderValue::from_static("private, max-age=60"));
    if let Ok(tag) = HeaderValue::from_str(&tag) {
        answer.insert(header::ETAG, tag);
    }
    Ok(response)
}
