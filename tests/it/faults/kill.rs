//! SIGKILL: nothing acknowledged is lost, and the server is there again at once.

use std::{
    env,
    io::{Read, Write},
    net::TcpStream,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::{Duration, Instant},
};

use base64::{Engine, engine::general_purpose::STANDARD};
use phuong::{
    base::{digest::Digest, id::ClientKey, secret::Token},
    protocol::client::ClientId,
    store::{
        Tx,
        grants::{self, RefreshRow},
    },
};

use super::{
    ground::{Ground, run, text, within},
    load::Load,
};
use crate::support::tour::Tour;

/// How soon a killed server is ready again.
const READY_AGAIN: Duration = Duration::from_secs(5);

/// How often the server is killed: a few times in the suite, a hundred times with `PHUONG_TEST_KILLS=100`.
fn kills() -> usize {
    env::var("PHUONG_TEST_KILLS").ok().and_then(|number| number.parse().ok()).unwrap_or(5)
}

both! {
    async fn nothing_acknowledged_is_lost_when_the_server_is_killed(ground: Ground) {
        let mut registered = Vec::new();
        for round in 0..kills() {
            let tour = ground.tour().await;
            let load = Load::prepare(&ground, &tour).await;
            // Nobody else has the file open, so that the next server recovers it alone.
            tour.sv.store.close().await;
            drop(tour);

            let node = ground.serve();
            let acknowledged = Arc::new(AtomicUsize::new(0));
            let load = load.start(&node.caller(), &ground.app, &acknowledged);
            let client = register(&ground, round);
            // At another moment in each round, always in the middle.
            let enough = 60 + round * 37 % 90;
            within(Duration::from_mins(1), "the load", async || acknowledged.load(Ordering::Relaxed) >= enough).await;
            node.running.kill();
            let promises = load.promises().await;
            registered.extend(client.await.unwrap());

            let began = Instant::now();
            let node = ground.serve();
            assert!(began.elapsed() < READY_AGAIN, "ready again after {:?}", began.elapsed());
            promises.hold(&node.caller(), &ground.app).await;
            node.running.kill();
        }
        let listed = ground.run(&["client", "list", "--json"]).json();
        for id in &registered {
            assert!(listed.as_array().unwrap().iter().any(|client| client["client_id"] == **id), "{id} is lost");
        }
        ground.holds().await;
    }
}

/// Registers a client by command, beside the server; its id when the command said that it is registered.
fn register(ground: &Ground, round: usize) -> tokio::task::JoinHandle<Option<String>> {
    let (folder, environment) = (ground.folder.path().to_owned(), ground.environment());
    tokio::task::spawn_blocking(move || {
        let id = format!("registered-{round}");
        let arguments = ["client", "add", "--name", "App", "--client-id", &id, "--kind", "service"];
        (run(&folder, &environment, &arguments).code == Some(0)).then_some(id)
    })
}

both! {
    async fn r13_a_reply_that_was_lost_with_the_server_may_be_asked_for_again(ground: Ground) {
        let tour = ground.tour().await;
        let token = ground.refresh_tokens(&tour, 1).await.remove(0);
        let node = ground.serve();
        let mut connection = TcpStream::connect(&node.running.at).unwrap();
        connection.write_all(exchange(&ground, &token).as_bytes()).unwrap();
        within(Duration::from_secs(10), "the rotation", async || spent(&tour, &token).await.is_some()).await;
        node.running.kill();
        // What the kernel still has of the reply, perhaps all of it.
        let mut lost = String::new();
        let _ = connection.read_to_string(&mut lost);

        let successor = spent(&tour, &token).await.unwrap();
        let node = ground.serve();
        let mut answers = Vec::new();
        for _ in 0..2 {
            let reply = node.caller().refresh(&ground.app, &token).await.unwrap();
            assert_eq!(reply.status, 200, "{reply:?}");
            answers.push(text(&reply.json(), "refresh_token"));
        }
        assert_eq!(answers[0], answers[1]);
        assert_eq!(Token::presented(&answers[0]).digest(), successor, "the one that was committed before the end");
        assert!(lost.is_empty() || !lost.contains("refresh_token") || lost.contains(&answers[0]), "{lost}");
        assert_eq!(node.caller().refresh(&ground.app, &answers[0]).await.unwrap().status, 200);
        ground.holds().await;
    }
}

both! {
    async fn r13_reuse_ends_the_family_also_after_a_restart(ground: Ground) {
        let tour = ground.tour().await;
        let stolen = ground.refresh_tokens(&tour, 1).await.remove(0);
        let node = ground.serve();
        let mut newest = stolen.clone();
        for _ in 0..2 {
            newest = text(&node.caller().refresh(&ground.app, &newest).await.unwrap().json(), "refresh_token");
        }
        node.running.kill();
        let node = ground.serve();
        let replayed = node.caller().refresh(&ground.app, &stolen).await.unwrap();
        assert_eq!((replayed.status, text(&replayed.json(), "error").as_str()), (400, "invalid_grant"));
        node.running.kill();
        let node = ground.serve();
        let ended = node.caller().refresh(&ground.app, &newest).await.unwrap();
        assert_eq!((ended.status, text(&ended.json(), "error").as_str()), (400, "invalid_grant"), "whoever held the newest");
        ground.holds().await;
    }
}

/// The request as bytes, so that the test decides whether it reads the reply.
fn exchange(ground: &Ground, token: &str) -> String {
    let body = format!("grant_type=refresh_token&refresh_token={token}");
    let basic = STANDARD.encode(format!("{}:{}", ground.app.id, ground.app.secret));
    format!(
        "POST /token HTTP/1.1\r\nHost: localhost\r\nAuthorization: Basic {basic}\r\nContent-Length: {}\r\n\
         Content-Type: application/x-www-form-urlencoded\r\n\r\n{body}",
        body.len()
    )
}

/// The successor for which a token was exchanged, as the database has it.
async fn spent(tour: &Tour, token: &str) -> Option<Digest> {
    let client = tour.sv.clients.by_id(&ClientId("app".to_owned())).unwrap().key;
    let turn: (Digest, ClientKey) = (Token::presented(token).digest(), client);
    let row: Option<RefreshRow> = tour
        .sv
        .store
        .read(turn, async |tx: &mut Tx, (token, client)| grants::find_refresh(tx, *token, *client).await)
        .await
        .unwrap();
    row?.successor
}
