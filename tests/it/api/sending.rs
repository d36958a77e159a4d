//! A list that is sent twice with one key is one import.

use std::{convert::Infallible, time::Duration};

use axum::{
    body::Body,
    http::{Request, header},
};
use futures_util::{StreamExt, stream};
use phuong::{
    base::{clock::Moment, id::ImportId},
    protocol::registration::Registration,
    roster::desk,
    services::authority::Standing,
    store::{Tx, import_tasks},
};
use serde_json::json;
use tokio::sync::oneshot;

use super::{Call, console, imports::list, is, other_school, problem, token};
use crate::{
    admin::imports::work,
    roster::content::rows,
    support::{
        callers::RelyingParty,
        tour::{Answer, Tour},
        within::within,
    },
};

const KEY: &str = "8e03978e-40d5-43dd-bc93-6894a57f9324";
const REPLAYED: &str = "idempotency-replayed";

/// A form with fields and one file, as somebody puts it together.
#[derive(Clone)]
pub(super) struct Form<'a> {
    /// Its `Idempotency-Key`; empty: none.
    pub(super) key: &'a str,
    pub(super) boundary: &'a str,
    pub(super) fields: Vec<(&'a str, &'a str)>,
    pub(super) name: &'a str,
    pub(super) file: Vec<u8>,
}

impl<'a> Form<'a> {
    fn of(school: &'a str) -> Self {
        let (fields, file) = (vec![("school", school)], list(school).into_bytes());
        Self { key: KEY, boundary: "one", fields, name: "Lớp 3A.csv", file }
    }

    fn bytes(&self) -> Vec<u8> {
        let Self { boundary, fields, name, file, .. } = self;
        let mut body = Vec::new();
        for (name, value) in fields {
            let part = format!("--{boundary}\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n");
            body.extend_from_slice(part.as_bytes());
        }
        let head = format!(
            "--{boundary}\r\nContent-Disposition: form-data; name=\"files\"; filename=\"{name}\"\r\n\
             Content-Type: text/csv\r\n\r\n"
        );
        body.extend_from_slice(head.as_bytes());
        body.extend_from_slice(file);
        body.extend_from_slice(format!("\r\n--{boundary}--\r\n").as_bytes());
        body
    }

    pub(super) async fn send(&self, t: &Tour, token: &str) -> Answer {
        self.send_as(t, token, Body::from(self.bytes())).await
    }

    async fn send_as(&self, t: &Tour, token: &str, body: Body) -> Answer {
        let mut request = Request::post("/api/v1/imports")
            .header(header::CONTENT_TYPE, format!("multipart/form-data; boundary={}", self.boundary));
        for (name, value) in [("authorization", format!("Bearer {token}")), ("idempotency-key", self.key.to_owned())] {
            if !value.is_empty() && value != "Bearer " {
                request = request.header(name, value);
            }
        }
        Answer::of(t.send(request.body(body).unwrap()).await).await
    }
}

/// The states of all imports, those that were thrown away too.
async fn states(t: &Tour) -> Vec<String> {
    rows(&t.sv.store, "SELECT state FROM import_tasks ORDER BY state").await.unwrap()
}

both! { async fn a_list_sent_again_with_its_key_is_the_same_import_and_another_is_refused(t: Tour) {
    let app = console(&t).await;
    let head = token(&t, &app, "school_admin", "imports:write").await;
    let school = t.person("school_admin").school_code.clone();
    let form = Form::of(&school);
    let first = form.send(&t, &head).await;
    assert_eq!((first.status, first.header(REPLAYED)), (201, ""), "{}", first.text);
    work(&t).await;
    // As another program puts it together, and after the import has gone on.
    for boundary in ["one", "another"] {
        let again = Form { boundary, ..form.clone() }.send(&t, &head).await;
        assert_eq!((again.status, &again.text, again.header(REPLAYED)), (201, &first.text, "true"));
        for name in ["location", "content-type"] {
            assert_eq!(again.header(name), first.header(name), "{name}");
        }
    }
    for (what, other) in [
        ("its bytes", Form { file: [form.file.as_slice(), b"\n"].concat(), ..form.clone() }),
        ("its name", Form { name: "Lớp 3B.csv", ..form.clone() }),
        ("the year", Form { fields: vec![("school", school.as_str()), ("year", "2026-2027")], ..form.clone() }),
        ("the school", Form { fields: Vec::new(), ..form.clone() }),
    ] {
        assert_eq!(problem(&other.send(&t, &head).await), is(422, "key-used"), "{what}");
    }
    let with = [("idempotency-key", KEY), ("if-match", "\"x\"")];
    let address = format!("/api/v1/imports/{}/discard", first.json()["id"].as_str().unwrap());
    assert_eq!(problem(&Call::post(&address, &head, None).with(&with).send(&t).await), is(422, "key-used"));
    assert_eq!(states(&t).await, ["review"], "nothing was taken in a second time");
    let told = "SELECT action FROM audit_events WHERE action = 'import.uploaded'";
    assert_eq!(rows(&t.sv.store, told).await.unwrap().len(), 1, "r51");
    // After a day it is a new request.
    t.advance(Duration::from_hours(24) + Duration::from_secs(1));
    let head = token(&t, &app, "school_admin", "imports:write").await;
    let late = form.send(&t, &head).await;
    assert_eq!((late.status, late.header(REPLAYED)), (201, ""), "{}", late.text);
    assert_ne!(late.json()["id"], first.json()["id"]);
} }

/// One that stops before its end, is overtaken there by `fast`, and goes on; what either is answered.
async fn overtaken(t: &Tour, token: &str, slow: &Form<'_>, fast: &Form<'_>) -> (Answer, Answer) {
    let bytes = slow.bytes();
    let (begin, end) = bytes.split_at(bytes.len() - 40);
    let (begin, end) = (begin.to_vec(), end.to_vec());
    let (go, wait) = oneshot::channel::<()>();
    let begin = stream::iter([Ok::<_, Infallible>(begin)]);
    let body = begin.chain(stream::once(async move {
        wait.await.unwrap();
        Ok::<_, Infallible>(end)
    }));
    let overtaking = async {
        let begun = async || states(t).await.contains(&"uploading".to_owned());
        within(Duration::from_secs(20), "the slower is on its way", begun).await;
        let answer = fast.send(t, token).await;
        go.send(()).unwrap();
        answer
    };
    tokio::join!(slow.send_as(t, token, Body::from_stream(body)), overtaking)
}

both! { async fn two_of_one_key_at_the_same_moment_are_one_import(t: Tour) {
    let app = console(&t).await;
    let head = token(&t, &app, "school_admin", "imports:write").await;
    let school = t.person("school_admin").school_code.clone();
    let form = Form::of(&school);
    let (slow, fast) = overtaken(&t, &head, &form, &form).await;
    assert_eq!((fast.status, fast.header(REPLAYED)), (201, ""), "{}", fast.text);
    assert_eq!((slow.status, slow.header(REPLAYED), &slow.text), (201, "true", &fast.text));
    assert_eq!(slow.header("location"), fast.header("location"));
    assert_eq!(states(&t).await, ["checking", "discarded"]);
    let listed = Call::get("/api/v1/imports", &head).send(&t).await.json();
    assert_eq!(listed["items"].as_array().unwrap().len(), 1, "{listed}");
    assert_eq!(listed["items"][0]["school_code"], json!(school), "{listed}");
    let kept = "SELECT CAST(count(*) AS TEXT) FROM import_pieces";
    assert_eq!(rows(&t.sv.store, kept).await.unwrap(), ["1"], "nothing is left of the slower");

    let form = Form { key: "another-key-of-one-list", ..form };
    let other = Form { name: "Lớp 3B.csv", ..form.clone() };
    let (slow, fast) = overtaken(&t, &head, &other, &form).await;
    assert_eq!(fast.status, 201, "{}", fast.text);
    assert_eq!(problem(&slow), is(422, "key-used"));
    let (one, other) = tokio::join!(form.send(&t, &head), form.send(&t, &head));
    assert!(one.text == fast.text && other.text == fast.text, "{} {}", one.text, other.text);
    assert_eq!(states(&t).await, ["checking", "checking", "discarded", "discarded"]);
} }

both! { async fn r38_the_key_of_an_import_is_nothing_to_another_caller(t: Tour) {
    let app = console(&t).await;
    let school = t.person("school_admin").school_code.clone();
    let (form, elsewhere) = (Form::of(&school), other_school(&t).await);
    let chief = token(&t, &app, "sector_admin", "imports:write").await;
    let first = form.send(&t, &chief).await;
    assert_eq!(first.status, 201, "{}", first.text);
    let id = first.json()["id"].clone();
    // Whoever guessed the key, and has the very list, makes an import of their own.
    let head = token(&t, &app, "school_admin", "imports:write").await;
    let theirs = form.send(&t, &head).await;
    assert_eq!((theirs.status, theirs.header(REPLAYED)), (201, ""), "{}", theirs.text);
    assert_ne!(theirs.json()["id"], id);
    // By another app, the same person is another caller.
    let scope = Some("openid imports:write".to_owned());
    let other = RelyingParty::registered(&t, "other-desk", |ask| Registration { scope, ..ask }).await;
    let by_it = form.send(&t, &token(&t, &other, "sector_admin", "imports:write").await).await;
    assert_eq!((by_it.status, by_it.header(REPLAYED)), (201, ""), "{}", by_it.text);
    assert_ne!(by_it.json()["id"], id);
    // Where one has no right, a key that was used there tells nothing.
    let foreign = Form { key: "a-key-for-another-school", ..Form::of(&elsewhere) };
    assert_eq!(foreign.send(&t, &chief).await.status, 201);
    let answer = foreign.send(&t, &head).await;
    assert_eq!(problem(&answer), is(422, "bad-fields"));
    assert_eq!(answer.json()["errors"][0]["pointer"], "/school");
    let nobody = form.send(&t, "").await;
    assert_eq!(problem(&nobody), is(401, "token"), "without a token nothing is replayed");
    let pupil = token(&t, &app, "student", "imports:write").await;
    assert_eq!(problem(&form.send(&t, &pupil).await), is(404, "not-found"));
    let reads = token(&t, &app, "sector_admin", "people:read").await;
    assert_eq!(problem(&form.send(&t, &reads).await), is(403, "scope"), "nor without the scope");
} }

both! { async fn what_was_refused_leaves_its_key_free_and_what_was_taken_in_is_answered_where_there_is_no_room(t: Tour) {
    let app = console(&t).await;
    let head = token(&t, &app, "school_admin", "imports:write").await;
    let school = t.person("school_admin").school_code.clone();
    let form = Form::of(&school);
    for wrong in [
        Form { fields: vec![("school", "99999999")], ..form.clone() },
        Form { fields: vec![("school", school.as_str()), ("role", "x")], ..form.clone() },
        Form { file: Vec::new(), ..form.clone() },
        Form { key: "short", ..form.clone() },
    ] {
        assert_eq!(problem(&wrong.send(&t, &head).await), is(422, "bad-fields"));
    }
    let first = form.send(&t, &head).await;
    assert_eq!((first.status, first.header(REPLAYED)), (201, ""), "{}", first.text);
    let mut keys = (0..20).map(|n| format!("one-of-many-lists-{n}"));
    let full = loop {
        let key = keys.next().expect("there is an end of it");
        let answer = Form { key: &key, ..form.clone() }.send(&t, &head).await;
        if answer.status != 201 {
            break answer;
        }
    };
    assert_eq!(problem(&full), is(409, "conflict"));
    let again = form.send(&t, &head).await;
    assert_eq!((again.status, &again.text, again.header(REPLAYED)), (201, &first.text, "true"));
    let none = Call::post("/api/v1/imports", &head, json!({})).with(&[("idempotency-key", KEY)]).send(&t).await;
    assert_eq!(problem(&none), is(415, "media-type"));
} }

both! { async fn lists_that_broke_off_hold_no_place_after_an_hour(t: Tour) {
    let app = console(&t).await;
    let head = token(&t, &app, "school_admin", "imports:write").await;
    let school = t.person("school_admin").school_code.clone();
    let form = Form::of(&school);
    let mut sent: Vec<ImportId> = Vec::new();
    for n in 0..20 {
        let answer = Form { key: &format!("one-of-many-lists-{n}"), ..form.clone() }.send(&t, &head).await;
        assert_eq!(answer.status, 201, "{}", answer.text);
        sent.push(serde_json::from_value(answer.json()["id"].clone()).unwrap());
    }
    // As a server leaves them that dies while they come in.
    let broken = async |tx: &mut Tx, (sent, now): &(Vec<ImportId>, Moment)| {
        for id in sent {
            import_tasks::turn(tx, (*id, "checking", "uploading"), (b"", None), *now).await?;
        }
        Ok(())
    };
    t.sv.store.write((sent, t.clock.now()), broken).await.unwrap();
    assert_eq!(problem(&form.send(&t, &head).await), is(409, "conflict"), "they may still be coming in");
    t.advance(Duration::from_hours(1));
    let head = token(&t, &app, "school_admin", "imports:write").await;
    assert_eq!(form.send(&t, &head).await.status, 201);
} }

both! { async fn the_workbook_that_goes_back_is_in_the_language_of_whoever_sent_the_list(t: Tour) {
    let app = console(&t).await;
    let head = token(&t, &app, "school_admin", "imports:write").await;
    let school = t.person("school_admin").school_code.clone();
    for (language, english) in [("en", true), ("vi", false)] {
        let form = Form::of(&school);
        let request = Request::post("/api/v1/imports")
            .header(header::CONTENT_TYPE, format!("multipart/form-data; boundary={}", form.boundary))
            .header(header::AUTHORIZATION, format!("Bearer {head}"))
            .header(header::ACCEPT_LANGUAGE, language);
        let sent = Answer::of(t.send(request.body(Body::from(form.bytes())).unwrap()).await).await;
        assert_eq!(sent.status, 201, "{}", sent.text);
        let id: ImportId = sent.json()["id"].as_str().unwrap().parse().unwrap();
        let (task, _) = desk::see(&t.sv, &Standing::danger_command_line(), id).await.unwrap();
        assert_eq!(task.asked.english, english, "{language}");
    }
} }
