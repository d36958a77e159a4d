//! What every page of an app works with: who the app is at the provider, and what it remembers.

use std::sync::Arc;

use axum_extra::extract::cookie::CookieJar;
use openidconnect::{ClientId, ClientSecret, IssuerUrl, ProviderMetadataWithLogout, RedirectUrl};
use url::Url;

use super::{
    App, AppConfig, Directory,
    cookies::Cookies,
    memory::{Memory, Session},
    post_logout_redirect_uri,
    provider::{Client, Provider},
    redirect_uri,
};
use crate::base::{
    clock::Clock,
    entropy::Entropy,
    secret::{ExposeSecret, SecretString, Token},
};

/// One app.
#[derive(Debug)]
pub(super) struct Party {
    pub(super) app: App,
    pub(super) client_id: String,
    secret: Option<SecretString>,
    pub(super) redirect_uri: RedirectUrl,
    pub(super) signed_out: Url,
    pub(super) cookies: Cookies,
    pub(super) provider: Provider,
    pub(super) memory: Memory,
    pub(super) directory: Arc<Directory>,
    pub(super) clock: Clock,
    entropy: Entropy,
}

impl Party {
    /// The app of this configuration.
    pub(super) fn new(config: AppConfig, issuer: IssuerUrl) -> Arc<Self> {
        Arc::new(Self {
            app: config.app,
            client_id: config.client_id,
            secret: config.client_secret,
            redirect_uri: RedirectUrl::from_url(redirect_uri(&config.base_url)),
            signed_out: post_logout_redirect_uri(&config.base_url),
            cookies: Cookies::new(config.app, &config.base_url),
            provider: Provider::new(issuer, config.http, config.clock.clone()),
            memory: Memory::new(config.clock.clone()),
            directory: config.directory,
            clock: config.clock,
            entropy: config.entropy,
        })
    }

    /// The app's side of the protocol with this provider: client_secret_basic, or no secret.
    pub(super) fn client(&self, metadata: &ProviderMetadataWithLogout) -> Client {
        let secret = self.secret.as_ref().map(|secret| ClientSecret::new(secret.expose_secret().to_owned()));
        Client::from_provider_metadata(metadata.clone(), ClientId::new(self.client_id.clone()), secret)
    }

    /// A new random token.
    pub(super) fn token(&self) -> Token {
        Token::random(&self.entropy)
    }

    /// The session of this browser.
    pub(super) fn session(&self, jar: &CookieJar) -> Option<Arc<Session>> {
        self.memory.session(&self.cookies.session(jar)?)
    }
}
