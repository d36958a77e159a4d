//! The browser's driver itself, against a page that we know: were it wrong, every other test here would prove nothing.

use axum::{
    Form, Router,
    extract::Query,
    http::{HeaderMap, StatusCode, header},
    response::{Html, IntoResponse, Redirect},
    routing::{get, post},
};
use serde::Deserialize;
use tokio::net::TcpListener;

use crate::support::{
    accessibility,
    chromium::{Chromium, Traffic},
};

#[derive(Deserialize)]
struct Name {
    name: String,
}

/// Serves the pages below on a loopback port; answers their origin.
async fn serve() -> String {
    let policy = [(header::CONTENT_SECURITY_POLICY, "default-src 'self'")];
    let app = Router::new()
        .route("/", get(|headers: HeaderMap| async move { Html(form(headers[header::ACCEPT_LANGUAGE].to_str().unwrap())) }))
        .route("/greet", post(async |Form(asked): Form<Name>| {
            let cookie = [(header::SET_COOKIE, "greeted=yes; Path=/; HttpOnly; SameSite=Lax")];
            (cookie, Redirect::to(&format!("/hello?{}", serde_urlencoded::to_string([("name", asked.name)]).unwrap())))
        }))
        .route("/hello", get(async |Query(asked): Query<Name>| {
            Html(format!("<!doctype html><html lang=vi><title>Chào</title><h1>Chào {}</h1>", asked.name))
        }))
        .route("/onward", get(async || Html("<!doctype html><script>location = '/hello?name=ai'</script>")))
        .route("/later", get(async || {
            Html("<!doctype html><button onclick=\"setTimeout(() => this.outerHTML = '<p id=late>đây</p>', 0)\">Hiện</button>")
        }))
        .route("/strict", get(async move || (policy, Html("<!doctype html><p>1<script>document.title = 'ran'</script>"))))
        .route("/noisy", get(async || Html("<!doctype html><script>console.error('kêu'); null.oops</script>")))
        .route("/refused", get(async || (StatusCode::BAD_REQUEST, Html("<!doctype html><p>Không"))))
        .route("/wide", get(async || Html("<!doctype html><div style='width: 600px'>rộng</div>")))
        .route("/covered", get(async || {
            Html("<!doctype html><a href=/>đi</a><div style='position: fixed; inset: 0'>che</div>")
        }))
        // Browsers ask for it on their own.
        .route("/favicon.ico", get(async || ([(header::CONTENT_TYPE, "image/svg+xml")], "<svg/>")))
        .route("/plain.css", get(async || ([(header::CONTENT_TYPE, "text/css")], "h1 { margin: 0 }").into_response()));
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let origin = format!("http://{}", listener.local_addr().unwrap());
    tokio::spawn(async { axum::serve(listener, app).await });
    origin
}

fn form(language: &str) -> String {
    format!(
        "<!doctype html><html lang=vi><title>Biểu mẫu</title>
         <link rel=stylesheet href=/plain.css><main><h1>Xin chào</h1>
         <form method=post action=/greet><label>Tên <input name=name value='(chưa có)'></label>
         <button id=send>Gửi</button></form>
         <noscript><p id=noscript>không có script</p></noscript><p id=language>{language}</p></main>"
    )
}

#[tokio::test]
async fn a_form_is_filled_in_sent_and_answered() {
    let Some(browser) = Chromium::start().await else { return };
    let (origin, page) = (serve().await, browser.page().await);
    page.goto(&origin).await;
    assert_eq!(page.title().await, "Biểu mẫu");
    assert_eq!(page.text("#language").await, "vi-VN,vi;q=0.9", "pages are asked for in Vietnamese");
    page.fill("[name=name]", "Nguyễn Thị Phượng").await;
    assert_eq!(page.value("[name=name]").await, "Nguyễn Thị Phượng");
    page.click("#send").await;
    assert_eq!(page.text("h1").await, "Chào Nguyễn Thị Phượng");
    assert!(page.url().starts_with(&format!("{origin}/hello?name=")));
    assert_eq!(page.status(), Some(200));
    assert!(!page.exists("#send").await);
    assert!(page.screenshot("driver").await.exists());
    assert_eq!(page.complaints().await, Vec::<String>::new());
}

#[tokio::test]
async fn two_pages_share_no_cookies_and_cookies_can_be_forgotten() {
    let Some(browser) = Chromium::start().await else { return };
    let origin = serve().await;
    let (one, other) = (browser.page().await, browser.page().await);
    one.goto(&origin).await;
    one.click("#send").await;
    other.goto(&origin).await;
    let cookies = one.cookies().await;
    let [cookie] = cookies.as_slice() else { panic!("one cookie, not {cookies:?}") };
    assert_eq!((cookie.name.as_str(), cookie.value.as_str(), cookie.path.as_str()), ("greeted", "yes", "/"));
    assert!(cookie.http_only && !cookie.secure && cookie.same_site == "Lax");
    assert_eq!(other.cookies().await, []);
    one.clear_cookies().await;
    assert_eq!(one.cookies().await, []);
}

#[tokio::test]
async fn the_keyboard_alone_sends_a_form() {
    let Some(browser) = Chromium::start().await else { return };
    let (origin, page) = (serve().await, browser.page().await);
    page.goto(&origin).await;
    page.strike("Tab").await;
    assert_eq!(page.evaluate("document.activeElement.name").await, "name");
    page.strike("Tab").await;
    assert_eq!(page.evaluate("document.activeElement.id").await, "send");
    page.strike("Enter").await;
    page.arrives_at(&format!("{origin}/hello")).await;
    page.goto(&origin).await;
    page.evaluate("document.querySelector('#send').focus()").await;
    page.strike("Space").await;
    page.arrives_at(&format!("{origin}/hello")).await;
}

#[tokio::test]
async fn pages_that_change_by_script_are_waited_for() {
    let Some(browser) = Chromium::start().await else { return };
    let (origin, page) = (serve().await, browser.page().await);
    page.goto(&format!("{origin}/onward")).await;
    page.arrives_at(&format!("{origin}/hello")).await;
    assert_eq!(page.text("h1").await, "Chào ai");
    page.goto(&format!("{origin}/later")).await;
    page.press("button").await;
    page.appears("#late").await;
    assert_eq!(page.text("#late").await, "đây");
}

#[tokio::test]
async fn without_javascript_forms_still_work_and_scripts_do_not_run() {
    let Some(browser) = Chromium::start().await else { return };
    let (origin, page) = (serve().await, browser.page().await);
    page.disable_javascript().await;
    page.goto(&format!("{origin}/onward")).await;
    assert_eq!(page.url(), format!("{origin}/onward"));
    page.goto(&origin).await;
    assert!(page.exists("#noscript").await);
    page.fill("[name=name]", "Lan").await;
    page.click("#send").await;
    assert_eq!(page.text("h1").await, "Chào Lan");
}

#[tokio::test]
async fn errors_and_refused_scripts_are_noticed() {
    let Some(browser) = Chromium::start().await else { return };
    let origin = serve().await;
    let strict = browser.page().await;
    strict.goto(&format!("{origin}/strict")).await;
    assert_eq!(strict.title().await, "");
    let complaints = strict.complaints().await;
    assert!(complaints.iter().any(|c| c.contains("Content Security Policy")), "{complaints:?}");
    let noisy = browser.page().await;
    noisy.goto(&format!("{origin}/noisy")).await;
    let complaints = noisy.complaints().await;
    assert!(complaints.contains(&"console: kêu".to_owned()), "{complaints:?}");
    assert!(complaints.iter().any(|c| c.starts_with("exception: TypeError")), "{complaints:?}");
}

#[tokio::test]
async fn a_refusal_has_its_status_and_is_no_complaint() {
    let Some(browser) = Chromium::start().await else { return };
    let (origin, page) = (serve().await, browser.page().await);
    page.goto(&format!("{origin}/refused")).await;
    assert_eq!(page.status(), Some(400));
    assert_eq!(page.complaints().await, Vec::<String>::new());
}

#[tokio::test]
async fn a_page_that_is_too_wide_for_a_telephone_is_noticed() {
    let Some(browser) = Chromium::start().await else { return };
    let (origin, page) = (serve().await, browser.page().await);
    page.set_viewport(320, 640).await;
    page.goto(&format!("{origin}/wide")).await;
    assert!(page.overflows_horizontally().await);
    page.set_viewport(1024, 768).await;
    assert!(!page.overflows_horizontally().await);
    page.set_viewport(320, 640).await;
    page.goto(&origin).await;
    assert!(!page.overflows_horizontally().await);
}

#[tokio::test]
async fn what_a_page_cost_is_counted() {
    let Some(browser) = Chromium::start().await else { return };
    let (origin, page) = (serve().await, browser.page().await);
    page.goto(&origin).await;
    let Traffic { requests, bytes } = page.traffic().await;
    assert_eq!(page.requested(), [format!("{origin}/"), format!("{origin}/plain.css")]);
    assert_eq!(requests, 2);
    assert!((500..3_000).contains(&bytes), "{bytes} bytes");
    page.click("#send").await;
    assert_eq!(page.traffic().await.requests, 2, "the redirect and where it led");
}

#[tokio::test]
#[should_panic(expected = "covered by")]
async fn what_is_covered_cannot_be_clicked() {
    let Some(browser) = Chromium::start().await else { panic!("covered by nothing: skipped") };
    let (origin, page) = (serve().await, browser.page().await);
    page.goto(&format!("{origin}/covered")).await;
    page.press("a").await;
}

#[tokio::test]
async fn the_browser_ends_with_its_test() {
    let Some(browser) = Chromium::start().await else { return };
    let process = format!("/proc/{}", browser.process_id());
    assert!(std::path::Path::new(&process).exists());
    drop(browser);
    assert!(!std::path::Path::new(&process).exists());
}

#[tokio::test]
async fn an_input_without_a_label_is_an_accessibility_violation() {
    let Some(browser) = Chromium::start().await else { return };
    let (origin, page) = (serve().await, browser.page().await);
    page.goto(&origin).await;
    let Some(found) = accessibility::violations(&page).await else { return };
    assert!(found.is_empty(), "{}", found.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n"));
    page.evaluate("document.querySelector('label').replaceWith(document.querySelector('input'))").await;
    let found = accessibility::violations(&page).await.unwrap();
    assert_eq!(found.iter().map(|v| v.rule.as_str()).collect::<Vec<_>>(), ["label"]);
}
