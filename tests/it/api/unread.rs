//! What cannot be read of a request: all of it at once, each where it stands, in words.

use axum::http::Method;
use serde_json::json;

use super::{Call, console, is, problem, token};
use crate::support::tour::{Answer, Tour};

/// What is wrong, by where it stands.
fn told(answer: &Answer) -> Vec<(String, String)> {
    let errors = answer.json()["errors"].as_array().unwrap().clone();
    let text = |error: &serde_json::Value, name: &str| error[name].as_str().unwrap().to_owned();
    let mut told: Vec<_> = errors.iter().map(|error| (text(error, "pointer"), text(error, "detail"))).collect();
    told.sort();
    told
}

fn pointers(answer: &Answer) -> Vec<String> {
    told(answer).into_iter().map(|(pointer, _)| pointer).collect()
}

both! { async fn everything_that_is_wrong_with_a_query_is_told_at_once(t: Tour) {
    let app = console(&t).await;
    let token = token(&t, &app, "sector_admin", "people:read").await;
    let wrong = "/api/v1/people?limit=abc&grade=13&state=nonsense&temporary=2&sub=1&q=a&q=b";
    let answer = Call::get(wrong, &token).with(&[("accept-language", "en")]).send(&t).await;
    assert_eq!(problem(&answer), is(400, "bad-request"));
    assert_eq!(pointers(&answer), ["/grade", "/limit", "/q", "/state", "/sub", "/temporary"], "{}", answer.text);
    let said = |pointer: &str| told(&answer).into_iter().find(|(at, _)| at == pointer).unwrap().1;
    assert_eq!(said("/limit"), "A whole number from 1 to 200 is expected.");
    assert_eq!(said("/grade"), "A whole number from 1 to 12 is expected.");
    assert_eq!(said("/q"), "This field is there twice.");
    assert_eq!(said("/temporary"), "true or false is expected.");
    let vi = Call::get("/api/v1/people?limit=0", &token).send(&t).await;
    assert_eq!(told(&vi), [("/limit".to_owned(), "Cần một số nguyên từ 1 đến 200.".to_owned())]);
    let vi = Call::get("/api/v1/people?after=x", &token).send(&t).await;
    assert_eq!(told(&vi), [("/after".to_owned(), "after phải là next của trang trước.".to_owned())]);
} }

both! { async fn everything_that_is_wrong_with_a_body_is_told_at_once(t: Tour) {
    let app = console(&t).await;
    let token = token(&t, &app, "sector_admin", "people:read people:write transfers:write").await;
    for (body, expected) in [
        (json!({}), &["/born", "/school", "/sector_id"][..]),
        (json!({ "born": "31/02/2012", "role": 1 }), &["/born", "/role", "/school", "/sector_id"]),
        (json!({ "born": "2012-02-31", "school": 1, "sector_id": [], "a/b": 1 }), &["/a~1b", "/born", "/school", "/sector_id"]),
    ] {
        let answer = Call::post("/api/v1/transfers", &token, body.clone()).send(&t).await;
        assert_eq!(problem(&answer), is(422, "bad-fields"), "{body}");
        assert_eq!(pointers(&answer), expected, "{body}");
    }
    let pupil = format!("/api/v1/people/{}", crate::admin::person(&t, "student").await);
    for (language, said) in [
        ("vi", "Cần một ngày có thật, viết năm-tháng-ngày như 2012-02-29."),
        ("en", "A day that exists is expected, written like 2012-02-29."),
    ] {
        let headers = [("accept-language", language)];
        let body = json!({ "born": "31/02/2012" });
        let answer = Call { method: Method::PATCH, headers: &headers, ..Call::put(&pupil, &token, body) }.send(&t).await;
        assert_eq!(told(&answer), [("/born".to_owned(), said.to_owned())]);
    }
    let many = json!((0..100).map(|n| (format!("f{n}"), json!(n))).collect::<serde_json::Map<_, _>>());
    let answer = Call::post("/api/v1/transfers", &token, many).send(&t).await;
    assert!(told(&answer).len() < 40, "nobody has the server look for mistakes without end");
} }
