//! Stylesheet, script, fonts.

use axum::{
    extract::Path,
    http::{StatusCode, header},
    response::{IntoResponse, Response},
};

use crate::views::assets;

/// An asset; kept for ever when the address carries its version.
pub(super) async fn asset(Path(path): Path<String>) -> Response {
    let Some((asset, current)) = assets::find(&path) else { return StatusCode::NOT_FOUND.into_response() };
    let cache = if current { "public, max-age=31536000, immutable" } else { "no-cache" };
    ([(header::CONTENT_TYPE, asset.content_type), (header::CACHE_CONTROL, cache)], asset.bytes.into_owned())
        .into_response()
}
