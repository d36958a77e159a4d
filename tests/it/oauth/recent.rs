//! What is remembered for a moment does not outlive what it rests on.

use phuong::{
    base::digest::Digest,
    services::recent::{Memory, Recent},
};

use crate::support::{
    callers::{Browser, RelyingParty},
    tour::Tour,
};

both! { async fn r19_an_answer_that_was_on_its_way_when_all_was_forgotten_is_forgotten_too(t: Tour) {
    let recent: Recent<&'static str> = Recent::new(t.sv.store.clone(), 10);
    let (key, now) = (Digest::of(b"a token"), t.clock.now());
    let asked = recent.ask(now);
    recent.keep(key, asked, "verified under a key");
    assert!(matches!(recent.recall(&key, recent.ask(now)), Memory::Fresh(_)));
    // The key is destroyed while somebody still carries what it vouched for.
    recent.forget_all();
    recent.keep(key, asked, "verified under a key");
    assert!(matches!(recent.recall(&key, recent.ask(now)), Memory::Nothing), "not even the signature counts");
    recent.keep(key, recent.ask(now), "verified anew");
    assert!(matches!(recent.recall(&key, recent.ask(now)), Memory::Fresh(_)));
} }

both! { async fn a_large_request_of_a_stranger_makes_nobody_forget(t: Tour) {
    let app = RelyingParty::new(&t, "app").await;
    let before = t.sv.store.changes();
    let form = [("client_id", app.id.as_str()), ("padding", &"x".repeat(6_000))];
    let sent = Browser::default().post(&t, "/authorize", &form).await;
    assert_eq!(sent.status, 303);
    assert_eq!(t.sv.store.changes(), before);
} }
