//! The administration API: who may call it with what, what it answers, and how it says no.

mod as_read;
mod bound;
mod classes;
mod clients;
mod communes;
mod contract;
mod correcting;
mod corrections;
mod deciding;
mod deeds;
mod exports;
pub(crate) mod imports;
mod many;
mod newcomers;
mod once;
mod people;
mod roles;
mod rollovers;
mod schools;
mod sending;
mod services;
mod slips;
mod tokens;
mod trail;
mod unread;
mod upkeep;

use axum::{
    body::Body,
    http::{Method, Request, header},
};
use phuong::{
    base::id::OrgId,
    protocol::{api::ApiScope, registration::Registration},
    store::{Tx, orgs},
};
use serde_json::Value;

use crate::support::{
    callers::{Browser, CALLBACK, RelyingParty, VERIFIER},
    tour::{Answer, Tour},
};

/// Every scope of the API.
pub(crate) fn every_scope() -> String {
    ApiScope::ALL.map(ApiScope::as_str).join(" ")
}

/// An app that may ask for every scope of the API.
pub(crate) async fn console(t: &Tour) -> RelyingParty {
    let scope = format!("openid offline_access {}", every_scope());
    RelyingParty::registered(t, "school-desk", |ask| Registration { scope: Some(scope), ..ask }).await
}

/// The token of whoever signs in there for these scopes of the API.
pub(crate) async fn token(t: &Tour, app: &RelyingParty, role: &str, scopes: &str) -> String {
    let (sector_id, password) = (t.person(role).sector_id.clone(), t.person(role).password.clone());
    token_of(t, app, (&sector_id, &password), scopes).await
}

pub(crate) async fn token_of(t: &Tour, app: &RelyingParty, who: (&str, &str), scopes: &str) -> String {
    let resource = format!("{}/api/v1", t.sv.settings.issuer);
    let asked = scopes.replace(' ', "%20");
    let asking = app.authorize(&format!("&scope=openid%20{asked}&resource={resource}&prompt=login"));
    let answer = Browser::default().sign_in(t, &asking, who.0, who.1).await;
    let code =
        answer.sent("code").unwrap_or_else(|| panic!("no code: {} {}", answer.status, answer.header("location")));
    let form = [
        ("grant_type", "authorization_code"),
        ("code", code.as_str()),
        ("redirect_uri", CALLBACK),
        ("code_verifier", VERIFIER),
    ];
    let tokens = t.post("/token", Some((&app.id, &app.secret)), &form).await.json();
    tokens["access_token"].as_str().unwrap_or_else(|| panic!("no token: {tokens}")).to_owned()
}

/// A request to the API.
pub(crate) struct Call<'a> {
    pub(crate) method: Method,
    pub(crate) path: &'a str,
    pub(crate) token: &'a str,
    pub(crate) headers: &'a [(&'a str, &'a str)],
    pub(crate) body: Option<Value>,
}

impl<'a> Call<'a> {
    pub(crate) fn get(path: &'a str, token: &'a str) -> Self {
        Self { method: Method::GET, path, token, headers: &[], body: None }
    }

    pub(crate) fn post(path: &'a str, token: &'a str, body: impl Into<Option<Value>>) -> Self {
        Self { method: Method::POST, path, token, headers: &[], body: body.into() }
    }

    pub(crate) fn put(path: &'a str, token: &'a str, body: Value) -> Self {
        Self { method: Method::PUT, body: Some(body), ..Self::get(path, token) }
    }

    pub(crate) fn delete(path: &'a str, token: &'a str) -> Self {
        Self { method: Method::DELETE, ..Self::get(path, token) }
    }

    pub(crate) fn with(self, headers: &'a [(&'a str, &'a str)]) -> Self {
        Self { headers, ..self }
    }

    pub(crate) async fn send(self, t: &Tour) -> Answer {
        let mut request = Request::builder().method(self.method).uri(self.path);
        if !self.token.is_empty() {
            request = request.header(header::AUTHORIZATION, format!("Bearer {}", self.token));
        }
        for (name, value) in self.headers {
            request = request.header(*name, *value);
        }
        if self.body.is_some() {
            request = request.header(header::CONTENT_TYPE, "application/json");
        }
        let body = self.body.map_or_else(Body::empty, |body| Body::from(body.to_string()));
        Answer::of(t.send(request.body(body).unwrap()).await).await
    }
}

/// The code of a school that the school's administrator has nothing to do with.
pub(crate) async fn other_school(t: &Tour) -> String {
    let org = crate::admin::other_school(t, "school_admin").await;
    let find = async |tx: &mut Tx, org: &OrgId| orgs::find(tx, *org).await;
    t.sv.store.read(org, find).await.unwrap().unwrap().code.unwrap()
}

/// Which problem an answer tells.
pub(crate) fn problem(answer: &Answer) -> (u16, String) {
    assert_eq!(answer.header("content-type"), "application/problem+json", "{} {}", answer.status, answer.text);
    let told = answer.json();
    assert_eq!(told["status"], answer.status);
    assert!(!told["title"].as_str().unwrap().is_empty() && !told["detail"].as_str().unwrap().is_empty());
    (answer.status, told["type"].as_str().unwrap().rsplit('#').next().unwrap().to_owned())
}

/// The same, to compare with.
pub(crate) fn is(status: u16, name: &str) -> (u16, String) {
    (status, name.to_owned())
}
