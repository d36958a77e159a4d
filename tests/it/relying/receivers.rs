//! Apps that take the notice of a sign-out badly: dead, silent, refusing, pointing elsewhere, late (Back-Channel Logout
//! 1.0 §2.8). The person waits for none of them, is told what may still be open, and each app is tried again.

use std::{
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use axum::{
    Router,
    extract::State,
    http::{StatusCode, header},
    response::{IntoResponse, Response},
    routing::post,
};
use phuong::{protocol::registration::Registration, worker};
use tokio::{net::TcpListener, sync::Notify};

use crate::support::{
    callers::{Browser, RelyingParty},
    receiver::waiting,
    tour::{Answer, Tour},
    within::within,
};

/// How an app takes a notice.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Temper {
    /// 200.
    Fine,
    /// It takes the connection and says nothing.
    Silent,
    /// 200, when the test lets it.
    Slow,
    /// 400.
    Refuses,
    /// 307, to an address of its own that would answer 200.
    Redirects,
    /// 503 twice, then 200.
    ThirdTime,
    /// Nobody listens.
    Dead,
}

/// An app with a listener of its own.
struct Hearing {
    app: RelyingParty,
    heard: Arc<Heard>,
}

struct Heard {
    temper: Temper,
    times: AtomicUsize,
    elsewhere: AtomicUsize,
    let_go: Notify,
}

impl Hearing {
    async fn new(t: &Tour, id: &str, temper: Temper) -> Self {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
        let address = format!("http://localhost:{}/told", listener.local_addr().unwrap().port());
        let heard = Arc::new(Heard {
            temper,
            times: AtomicUsize::new(0),
            elsewhere: AtomicUsize::new(0),
            let_go: Notify::new(),
        });
        if temper != Temper::Dead {
            let router = Router::new().route("/told", post(take)).route("/elsewhere", post(stray));
            let router = router.with_state(heard.clone());
            tokio::spawn(async move { axum::serve(listener, router).await });
        }
        let ask = |ask| Registration { backchannel_logout_uri: Some(address), ..ask };
        Self { app: RelyingParty::registered(t, id, ask).await, heard }
    }

    fn times(&self) -> usize {
        self.heard.times.load(Ordering::SeqCst)
    }
}

async fn take(State(heard): State<Arc<Heard>>) -> Response {
    let before = heard.times.fetch_add(1, Ordering::SeqCst);
    match heard.temper {
        Temper::Silent => std::future::pending().await,
        Temper::Slow => {
            heard.let_go.notified().await;
            StatusCode::OK.into_response()
        }
        Temper::Refuses => StatusCode::BAD_REQUEST.into_response(),
        Temper::Redirects => (StatusCode::TEMPORARY_REDIRECT, [(header::LOCATION, "/elsewhere")]).into_response(),
        Temper::ThirdTime if before < 2 => StatusCode::SERVICE_UNAVAILABLE.into_response(),
        Temper::Fine | Temper::ThirdTime | Temper::Dead => StatusCode::OK.into_response(),
    }
}

async fn stray(State(heard): State<Arc<Heard>>) {
    heard.elsewhere.fetch_add(1, Ordering::SeqCst);
}

/// Signs a teacher in to each app and out again at the wish of the first, which has the browser come back.
async fn sign_out(t: &Tour, apps: &[&RelyingParty]) -> Answer {
    let mut browser = Browser::default();
    let mut hint = String::new();
    for app in apps.iter().rev() {
        let tokens = app.tokens(t, &mut browser, "").await;
        tokens["id_token"].as_str().unwrap().clone_into(&mut hint);
    }
    let path = format!("/end_session?id_token_hint={hint}&post_logout_redirect_uri=https://app.example/bye");
    let answer = browser.get(t, &path).await;
    assert!(browser.session().is_none(), "the session is gone, whoever answers");
    answer
}

fn is_shown(page: &Answer, app: &str, chip: &str) -> bool {
    page.text.contains(&format!("<li><span>{app}</span><span class=\"chip {chip}\">"))
}

both! { async fn the_person_waits_for_no_app_and_is_told_what_may_still_be_open(t: Tour) {
    let mut hearing = Vec::new();
    for (id, temper) in [
        ("asked", Temper::Fine),
        ("fine", Temper::Fine),
        ("silent-1", Temper::Silent),
        ("silent-2", Temper::Silent),
        ("silent-3", Temper::Silent),
        ("refuses", Temper::Refuses),
        ("redirects", Temper::Redirects),
        ("late", Temper::ThirdTime),
        ("dead", Temper::Dead),
    ] {
        hearing.push(Hearing::new(&t, id, temper).await);
    }
    let deaf = RelyingParty::new(&t, "takes-no-notices").await;
    let apps: Vec<&RelyingParty> = hearing.iter().map(|app| &app.app).chain([&deaf]).collect();
    let page = sign_out(&t, &apps).await;
    // Three seconds is what one app may take (R23): the page is there while those that say nothing are still being told.
    let untried = waiting(&t).await.into_iter().filter(|tries| *tries == 0).count();
    assert_eq!(untried, 3, "the person waited for an app that says nothing");

    assert_eq!((page.status, page.header("location")), (200, ""), "the person is told before going on");
    assert!(page.text.contains("id=\"logout-done\"") && page.text.contains("Hãy đóng trình duyệt"), "{}", page.text);
    assert!(page.text.contains("href=\"https://app.example/bye\""), "{}", page.text);
    for app in &apps {
        let chip = if ["asked", "fine"].contains(&app.id.as_str()) { "good" } else { "warn" };
        assert!(is_shown(&page, &app.id, chip), "{} is not {chip}: {}", app.id, page.text);
    }
    assert!(page.text.contains("Có thể còn mở") && !page.text.contains("Máy sẵn sàng cho bạn tiếp theo"));
    assert!(hearing.iter().filter(|app| app.heard.temper != Temper::Dead).all(|app| app.times() == 1));
} }

both! { async fn an_app_that_confirms_after_the_page_was_there_is_not_told_again(t: Tour) {
    let (asked, slow) = (Hearing::new(&t, "asked", Temper::Fine).await, Hearing::new(&t, "slow", Temper::Slow).await);
    let page = sign_out(&t, &[&asked.app, &slow.app]).await;
    assert!(page.status == 200 && is_shown(&page, "slow", "warn"), "{}", page.text);
    assert_eq!(slow.times(), 1, "it was told at once");
    slow.heard.let_go.notify_one();
    within(Duration::from_secs(10), "the app's confirmation", async || waiting(&t).await.is_empty()).await;
    t.advance(Duration::from_hours(1));
    worker::do_jobs(&t.sv).await.unwrap();
    assert_eq!(slow.times(), 1);
} }

both! { async fn when_every_app_answers_the_browser_goes_on_at_once(t: Tour) {
    let (one, other) = (Hearing::new(&t, "one", Temper::Fine).await, Hearing::new(&t, "other", Temper::Fine).await);
    let answer = sign_out(&t, &[&one.app, &other.app]).await;
    assert_eq!((answer.status, answer.header("location")), (303, "https://app.example/bye"));
    assert_eq!((one.times(), other.times()), (1, 1));
} }

both! { async fn whoever_did_not_confirm_is_told_again_at_growing_distances_and_a_redirect_is_not_followed(t: Tour) {
    let fine = Hearing::new(&t, "fine", Temper::Fine).await;
    let refuses = Hearing::new(&t, "refuses", Temper::Refuses).await;
    let redirects = Hearing::new(&t, "redirects", Temper::Redirects).await;
    let late = Hearing::new(&t, "late", Temper::ThirdTime).await;
    sign_out(&t, &[&fine.app, &refuses.app, &redirects.app, &late.app]).await;
    let told = || [&fine, &refuses, &redirects, &late].map(Hearing::times);
    assert_eq!(told(), [1, 1, 1, 1], "by the sign-out itself");
    within(Duration::from_secs(10), "what came of it", async || waiting(&t).await == [1, 1, 1]).await;
    for (n, pause) in [15, 60, 240, 960, 3_840, 15_360, 61_440].into_iter().enumerate() {
        t.advance(Duration::from_secs(pause - 1));
        let before = told();
        worker::do_jobs(&t.sv).await.unwrap();
        assert_eq!(told(), before, "not before its time: {pause} s");
        t.advance(Duration::from_secs(1));
        worker::do_jobs(&t.sv).await.unwrap();
        assert_eq!(told(), [1, n + 2, n + 2, (n + 2).min(3)], "after {pause} s");
    }
    t.advance(Duration::from_hours(100));
    worker::do_jobs(&t.sv).await.unwrap();
    assert_eq!(told(), [1, 8, 8, 3], "then it is given up");
    assert_eq!(redirects.heard.elsewhere.load(Ordering::SeqCst), 0);
} }
