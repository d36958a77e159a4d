//! Changing an app while somebody else changes it too, on a node that has not heard of it yet.

use std::time::Duration;

use phuong::{
    admin::clients::{self, ClientError, Leave},
    protocol::{
        client::{Access, Client, ClientId, Kind, State, StoredSecret},
        registration::{Changes, Registration},
        target::TokenForm,
    },
    services::authority::Standing,
    store::{Tx, audit, clients as rows},
};
use serde_json::{Value, json};

use crate::support::{database::Database, tour::Tour};

const HOUR: Duration = Duration::from_hours(1);

/// Two nodes on one database; the second holds the app as it was registered.
async fn nodes(database: &Database) -> (Tour, Tour, Leave) {
    let (one, other) = (Tour::beside(database).await, Tour::beside(database).await);
    let leave = Standing::danger_command_line().with_the_sector(&one.sv).unwrap();
    let ask = Registration {
        redirect_uris: vec!["https://app.example/cb".into()],
        ..Registration::named("app", "App", Kind::Web)
    };
    clients::add(&one.sv, &leave, ask).await.unwrap();
    other.sv.clients.reload().await.unwrap();
    // What happens at the same moment stands in the trail in any order.
    for node in [&one, &other] {
        node.advance(Duration::from_secs(1));
    }
    (one, other, leave)
}

async fn stored(t: &Tour) -> Option<Client> {
    let read = t.sv.store.read((), async |tx: &mut Tx, (): &()| rows::all(tx).await);
    read.await.unwrap().into_iter().find(|client| client.client_id.0 == "app")
}

async fn events(t: &Tour) -> Vec<String> {
    let read = t.sv.store.read((), async |tx: &mut Tx, (): &()| audit::about(tx, "client:app", 50).await);
    read.await.unwrap().into_iter().rev().map(|event| event.action).collect()
}

both! { async fn r15_a_secret_rotated_on_an_old_copy_does_not_turn_a_disabled_app_on_again(database: Database) {
    let (one, other, leave) = nodes(&database).await;
    clients::set_state(&one.sv, &leave, "app", State::Disabled).await.unwrap();
    assert_eq!(clients::find(&other.sv, "app").unwrap().state, State::Enabled, "the other node has not heard of it");
    other.advance(Duration::from_secs(1));
    let secret = clients::rotate_secret(&other.sv, &leave, "app", HOUR).await.unwrap();
    let client = stored(&one).await.unwrap();
    assert_eq!(client.state, State::Disabled);
    let (Access::SecretBasic { secrets } | Access::SecretPost { secrets }) = client.access else { panic!() };
    assert_eq!(secrets.len(), 2);
    assert_eq!(secrets[1], StoredSecret::of(&secret), "and the new secret is there");
    assert_eq!(events(&one).await, ["client.added", "client.disabled", "client.secret_rotated"]);
} }

both! { async fn r51_what_was_not_changed_has_no_line_in_the_audit_trail(database: Database) {
    let (one, other, leave) = nodes(&database).await;
    clients::set_state(&other.sv, &leave, "app", State::Enabled).await.unwrap();
    clients::remove(&one.sv, &leave, "app").await.unwrap();
    assert!(clients::find(&other.sv, "app").is_ok(), "the other node has not heard of it");
    let unknown = |error: ClientError| matches!(&error, ClientError::Unknown(id) if id == "app");
    assert!(unknown(clients::rotate_secret(&other.sv, &leave, "app", HOUR).await.unwrap_err()), "no secret that opens nothing");
    other.sv.clients.reload().await.unwrap();
    assert!(unknown(clients::set_state(&other.sv, &leave, "app", State::Disabled).await.unwrap_err()));
    assert!(unknown(clients::remove(&other.sv, &leave, "app").await.unwrap_err()));
    assert_eq!(events(&one).await, ["client.added", "client.removed"]);
    assert!(stored(&one).await.is_none() && other.sv.clients.by_id(&ClientId("app".into())).is_none());
} }

both! { async fn of_two_new_secrets_at_the_same_moment_both_work(database: Database) {
    let (one, other, leave) = nodes(&database).await;
    let (first, second) = tokio::join!(
        clients::rotate_secret(&one.sv, &leave, "app", HOUR),
        clients::rotate_secret(&other.sv, &leave, "app", HOUR)
    );
    let client = stored(&one).await.unwrap();
    let (Access::SecretBasic { secrets } | Access::SecretPost { secrets }) = client.access else { panic!() };
    // The one that was first is the old one of the other, and works for an hour more.
    assert_eq!(secrets.iter().filter(|stored| stored.until.is_none()).count(), 1);
    for secret in [first.unwrap(), second.unwrap()] {
        let of = StoredSecret::of(&secret);
        let same = |mut stored: StoredSecret| {
            stored.until = None;
            stored == of
        };
        assert!(secrets.iter().cloned().any(same));
    }
} }

both! { async fn r51_a_change_keeps_what_others_changed_and_says_what_was_and_what_is(database: Database) {
    let (one, other, leave) = nodes(&database).await;
    clients::set_state(&one.sv, &leave, "app", State::Disabled).await.unwrap();
    other.advance(Duration::from_secs(1));
    let changes = Changes {
        scope: Some("openid edu".into()),
        serves: Some(["https://app.example/api".to_owned()].into()),
        form: Some(TokenForm::Opaque),
        ..Changes::default()
    };
    clients::adjust(&other.sv, &leave, "app", changes.clone()).await.unwrap();
    clients::adjust(&other.sv, &leave, "app", changes.clone()).await.unwrap();
    let client = stored(&one).await.unwrap();
    assert_eq!((client.state, client.scopes.to_string()), (State::Disabled, "edu openid".to_owned()));
    assert_eq!(events(&one).await, ["client.added", "client.disabled", "client.changed"], "the second changed nothing");
    let read = one.sv.store.read((), async |tx: &mut Tx, (): &()| audit::about(tx, "client:app", 1).await);
    let detail: Value = serde_json::from_str(&read.await.unwrap()[0].detail).unwrap();
    assert_eq!(detail["before"], json!({ "scope": "openid profile", "resources": [], "calls": [], "access_token": "jwt" }));
    let after = json!({ "scope": "edu openid", "resources": ["https://app.example/api"], "calls": [], "access_token": "opaque" });
    assert_eq!((&detail["name"], &detail["after"]), (&json!("App"), &after));

    clients::add(&other.sv, &leave, Registration::named("svc", "Service", Kind::Service)).await.unwrap();
    let served = clients::adjust(&other.sv, &leave, "svc", Changes { scope: None, ..changes }).await.unwrap_err();
    assert!(matches!(&served, ClientError::Served(_, by) if by.0 == "app"), "a token would be good at two apps: {served}");
} }
