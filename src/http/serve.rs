//! The socket's side of HTTP/1.1: connections are taken, kept as long as they make sense, and let finish at the end.
//!
//! A connection that does not shake hands or send a whole request head in time is closed, or whoever opens many and says
//! nothing holds the server's sockets for ever; bodies are bounded in size and time by the layers within.

use std::{
    convert::Infallible,
    future::Future,
    io,
    net::SocketAddr,
    sync::Arc,
    time::{Duration, Instant},
};

use axum::{
    Router,
    extract::{ConnectInfo, Request},
};
use hyper::{body::Incoming, server::conn::http1, service::service_fn};
use hyper_util::{
    rt::{TokioIo, TokioTimer},
    server::graceful::{GracefulShutdown, Watcher},
};
use tokio::{
    io::{AsyncRead, AsyncWrite},
    net::{TcpListener, TcpStream},
    time::timeout,
};
use tower::ServiceExt;

use super::tls::{ClientCertificate, Tls};

/// How long a connection may take over a request head, the first or the next: longer than proxies keep idle connections
/// for their next request (nginx: 60 s), so that none sends one into a connection that is being closed.
pub const PATIENCE: Duration = Duration::from_secs(75);
/// How long it may take to shake hands.
const HANDSHAKE: Duration = Duration::from_secs(10);
/// The largest head, in bytes: request line and headers.
const LARGEST_HEAD: usize = 64 * 1024;
/// How long to wait for room when the operating system has no socket to give.
const NO_SOCKET: Duration = Duration::from_millis(200);
/// At the end nobody came for so long, or the end has lasted so long: then it is one.
const LULL: Duration = Duration::from_millis(20);
const LAST_CALL: Duration = Duration::from_secs(1);

/// Where connections come in, and how they are spoken to.
#[derive(Debug)]
pub struct Door {
    /// The port.
    pub listener: TcpListener,
    /// TLS, if the door has its own.
    pub tls: Option<Arc<Tls>>,
    /// How long a connection may take over a head; [`PATIENCE`] but in tests.
    pub patience: Duration,
}

/// Serves until `stop` completes; then takes no more connections, and returns when those in flight are answered.
pub async fn serve(door: Door, router: Router, stop: impl Future<Output = ()>) {
    let Door { listener, tls, patience } = door;
    let mut http = http1::Builder::new();
    http.timer(TokioTimer::new()).header_read_timeout(patience).max_buf_size(LARGEST_HEAD);
    let all = GracefulShutdown::new();
    let begin = |(stream, peer): (TcpStream, SocketAddr)| {
        // Whoever still shakes hands at the end is waited for as well.
        let mut talk = Talk { http: http.clone(), router: router.clone(), peer, certificate: None, end: all.watcher() };
        match tls.clone() {
            None => drop(tokio::spawn(talk.over(stream))),
            Some(tls) => drop(tokio::spawn(async move {
                match timeout(HANDSHAKE.min(patience), tls.accept(stream)).await {
                    Ok(Ok((stream, certificate))) => {
                        talk.certificate = certificate;
                        talk.over(stream).await;
                    }
                    Ok(Err(error)) => tracing::debug!(%error, "a handshake failed"),
                    Err(_) => tracing::debug!("a handshake took too long"),
                }
            })),
        }
    };
    let mut stop = std::pin::pin!(stop);
    loop {
        tokio::select! {
            taken = take(&listener) => begin(taken),
            () = &mut stop => break,
        }
    }
    // Those that the operating system took before the end may have asked already: to close the door on them would drop
    // their requests.
    let end = Instant::now() + LAST_CALL;
    while Instant::now() < end
        && let Ok(taken) = timeout(LULL, take(&listener)).await
    {
        begin(taken);
    }
    drop(listener);
    all.shutdown().await;
}

/// One connection.
struct Talk {
    http: http1::Builder,
    router: Router,
    peer: SocketAddr,
    certificate: Option<ClientCertificate>,
    end: Watcher,
}

impl Talk {
    async fn over(self, stream: impl AsyncRead + AsyncWrite + Unpin + 'static) {
        let Self { http, router, peer, certificate, end } = self;
        let service = service_fn(move |mut request: Request<Incoming>| {
            request.extensions_mut().insert(ConnectInfo(peer));
            if let Some(certificate) = certificate.clone() {
                request.extensions_mut().insert(certificate);
            }
            answer(router.clone(), request)
        });
        if let Err(error) = end.watch(http.serve_connection(TokioIo::new(stream), service)).await {
            tracing::debug!(%error, "a connection ended early");
        }
    }
}

async fn answer(router: Router, request: Request<Incoming>) -> Result<axum::response::Response, Infallible> {
    router.oneshot(request).await
}

async fn take(listener: &TcpListener) -> (TcpStream, SocketAddr) {
    loop {
        match listener.accept().await {
            Ok((stream, peer)) => {
                // Answers are written whole: there is nothing to wait for.
                let _ = stream.set_nodelay(true);
                return (stream, peer);
            }
            // The peer went away before it was taken.
            Err(error) if matches!(error.kind(), io::ErrorKind::ConnectionReset | io::ErrorKind::ConnectionAborted) => {
            }
            Err(error) => {
                tracing::warn!(%error, "cannot take a connection; trying again");
                tokio::time::sleep(NO_SOCKET).await;
            }
        }
    }
}
