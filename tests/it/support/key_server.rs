//! A client's own web server, which publishes the keys that it signs its assertions with.

use std::{
    net::Ipv4Addr,
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicUsize, Ordering},
    },
};

use axum::{Json, Router, http::StatusCode, routing::get};
use jsonwebtoken::jwk::{Jwk, JwkSet};
use phuong::http;
use tokio::net::TcpListener;

pub(crate) struct KeyServer {
    pub(crate) address: String,
    asked: Arc<AtomicUsize>,
    broken: Arc<AtomicBool>,
}

impl KeyServer {
    pub(crate) async fn with(keys: Vec<Jwk>) -> Self {
        let (asked, broken) = (Arc::new(AtomicUsize::new(0)), Arc::new(AtomicBool::new(false)));
        let (count, fails) = (asked.clone(), broken.clone());
        let keys = Json(JwkSet { keys });
        let answer = move || {
            count.fetch_add(1, Ordering::SeqCst);
            let answer = if fails.load(Ordering::SeqCst) { Err(StatusCode::BAD_GATEWAY) } else { Ok(keys.clone()) };
            std::future::ready(answer)
        };
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
        let address = format!("http://localhost:{}/jwks", listener.local_addr().unwrap().port());
        let door = http::Door { listener, tls: None, patience: http::PATIENCE };
        let router = Router::new().route("/jwks", get(answer));
        tokio::spawn(http::serve(door, router, std::future::pending()));
        Self { address, asked, broken }
    }

    /// How often it was asked.
    pub(crate) fn asked(&self) -> usize {
        self.asked.load(Ordering::SeqCst)
    }

    /// From now on it fails.
    pub(crate) fn fail(&self) {
        self.broken.store(true, Ordering::SeqCst);
    }
}
