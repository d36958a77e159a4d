//! What people see of each app, and what its forms accept.

use super::{
    super::{App, http_client, start},
    Stage, config,
    provider::SUBJECT,
};
use crate::base::clock::Clock;
use reqwest::StatusCode;
use serde_json::json;
use tokio::net::TcpListener;

fn form_key(page: &str) -> String {
    page.split("name=\"key\" value=\"").nth(1).unwrap().split('"').next().unwrap().to_owned()
}

#[tokio::test]
async fn a_teacher_saves_marks_and_the_pupil_sees_their_own() {
    let stage = Stage::with(App::Gradebook).await;
    stage.sign_in().await;
    let home = stage.get("/").await.body;
    assert!(home.contains("id=\"marks\"") && home.contains("Xin chào"), "the first class is open: {home}");
    assert!(home.contains("/classes/k1?subject=To%C3%A1n"), "{home}");
    let sheet = stage.get("/classes/k1?subject=To%C3%A1n").await.body;
    assert!(sheet.contains("Nguyễn Thị Bảo Ngọc"));
    let key = form_key(&sheet);
    let mut form = vec![("key", key.as_str()), ("subject", "Toán"), ("m1-0", "8,5"), ("m1-3", "7"), ("m1-4", "12")];
    let wrong = stage.post("/classes/k1", &form).await;
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(wrong.body.contains("<title>Lỗi: ") && wrong.body.contains("href=\"#m1-4\""), "{}", wrong.body);
    assert!(wrong.body.contains("value=\"8,5\""), "what was typed is kept");
    form[4].1 = "9";
    assert_eq!(stage.post("/classes/k1", &form).await.status, StatusCode::SEE_OTHER);
    assert!(stage.get("/classes/k1?subject=To%C3%A1n").await.body.contains("value=\"8,5\""));
    assert!(!stage.get("/classes/k1?subject=").await.body.contains("value=\"8,5\""), "the homeroom's sheet is another");

    stage.provider.tells(json!({
        "sub": SUBJECT, "name": "Nguyễn Thị Bảo Ngọc",
        "edu_context": { "org_code": "31303405", "role": "student", "org": "Trường THCS Mẫu" },
        "edu_classes": [{ "id": "k9", "code": "6A1", "grade": 6, "function": "pupil" }],
    }));
    stage.sign_in().await;
    let own = stage.get("/").await.body;
    assert!(own.contains("Toán") && own.contains("8,5"), "{own}");
    assert!(!own.contains("Lê Văn An"), "and nobody else's");
    assert_eq!(stage.get("/classes/k9").await.status, StatusCode::NOT_FOUND, "a pupil opens no sheet");
}

#[tokio::test]
async fn r26_marks_are_saved_only_from_the_apps_own_form_and_only_in_ones_own_class() {
    let stage = Stage::with(App::Gradebook).await;
    stage.sign_in().await;
    let form = |key| [("key", key), ("subject", "Toán"), ("m0-0", "3")];
    for key in ["", "guess"] {
        assert_eq!(stage.post("/classes/k1", &form(key)).await.status, StatusCode::NOT_FOUND);
    }
    let key = form_key(&stage.get("/classes/k1?subject=To%C3%A1n").await.body);
    assert_eq!(stage.post("/classes/k2", &form(&key)).await.status, StatusCode::NOT_FOUND);
    assert_eq!(stage.get("/classes/k1?subject=V%C4%83n").await.status, StatusCode::NOT_FOUND);
    assert!(!stage.get("/classes/k1?subject=To%C3%A1n").await.body.contains("value=\"3\""));
}

#[tokio::test]
async fn an_inbox_remembers_what_was_read() {
    let stage = Stage::with(App::EOffice).await;
    stage.sign_in().await;
    assert!(stage.get("/").await.body.contains("5 văn bản chưa đọc"));
    assert!(stage.get("/documents/0").await.body.contains("142/SGDĐT-CNTT"));
    assert!(stage.get("/").await.body.contains("4 văn bản chưa đọc"));
    for nothing in ["/documents/9", "/documents/x", "/nothing"] {
        assert_eq!(stage.get(nothing).await.status, StatusCode::NOT_FOUND);
    }
}

#[tokio::test]
async fn r27_every_page_is_guarded_and_says_what_the_app_received() {
    for app in App::ALL {
        let stage = Stage::with(app).await;
        let signed_out = stage.get("/").await;
        assert!(signed_out.body.contains("href=\"/login\"") && signed_out.body.contains("lang=\"vi\""));
        stage.sign_in().await;
        let received = stage.get("/received").await;
        assert!(received.body.contains("Mã người dùng, riêng cho ứng dụng này") && received.body.contains(SUBJECT));
        assert!(received.body.contains("mật khẩu, mã định danh ngành"), "{}", received.body);
        for page in [signed_out, received, stage.get("/signed-out").await, stage.get("/nothing").await] {
            let policy = page.headers["content-security-policy"].to_str().unwrap();
            assert!(policy.starts_with("default-src 'none'") && policy.contains("frame-ancestors 'none'"));
            assert_eq!(
                (&page.headers["cache-control"], &page.headers["x-content-type-options"]),
                (&"no-store".parse().unwrap(), &"nosniff".parse().unwrap())
            );
            assert!(!page.body.contains("<script") && !page.body.contains("style="));
        }
        let stylesheet = stage.get("/app.css").await;
        assert!(stylesheet.headers["cache-control"].to_str().unwrap().contains("immutable"));
        assert_eq!(stylesheet.headers["content-type"], "text/css; charset=utf-8");
    }
}

#[tokio::test]
async fn an_app_without_its_provider_says_so_and_ends_when_told() {
    // A port that was free a moment ago and that nobody listens on.
    let nobody = listener().await.local_addr().unwrap();
    let (clock, http) = (Clock::system(), http_client().unwrap());
    let app = start(config(App::Lms, format!("http://{nobody}"), &clock, &http), listener().await).unwrap();
    let address = app.address();
    let page = http.get(format!("http://{address}/login")).send().await.unwrap();
    assert_eq!(page.status(), StatusCode::SERVICE_UNAVAILABLE);
    assert!(page.text().await.unwrap().contains("Hãy thử lại sau ít phút"));
    app.stop().await;
    assert!(http.get(format!("http://{address}/")).send().await.is_err());
    assert!(start(config(App::Lms, "no url".into(), &clock, &http), listener().await).is_err());
}

async fn listener() -> TcpListener {
    TcpListener::bind("127.0.0.1:0").await.unwrap()
}
