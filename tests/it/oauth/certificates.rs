//! Clients that prove themselves by a certificate, and tokens bound to one (RFC 8705), on real sockets.

use std::{
    net::{Ipv4Addr, SocketAddr},
    sync::Arc,
};

use axum::http::Method;
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use jsonwebtoken::jwk::{Jwk, JwkSet};
use phuong::{
    http::{self, Asks, Door, Tls},
    protocol::{
        certificate::{Name, Shown},
        client::{KeySource, Kind},
        confirmation::Binding,
        discovery::{Certificates, Offer},
        registration::{
            Registration,
            dynamic::{Admits, Registrar},
        },
        terms::Terms,
    },
    services::{Settings, authorities::Authorities},
};
use rcgen::{CertificateParams, DnType, KeyPair, PublicKeyData, SanType};
use rustls::{ClientConfig, SupportedProtocolVersion, version};
use serde_json::{Value, json};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpListener,
};

use super::registration::{Own, agree};
use crate::support::{
    callers::{Browser, CALLBACK, RelyingParty, VERIFIER},
    certificates::{Authority, Certified, connect},
    database::Backend,
    prover::Prover,
    tour::{ISSUER, Tour, claims},
};

const BOTH: [&SupportedProtocolVersion; 2] = [&version::TLS12, &version::TLS13];
const SECOND: &str = "https://localhost:8443";

/// A provider with two doors: one for everybody, one that asks for certificates.
struct Doors {
    t: Tour,
    ca: Authority,
    everybody: SocketAddr,
    programs: SocketAddr,
    _files: tempfile::TempDir,
}

impl Doors {
    async fn on(backend: Backend) -> Option<Self> {
        let (ca, files) = (Authority::new("Test CA"), tempfile::tempdir().unwrap());
        let certificates = Some(Certificates { address: SECOND.to_owned(), vouched: true });
        let offer = Offer { certificates, registration: true, ..Offer::default() };
        let registrar = Registrar { admits: Admits::Everybody, ..Registrar::default() };
        let settings = Settings { offer, registrar, ..Settings::of(ISSUER) };
        let t = Tour::vouched(backend, settings, Authorities::read(ca.pem.as_bytes())).await?;
        let server = ca.server("localhost").write(files.path());
        let open = async |asks, router| {
            let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
            let at = listener.local_addr().unwrap();
            let tls = Some(Arc::new(Tls::open(server.clone(), asks).unwrap()));
            tokio::spawn(http::serve(Door { listener, tls, patience: http::PATIENCE }, router, std::future::pending()));
            at
        };
        let everybody = open(Asks::Nothing, t.router.clone()).await;
        let programs = open(Asks::Certificates, http::for_programs(t.router.clone())).await;
        Some(Self { t, ca, everybody, programs, _files: files })
    }

    /// A form of a client that shows this certificate, or none.
    async fn post(&self, shown: Option<&Certified>, path: &str, form: &[(&str, &str)]) -> (u16, Value) {
        let body = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(form).finish();
        let head = format!(
            "POST {path} HTTP/1.1\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: {}\r\n",
            body.len()
        );
        self.say(self.programs, self.config(shown, &BOTH), &head, &body).await
    }

    async fn userinfo(&self, at: SocketAddr, shown: Option<&Certified>, token: &str) -> (u16, Value) {
        let head = format!("GET /userinfo HTTP/1.1\r\nAuthorization: Bearer {token}\r\n");
        self.say(at, self.config(shown, &BOTH), &head, "").await
    }

    fn config(&self, shown: Option<&Certified>, versions: &[&'static SupportedProtocolVersion]) -> ClientConfig {
        shown.map_or_else(|| self.ca.client(versions), |shown| self.ca.client_with(shown, versions))
    }

    async fn say(&self, at: SocketAddr, config: ClientConfig, head: &str, body: &str) -> (u16, Value) {
        let mut stream = connect(at, config).await.unwrap();
        stream.write_all(format!("{head}Host: localhost\r\nConnection: close\r\n\r\n{body}").as_bytes()).await.unwrap();
        let mut heard = String::new();
        stream.read_to_string(&mut heard).await.unwrap();
        let status = heard.split(' ').nth(1).unwrap().parse().unwrap();
        let body = heard.split_once("\r\n\r\n").unwrap().1;
        (status, serde_json::from_str(body).unwrap_or(Value::Null))
    }
}

fn named(common: &str, host: &str) -> CertificateParams {
    let mut params = CertificateParams::new([host.to_owned()]).unwrap();
    params.distinguished_name = rcgen::DistinguishedName::new();
    params.distinguished_name.push(DnType::OrganizationName, "Trường Nguyễn Du");
    params.distinguished_name.push(DnType::CommonName, common);
    params.not_before = rcgen::date_time_ymd(2026, 1, 1);
    params.not_after = rcgen::date_time_ymd(2027, 1, 1);
    params
}

fn service(name: Name) -> Registration {
    Registration {
        certificate: Some(name),
        scope: Some("marks".into()),
        ..Registration::named("svc", "Service", Kind::Service)
    }
}

const ASK: [(&str, &str); 2] = [("grant_type", "client_credentials"), ("client_id", "svc")];

both! { async fn a_service_proves_itself_by_a_certificate_that_an_authority_vouches_for(d: Doors) {
    d.t.register(service(Name::Dns("svc.example".into()))).await;
    let good = d.ca.certify(&named("svc", "svc.example"));
    for versions in [[BOTH[0]], [BOTH[1]]] {
        let head = "POST /token HTTP/1.1\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: 46\r\n";
        let (status, answer) = d.say(d.programs, d.config(Some(&good), &versions), head, "grant_type=client_credentials&client_id=svc&a=b").await;
        assert_eq!(status, 200, "{answer}");
        assert_eq!(claims(answer["access_token"].as_str().unwrap()).get("cnf"), None, "bound only where it was registered so");
    }
    let mut expired = named("svc", "svc.example");
    expired.not_after = rcgen::date_time_ymd(2026, 11, 1);
    let forged = Certified::by_itself(&named("svc", "svc.example"), &KeyPair::generate().unwrap());
    for (trick, shown) in [
        ("no certificate", None),
        ("another authority's", Some(Authority::new("Test CA").certify(&named("svc", "svc.example")))),
        ("its own signature", Some(forged)),
        ("another name", Some(d.ca.certify(&named("svc", "svc.example.evil.example")))),
        ("a name in the subject only", Some(d.ca.certify(&named("svc.example", "other.example")))),
        ("a wildcard", Some(d.ca.certify(&named("svc", "*.example")))),
        ("one that has ended", Some(d.ca.certify(&expired))),
        ("a server's of the same authority", Some(d.ca.server("localhost"))),
    ] {
        let (status, answer) = d.post(shown.as_ref(), "/token", &ASK).await;
        assert_eq!((status, answer["error"].as_str()), (401, Some("invalid_client")), "{trick}");
    }
    // Where browsers come nobody is asked, and what a header says of a certificate is said by nobody.
    let plain = "POST /token HTTP/1.1\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: 43\r\n";
    let pem = good.cert.replace('\n', " ");
    let told: String = ["X-SSL-Client-Cert", "X-Client-Cert", "X-Forwarded-Client-Cert", "Client-Cert", "SSL_CLIENT_CERT", "X-ARR-ClientCert"]
        .map(|name| format!("{name}: {pem}\r\n")).concat();
    let injected = format!("{plain}{told}X-SSL-Client-Verify: SUCCESS\r\n");
    for (at, head) in [(d.everybody, plain), (d.everybody, &*injected), (d.programs, &*injected)] {
        let shown = (at == d.everybody).then_some(&good);
        let (status, answer) = d.say(at, d.config(shown, &BOTH), head, "grant_type=client_credentials&client_id=svc").await;
        assert_eq!((status, answer["error"].as_str()), (401, Some("invalid_client")), "{head}");
    }
} }

both! { async fn a_service_with_a_certificate_of_its_own_making_is_known_by_its_key(d: Doors) {
    let (key, other) = (KeyPair::generate().unwrap(), KeyPair::generate().unwrap());
    let point = URL_SAFE_NO_PAD.encode(&key.der_bytes()[1..33]);
    let jwk = json!({ "kty": "EC", "crv": "P-256", "x": point, "y": URL_SAFE_NO_PAD.encode(&key.der_bytes()[33..]) });
    let jwk: Jwk = serde_json::from_value(jwk).unwrap();
    let ask = Registration {
        keys: Some(KeySource::Inline(JwkSet { keys: vec![jwk] })),
        auth_method: Some("self_signed_tls_client_auth".into()),
        ..Registration::named("svc", "Service", Kind::Service)
    };
    d.t.register(ask).await;
    let good = Certified::by_itself(&named("anything", "any.example"), &key);
    assert_eq!(d.post(Some(&good), "/token", &ASK).await.0, 200);
    let mut ended = named("anything", "any.example");
    ended.not_after = rcgen::date_time_ymd(2026, 11, 1);
    for (trick, shown) in [
        ("another key", Certified::by_itself(&named("anything", "any.example"), &other)),
        ("another key that an authority vouches for", d.ca.certify(&named("anything", "any.example"))),
        ("one that has ended", Certified::by_itself(&ended, &key)),
    ] {
        assert_eq!(d.post(Some(&shown), "/token", &ASK).await.0, 401, "{trick}");
    }
    assert_eq!(d.post(None, "/token", &ASK).await.0, 401);
} }

both! { async fn an_app_that_registers_itself_proves_itself_by_what_it_said_of_its_certificate(d: Doors) {
    let mut document = json!({
        "redirect_uris": [CALLBACK], "client_name": "Trắc nghiệm", "token_endpoint_auth_method": "tls_client_auth",
        "tls_client_auth_san_dns": "quiz.example", "tls_client_certificate_bound_access_tokens": true,
    });
    let own = Own::new(&d.t, &document).await;
    assert_eq!(own.said.get("client_secret"), None, "it needs none");
    let read = own.manage(&d.t, Method::GET, &json!({})).await.json();
    for member in ["token_endpoint_auth_method", "tls_client_auth_san_dns", "tls_client_certificate_bound_access_tokens"] {
        assert_eq!(read[member], document[member], "{member}");
    }
    let (good, other) = (d.ca.certify(&named("quiz", "quiz.example")), d.ca.certify(&named("quiz", "new.example")));
    let (app, mut browser) = (own.party(), Browser::default());
    let code = agree(&d.t, &app, &mut browser, "").await.sent("code").unwrap();
    let form = [("grant_type", "authorization_code"), ("client_id", &app.id), ("code", &code), ("redirect_uri", CALLBACK), ("code_verifier", VERIFIER)];
    assert_eq!(d.post(Some(&other), "/token", &form).await.0, 401);
    let (status, tokens) = d.post(Some(&good), "/token", &form).await;
    assert_eq!(status, 200, "{tokens}");
    let token = tokens["access_token"].as_str().unwrap();
    assert!(claims(token)["cnf"]["x5t#S256"].is_string(), "{}", claims(token));
    assert_eq!((d.userinfo(d.programs, Some(&good), token).await.0, d.userinfo(d.programs, None, token).await.0), (200, 401));

    document["client_id"] = app.id.as_str().into();
    document["tls_client_auth_san_dns"] = "new.example".into();
    assert_eq!(own.manage(&d.t, Method::PUT, &document).await.status, 200);
    let code = app.code(&d.t, &mut browser, "").await;
    let form = form.map(|(name, value)| (name, if name == "code" { code.as_str() } else { value }));
    assert_eq!(d.post(Some(&good), "/token", &form).await.0, 401, "what it said before is no more");
    assert_eq!(d.post(Some(&other), "/token", &form).await.0, 200);
} }

both! { async fn a_token_is_bound_to_the_certificate_that_it_was_asked_for_with(d: Doors) {
    let app = RelyingParty::registered(&d.t, "app", |ask| Registration {
        certificate: Some(Name::SubjectDn("CN=app,O=Trường Nguyễn Du".into())),
        terms: Terms { binding: Binding::Certificate, ..ask.terms.clone() },
        ..ask
    }).await;
    let (own, thiefs) = (d.ca.certify(&named("app", "app.example")), d.ca.certify(&named("thief", "thief.example")));
    let code = app.code(&d.t, &mut Browser::default(), "").await;
    let form = [("grant_type", "authorization_code"), ("client_id", "app"), ("code", code.as_str()), ("redirect_uri", CALLBACK), ("code_verifier", VERIFIER)];
    assert_eq!(d.post(Some(&thiefs), "/token", &form).await.0, 401, "another subject");
    let (status, tokens) = d.post(Some(&own), "/token", &form).await;
    assert_eq!((status, tokens["token_type"].as_str()), (200, Some("Bearer")), "{tokens}");
    let token = tokens["access_token"].as_str().unwrap();
    let print = Shown::read(vec![own.der().to_vec()]).unwrap().thumbprint().to_string();
    assert_eq!(claims(token)["cnf"], json!({ "x5t#S256": print }));
    assert_eq!(d.userinfo(d.programs, Some(&own), token).await.0, 200);
    for (at, shown) in [(d.programs, Some(&thiefs)), (d.programs, None), (d.everybody, Some(&own)), (d.everybody, None)] {
        let (status, answer) = d.userinfo(at, shown, token).await;
        assert_eq!((status, answer["error"].as_str()), (401, Some("invalid_token")));
    }
    let proof = Prover::new(phuong::protocol::alg::SigningAlg::Es256).proof_with(&d.t, "GET", "/userinfo", token);
    let head = format!("GET /userinfo HTTP/1.1\r\nAuthorization: DPoP {token}\r\nDPoP: {proof}\r\n");
    assert_eq!(d.say(d.programs, d.config(Some(&own), &BOTH), &head, "").await.0, 401, "a proof is not the certificate");
    let (_, told) = d.post(Some(&own), "/introspect", &[("client_id", "app"), ("token", token)]).await;
    assert_eq!((told["active"].as_bool(), &told["cnf"]), (Some(true), &json!({ "x5t#S256": print })));
    let refresh = tokens["refresh_token"].as_str().unwrap();
    let form = [("grant_type", "refresh_token"), ("client_id", "app"), ("refresh_token", refresh)];
    let (status, next) = d.post(Some(&own), "/token", &form).await;
    assert_eq!((status, &claims(next["access_token"].as_str().unwrap())["cnf"]), (200, &json!({ "x5t#S256": print })));
} }

both! { async fn a_page_app_may_hold_a_certificate_to_which_its_tokens_are_bound(d: Doors) {
    let app = RelyingParty::registered(&d.t, "native", |ask| Registration {
        kind: Kind::Native,
        terms: Terms { binding: Binding::Certificate, ..ask.terms.clone() },
        ..ask
    }).await;
    let own = Certified::by_itself(&named("x", "x.example"), &KeyPair::generate().unwrap());
    let other = Certified::by_itself(&named("x", "x.example"), &KeyPair::generate().unwrap());
    let code = app.code(&d.t, &mut Browser::default(), "").await;
    let form = [("grant_type", "authorization_code"), ("client_id", "native"), ("code", code.as_str()), ("redirect_uri", CALLBACK), ("code_verifier", VERIFIER)];
    let (status, answer) = d.post(None, "/token", &form).await;
    assert_eq!((status, answer["error"].as_str()), (400, Some("invalid_request")), "it takes no others");
    let (_, tokens) = d.post(Some(&own), "/token", &form).await;
    let form = [("grant_type", "refresh_token"), ("client_id", "native"), ("refresh_token", tokens["refresh_token"].as_str().unwrap())];
    assert_eq!(d.post(Some(&other), "/token", &form).await.1["error"], "invalid_grant", "RFC 8705 §4");
    assert_eq!(d.post(Some(&own), "/token", &form).await.0, 200);
} }

both! { async fn where_certificates_are_shown_there_are_no_pages(d: Doors) {
    for path in ["/sign-in", "/authorize", "/portal", "/console", "/", "/jwks", "/health/live", "/token/", "//token"] {
        let head = format!("GET {path} HTTP/1.1\r\n");
        assert_eq!(d.say(d.programs, d.config(None, &BOTH), &head, "").await.0, 404, "{path}");
    }
    let document = d.t.get("/.well-known/openid-configuration", None).await.json();
    let aliases = document["mtls_endpoint_aliases"].as_object().unwrap();
    for (name, address) in aliases {
        let path = address.as_str().unwrap().strip_prefix(SECOND).unwrap();
        assert_eq!(document[name], format!("{ISSUER}{path}"));
        assert_ne!(d.post(None, path, &[]).await.0, 404, "{path}");
    }
    assert_eq!((aliases.len(), document["tls_client_certificate_bound_access_tokens"].as_bool()), (6, Some(true)));
} }

both! { async fn nothing_is_said_of_certificates_where_none_are_asked_for(t: Tour) {
    let document = t.get("/.well-known/openid-configuration", None).await;
    for word in ["mtls", "tls_client"] {
        assert!(!document.text.contains(word), "{}", document.text);
    }
} }

#[test]
fn what_a_certificate_says_is_compared_exactly() {
    let key = KeyPair::generate().unwrap();
    let mut params =
        CertificateParams::new(["app.example".to_owned(), "10.1.2.3".to_owned(), "2001:db8::1".to_owned()]).unwrap();
    params.subject_alt_names.push(SanType::URI("https://app.example/id".try_into().unwrap()));
    params.subject_alt_names.push(SanType::Rfc822Name("app@app.example".try_into().unwrap()));
    params.distinguished_name = rcgen::DistinguishedName::new();
    params.distinguished_name.push(DnType::CountryName, "VN");
    params.distinguished_name.push(DnType::OrganizationName, "Sở GD, Hải Phòng");
    params.distinguished_name.push(DnType::CommonName, "app");
    let shown = Shown::read(vec![Certified::by_itself(&params, &key).der().to_vec()]).unwrap();
    let says = |text: &str| shown.says(&text.parse().unwrap_or_else(|_| panic!("{text}")));
    for yes in [
        "subject_dn=CN=app,O=Sở GD\\, Hải Phòng,C=VN",
        "san_dns=app.example",
        "san_dns=APP.example",
        "san_ip=10.1.2.3",
        "san_ip=2001:db8::1",
        "san_uri=https://app.example/id",
        "san_email=app@app.example",
    ] {
        assert!(says(yes), "{yes}");
    }
    for no in [
        "subject_dn=CN=app",
        "subject_dn=C=VN,O=Sở GD\\, Hải Phòng,CN=app",
        "subject_dn=CN=app,O=Sở GD,C=VN",
        "subject_dn=CN=APP,O=Sở GD\\, Hải Phòng,C=VN",
        "san_dns=app",
        "san_dns=10.1.2.3",
        "san_ip=10.1.2.4",
        "san_uri=https://app.example/",
        "san_email=app.example",
    ] {
        assert!(!says(no), "{no}");
    }
    for bad in ["", "app", "subject_dn=", "subject_dn=app", "san_ip=x", "san_dns=", "cn=app"] {
        assert!(bad.parse::<Name>().is_err(), "{bad}");
    }
    assert!(Shown::read(vec![b"nonsense".to_vec()]).is_none() && Shown::read(Vec::new()).is_none());
}
