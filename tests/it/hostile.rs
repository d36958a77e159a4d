//! Bytes from outside, some thousand for each parser: the same promises that cargo-fuzz looks for holes in (`fuzz/`).

#[path = "../../fuzz/bodies.rs"]
mod bodies;

use std::fs;

use proptest::{collection::vec, prelude::*, test_runner::TestRunner};

/// Pieces of which requests, tokens and addresses are made: put together at random they get further in than any bytes.
const PIECES: &[&str] = &[
    "client_id=app",
    "&",
    "=",
    "response_type=",
    "code",
    "id_token",
    "token",
    "%20",
    "+",
    "redirect_uri=",
    "https://app.example/cb",
    "https%3A%2F%2Fapp.example%2Fcb%3Fx%3D1",
    "?",
    "#",
    "@",
    ":",
    "//",
    "\\",
    "/",
    "..",
    "*",
    "http://",
    "https://",
    "localhost",
    "127.0.0.1",
    "[::1]",
    "app.example",
    "javascript:",
    "com.example.app:/",
    "\t",
    "\n",
    "&scope=openid",
    "&nonce=n",
    "&state=s",
    "&response_mode=",
    "query",
    "fragment",
    "form_post",
    ".jwt",
    "jwt",
    "&code_challenge=E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM",
    "&code_challenge_method=S256",
    "&prompt=",
    "none",
    "&max_age=",
    "-1",
    "99999999999",
    "&claims=",
    "{",
    "}",
    "[",
    "]",
    "\"",
    ":",
    ",",
    "null",
    "\"id_token\"",
    "\"acr\"",
    "\"essential\":true",
    "\"values\":[1,\"a\"]",
    "grant_type=",
    "authorization_code",
    "refresh_token",
    "password",
    "Basic ",
    "YTpi",
    "client_assertion=",
    "client_secret=",
    "&client_assertion_type=urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
    "eyJhbGciOiJFUzI1NiIsImtpZCI6ImsifQ",
    "eyJhbGciOiJub25lIn0",
    "eyJhbGciOiJFZERTQSIsImtpZCI6ImsiLCJ0eXAiOiJkcG9wK2p3dCJ9",
    "eyJhbGciOiJIUzI1NiIsImtpZCI6ImsifQ",
    "e30",
    ".",
    "AAAA",
    "%00",
    "%",
    "é",
    "\u{202e}",
    "😀",
];

#[test]
fn r55_no_bytes_break_a_promise_of_a_parser() {
    let soup = vec(prop_oneof![4 => prop::sample::select(PIECES).prop_map(str::to_owned), 1 => ".{0,3}"], 0..14);
    let bytes = prop_oneof![3 => soup.prop_map(|pieces| pieces.concat().into_bytes()), 1 => vec(any::<u8>(), 0..200)];
    for (name, body) in bodies::ALL {
        let mut runner =
            TestRunner::new(ProptestConfig { cases: 2_000, failure_persistence: None, ..ProptestConfig::default() });
        let outcome = runner.run(&bytes, |bytes| {
            body(&bytes);
            Ok(())
        });
        assert!(outcome.is_ok(), "{name}: {outcome:?}");
    }
}

#[test]
fn every_body_is_a_target_and_every_target_a_body() {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz");
    let targets = fs::read_dir(folder.join("fuzz_targets")).unwrap();
    let mut targets: Vec<String> =
        targets.map(|file| file.unwrap().path().file_stem().unwrap().to_string_lossy().into_owned()).collect();
    targets.sort();
    let mut names: Vec<&str> = bodies::ALL.iter().map(|(name, _)| *name).collect();
    names.sort_unstable();
    assert_eq!(targets, names);
    let manifest = fs::read_to_string(folder.join("Cargo.toml")).unwrap();
    for name in names {
        assert!(manifest.contains(&format!("name = \"{name}\"")), "{name}");
        let target = fs::read_to_string(folder.join("fuzz_targets").join(format!("{name}.rs"))).unwrap();
        assert!(target.contains(&format!("bodies::{name}(bytes)")), "{name}");
    }
}
