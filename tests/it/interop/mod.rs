//! Relying parties that other people wrote, each in a process of its own (`tests/interop`). The `openidconnect` crate, which
//! is one too, lives in `relying`.

mod apache;
mod authlib;
mod openid_client;

use std::{
    io::Write,
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

use serde_json::{Value, json};

use crate::support::tour::Served;

fn scripts(folder: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/interop").join(folder)
}

/// What every program is told of the provider and of the teacher in front of it.
fn situation(served: &Served, client_id: &str, redirect_uri: &str) -> Value {
    let teacher = served.tour.person("teacher");
    json!({
        "issuer": served.issuer, "client_id": client_id, "redirect_uri": redirect_uri,
        "username": teacher.sector_id, "password": teacher.password,
    })
}

/// Runs a program until it ends, for two minutes at most; what it says.
async fn run(program: PathBuf, script: PathBuf, modules: PathBuf, given: Value) -> Value {
    let running = tokio::task::spawn_blocking(move || finish(&program, &script, &modules, &given));
    let (succeeded, said, complaints) = running.await.unwrap();
    assert!(succeeded, "{complaints}");
    serde_json::from_str(&said).unwrap_or_else(|_| panic!("{said}\n{complaints}"))
}

fn finish(program: &Path, script: &Path, modules: &Path, given: &Value) -> (bool, String, String) {
    let mut command = Command::new("timeout");
    command.arg("120").arg(program).arg(script).env("PHUONG_TEST_NODE_MODULES", modules);
    // No compiled copies beside the sources.
    command.env("PYTHONDONTWRITEBYTECODE", "1");
    let streams = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = streams.spawn().unwrap();
    child.stdin.take().unwrap().write_all(given.to_string().as_bytes()).unwrap();
    let done = child.wait_with_output().unwrap();
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    (done.status.success(), text(&done.stdout), text(&done.stderr))
}
