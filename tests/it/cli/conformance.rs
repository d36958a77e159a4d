//! The provider that `tests/conformance/set-up` makes for the OpenID Foundation's suite: it answers, and whoever signs in
//! there is told everything that the suite asks for.

use std::{fs, net::TcpListener, path::Path, process::Command};

use serde_json::Value;

use super::program::Running;
use crate::support::skip::skip;

/// A sign-in at one of the static clients, as the suite makes it: no PKCE, every scope.
const SIGN_IN: &str = r#"
set -euo pipefail
curl() { command curl -sS --cacert tls/ca.pem --connect-to "::$AT" "$@"; }
ask() { curl -b jar -c jar -o page.html "$@"; }
hidden() { sed -n "s/.*name=\"$1\" value=\"\([^\"]*\)\".*/\1/p" page.html | head -1; }
CALLBACK=https://localhost.emobix.co.uk:8443/test/a/phuong/callback
ask "$ISSUER/authorize?client_id=conformance-1&response_type=code&redirect_uri=$CALLBACK&state=s&nonce=n\
&scope=openid%20profile%20email%20phone%20address"
answer=$(ask -w '%{redirect_url}' "$ISSUER/sign-in" -d username="$ID" -d password="$PASSWORD" -d csrf="$(hidden csrf)" \
    -d flow="$(hidden flow)")
code=$(echo "$answer" | sed 's/.*[?&]code=//; s/&.*//')
ask "$ISSUER/token" -u "conformance-1:$SECRET" -d grant_type=authorization_code -d code="$code" -d redirect_uri="$CALLBACK"
token=$(sed 's/.*"access_token":"//; s/".*//' page.html)
curl "$ISSUER/.well-known/openid-configuration"
echo
curl "$ISSUER/userinfo" -H "Authorization: Bearer $token"
echo
curl "$ISSUER/register" -H 'Content-Type: application/json' -d "{\"redirect_uris\": [\"$CALLBACK\"]}"
"#;

#[test]
fn a_provider_for_the_suite_sets_itself_up_and_tells_everything() {
    let tools = Command::new("bash").args(["-c", "type -P curl openssl"]).output();
    if !tools.is_ok_and(|tools| tools.status.success()) {
        return skip("the provider for the conformance suite", "a PATH with bash, curl and openssl");
    }
    let parent = tempfile::tempdir().unwrap();
    let folder = parent.path().join("conformance");
    let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let issuer = format!("https://localhost:{port}");
    let made = Command::new(Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/conformance/set-up"))
        .arg(&folder)
        .env("PHUONG", env!("CARGO_BIN_EXE_phuong"))
        .envs([("PORT", port.to_string()), ("LISTEN", format!("127.0.0.1:{port}"))])
        .output()
        .unwrap();
    let (said, printed) = (String::from_utf8_lossy(&made.stderr), String::from_utf8_lossy(&made.stdout));
    let log = fs::read_to_string(folder.join("server.log")).unwrap_or_default();
    assert!(made.status.success(), "{said}\n{printed}\n{log}");
    let plan: Value = serde_json::from_str(&fs::read_to_string(folder.join("plan.json")).unwrap()).unwrap();
    assert!(!plan.to_string().contains('@'), "everything is filled in: {plan}");
    let person = printed.lines().find_map(|line| line.strip_prefix("person ")).unwrap();
    let (id, password) = person.split_once(' ').unwrap();

    let server = Running::start(&folder);
    assert_eq!(server.ready, format!("ready {issuer}\n"));
    let signed_in = Command::new("bash")
        .args(["-c", SIGN_IN])
        .current_dir(&folder)
        .envs([("ISSUER", issuer.as_str()), ("ID", id), ("PASSWORD", password)])
        .env("AT", &server.at)
        .env("SECRET", plan["client"]["client_secret"].as_str().unwrap())
        .output()
        .unwrap();
    let (told, said) = (String::from_utf8_lossy(&signed_in.stdout), String::from_utf8_lossy(&signed_in.stderr));
    assert!(signed_in.status.success(), "{said}\n{told}");
    let documents: Vec<Value> = told.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let [metadata, userinfo, registered] = documents.as_slice() else { panic!("{told}") };
    assert_eq!(metadata["issuer"], issuer, "byte for byte (Discovery 4)");
    for kind in ["code", "id_token", "id_token token"] {
        assert!(
            metadata["response_types_supported"].as_array().unwrap().contains(&kind.into()),
            "Dynamic OP wants {kind}"
        );
    }
    for claim in [
        "name",
        "family_name",
        "given_name",
        "middle_name",
        "nickname",
        "preferred_username",
        "profile",
        "picture",
        "website",
        "gender",
        "birthdate",
        "zoneinfo",
        "locale",
        "updated_at",
        "email",
        "email_verified",
        "phone_number",
        "phone_number_verified",
        "address",
    ] {
        assert!(userinfo.get(claim).is_some(), "no {claim} in {userinfo}");
    }
    assert_eq!(registered["scope"], "address email offline_access openid phone profile", "{registered}");
    server.terminate();
    assert_eq!(server.code(), Some(0));
}
