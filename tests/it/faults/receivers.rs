//! An app that does not answer when it is told of a sign-out: nobody waits for it, and it is not told for ever.

use std::time::Duration;

use phuong::{
    protocol::registration::Registration,
    services::ending,
    store::{Tx, audit, jobs},
    worker,
};
use tokio::{net::TcpListener, sync::watch};

use crate::support::{
    callers::{Browser, RelyingParty},
    receiver::waiting,
    tour::Tour,
    within::within,
};

/// An app at an address where `listener` listens, or nobody.
async fn app(t: &Tour, address: &str) -> RelyingParty {
    let uri = format!("http://localhost:{}/logout", address.rsplit_once(':').unwrap().1);
    RelyingParty::registered(t, "app", |ask| Registration { backchannel_logout_uri: Some(uri), ..ask }).await
}

both! {
    async fn the_next_person_at_the_same_browser_waits_for_no_app(t: Tour) {
        // It takes connections and says nothing.
        let silent = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let app = app(&t, &silent.local_addr().unwrap().to_string()).await;
        let mut browser = Browser::default();
        app.tokens(&t, &mut browser, "").await;
        t.advance(Duration::from_mins(1));
        let entered = browser.sign_in_as(&t, &app.authorize("&prompt=login"), "student").await;
        assert!(entered.sent("code").is_some(), "{} {}", entered.status, entered.text);
        told_by_the_worker_only(&t, &silent).await;
    }
}

both! {
    async fn choosing_another_account_waits_for_no_app(t: Tour) {
        let silent = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let app = app(&t, &silent.local_addr().unwrap().to_string()).await;
        let mut browser = Browser::default();
        app.tokens(&t, &mut browser, "").await;
        t.advance(Duration::from_mins(1));
        let page = browser.get(&t, &app.authorize("&prompt=select_account")).await;
        let (csrf, flow) = (page.field("csrf"), page.field("flow"));
        let form = [("csrf", csrf.as_str()), ("flow", &flow), ("answer", "other")];
        let page = browser.post(&t, "/choose", &form).await;
        assert!(page.text.contains("login-submit"), "{} {}", page.status, page.text);
        told_by_the_worker_only(&t, &silent).await;
    }
}

async fn told_by_the_worker_only(t: &Tour, app: &TcpListener) {
    let called = tokio::time::timeout(Duration::ZERO, app.accept()).await;
    assert!(called.is_err(), "the app was told before the page was there");
    // The worker tells it a moment later.
    let (told, called) = tokio::join!(worker::do_jobs(&t.sv), app.accept());
    told.unwrap();
    called.unwrap();
}

both! {
    async fn the_audit_trail_is_sealed_while_an_app_says_nothing(t: Tour) {
        let silent = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let app = app(&t, &silent.local_addr().unwrap().to_string()).await;
        let mut browser = Browser::default();
        app.tokens(&t, &mut browser, "").await;
        t.advance(Duration::from_mins(1));
        // Somebody else at the same browser: the worker tells the app.
        browser.sign_in_as(&t, &app.authorize("&prompt=login"), "student").await;
        let (stop, stopped) = watch::channel(false);
        let working = tokio::spawn(worker::run(t.sv.clone(), stopped));
        let _held = silent.accept().await.unwrap();
        let loose = async || t.sv.store.read((), async |tx: &mut Tx, (): &()| audit::loose(tx, 1).await).await.unwrap();
        within(Duration::from_secs(30), "the seal", async || loose().await.is_empty()).await;
        assert_eq!(waiting(&t).await, [0], "the app has not been given up meanwhile");
        stop.send(true).unwrap();
        working.await.unwrap();
    }
}

both! {
    async fn an_app_that_is_gone_is_told_eight_times_within_a_day_and_then_given_up(t: Tour) {
        let nobody = TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap().to_string();
        let app = app(&t, &nobody).await;
        let mut browser = Browser::default();
        app.tokens(&t, &mut browser, "").await;
        let page = browser.get(&t, "/end_session").await;
        let done = browser.post(&t, "/end_session/confirm", &[("csrf", &page.field("csrf")), ("request", "")]).await;
        assert_eq!(done.status, 200, "the person is signed out all the same");
        within(Duration::from_secs(10), "what came of the first try", async || waiting(&t).await == [1]).await;
        let mut tries = vec![0];
        for minutes in (20..3000).step_by(20) {
            t.advance(Duration::from_mins(20));
            tries.extend(vec![minutes; leased(&t).await]);
        }
        // The first by the sign-out itself; the second to the fifth would come within 20 minutes.
        assert_eq!((tries.len(), *tries.last().unwrap() / 60), (8, 24), "{tries:?}");
    }
}

/// Does what is due; how many jobs it was. Looks first, since a job that is done leaves no trace.
async fn leased(t: &Tour) -> usize {
    let now = t.sv.clock.now();
    let due = t.sv.store.write(now, async |tx: &mut Tx, now| jobs::lease(tx, *now, *now, 32).await).await.unwrap();
    let due = due.into_iter().filter(|job| job.kind == ending::KIND).count();
    worker::do_jobs(&t.sv).await.unwrap();
    due
}
