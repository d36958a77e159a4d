//! TLS of the server itself, on real sockets.

use std::{
    fs,
    net::{Ipv4Addr, SocketAddr},
    sync::Arc,
    time::Duration,
};

use axum::{Json, Router, routing::get};
use phuong::{
    config::Files,
    http::{self, Asks, Door, Tls, TlsError},
    services::fetch::{self, Allowed, Fetch},
};
use rustls::{ProtocolVersion, version};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
    sync::oneshot,
    time::timeout,
};

use crate::support::{
    certificates::{Authority, connect},
    tour::Tour,
};

const BOTH: [&rustls::SupportedProtocolVersion; 2] = [&version::TLS12, &version::TLS13];

async fn serve(
    tls: &Arc<Tls>,
    router: Router,
    patience: Duration,
    stop: impl Future<Output = ()> + Send + 'static,
) -> SocketAddr {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
    let at = listener.local_addr().unwrap();
    tokio::spawn(http::serve(Door { listener, tls: Some(tls.clone()), patience }, router, stop));
    at
}

/// The answer to a request, and the certificate that was shown.
async fn ask(at: SocketAddr, ca: &Authority, path: &str) -> (String, Vec<u8>) {
    let mut stream = connect(at, ca.client(&BOTH)).await.unwrap();
    let shown = stream.get_ref().1.peer_certificates().unwrap()[0].to_vec();
    stream
        .write_all(format!("GET {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n").as_bytes())
        .await
        .unwrap();
    let mut heard = String::new();
    stream.read_to_string(&mut heard).await.unwrap();
    (heard, shown)
}

both! { async fn the_server_speaks_tls_1_3_and_1_2_and_http_1_1(t: Tour) {
    let (ca, folder) = (Authority::new("Test CA"), tempfile::tempdir().unwrap());
    let at = serve(&Arc::new(ca.tls(folder.path())), t.router.clone(), http::PATIENCE, std::future::pending()).await;
    let (answer, _) = ask(at, &ca, "/health/live").await;
    assert!(answer.starts_with("HTTP/1.1 200 OK"), "{answer}");
    for (version, name) in [(&version::TLS13, ProtocolVersion::TLSv1_3), (&version::TLS12, ProtocolVersion::TLSv1_2)] {
        let mut config = ca.client(&[version]);
        config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
        let stream = connect(at, config).await.unwrap();
        let spoken = stream.get_ref().1;
        assert_eq!((spoken.protocol_version(), spoken.alpn_protocol()), (Some(name), Some(&b"http/1.1"[..])));
    }
    assert!(connect(at, Authority::new("Another CA").client(&BOTH)).await.is_err(), "the authority is what makes it trusted");
} }

#[tokio::test]
async fn what_is_not_tls_1_2_or_better_is_let_go() {
    let (ca, folder) = (Authority::new("Test CA"), tempfile::tempdir().unwrap());
    let router = Router::new().route("/", get(async || "served"));
    let at = serve(&Arc::new(ca.tls(folder.path())), router, http::PATIENCE, std::future::pending()).await;
    // A hello of TLS 1.1: version 3.2 in record and hello, TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA.
    let mut hello = vec![0x16, 3, 1, 0, 45, 1, 0, 0, 41, 3, 2];
    hello.extend([7; 32]);
    hello.extend([0, 0, 2, 0xc0, 0x13, 1, 0]);
    for said in [hello, b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n".to_vec(), vec![0; 600]] {
        let mut stream = TcpStream::connect(at).await.unwrap();
        stream.write_all(&said).await.unwrap();
        let mut heard = Vec::new();
        let _ = stream.read_to_end(&mut heard).await;
        assert!(heard.is_empty() || heard[0] == 0x15, "an alert or nothing: {heard:?}");
    }
    assert!(ask(at, &ca, "/").await.0.ends_with("served"), "and nobody else is harmed");
}

#[tokio::test]
async fn r53_whoever_does_not_shake_hands_is_let_go() {
    let (ca, folder) = (Authority::new("Test CA"), tempfile::tempdir().unwrap());
    let at =
        serve(&Arc::new(ca.tls(folder.path())), Router::new(), Duration::from_millis(50), std::future::pending()).await;
    for begun in [&[][..], &[0x16, 3, 1, 2, 0]] {
        let mut stream = TcpStream::connect(at).await.unwrap();
        stream.write_all(begun).await.unwrap();
        let mut heard = Vec::new();
        // Nothing is said to them: that the connection ends is all. Whoever is not let go is waited for without end.
        let end = timeout(Duration::from_secs(20), stream.read_to_end(&mut heard)).await;
        assert!(end.is_ok(), "{begun:?}");
    }
}

#[tokio::test]
async fn a_new_certificate_needs_no_restart_and_a_bad_one_does_no_harm() {
    let (ca, folder) = (Authority::new("Test CA"), tempfile::tempdir().unwrap());
    let first = ca.server("localhost");
    let files = first.write(folder.path());
    let tls = Arc::new(Tls::open(files.clone(), Asks::Nothing).unwrap());
    let at =
        serve(&tls, Router::new().route("/", get(async || "served")), http::PATIENCE, std::future::pending()).await;
    assert_eq!(ask(at, &ca, "/").await.1, first.der().to_vec());
    let second = ca.server("localhost");
    // Half of it is there: the key does not fit yet.
    fs::write(&files.cert, &second.cert).unwrap();
    tls.look_again();
    assert_eq!(ask(at, &ca, "/").await.1, first.der().to_vec(), "what worked stays in use");
    fs::write(&files.key, &second.key).unwrap();
    tls.look_again();
    assert_eq!(ask(at, &ca, "/").await.1, second.der().to_vec());
    for bad in ["", "nonsense", "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"] {
        fs::write(&files.cert, bad).unwrap();
        tls.look_again();
        assert_eq!(ask(at, &ca, "/").await.1, second.der().to_vec(), "{bad:?}");
    }
    fs::remove_file(&files.key).unwrap();
    tls.look_again();
    assert_eq!(ask(at, &ca, "/").await.1, second.der().to_vec());
}

#[test]
fn files_that_do_not_work_are_named_when_the_server_begins() {
    let (ca, folder) = (Authority::new("Test CA"), tempfile::tempdir().unwrap());
    let (one, other) = (ca.server("localhost"), ca.server("localhost"));
    let refused = |cert: &str, key: &str| {
        let files = Files { cert: folder.path().join("a.pem"), key: folder.path().join("b.pem") };
        fs::write(&files.cert, cert).unwrap();
        fs::write(&files.key, key).unwrap();
        Tls::open(files, Asks::Nothing).unwrap_err()
    };
    assert!(matches!(refused("", &one.key), TlsError::NoCertificate(path) if path.ends_with("a.pem")));
    assert!(matches!(refused(&one.key, &one.key), TlsError::NoCertificate(_)));
    assert!(matches!(refused(&one.cert, &one.cert), TlsError::NoKey(path) if path.ends_with("b.pem")));
    assert!(matches!(refused(&one.cert, &other.key), TlsError::Unusable { .. }), "a key that does not fit");
    let missing = Files { cert: folder.path().join("none.pem"), key: folder.path().join("none.pem") };
    assert!(
        matches!(Tls::open(missing, Asks::Nothing).unwrap_err(), TlsError::Unreadable(path, _) if path.ends_with("none.pem"))
    );
}

#[tokio::test]
async fn a_request_in_flight_is_answered_at_the_end_also_over_tls() {
    let (ca, folder) = (Authority::new("Test CA"), tempfile::tempdir().unwrap());
    let (stop, stopped) = oneshot::channel::<()>();
    let stop = Arc::new(std::sync::Mutex::new(Some(stop)));
    let router = Router::new().route(
        "/",
        get(move || {
            // The end comes while the request is worked on.
            stop.lock().unwrap().take().unwrap().send(()).unwrap();
            std::future::ready("served")
        }),
    );
    let stopped = async move {
        let _ = stopped.await;
    };
    let at = serve(&Arc::new(ca.tls(folder.path())), router, http::PATIENCE, stopped).await;
    assert!(ask(at, &ca, "/").await.0.ends_with("served"));
    while TcpStream::connect(at).await.is_ok() {
        tokio::task::yield_now().await;
    }
}

#[tokio::test]
async fn r23_an_authority_of_ones_own_is_trusted_only_where_it_is_configured() {
    let (ca, folder) = (Authority::new("Test CA"), tempfile::tempdir().unwrap());
    let router = Router::new().route("/", get(async || Json("read")));
    let at = serve(&Arc::new(ca.tls(folder.path())), router, http::PATIENCE, std::future::pending()).await;
    let url = format!("https://localhost:{}/", at.port()).parse().unwrap();
    let fetch = |authorities| {
        Fetch::new(Allowed { hosts: vec!["localhost".into()], authorities, ..Allowed::default() }).unwrap()
    };
    assert!(fetch(Vec::new()).document(&url).await.is_err());
    let other = fetch::authorities(Authority::new("Another CA").pem.as_bytes()).unwrap();
    assert!(fetch(other).document(&url).await.is_err());
    let ours = fetch::authorities(ca.pem.as_bytes()).unwrap();
    assert_eq!(fetch(ours).document(&url).await.unwrap(), b"\"read\"");
    assert!(fetch::authorities(b"nonsense").is_none() && fetch::authorities(b"").is_none());
}
