//! Clients that do not speak HTTP as they should, on real sockets.

use std::{
    net::{Ipv4Addr, SocketAddr},
    time::Duration,
};

use phuong::http;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
    time::timeout,
};

use crate::support::tour::Tour;

/// Serves the tour on a port of its own, as long as the runtime lives.
async fn serve(t: &Tour, patience: Duration) -> SocketAddr {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
    let at = listener.local_addr().unwrap();
    let door = http::Door { listener, tls: None, patience };
    tokio::spawn(http::serve(door, t.router.clone(), std::future::pending()));
    at
}

/// Everything the server says to these bytes until it closes.
async fn say(at: SocketAddr, bytes: &[u8]) -> String {
    let mut stream = TcpStream::connect(at).await.unwrap();
    stream.write_all(bytes).await.unwrap();
    let mut heard = Vec::new();
    // A reset is a way to close, too.
    let _ = stream.read_to_end(&mut heard).await;
    String::from_utf8_lossy(&heard).into_owned()
}

fn status(answer: &str) -> u16 {
    answer.split(' ').nth(1).and_then(|code| code.parse().ok()).unwrap_or_else(|| panic!("no answer: {answer:?}"))
}

both! { async fn r53_whoever_does_not_send_a_request_is_let_go(t: Tour) {
    let at = serve(&t, Duration::from_millis(50)).await;
    // Nothing is said to them: that the connection ends is all. Whoever is not let go is waited for without end.
    for begun in ["", "GET /jwks HTTP/1.1\r\nHost: x\r\n"] {
        let heard = timeout(Duration::from_secs(20), say(at, begun.as_bytes())).await.expect("the connection is closed");
        assert!(!heard.contains("200 OK"), "{begun:?}: {heard}");
    }
    let answered = say(at, b"GET /health/live HTTP/1.1\r\nHost: x\r\n\r\n").await;
    assert_eq!(status(&answered), 200, "and then, idle, the connection is closed");
} }

both! { async fn r53_a_head_has_a_limit(t: Tour) {
    let at = serve(&t, http::PATIENCE).await;
    let long = format!("GET /jwks HTTP/1.1\r\nHost: x\r\nX-Long: {}\r\n\r\n", "a".repeat(200_000));
    assert_eq!(status(&say(at, long.as_bytes()).await), 431);
} }

both! { async fn r55_requests_that_are_not_http_get_an_answer_and_harm_nobody(t: Tour) {
    let at = serve(&t, http::PATIENCE).await;
    let host = "Host: localhost\r\nConnection: close\r\n";
    let form = format!("{host}Content-Type: application/x-www-form-urlencoded\r\n");
    for (request, expected) in [
        (format!("GET /portal HTTP/1.1\r\n{host}Host: evil.example\r\n\r\n"), 200),
        (format!("GET http://evil.example/authorize HTTP/1.1\r\n{host}\r\n"), 400),
        (format!("GET //evil.example/portal HTTP/1.1\r\n{host}\r\n"), 404),
        (format!("CONNECT evil.example:443 HTTP/1.1\r\n{host}\r\n"), 404),
        (format!("TRACE /portal HTTP/1.1\r\n{host}\r\n"), 405),
        (format!("OPTIONS * HTTP/1.1\r\n{host}\r\n"), 404),
        (format!("ANYTHING /token HTTP/1.1\r\n{host}\r\n"), 405),
        (format!("GET /portal%00%0d%0aSet-Cookie:%20a HTTP/1.1\r\n{host}\r\n"), 404),
        (format!("GET /\u{e9} HTTP/1.1\r\n{host}\r\n"), 404),
        (format!("GET /authorize?{} HTTP/1.1\r\n{host}\r\n", "a=b&".repeat(10_000)), 400),
        (format!("POST /token HTTP/1.1\r\n{form}Content-Length: -1\r\n\r\n"), 400),
        (format!("POST /token HTTP/1.1\r\n{form}Content-Length: 1\r\nContent-Length: 2\r\n\r\nab"), 400),
        (format!("POST /token HTTP/1.1\r\n{form}Content-Encoding: gzip\r\nContent-Length: 3\r\n\r\n\u{1f}\u{1}\u{2}"), 400),
        (format!("POST /token HTTP/1.1\r\n{form}Transfer-Encoding: chunked\r\n\r\nZZ\r\n"), 400),
        ("GET / HTTP/9.9\r\n\r\n".to_owned(), 400),
        ("\u{16}\u{3}\u{1}\r\n\r\n".to_owned(), 400),
    ] {
        let answer = say(at, request.as_bytes()).await;
        assert_eq!(status(&answer), expected, "{}: {}", request.chars().skip(90).take(120).collect::<String>(), &answer[..answer.len().min(200)]);
        assert!(!answer.contains("evil.example"), "{request}");
    }
} }

both! { async fn r22_nothing_we_say_of_ourselves_comes_from_a_request(t: Tour) {
    let at = serve(&t, http::PATIENCE).await;
    let lies = "Host: evil.example\r\nX-Forwarded-Host: evil.example\r\nX-Forwarded-Proto: ftp\r\nX-Forwarded-Port: 666\r\n\
                X-Original-URL: /evil.example\r\nX-Rewrite-URL: /evil.example\r\nForwarded: host=evil.example\r\nConnection: close\r\n";
    for path in ["/.well-known/openid-configuration", "/.well-known/oauth-authorization-server", "/sign-in", "/", "/developer", "/nowhere"] {
        let answer = say(at, format!("GET {path} HTTP/1.1\r\n{lies}\r\n").as_bytes()).await;
        assert!(!answer.contains("evil") && !answer.contains("666") && !answer.contains("ftp:"), "{path}: {answer}");
    }
} }

both! { async fn r55_pipelined_requests_are_answered_in_their_order(t: Tour) {
    let at = serve(&t, http::PATIENCE).await;
    let body = "grant_type=password";
    let first = format!(
        "POST /token HTTP/1.1\r\nHost: x\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: {}\r\n\r\n{body}",
        body.len()
    );
    let answers = say(at, format!("{first}GET /health/live HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n").as_bytes()).await;
    let (token, live) = (answers.find("invalid_client").unwrap(), answers.find("live\n").unwrap());
    assert!(token < live, "{answers}");
} }
