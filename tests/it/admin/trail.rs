//! The audit trail against whoever has the database's password: the database refuses, and what it was made to do is found.

use phuong::{
    services::audit::{
        Actor,
        chain::{Broken, Check, Place, Why},
    },
    store::{Tx, audit},
};
use serde_json::json;
use sqlx::{AssertSqlSafe, Connection as _, PgConnection, SqliteConnection};

use crate::support::{
    database::{Backend, Database},
    tour::Tour,
};

/// Runs statements as somebody with the database's password.
async fn run(database: &Database, sql: &str) -> Result<(), sqlx::Error> {
    let sql = sqlx::raw_sql(AssertSqlSafe(sql.to_owned()));
    match database.backend() {
        Backend::Sqlite => sql.execute(&mut SqliteConnection::connect(database.url()).await?).await.map(drop),
        Backend::Postgres => sql.execute(&mut PgConnection::connect(database.url()).await?).await.map(drop),
    }
}

/// As its owner may: without what keeps the tables append-only.
async fn disarm(database: &Database) {
    let names = [
        "audit_events_never_replaced",
        "audit_events_kept",
        "audit_events_never_deleted",
        "audit_head_never_replaced",
        "audit_head_goes_forward",
        "audit_head_never_deleted",
    ];
    let sql = match database.backend() {
        Backend::Sqlite => names.map(|name| format!("DROP TRIGGER {name};")).concat(),
        Backend::Postgres => {
            "ALTER TABLE audit_events DISABLE TRIGGER USER; ALTER TABLE audit_head DISABLE TRIGGER USER;".to_owned()
        }
    };
    run(database, &sql).await.unwrap();
}

/// Writes so many events more.
async fn write(t: &Tour, many: i64) {
    for n in 0..many {
        let event = t.sv.event(&Actor::System, "test.happened", format!("test:{n}"), &json!({ "n": n }));
        t.sv.store.write(event, async |tx: &mut Tx, event| audit::add(tx, event).await).await.unwrap();
    }
}

async fn seal(t: &Tour) {
    while t.sv.seal_audit().await.unwrap() > 0 {}
}

async fn verify(t: &Tour, check: Check) -> Result<Place, Broken> {
    seal(t).await;
    t.sv.verify_audit(check, |_| ()).await.unwrap()
}

/// Where the chain breaks, and why.
async fn found(t: &Tour, check: Check) -> Option<(i64, Why)> {
    verify(t, check).await.err().map(|broken| (broken.seq, broken.why))
}

const EVERYTHING: Check = Check { after: 0, noted: None };

/// What may be done to ten sealed events, and what is found then.
const DEEDS: &[(&str, (i64, Why))] = &[
    ("UPDATE audit_events SET at = at + 1 WHERE seq = 4", (4, Why::Changed)),
    ("UPDATE audit_events SET actor = 'command line' WHERE seq = 4", (4, Why::Changed)),
    ("UPDATE audit_events SET action = 'test.never' WHERE seq = 4", (4, Why::Changed)),
    ("UPDATE audit_events SET subject = 'test:99' WHERE seq = 4", (4, Why::Changed)),
    ("UPDATE audit_events SET org_id = id WHERE seq = 4", (4, Why::Changed)),
    ("UPDATE audit_events SET detail = '{}' WHERE seq = 4", (4, Why::Changed)),
    ("UPDATE audit_events SET address = '10.0.0.1' WHERE seq = 4", (4, Why::Changed)),
    ("UPDATE audit_events SET address = '' WHERE seq = 4", (4, Why::Changed)),
    ("UPDATE audit_events SET mac = chain WHERE seq = 10", (10, Why::Changed)),
    ("UPDATE audit_events SET chain = mac WHERE seq = 4", (4, Why::Exchanged)),
    ("UPDATE audit_events SET chain = NULL WHERE seq = 4", (4, Why::Exchanged)),
    // Removed: from the middle, the beginning and the end; and the gap closed.
    ("DELETE FROM audit_events WHERE seq IN (4, 5)", (4, Why::Removed { next: 6 })),
    ("DELETE FROM audit_events WHERE seq = 1", (1, Why::Removed { next: 2 })),
    (
        "DELETE FROM audit_events WHERE seq = 4; UPDATE audit_events SET seq = -seq WHERE seq > 4;
         UPDATE audit_events SET seq = -1 - seq WHERE seq < 0; UPDATE audit_head SET seq = 9",
        (4, Why::Exchanged),
    ),
    ("DELETE FROM audit_events WHERE seq > 7", (8, Why::CutOff { last: 10 })),
    ("DELETE FROM audit_events", (1, Why::CutOff { last: 10 })),
    ("DELETE FROM audit_events WHERE seq > 7; DELETE FROM audit_head", (8, Why::Head)),
    (
        "DELETE FROM audit_events WHERE seq > 7;
         UPDATE audit_head SET seq = 7, chain = (SELECT chain FROM audit_events WHERE seq = 7)",
        (8, Why::Head),
    ),
    ("UPDATE audit_head SET mac = chain", (11, Why::Head)),
    // Inserted: to be sealed, in a place of its own, in somebody else's.
    (
        "INSERT INTO audit_events (id, at, actor, action, subject, detail, mac)
         SELECT e.ID, at, actor, action, subject, detail, mac FROM audit_events CROSS JOIN (SELECT NEW AS ID) e WHERE seq = 4",
        (11, Why::Changed),
    ),
    (
        "INSERT INTO audit_events (id, at, actor, action, subject, detail, mac, seq, chain)
         SELECT NEW, at, actor, action, subject, detail, mac, 11, chain FROM audit_events WHERE seq = 4",
        (11, Why::Changed),
    ),
    (
        "UPDATE audit_events SET seq = NULL, chain = NULL WHERE seq = 4;
         INSERT INTO audit_events (id, at, actor, action, subject, detail, mac, seq, chain)
         SELECT NEW, at, actor, action, subject, detail, mac, 4, chain FROM audit_events WHERE seq = 3",
        (4, Why::Changed),
    ),
    // Exchanged.
    (
        "UPDATE audit_events SET seq = -seq WHERE seq IN (4, 5); UPDATE audit_events SET seq = 9 + seq WHERE seq < 0",
        (4, Why::Exchanged),
    ),
];

both! { async fn r51_whoever_tampers_with_the_databases_password_is_found(database: Database) {
    let t = Tour::beside(&database).await;
    write(&t, 10).await;
    let place = verify(&t, EVERYTHING).await.unwrap();
    assert_eq!(place.seq, 10);
    disarm(&database).await;
    run(&database, "CREATE TABLE events AS SELECT * FROM audit_events; CREATE TABLE head AS SELECT * FROM audit_head")
        .await
        .unwrap();
    let back = "DELETE FROM audit_events; INSERT INTO audit_events SELECT * FROM events;
                DELETE FROM audit_head; INSERT INTO audit_head SELECT * FROM head";
    let new = match database.backend() {
        Backend::Sqlite => "x'019ab000000070008000000000000000'",
        Backend::Postgres => "'019ab000-0000-7000-8000-000000000000'::uuid",
    };
    for (deed, expected) in DEEDS {
        run(&database, &deed.replace("NEW", new)).await.unwrap_or_else(|e| panic!("{deed}: {e}"));
        assert_eq!(found(&t, EVERYTHING).await, Some(*expected), "{deed}");
        run(&database, back).await.unwrap();
        assert_eq!(verify(&t, EVERYTHING).await.unwrap(), place, "as it was");
    }
} }

both! { async fn r51_a_break_stays_while_events_go_on_and_what_follows_can_be_checked(database: Database) {
    let t = Tour::beside(&database).await;
    write(&t, 10).await;
    seal(&t).await;
    disarm(&database).await;
    let cut = "DELETE FROM audit_events WHERE seq > 7;
               UPDATE audit_head SET seq = 7, chain = (SELECT chain FROM audit_events WHERE seq = 7)";
    run(&database, cut).await.unwrap();
    // Sealed alone: events of one millisecond have no order among them.
    write(&t, 1).await;
    seal(&t).await;
    write(&t, 4).await;
    let broken = verify(&t, EVERYTHING).await.unwrap_err();
    assert_eq!((broken.seq, broken.why), (8, Why::Exchanged), "no seal mends it");
    assert_eq!(broken.event.unwrap().subject, "test:0");
    let after = broken.why.rest_after(broken.seq).unwrap();
    assert_eq!(verify(&t, Check { after, noted: None }).await.unwrap().seq, 12);
    assert_eq!(found(&t, Check { after: 99, noted: None }).await, Some((99, Why::Unreadable)));
    run(&database, "DELETE FROM audit_head").await.unwrap();
    write(&t, 1).await;
    assert_eq!(found(&t, Check { after, noted: None }).await, Some((13, Why::Exchanged)));
    write(&t, 1).await;
    assert_eq!(verify(&t, Check { after: 13, noted: None }).await.unwrap().seq, 14, "sealing goes on");
} }

both! { async fn r51_an_old_copy_that_is_put_back_is_found_by_whoever_noted_the_end(database: Database) {
    let t = Tour::beside(&database).await;
    write(&t, 5).await;
    seal(&t).await;
    disarm(&database).await;
    run(&database, "CREATE TABLE head AS SELECT * FROM audit_head").await.unwrap();
    write(&t, 5).await;
    let noted = Some(verify(&t, EVERYTHING).await.unwrap());
    let old = "DELETE FROM audit_events WHERE seq > 5; DELETE FROM audit_head; INSERT INTO audit_head SELECT * FROM head";
    run(&database, old).await.unwrap();
    assert_eq!(found(&t, EVERYTHING).await, None, "nothing in the database tells");
    assert_eq!(found(&t, Check { after: 0, noted }).await, Some((6, Why::CutOff { last: 10 })));
    write(&t, 8).await;
    assert_eq!(found(&t, Check { after: 0, noted }).await, Some((10, Why::Noted)));
    run(&database, "DELETE FROM audit_head; INSERT INTO audit_head SELECT * FROM head").await.unwrap();
    write(&t, 1).await;
    assert_eq!(found(&t, EVERYTHING).await, Some((14, Why::Exchanged)), "an old head alone stops nothing and hides nothing");
} }

both! { async fn r51_the_database_itself_refuses_to_change_what_was_written(database: Database) {
    let t = Tour::beside(&database).await;
    write(&t, 3).await;
    seal(&t).await;
    write(&t, 1).await;
    let always = [
        "UPDATE audit_events SET detail = '{}'",
        "UPDATE audit_events SET detail = '{}' WHERE seq IS NULL",
        "UPDATE audit_events SET detail = '{}', seq = 9, chain = mac WHERE seq IS NULL",
        "UPDATE audit_events SET seq = 9, address = '' WHERE seq IS NULL",
        "UPDATE audit_events SET seq = 1, chain = mac WHERE seq IS NULL",
        "UPDATE audit_events SET seq = 9 WHERE seq = 1",
        "UPDATE audit_events SET seq = NULL, chain = NULL WHERE seq = 1",
        "UPDATE audit_events SET chain = mac WHERE seq = 1",
        "DELETE FROM audit_events WHERE seq = 1",
        "DELETE FROM audit_events WHERE seq IS NULL",
        "DELETE FROM audit_events",
        "DELETE FROM audit_head",
        "UPDATE audit_head SET seq = 2",
    ];
    let own: &[&str] = match database.backend() {
        Backend::Sqlite => &[
            "INSERT OR REPLACE INTO audit_events SELECT * FROM audit_events WHERE seq = 1",
            "INSERT OR REPLACE INTO audit_events SELECT x'00', at, actor, action, subject, org_id, detail, address, mac, seq,
             chain FROM audit_events WHERE seq = 1",
            "UPDATE OR REPLACE audit_events SET seq = 1, chain = mac WHERE seq IS NULL",
        ],
        Backend::Postgres => &["TRUNCATE audit_events", "TRUNCATE audit_head", "TRUNCATE audit_events CASCADE"],
    };
    for statement in always.iter().chain(own) {
        let error = run(&database, statement).await.unwrap_err().to_string();
        assert!(error.contains("append-only") || error.contains("unique"), "{statement}: {error}");
    }
    assert_eq!(verify(&t, EVERYTHING).await.unwrap().seq, 4);
} }

both! { async fn r51_many_writers_and_sealers_keep_the_chain_sound_and_lose_nothing(database: Database) {
    const EACH: i64 = 60;
    // On PostgreSQL several nodes; on SQLite a server and the commands beside it.
    let nodes = [Tour::beside(&database).await, Tour::beside(&database).await, Tour::beside(&database).await];
    let work = nodes.iter().flat_map(|t| (0..4).map(move |_| write(t, EACH)));
    let all = 12 * EACH;
    let sealing = nodes.iter().map(async |t| while verify(t, EVERYTHING).await.unwrap().seq < all {});
    futures_util::future::join(futures_util::future::join_all(work), futures_util::future::join_all(sealing)).await;
    for t in &nodes {
        assert_eq!(verify(t, EVERYTHING).await.unwrap().seq, all);
    }
} }

both! { async fn r51_an_event_is_there_if_and_only_if_its_change_is(database: Database) {
    let t = Tour::beside(&database).await;
    let event = t.sv.event(&Actor::System, "test.happened", "test:0".into(), &json!({}));
    let given_up = t.sv.store.write(event, async |tx: &mut Tx, event| {
        audit::add(tx, event).await?;
        Err::<(), _>(phuong::store::StoreError::Abandoned("the change did not happen"))
    });
    assert!(given_up.await.is_err());
    assert_eq!(verify(&t, EVERYTHING).await.unwrap().seq, 0);
} }
