//! `/device_authorization` (RFC 8628 §3.1): for boards, in JSON.

use axum::{
    Extension,
    extract::State,
    http::HeaderMap,
    response::{IntoResponse, Response},
};

use super::token::{authenticate, for_registered_origins};
use crate::{
    http::{
        Shared, render,
        visitor::{Form, Trace},
    },
    oauth::device,
    protocol::error::Refusal,
};

/// POST `/device_authorization`.
pub(super) async fn authorization(
    State(sv): State<Shared>,
    Extension(trace): Extension<Trace>,
    headers: HeaderMap,
    form: Result<Form, Refusal>,
) -> Response {
    let outcome = async {
        let Form(params) = form?;
        let client = authenticate(&sv, &headers, &params).await?;
        device::begin(&sv, &client, trace.address, &params).await
    };
    let response = outcome.await.map_or_else(IntoResponse::into_response, |codes| render::json(&codes));
    for_registered_origins(&sv, &headers, response)
}
