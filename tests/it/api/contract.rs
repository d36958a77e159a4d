//! The document says what the server does: schemathesis makes requests from it, good and bad, and compares the answers.

use std::process::Command;

use super::{console, every_scope, token};
use crate::support::{skip::skip, tour::Served};

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
    let mut command = Command::new("timeout");
    command.arg("150").arg(program).args(["run", &format!("{}/api/v1/openapi.json", served.issuer)]);
    command.args(["--header", &format!("Authorization: Bearer {token}"), "--checks", CHECKS, "--phases", "examples,coverage,fuzzing"]);
    command.args(["--max-examples", "12", "--max-time", LONGEST, "--seed", "20261124", "--no-shrink", "--continue-on-failure"]);
    command.current_dir(folder.path()).env("PYTHONDONTWRITEBYTECODE", "1");
    let done = tokio::task::spawn_blocking(move || command.output()).await.unwrap().unwrap();
    let said = String::from_utf8_lossy(&done.stdout);
    assert!(done.status.success(), "{said}\n{}", String::from_utf8_lossy(&done.stderr));
    assert!(said.contains("people") || said.contains("Operations"), "it tested something: {said}");
} }
