//! Finding and seeing people by the API.

use super::{Call, console, is, problem, token};
use crate::{admin::person, support::tour::Tour};

both! { async fn pages_go_on_where_the_last_ended_and_name_each_once(t: Tour) {
    let app = console(&t).await;
    let token = token(&t, &app, "sector_admin", "people:read").await;
    let all = Call::get("/api/v1/people?limit=200", &token).send(&t).await.json();
    let ids = |page: &serde_json::Value| -> Vec<String> {
        page["items"].as_array().unwrap().iter().map(|item| item["id"].as_str().unwrap().to_owned()).collect()
    };
    let (mut walked, mut path) = (Vec::new(), "/api/v1/people?limit=70".to_owned());
    loop {
        let answer = Call::get(&path, &token).send(&t).await;
        assert_eq!(answer.status, 200, "{}", answer.text);
        walked.extend(ids(&answer.json()));
        let Some(next) = answer.json()["next"].as_str().map(str::to_owned) else { break };
        let link = answer.header("link");
        assert!(link.contains(&format!("after={next}")) && link.ends_with("; rel=\"next\"") && link.contains("limit=70"), "{link}");
        let next = link.split(['<', '>']).nth(1).unwrap();
        next.strip_prefix("http://localhost:8080").unwrap().clone_into(&mut path);
    }
    assert_eq!(walked[..200], ids(&all));
    let distinct: std::collections::BTreeSet<_> = walked.iter().collect();
    assert_eq!(distinct.len(), walked.len());
    assert!(walked.len() > 200, "{}", walked.len());
} }

both! { async fn r38_foreign_people_are_missing_in_lists_searches_and_alone(t: Tour) {
    let app = console(&t).await;
    let own = token(&t, &app, "school_admin", "people:read people:write codes:issue").await;
    let everybody = token(&t, &app, "sector_admin", "people:read").await;
    let chief = person(&t, "sector_admin").await;
    let name = t.person("sector_admin").name.clone();
    let sector_id = t.person("sector_admin").sector_id.clone();
    let address = format!("/api/v1/people/{chief}");
    assert_eq!(Call::get(&address, &everybody).send(&t).await.status, 200);
    let foreign = Call::get(&address, &own).send(&t).await;
    let nobody = Call::get("/api/v1/people/0192f3a0-0000-7000-8000-000000000000", &own).send(&t).await;
    let words = |answer: &crate::support::tour::Answer| {
        let mut told = answer.json();
        told["support"] = "".into();
        told
    };
    assert_eq!((foreign.status, words(&foreign)), (404, words(&nobody)), "foreign looks like missing");
    let tail = &sector_id[sector_id.len() - 5..];
    for search in [format!("q={tail}"), format!("q={}", url::form_urlencoded::byte_serialize(name.as_bytes()).collect::<String>())] {
        let found = Call::get(&format!("/api/v1/people?{search}"), &own).send(&t).await;
        assert!(!found.text.contains(&chief.to_string()), "{search}: {}", found.text);
    }
    // The department's own list is not theirs to narrow to.
    assert_eq!(problem(&Call::get("/api/v1/people?school=SGD", &own).send(&t).await), is(404, "not-found"));
    for (deed, body) in [
        ("suspend", Some(serde_json::json!({ "reason": "Mất máy" }))),
        ("resume", None),
        ("sign-out", None),
        ("code", None),
        ("void-badge", None),
        ("identify", Some(serde_json::json!({ "sector_id": "3199999998" }))),
        ("release", Some(serde_json::json!({ "why": "left" }))),
    ] {
        let answer = Call::post(&format!("{address}/{deed}"), &own, body).send(&t).await;
        assert_eq!(problem(&answer), is(404, "not-found"), "{deed}");
    }
} }

both! { async fn what_the_caller_holds_is_not_sent_again(t: Tour) {
    let app = console(&t).await;
    let token = token(&t, &app, "sector_admin", "people:read people:write").await;
    let pupil = person(&t, "student").await;
    let address = format!("/api/v1/people/{pupil}");
    let first = Call::get(&address, &token).send(&t).await;
    assert_eq!(first.json()["name"], t.person("student").name);
    let tag = first.header("etag").to_owned();
    let same = Call::get(&address, &token).with(&[("if-none-match", &tag)]).send(&t).await;
    assert_eq!((same.status, same.text.as_str(), same.header("etag")), (304, "", tag.as_str()));
    let suspended = Call::post(&format!("{address}/suspend"), &token, serde_json::json!({ "reason": "Mất máy" })).send(&t).await;
    assert_eq!(suspended.status, 204, "{}", suspended.text);
    let changed = Call::get(&address, &token).with(&[("if-none-match", &tag)]).send(&t).await;
    assert_eq!((changed.status, changed.json()["state"].as_str()), (200, Some("suspended")));
} }

both! { async fn r40_what_is_not_listed_is_refused_and_named(t: Tour) {
    let app = console(&t).await;
    let token = token(&t, &app, "sector_admin", "people:read people:write").await;
    let pupil = person(&t, "student").await;
    let suspend = format!("/api/v1/people/{pupil}/suspend");
    for extra in ["role", "school", "verified", "sub"] {
        let body = serde_json::json!({ "reason": "Mất máy", extra: "x" });
        let answer = Call::post(&suspend, &token, body).send(&t).await;
        assert_eq!(problem(&answer), is(422, "bad-fields"), "{extra}");
        let error = answer.json()["errors"][0].clone();
        assert_eq!(error["pointer"], format!("/{extra}"), "{error}");
        // A school can be asked for, and there is none of that code.
        let query = if extra == "school" { is(404, "not-found") } else { is(400, "bad-request") };
        assert_eq!(problem(&Call::get(&format!("/api/v1/people?{extra}=x"), &token).send(&t).await), query);
        let body = serde_json::json!({ extra: "x" });
        assert_eq!(problem(&Call::post(&format!("/api/v1/people/{pupil}/resume"), &token, body).send(&t).await), is(422, "bad-fields"));
    }
    for wrong in ["limit=0", "limit=201", "limit=x", "after=not-ours", "q=12", "state=nonsense", "limit=1&limit=2"] {
        let answer = Call::get(&format!("/api/v1/people?{wrong}"), &token).send(&t).await;
        assert!(matches!(answer.status, 400 | 422), "{wrong}: {}", answer.status);
        let pointer = format!("/{}", wrong.split('=').next().unwrap());
        assert_eq!(answer.json()["errors"].as_array().unwrap().len(), 1, "{wrong}");
        assert_eq!(answer.json()["errors"][0]["pointer"], pointer, "{wrong}");
    }
    assert_eq!(Call::get(&format!("/api/v1/people/{pupil}"), &token).send(&t).await.json()["state"], "active", "nothing was done");
} }

both! { async fn problems_speak_the_callers_language(t: Tour) {
    let title = async |languages: &str| {
        let answer = Call::get("/api/v1/nothing", "").with(&[("accept-language", languages)]).send(&t).await;
        assert_eq!(problem(&answer), is(404, "not-found"));
        (answer.header("content-language").to_owned(), answer.json()["title"].as_str().unwrap().to_owned())
    };
    assert_eq!(title("en-GB, vi;q=0.5").await, ("en".to_owned(), "Not found".to_owned()));
    assert_eq!(title("fr").await, ("vi".to_owned(), "Không tìm thấy".to_owned()));
    let wrong = Call { method: axum::http::Method::PUT, ..Call::get("/api/v1/people", "") }.send(&t).await;
    assert_eq!(problem(&wrong), is(405, "method"));
    assert_eq!(wrong.header("allow"), "GET,HEAD,POST");
    let all = t.get("/api/v1/problems", None).await.json();
    assert!(all["problems"].as_array().unwrap().iter().any(|one| one["type"] == "http://localhost:8080/api/v1/problems#not-found"));
} }

both! { async fn r53_r55_a_body_that_is_too_large_broken_or_no_json_is_a_problem_and_nothing_more(t: Tour) {
    let app = console(&t).await;
    let token = token(&t, &app, "sector_admin", "people:read people:write").await;
    let pupil = person(&t, "student").await;
    let path = format!("/api/v1/people/{pupil}/suspend");
    let send = async |kind: &str, body: Vec<u8>| {
        let request = axum::http::Request::post(&path)
            .header("authorization", format!("Bearer {token}"))
            .header("content-type", kind)
            .body(axum::body::Body::from(body))
            .unwrap();
        problem(&crate::support::tour::Answer::of(t.send(request).await).await)
    };
    let json = "application/json";
    assert_eq!(send(json, format!("{{\"reason\":\"{}\"}}", "x".repeat(70_000)).into_bytes()).await, is(413, "too-large"));
    assert_eq!(send("text/plain", b"{}".to_vec()).await, is(415, "media-type"));
    assert_eq!(send(json, b"{".to_vec()).await, is(400, "bad-request"));
    assert_eq!(send(json, b"{\"reason\":\"x\"} x".to_vec()).await, is(400, "bad-request"));
    assert_eq!(send(json, b"{\"reason\":\"\xff\"}".to_vec()).await, is(400, "bad-request"));
    assert_eq!(send(json, "[".repeat(5000).into_bytes()).await.0, 422);
    assert_eq!(send(json, b"{\"reason\":\" \"}".to_vec()).await, is(422, "bad-fields"));
    assert_eq!(send(json, b"{\"reason\":\"\\u0000\"}".to_vec()).await.0 / 100, 4);
} }
