//! `/device_authorization` (RFC 8628 §3.1): for boards, in JSON.

use axum::{Extension, response::Response};

use super::caller::Caller;
use crate::{
    http::{
        render,
        visitor::{Form, Trace},
    },
    oauth::device,
    protocol::error::Refusal,
};

/// POST `/device_authorization`.
pub(super) async fn authorization(
    caller: Caller,
    Extension(trace): Extension<Trace>,
    form: Result<Form, Refusal>,
) -> Response {
    let outcome = async {
        let Form(params) = form?;
        let client = caller.client(&params).await?;
        Ok(render::json(&device::begin(&caller.sv, &client, trace.address, &params).await?))
    };
    caller.answer(outcome.await)
}
