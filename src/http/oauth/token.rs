//! `/token`, `/par`, `/introspect`, `/revoke`: for programs, in JSON.

use axum::{
    http::{StatusCode, header},
    response::{IntoResponse, Response},
};

use super::caller::Caller;
use crate::{
    http::{render, visitor::Form},
    oauth::{introspect, par, revoke, token as exchange},
    protocol::{error::Refusal, introspection::MEDIA_TYPE},
};

/// POST `/token`.
pub(super) async fn token(caller: Caller, form: Result<Form, Refusal>) -> Response {
    let outcome = async {
        let Form(params) = form?;
        let client = caller.holder(&params).await?;
        Ok(render::json(&exchange::exchange(&caller.sv, &client, &params).await?))
    };
    caller.answer(outcome.await)
}

/// POST `/par`.
pub(super) async fn par(caller: Caller, form: Result<Form, Refusal>) -> Response {
    let outcome = async {
        let Form(params) = form?;
        let client = caller.holder(&params).await?;
        Ok((StatusCode::CREATED, render::json(&par::push(&caller.sv, &client, &params).await?)).into_response())
    };
    caller.answer(outcome.await)
}

/// POST `/introspect`.
pub(super) async fn introspect(caller: Caller, form: Result<Form, Refusal>) -> Response {
    let outcome = async {
        let Form(params) = form?;
        let client = caller.client(&params).await?;
        if caller.accepts(MEDIA_TYPE) {
            let token = introspect::signed_answer(&caller.sv, &client, &params).await?;
            Ok(render::ready(MEDIA_TYPE, &token))
        } else {
            Ok(render::json(&introspect::answer(&caller.sv, &client, &params).await?))
        }
    };
    outcome.await.unwrap_or_else(|refusal: Refusal| refusal.into_response())
}

/// POST `/revoke`.
pub(super) async fn revoke(caller: Caller, form: Result<Form, Refusal>) -> Response {
    let outcome = async {
        let Form(params) = form?;
        let client = caller.client(&params).await?;
        revoke::revoke(&caller.sv, &client, &params).await.map(|()| StatusCode::OK.into_response())
    };
    caller.answer(outcome.await)
}

/// A page of a registered app may ask.
pub(super) async fn preflight(caller: Caller) -> Response {
    let allowed = [
        (header::ACCESS_CONTROL_ALLOW_METHODS, "GET, POST"),
        (header::ACCESS_CONTROL_ALLOW_HEADERS, "authorization, content-type, dpop"),
        (header::ACCESS_CONTROL_MAX_AGE, "3600"),
    ];
    caller.readable((StatusCode::NO_CONTENT, allowed).into_response())
}
