//! PostgreSQL goes away and comes back: whoever asks meanwhile is told to come back too, and nobody has to be woken.

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicUsize, Ordering},
    },
    time::Duration,
};

use futures_util::future::join_all;

use super::{
    cluster::Cluster,
    ground::{Caller, Ground, text, within},
};
use crate::support::{callers::RelyingParty, database::Database};

/// How soon everything works once the database does.
const HEALED: Duration = Duration::from_secs(10);
/// How long anybody waits for an answer while the database is frozen.
const ANSWERED: Duration = Duration::from_secs(5);
const CALLERS: usize = 6;

#[tokio::test]
async fn a_restarted_postgres_costs_only_a_few_503s() {
    let Some(cluster) = Cluster::start() else { return };
    let ground = Ground::with(Database::at(&cluster.url()).await).await;
    let tokens = ground.refresh_tokens(&ground.tour().await, CALLERS).await;
    let node = ground.serve();
    let (answered, stop) = (Arc::new(AtomicUsize::new(0)), Arc::new(AtomicBool::new(false)));
    let load: Vec<_> = tokens
        .into_iter()
        .map(|token| tokio::spawn(rotate(node.caller(), ground.app.clone(), token, answered.clone(), stop.clone())))
        .collect();
    let more = async |number: usize| {
        let enough = answered.load(Ordering::Relaxed) + number;
        within(Duration::from_mins(1), "the load", async || answered.load(Ordering::Relaxed) >= enough).await;
    };
    more(40).await;
    let cluster = tokio::task::spawn_blocking(move || {
        cluster.restart();
        cluster
    });
    let _cluster = cluster.await.unwrap();
    let caller = node.caller();
    within(HEALED, "ready again", async || caller.get("/health/ready", None).await.unwrap().status == 200).await;
    more(40).await;
    stop.store(true, Ordering::Relaxed);
    for chain in join_all(load).await {
        chain.unwrap();
    }
    ground.holds().await;
}

/// A chain of rotations in which every answer is good or "later".
async fn rotate(
    caller: Caller,
    app: RelyingParty,
    mut token: String,
    answered: Arc<AtomicUsize>,
    stop: Arc<AtomicBool>,
) {
    while !stop.load(Ordering::Relaxed) {
        let reply = caller.refresh(&app, &token).await.unwrap();
        if !reply.is_busy() {
            assert_eq!(reply.status, 200, "{reply:?}");
            token = text(&reply.json(), "refresh_token");
            answered.fetch_add(1, Ordering::Relaxed);
        }
    }
}

#[tokio::test]
async fn a_frozen_postgres_keeps_nobody_waiting() {
    let Some(cluster) = Cluster::start() else { return };
    let ground = Ground::with(Database::at(&cluster.url()).await).await;
    let tokens = ground.refresh_tokens(&ground.tour().await, 4).await;
    let node = ground.serve();
    let (caller, app) = (node.caller(), &ground.app);
    let access = text(&caller.refresh(app, &tokens[0]).await.unwrap().json(), "access_token");

    let frozen = cluster.freeze();
    // More than there are connections, so that some wait for one.
    let asked = (0..40).map(|n| {
        let (caller, access) = (&caller, access.as_str());
        async move {
            match n % 4 {
                0 => caller.get("/userinfo", Some(access)).await,
                1 => caller.refresh(app, "of-nobody").await,
                2 => caller.post("/introspect", app, &[("token", access)]).await,
                _ => caller.get("/health/ready", None).await,
            }
        }
    });
    for (n, reply) in join_all(asked).await.into_iter().enumerate() {
        let reply = reply.unwrap();
        assert_eq!(reply.status, 503, "{n}: {reply:?}");
        assert!(n % 4 == 3 || reply.is_busy());
        assert!(reply.took < ANSWERED, "{n}: {reply:?}");
    }
    for path in ["/health/live", "/jwks", "/.well-known/openid-configuration", "/sign-in"] {
        let reply = caller.get(path, None).await.unwrap();
        assert!(reply.status == 200 && reply.took < Duration::from_secs(1), "{path}: {reply:?}");
    }
    let said = || ground.log().matches("the database is out of reach").count();
    within(HEALED, "the log says so", async || said() > 0).await;
    drop(frozen);
    within(HEALED, "ready again", async || caller.get("/health/ready", None).await.unwrap().status == 200).await;
    for token in &tokens[1..] {
        assert_eq!(caller.refresh(app, token).await.unwrap().status, 200);
    }
    assert_eq!(said(), 1, "once, however long it lasts: {}", ground.log());
    ground.holds().await;
}

#[tokio::test]
async fn a_server_can_be_stopped_while_its_database_is_frozen() {
    let Some(cluster) = Cluster::start() else { return };
    let ground = Ground::with(Database::at(&cluster.url()).await).await;
    let node = ground.serve();
    let frozen = cluster.freeze();
    let caller = node.caller();
    let (busy, ()) = tokio::join!(caller.refresh(&ground.app, "of-nobody"), async { node.running.terminate() });
    assert!(busy.unwrap().is_busy());
    assert_eq!(node.running.code(), Some(0));
    drop(frozen);
    ground.holds().await;
}
