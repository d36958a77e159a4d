//! SIGTERM: what has begun is answered, and then the process is gone.

use std::{
    process::Command,
    time::{Duration, Instant},
};

use base64::{Engine, engine::general_purpose::STANDARD};
use futures_util::future::join_all;
use phuong::protocol::{client::Kind, registration::Registration};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};

use super::ground::{Ground, within};
use crate::support::callers::RelyingParty;

/// How many requests are in the middle of being handled, how many more have only just been sent.
const BEGUN: usize = 500;
const SENT: usize = 50;
const REFRESHES: usize = 40;
/// How soon the process is gone.
const GONE: Duration = Duration::from_secs(30);

both! {
    async fn five_hundred_requests_in_flight_are_answered_before_the_end(ground: Ground) {
        let tour = ground.tour().await;
        let service = RelyingParty::registered(&tour, "service", |ask| Registration {
            redirect_uris: Vec::new(),
            post_logout_redirect_uris: Vec::new(),
            scope: None,
            kind: Kind::Service,
            ..ask
        })
        .await;
        let tokens = ground.refresh_tokens(&tour, REFRESHES).await;
        tour.sv.store.close().await;
        let refresh = |token: &String| (ground.app.clone(), format!("grant_type=refresh_token&refresh_token={token}"));
        let own = || (service.clone(), "grant_type=client_credentials".to_owned());
        let mut asks: Vec<_> = tokens.iter().map(refresh).collect();
        asks.resize_with(BEGUN, own);

        let node = ground.serve();
        let begun = asks.into_iter().map(|(app, body)| Begun::new(&node.running.at, app, body));
        let begun: Vec<Begun> = join_all(begun).await;
        // These the server may not even have accepted yet.
        let sent = (0..SENT).map(|_| async {
            let (app, body) = own();
            let mut connection = TcpStream::connect(&node.running.at).await.unwrap();
            connection.write_all(head(&app, &body, "Connection: close").as_bytes()).await.unwrap();
            connection.write_all(body.as_bytes()).await.unwrap();
            connection
        });
        let sent = join_all(sent).await;
        let told = Instant::now();
        node.running.terminate();
        let at = node.running.at.clone();
        within(GONE, "the door is closed", async || TcpStream::connect(&at).await.is_err()).await;

        let answers = join_all(begun.into_iter().map(Begun::finish)).await;
        let others = join_all(sent.into_iter().map(answer)).await;
        for answer in answers.iter().chain(&others) {
            assert!(answer.starts_with("HTTP/1.1 200") && answer.contains("access_token"), "dropped: {answer:?}");
        }
        assert_eq!(answers.len() + others.len(), BEGUN + SENT);
        assert_eq!(node.running.code(), Some(0));
        assert!(told.elapsed() < GONE, "gone after {:?}", told.elapsed());
        ground.holds().await;
    }
}

both! {
    async fn a_request_that_never_ends_does_not_keep_the_server(ground: Ground) {
        let mut ground = ground;
        ground.settings.push(("PHUONG_SERVER_SHUTDOWN_SECONDS", "1".to_owned()));
        let node = ground.serve();
        // Its body never comes.
        let _unfinished = Begun::new(&node.running.at, ground.app.clone(), "grant_type=client_credentials".to_owned()).await;
        node.running.terminate();
        assert_eq!(node.running.code(), Some(0));
        assert!(ground.log().contains("did not finish in time"));
        ground.holds().await;
    }
}

/// A request that is in a handler, which waits for its body.
struct Begun {
    connection: TcpStream,
    body: String,
}

impl Begun {
    async fn new(at: &str, app: RelyingParty, body: String) -> Self {
        const GO_ON: &[u8] = b"HTTP/1.1 100 Continue\r\n\r\n";
        let mut connection = TcpStream::connect(at).await.unwrap();
        let head = head(&app, &body, "Connection: close\r\nExpect: 100-continue");
        connection.write_all(head.as_bytes()).await.unwrap();
        let mut told = vec![0; GO_ON.len()];
        connection.read_exact(&mut told).await.unwrap();
        assert_eq!(told, GO_ON);
        Self { connection, body }
    }

    async fn finish(mut self) -> String {
        self.connection.write_all(self.body.as_bytes()).await.unwrap();
        answer(self.connection).await
    }
}

async fn answer(mut connection: TcpStream) -> String {
    let mut answer = String::new();
    let read = tokio::time::timeout(GONE, connection.read_to_string(&mut answer)).await;
    // A connection that was reset has no answer, which the caller tells.
    drop(read.unwrap());
    answer
}

fn head(app: &RelyingParty, body: &str, more: &str) -> String {
    let basic = STANDARD.encode(format!("{}:{}", app.id, app.secret));
    format!(
        "POST /token HTTP/1.1\r\nHost: localhost\r\nAuthorization: Basic {basic}\r\nContent-Length: {}\r\n\
         Content-Type: application/x-www-form-urlencoded\r\n{more}\r\n\r\n",
        body.len()
    )
}

#[tokio::test]
async fn a_stopped_sqlite_database_is_one_file() {
    let ground = Ground::on(crate::support::database::Backend::Sqlite).await.unwrap();
    let node = ground.serve();
    assert_eq!(node.caller().get("/health/ready", None).await.unwrap().status, 200);
    node.running.terminate();
    assert_eq!(node.running.code(), Some(0));
    let file = ground.database.url().strip_prefix("sqlite:").unwrap();
    let beside = Command::new("sh").args(["-c", &format!("ls {file}-wal {file}-shm")]).output().unwrap();
    assert!(!beside.status.success(), "a log stays beside it: {}", String::from_utf8_lossy(&beside.stdout));
}
