//! Three relying apps as a school uses them: a gradebook, an LMS and e-office, each with its own listener.
//!
//! They know the provider only through the wire, as any other app does, and validate as a real app must: issuer,
//! audience, signature through the JWKS, nonce, logout tokens. They refuse everything that fails, with a page that says
//! what to do. They keep what they hold in memory and lose it when they end.

mod claims;
mod cookies;
mod directory;
mod eoffice;
mod gradebook;
mod lms;
mod logout_token;
mod marks;
mod memory;
mod pages;
mod party;
mod provider;
mod received;
mod sign_in;
#[cfg(test)]
mod tests;
mod web;

use std::{io, net::SocketAddr, sync::Arc};

use openidconnect::IssuerUrl;
use reqwest::redirect;
use tokio::{net::TcpListener, sync::oneshot, task::JoinHandle};
use url::Url;

pub use directory::{Class, Directory};

use crate::base::{clock::Clock, entropy::Entropy, secret::SecretString};
use party::Party;

/// Which of the three.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum App {
    /// Sổ điểm điện tử.
    Gradebook,
    /// Lớp học trực tuyến.
    Lms,
    /// Văn phòng điện tử.
    EOffice,
}

impl App {
    /// All three, in the order of the demo's ports.
    pub const ALL: [Self; 3] = [Self::Gradebook, Self::Lms, Self::EOffice];

    /// A short name in ASCII, also the `client_id` under which the demo registers the app.
    pub const fn client_id(self) -> &'static str {
        match self {
            Self::Gradebook => "gradebook",
            Self::Lms => "lms",
            Self::EOffice => "eoffice",
        }
    }

    /// The name that people know it by.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Gradebook => "Sổ điểm điện tử",
            Self::Lms => "Lớp học trực tuyến",
            Self::EOffice => "Văn phòng điện tử",
        }
    }

    /// The scopes it asks for, separated by spaces.
    pub const fn scope(self) -> &'static str {
        match self {
            Self::Gradebook => "openid profile edu edu.classes edu.contexts",
            Self::Lms => "openid profile edu edu.classes",
            Self::EOffice => "openid profile edu",
        }
    }

    /// The roles it is for (the role vocabulary of `edu_context`): the provider refuses everybody else.
    pub const fn roles(self) -> &'static [&'static str] {
        match self {
            Self::Gradebook | Self::Lms => &["student", "teacher", "principal"],
            Self::EOffice => &["teacher", "staff", "principal"],
        }
    }
}

/// Where the provider sends people back to after sign-in, for the app at `base` (a URL without a path of its own).
pub fn redirect_uri(base: &Url) -> Url {
    at(base, "/callback")
}

/// Where it sends them after sign-out.
pub fn post_logout_redirect_uri(base: &Url) -> Url {
    at(base, "/signed-out")
}

/// Where it posts logout tokens (Back-Channel Logout 1.0 §2.2).
pub fn backchannel_logout_uri(base: &Url) -> Url {
    at(base, "/backchannel-logout")
}

/// Where somebody else may send people to sign in (OIDC Core §4).
pub fn initiate_login_uri(base: &Url) -> Url {
    at(base, "/login")
}

fn at(base: &Url, path: &str) -> Url {
    let mut url = base.clone();
    url.set_path(path);
    url.set_query(None);
    url.set_fragment(None);
    url
}

/// What an app needs to run.
#[derive(Clone, Debug)]
pub struct AppConfig {
    /// Which app.
    pub app: App,
    /// The provider, byte for byte as its tokens name it: no slash is added or taken away.
    pub issuer: String,
    /// The app's name at the provider.
    pub client_id: String,
    /// Sent with client_secret_basic; `None` for a public client.
    pub client_secret: Option<SecretString>,
    /// The origin under which browsers reach the app.
    pub base_url: Url,
    /// What the app itself knows of classes.
    pub directory: Arc<Directory>,
    /// Time.
    pub clock: Clock,
    /// Randomness.
    pub entropy: Entropy,
    /// For requests to the provider; must not follow redirects.
    pub http: reqwest::Client,
}

/// Why an app did not start.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// The issuer is no URL.
    #[error("the issuer is no URL: {0}")]
    Issuer(#[from] url::ParseError),
    /// The listener has no address.
    #[error("the app cannot listen: {0}")]
    Listener(#[from] io::Error),
}

/// A client for [`AppConfig::http`], which all apps may share.
#[expect(clippy::disallowed_methods, reason = "a relying app is another program: the server's own fetcher is not its")]
pub fn http_client() -> Result<reqwest::Client, reqwest::Error> {
    // Whoever follows redirects from a token endpoint can be sent anywhere.
    reqwest::Client::builder().redirect(redirect::Policy::none()).no_proxy().build()
}

/// An app that answers. Dropped, it ends as soon as the requests in flight are answered.
#[derive(Debug)]
pub struct Running {
    address: SocketAddr,
    end: oneshot::Sender<()>,
    task: JoinHandle<()>,
}

impl Running {
    /// Where it listens.
    pub const fn address(&self) -> SocketAddr {
        self.address
    }

    /// Ends it: answers what is in flight, then returns.
    pub async fn stop(self) {
        drop(self.end);
        if let Err(error) = self.task.await {
            tracing::error!(%error, "an app of the demo ended badly");
        }
    }
}

/// Starts an app on a listener. It answers when this returns; the provider is first asked at the first sign-in.
pub fn start(config: AppConfig, listener: TcpListener) -> Result<Running, StartError> {
    let app = config.app;
    let issuer = IssuerUrl::new(config.issuer.clone())?;
    let address = listener.local_addr()?;
    let router = web::routes(Party::new(config, issuer));
    let (end, ended) = oneshot::channel::<()>();
    let task = tokio::spawn(async move {
        let until = async {
            // Both a word to end and a dropped handle end it.
            let _ = ended.await;
        };
        if let Err(error) = axum::serve(listener, router).with_graceful_shutdown(until).await {
            tracing::error!(%error, ?app, "an app of the demo stopped listening");
        }
    });
    Ok(Running { address, end, task })
}
