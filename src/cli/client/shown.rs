//! An app, as it is printed: whole, or in a line.

use serde_json::{Value, json};

use crate::protocol::{
    client::{Access, Client, KeySource, State},
    confirmation::Binding,
    frontchannel::FrontChannel,
};

/// A client without what is kept of its secrets (R41).
pub(super) fn shown(client: &Client) -> Value {
    let bound = match client.terms.binding {
        Binding::AsShown => None,
        Binding::Dpop => Some("dpop"),
        Binding::Certificate => Some("certificate"),
    };
    let certificate = match &client.access {
        Access::Certified { name } => Some(name.to_string()),
        _ => None,
    };
    let jwks_uri = match client.keys() {
        Some(KeySource::Uri(uri)) => Some(uri),
        _ => None,
    };
    json!({
        "client_id": client.client_id, "name": client.name, "kind": client.kind, "auth_method": client.access.method(),
        "redirect_uris": client.redirect_uris, "post_logout_redirect_uris": client.post_logout_redirect_uris,
        "backchannel_logout_uri": client.backchannel_logout_uri,
        "frontchannel_logout_uri": client.frontchannel_logout.as_ref().map(FrontChannel::uri),
        "frontchannel_logout_session_required": client.frontchannel_logout.as_ref().map(FrontChannel::session_required),
        "initiate_login_uri": client.initiate_login_uri, "scope": client.scopes, "subject": client.subject,
        "id_token_alg": client.id_token_alg, "roles": client.audience.roles, "schools": client.audience.schools,
        "profile": client.terms.profile, "response_types": client.terms.response_types,
        "require_pushed_requests": client.terms.must_push(), "require_signed_requests": client.terms.signed_only,
        "userinfo_alg": client.terms.userinfo_alg, "introspection_alg": client.terms.introspection_alg,
        "answer_alg": client.terms.answer_alg, "request_alg": client.terms.request_alg,
        "assertion_alg": client.terms.assertion_alg, "bound_tokens": bound, "certificate": certificate, "jwks_uri": jwks_uri,
        "at_school": client.school, "resources": client.api.serves, "calls": client.api.calls, "access_token": client.api.form,
        "state": client.state,
    })
}

pub(super) fn line(client: &Client) -> String {
    let state = if client.state == State::Enabled { "✓" } else { "✗" };
    format!("{state} {:<24} {:<20} {}", client.client_id.0, client.access.method(), client.name)
}
