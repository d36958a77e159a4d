//! An app's end of back-channel logout, which takes logout tokens on a port of its own; and what waits on ours.

use std::time::Duration;

use axum::{Form, Router, extract::State, routing::post};
use phuong::{on_db, store::Tx};
use tokio::{
    net::TcpListener,
    sync::{
        Mutex,
        mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel},
    },
    time::timeout,
};

use super::tour::Tour;

pub(crate) struct Receiver {
    port: u16,
    tokens: Mutex<UnboundedReceiver<String>>,
}

#[derive(serde::Deserialize)]
struct Notice {
    logout_token: String,
}

impl Receiver {
    pub(crate) async fn start() -> Self {
        let (heard, tokens) = unbounded_channel();
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let router = Router::new().route("/told", post(take)).with_state(heard);
        tokio::spawn(async move { axum::serve(listener, router).await });
        Self { port, tokens: Mutex::new(tokens) }
    }

    pub(crate) fn address(&self) -> String {
        format!("http://localhost:{}/told", self.port)
    }

    /// The next logout token. It was sent before this is asked, so the wait is for a broken test only.
    pub(crate) async fn next(&self) -> String {
        timeout(Duration::from_secs(10), async { self.tokens.lock().await.recv().await.unwrap() }).await.unwrap()
    }

    /// Whether nothing else came.
    pub(crate) fn is_quiet(&self) -> bool {
        self.tokens.try_lock().is_ok_and(|tokens| tokens.is_empty())
    }
}

async fn take(State(heard): State<UnboundedSender<String>>, Form(notice): Form<Notice>) {
    let _ = heard.send(notice.logout_token);
}

/// How often each waiting notice was tried.
pub(crate) async fn waiting(t: &Tour) -> Vec<i64> {
    const TRIES: &str = "SELECT attempts FROM jobs WHERE kind = 'backchannel_logout'";
    let read = async |tx: &mut Tx, (): &()| -> Result<Vec<(i64,)>, _> {
        on_db!(tx, c => sqlx::query_as(TRIES).fetch_all(&mut *c))
    };
    t.sv.store.read((), read).await.unwrap().into_iter().map(|(attempts,)| attempts).collect()
}
