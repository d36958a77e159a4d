//! Several nodes on one PostgreSQL: what one does, the others know; what only one may do, one does.

use std::{env, time::Duration};

use futures_util::future::join_all;
use jsonwebtoken::{Algorithm, jwk::JwkSet};
use phuong::protocol::{
    client::{KeySource, Kind},
    registration::Registration,
};

use super::ground::{Caller, Ground, text, within};
use crate::{
    relying::assertion::AppKey,
    support::{database::Backend, tour::ISSUER},
};

/// How soon a node notices what another changed. It looks twice a second; the rest is for a busy machine.
const NOTICED: Duration = Duration::from_secs(3);

/// How many codes are fought over: a few in the suite, more with `PHUONG_TEST_CODES=10000`.
fn contested() -> usize {
    env::var("PHUONG_TEST_CODES").ok().and_then(|number| number.parse().ok()).unwrap_or(48)
}

#[tokio::test]
async fn r11_a_code_that_two_nodes_are_given_at_once_is_redeemed_once() {
    let Some(ground) = Ground::on(Backend::Postgres).await else { return };
    let tour = ground.tour().await;
    let (one, other) = (ground.serve(), ground.serve());
    let callers = [one.caller(), other.caller(), one.caller(), other.caller()];
    let mut left = contested();
    while left > 0 {
        // A batch at a time, since a code is good for a minute.
        let batch = left.min(96);
        left -= batch;
        for codes in ground.codes(&tour, batch).await.chunks(12) {
            let fights =
                codes.iter().map(|code| join_all(callers.iter().map(|caller| caller.redeem(&ground.app, code))));
            for fight in join_all(fights).await {
                let statuses: Vec<u16> = fight.into_iter().map(|reply| reply.unwrap().status).collect();
                let won = statuses.iter().filter(|status| **status == 200).count();
                let lost = statuses.iter().filter(|status| **status == 400).count();
                assert_eq!((won, lost), (1, 3), "{statuses:?}");
            }
        }
    }
    ground.holds().await;
}

#[tokio::test]
async fn r13_a_refresh_token_that_two_nodes_are_given_at_once_has_one_successor() {
    let Some(ground) = Ground::on(Backend::Postgres).await else { return };
    let tour = ground.tour().await;
    let token = ground.refresh_tokens(&tour, 1).await.remove(0);
    let (one, other) = (ground.serve(), ground.serve());
    let callers = [one.caller(), other.caller()];
    let all = join_all((0..50).map(|n| callers[n % 2].refresh(&ground.app, &token))).await;
    let mut successors: Vec<_> = all.into_iter().map(|reply| text(&reply.unwrap().json(), "refresh_token")).collect();
    successors.sort();
    successors.dedup();
    assert_eq!(successors.len(), 1, "whoever is told is told the same");
    assert_eq!(callers[0].refresh(&ground.app, &successors[0]).await.unwrap().status, 200, "and the family lives");
    ground.holds().await;
}

#[tokio::test]
async fn r14_an_assertion_that_two_nodes_are_given_at_once_counts_once() {
    let Some(ground) = Ground::on(Backend::Postgres).await else { return };
    let tour = ground.tour().await;
    let key = AppKey::new(Algorithm::ES256);
    let keys = JwkSet { keys: vec![key.public()] };
    let service = Registration {
        keys: Some(KeySource::Inline(keys)),
        scope: Some("marks.read".into()),
        ..Registration::named("svc", "Service", Kind::Service)
    };
    tour.register(service).await;
    let (one, other) = (ground.serve(), ground.serve());
    let callers = [one.caller(), other.caller()];
    let assertion = key.assertion("svc", ISSUER, tour.clock.now().seconds(), "once");
    let form = [
        ("grant_type", "client_credentials"),
        ("client_assertion_type", "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"),
        ("client_assertion", &assertion),
    ];
    let all = join_all((0..50).map(|n| callers[n % 2].post_as_anybody("/token", &form))).await;
    let statuses: Vec<u16> = all.into_iter().map(|reply| reply.unwrap().status).collect();
    assert_eq!(statuses.iter().filter(|status| **status == 200).count(), 1, "{statuses:?}");
    assert_eq!(statuses.iter().filter(|status| **status == 401).count(), 49, "{statuses:?}");
    ground.holds().await;
}

#[tokio::test]
async fn what_one_node_changes_the_other_knows() {
    let Some(ground) = Ground::on(Backend::Postgres).await else { return };
    let tour = ground.tour().await;
    let tokens = ground.refresh_tokens(&tour, 2).await;
    let (one, other) = (ground.serve(), ground.serve());
    let (here, there) = (one.caller(), other.caller());

    // A token of one node is good at the other, until it is revoked here.
    let reply = here.refresh(&ground.app, &tokens[0]).await.unwrap().json();
    let (access, refresh) = (text(&reply, "access_token"), text(&reply, "refresh_token"));
    let reply = there.get("/userinfo", Some(&access)).await.unwrap();
    assert_eq!(reply.status, 200, "{}", ground.log());
    assert_eq!(here.post("/revoke", &ground.app, &[("token", &refresh)]).await.unwrap().status, 200);
    // What the other was asked a moment ago it remembers for less than a second.
    let revoked = async || there.get("/userinfo", Some(&access)).await.unwrap().status == 401;
    within(NOTICED, "the revocation", revoked).await;
    assert_eq!(there.refresh(&ground.app, &refresh).await.unwrap().status, 400);

    // Keys that a command rotates.
    let rotated = ground.run(&["keys", "rotate", "--yes", "--json"]);
    assert_eq!(rotated.code, Some(0), "{}", rotated.stderr);
    let keys: Vec<String> = rotated.json().as_array().unwrap().iter().map(|key| text(key, "kid")).collect();
    for caller in [&here, &there] {
        within(NOTICED, "the new keys", async || published(caller).await.iter().all(|kid| keys.contains(kid))).await;
    }

    // A client that a command turns off gets nothing at either.
    assert_eq!(ground.run(&["client", "disable", "app"]).code, Some(0));
    for caller in [&here, &there] {
        let refused = async || caller.refresh(&ground.app, &tokens[1]).await.unwrap().status == 401;
        within(NOTICED, "the disabled client", refused).await;
    }
    ground.holds().await;
}

async fn published(caller: &Caller) -> Vec<String> {
    let jwks = caller.get("/jwks", None).await.unwrap().json();
    let kids: Vec<String> = jwks["keys"].as_array().unwrap().iter().map(|key| text(key, "kid")).collect();
    // Six before: an active and a next one of each kind; after, those that retired as well.
    if kids.len() > 6 { kids } else { vec!["not yet".to_owned()] }
}

#[tokio::test]
async fn a_node_that_dies_takes_nothing_with_it() {
    let Some(ground) = Ground::on(Backend::Postgres).await else { return };
    let tour = ground.tour().await;
    let token = ground.refresh_tokens(&tour, 1).await.remove(0);
    let (one, other) = (ground.serve(), ground.serve());
    let next = text(&one.caller().refresh(&ground.app, &token).await.unwrap().json(), "refresh_token");
    one.running.kill();
    let reply = other.caller().refresh(&ground.app, &next).await.unwrap();
    assert_eq!(reply.status, 200, "{reply:?}");
    ground.holds().await;
}
