//! The document says what the server does: schemathesis makes requests from it, good and bad, and compares the answers.

use std::process::Command;

use super::{console, every_scope, token};
use crate::{
    admin::person,
    support::{skip::skip, tour::Served},
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
