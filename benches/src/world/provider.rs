//! A provider under test, as the load sees it.

use std::{collections::BTreeMap, fmt};

use anyhow::{Context as _, Result};
use serde_json::Value;

use super::process::Processes;
use crate::load::browser::Browser;

/// How an app's tokens are signed. The peer has one app, whose ID tokens are RS256 and whose access tokens are opaque.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Alg {
    Es256,
    EdDsa,
    Rs256,
}

impl Alg {
    pub const ALL: [Self; 3] = [Self::Es256, Self::EdDsa, Self::Rs256];

    pub const fn name(self) -> &'static str {
        match self {
            Self::Es256 => "ES256",
            Self::EdDsa => "EdDSA",
            Self::Rs256 => "RS256",
        }
    }
}

impl fmt::Display for Alg {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// A registered app.
#[derive(Clone, Debug)]
pub struct App {
    pub id: String,
    pub secret: String,
    pub scope: String,
}

/// Somebody who can sign in.
#[derive(Clone, Debug)]
pub struct User {
    pub name: String,
    pub password: String,
}

/// Where the endpoints are, read from discovery.
#[derive(Clone, Debug)]
pub struct Paths {
    pub discovery: String,
    pub jwks: String,
    pub authorize: String,
    pub token: String,
    pub introspect: String,
    pub userinfo: String,
}

/// A provider that runs.
pub struct Provider {
    pub name: &'static str,
    pub issuer: String,
    pub port: u16,
    pub paths: Paths,
    /// Apps of people, by how their tokens are signed.
    pub web: BTreeMap<Alg, App>,
    /// Apps of their own.
    pub service: BTreeMap<Alg, App>,
    /// What an app gets that asks for nothing special.
    pub usual: Alg,
    pub users: Vec<User>,
    /// Whose time and memory count: the server's, and its database's where that is a process of its own.
    pub processes: Processes,
}

impl Provider {
    /// The app for people whose tokens are signed so; the peer's only one otherwise.
    pub fn app(&self, alg: Alg) -> Result<&App> {
        self.web.get(&alg).or_else(|| self.web.get(&self.usual)).context("no app")
    }

    /// The app of its own whose tokens are signed so; the peer's only one otherwise.
    pub fn service(&self, alg: Alg) -> Result<&App> {
        self.service.get(&alg).or_else(|| self.service.get(&self.usual)).context("no service app")
    }
}

impl Paths {
    pub const DISCOVERY: &str = "/.well-known/openid-configuration";

    /// Reads the metadata of the provider on a port.
    pub async fn read(port: u16) -> Result<Self> {
        let metadata = Browser::new(port).get(Self::DISCOVERY).await?.json()?;
        let path = |name: &str| -> Result<String> {
            let address = metadata.get(name).and_then(Value::as_str).with_context(|| format!("no {name}"))?;
            let (_, rest) = address.split_once("://").context("no address")?;
            Ok(rest.find('/').map_or("/", |at| &rest[at..]).to_owned())
        };
        Ok(Self {
            discovery: Self::DISCOVERY.to_owned(),
            jwks: path("jwks_uri")?,
            authorize: path("authorization_endpoint")?,
            token: path("token_endpoint")?,
            introspect: path("introspection_endpoint")?,
            userinfo: path("userinfo_endpoint")?,
        })
    }
}
