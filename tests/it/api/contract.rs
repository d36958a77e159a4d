//! The document says what the server does: schemathesis makes requests from it, good and bad, and compares the answers.

use std::process::Command;

use super::{Call, console, every_scope, token};
use crate::{
    admin::person,
    support::{
        skip::skip,
        tour::{Served, Tour},
    },
};

/// What every answer is checked for.
const CHECKS: &str = "not_a_server_error,status_code_conformance,content_type_conformance,response_headers_conformance,\
                      response_schema_conformance,negative_data_rejection,unsupported_method,allow_header_conformance,ignored_auth";
/// Seconds for all of it.
const LONGEST: &str = "60";

only! { Sqlite, async fn the_document_and_the_server_agree(served: Served) {
    let Some(program) = std::env::var_os("PHUONG_TEST_SCHEMATHESIS") else {
        skip("the API's document against the server", "PHUONG_TEST_SCHEMATHESIS");
        return;
    };
    let t = &served.tour;
    let app = console(t).await;
    app.change(t, |client| client.access_token_seconds = 3600).await;
    let token = token(t, &app, "sector_admin", &every_scope()).await;
    let folder = tempfile::tempdir().unwrap();
    // Somebody, a school and an app that are there, so that more than "not found" is looked at.
    // A body with more than is allowed may be too large to be read at all.
    let known = format!("[parameters]\n\"path.person\" = \"{}\"\n\"path.school\" = \"{}\"\n\"path.client\" = \"gradebook\"\n\
        [checks]\nnegative_data_rejection.expected-statuses = [400, 401, 403, 404, 405, 406, 409, 412, 413, 415, 422, 428, 429]\n",
        person(t, "student").await,
        t.person("student").school_code
    );
    std::fs::write(folder.path().join("schemathesis.toml"), known).unwrap();
    let mut command = Command::new("timeout");
    command.arg("300").arg(program).args(["run", &format!("{}/api/v1/openapi.json", served.issuer)]);
    command.args(["--header", &format!("Authorization: Bearer {token}"), "--checks", CHECKS, "--phases", "examples,coverage,fuzzing"]);
    command.args(["--max-examples", "12", "--max-time", LONGEST, "--seed", "20261124", "--no-shrink", "--continue-on-failure"]);
    command.current_dir(folder.path()).env("PYTHONDONTWRITEBYTECODE", "1");
    let done = tokio::task::spawn_blocking(move || command.output()).await.unwrap().unwrap();
    let said = String::from_utf8_lossy(&done.stdout);
    assert!(done.status.success(), "{said}\n{}", String::from_utf8_lossy(&done.stderr));
    let document = t.get("/api/v1/openapi.json", None).await.json();
    let operations: usize = document["paths"].as_object().unwrap().values().map(|path| path.as_object().unwrap().len()).sum();
    assert!(said.contains(&format!("Tested: {operations}")), "not every operation was tried: {said}");
} }

both! { async fn what_has_a_validator_says_so_and_is_sent_once(t: Tour) {
    let app = console(&t).await;
    let token = token(&t, &app, "sector_admin", &every_scope()).await;
    let document = t.get("/api/v1/openapi.json", None).await.json();
    let (mut with, mut without) = (0, 0);
    for (path, operations) in document["paths"].as_object().unwrap() {
        let read = &operations["get"];
        if read.is_null() || path.contains('{') {
            continue;
        }
        let address = if path.ends_with("/transfers") { format!("{path}?side=coming") } else { path.clone() };
        let answer = Call::get(&address, &token).send(&t).await;
        assert_eq!(answer.status, 200, "{path}: {}", answer.text);
        let tag = answer.header("etag");
        let told = [&read["responses"]["304"], &read["responses"]["200"]["headers"]["ETag"]].map(|said| !said.is_null());
        assert_eq!(told, [!tag.is_empty(); 2], "{path}");
        let takes = read["parameters"].as_array().unwrap().iter().any(|one| one["name"] == "If-None-Match");
        assert_eq!(takes, !tag.is_empty(), "{path}");
        if takes {
            let again = Call::get(&address, &token).with(&[("if-none-match", tag)]).send(&t).await;
            assert_eq!((again.status, again.header("etag"), again.text.as_str()), (304, tag, ""), "{path}");
            with += 1;
        } else {
            without += 1;
        }
    }
    assert!(with > 8 && without > 3, "{with} {without}");
} }
