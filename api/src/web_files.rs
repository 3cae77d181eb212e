//! The web's files, built into the program. A path that is no file gets the page: the web has its own routes.

use std::borrow::Cow;

use axum::body::Body;
use axum::http::{HeaderValue, StatusCode, Uri, header};
use axum::response::{IntoResponse, Response};

use crate::problem::ApiError;

#[derive(rust_embed::RustEmbed)]
#[folder = "../web/dist"]
#[allow_missing = true]
struct WebFiles;

const PAGE: &str = "index.html";
/// Shown where the program was built without the web.
const NOT_BUILT: &str = "The web is not built into this program. Build it with `npm ci` and `npm run build` in web/, \
    then build the program again. The API answers under /api/v1.\n";

fn media_type(path: &str) -> &'static str {
    match path.rsplit_once('.').map(|(_, ending)| ending) {
        Some("html") => "text/html; charset=utf-8",
        Some("js" | "mjs") => "text/javascript; charset=utf-8",
        Some("css") => "text/css; charset=utf-8",
        Some("svg") => "image/svg+xml",
        Some("png") => "image/png",
        Some("ico") => "image/x-icon",
        Some("json" | "map" | "webmanifest") => "application/json",
        Some("woff2") => "font/woff2",
        Some("pbf") => "application/x-protobuf",
        Some("txt") => "text/plain; charset=utf-8",
        Some(_) | None => "application/octet-stream",
    }
}

fn file(path: &str, bytes: Cow<'static, [u8]>) -> Response {
    // Names of assets hold a hash of their bytes: they never change.
    let caching =
        if path.starts_with("assets/") { "public, max-age=31536000, immutable" } else { "no-cache" };
    let mut response = Body::from(bytes).into_response();
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(media_type(path)));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static(caching));
    response
}

/// Answers what no endpoint answers: a file, the page, or a problem where no page can be.
pub(crate) async fn fallback(uri: Uri) -> Response {
    let path = uri.path().trim_start_matches('/');
    let first = path.split('/').next().unwrap_or_default();
    if ["api", "tiles", "ogc"].contains(&first) {
        return ApiError::NoSuchPath.into_response();
    }
    if let Some(found) = WebFiles::get(path) {
        return file(path, found.data);
    }
    if first == "assets" {
        return ApiError::NoSuchPath.into_response();
    }
    match WebFiles::get(PAGE) {
        Some(page) => file(PAGE, page.data),
        None => (StatusCode::OK, NOT_BUILT).into_response(),
    }
}
