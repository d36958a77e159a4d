//! Three relying apps, each as a school would buy it: a gradebook, an LMS, an e-office. They know the provider only
//! through its discovery document, and validate what they get as a real app must.

mod directory;
mod oidc;
mod pages;
mod routes;

pub use directory::Directory;

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use serde_json::{Map, Value};
use tokio::{net::TcpListener, sync::watch};

use crate::base::entropy::Entropy;

/// Which app.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum App {
    /// Sổ điểm điện tử.
    Gradebook,
    /// Lớp học số.
    Lms,
    /// Văn phòng điện tử.
    Office,
}

impl App {
    /// In the order of their ports.
    pub const ALL: [Self; 3] = [Self::Gradebook, Self::Lms, Self::Office];

    /// Its client id.
    pub const fn client_id(self) -> &'static str {
        match self {
            Self::Gradebook => "gradebook",
            Self::Lms => "lms",
            Self::Office => "eoffice",
        }
    }

    /// What people call it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Gradebook => "Sổ điểm điện tử",
            Self::Lms => "Lớp học số (LMS)",
            Self::Office => "Văn phòng điện tử",
        }
    }

    /// What it asks for.
    pub const fn scope(self) -> &'static str {
        match self {
            Self::Gradebook => "openid profile edu edu.classes edu.contexts",
            Self::Lms => "openid profile edu edu.classes",
            Self::Office => "openid profile edu",
        }
    }

    /// Who may use it; nobody is named when everybody may.
    pub const fn roles(self) -> &'static [&'static str] {
        match self {
            Self::Gradebook | Self::Lms => &["student", "teacher", "principal", "staff"],
            Self::Office => &["teacher", "principal", "staff"],
        }
    }
}

/// What an app is given to run.
#[derive(Clone, Debug)]
pub struct Settings {
    /// Which app.
    pub app: App,
    /// The provider.
    pub issuer: String,
    /// Its secret there.
    pub secret: String,
    /// Its own address.
    pub base: String,
    /// What it knows of classes by itself.
    pub directory: Arc<Directory>,
    /// Randomness.
    pub entropy: Entropy,
}

/// A running app's memory.
#[derive(Debug)]
struct Running {
    settings: Settings,
    provider: oidc::Provider,
    memory: Mutex<Memory>,
}

#[derive(Debug, Default)]
struct Memory {
    /// By cookie: who is in the middle of signing in.
    pending: HashMap<String, oidc::Pending>,
    /// By cookie: who is signed in.
    sessions: HashMap<String, Session>,
    /// Logout tokens that were used.
    spent: Vec<String>,
    /// Class, pupil, mark.
    marks: HashMap<(String, String), String>,
}

/// Somebody who is signed in to the app.
#[derive(Clone, Debug)]
struct Session {
    sub: String,
    sid: String,
    claims: Map<String, Value>,
    id_token: String,
}

impl Running {
    fn memory(&self) -> MutexGuard<'_, Memory> {
        self.memory.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Runs an app until it is told to stop.
pub async fn run(settings: Settings, listener: TcpListener, mut stop: watch::Receiver<bool>) -> std::io::Result<()> {
    let provider = oidc::Provider::new(&settings).map_err(std::io::Error::other)?;
    let running = Arc::new(Running { settings, provider, memory: Mutex::default() });
    axum::serve(listener, routes::router(running))
        .with_graceful_shutdown(async move {
            let _ = stop.wait_for(|stop| *stop).await;
        })
        .await
}
