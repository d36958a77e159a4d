//! A provider for tests: ES256, PKCE, client_secret_basic, and lies on request.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex},
};

use aws_lc_rs::{
    rand::SystemRandom,
    signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair},
};
use axum::{
    Form, Json, Router,
    extract::State,
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse, Response},
    routing::{get, post},
};
use base64::{
    Engine,
    engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD},
};
use jsonwebtoken::{Algorithm, EncodingKey, Header, encode, jwk::Jwk};
use serde_json::{Value, json};
use tokio::{net::TcpListener, task::JoinHandle};
use url::Url;

use crate::base::{clock::Clock, digest::Digest};

pub(super) const SECRET: &str = "a secret: with % and ü";
pub(super) const SUBJECT: &str = "pairwise-of-the-teacher";
pub(super) const SESSION: &str = "session-1";

/// What the provider gets wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Lie {
    Nonce,
    Audience,
    Issuer,
    Unsigned,
    Expired,
    OtherKey,
    AccessTokenHash,
    UserinfoSubject,
    AccessTokenAsIdToken,
}

/// A key and its public half.
struct Key {
    kid: String,
    private: EncodingKey,
    public: Value,
}

impl Key {
    fn new(kid: &str) -> Self {
        let der = EcdsaKeyPair::generate_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, &SystemRandom::new()).unwrap();
        let private = EncodingKey::from_ec_der(der.as_ref());
        let mut public = serde_json::to_value(Jwk::from_encoding_key(&private, Algorithm::ES256).unwrap()).unwrap();
        public["kid"] = json!(kid);
        public["use"] = json!("sig");
        public["not_before_of_ours"] = json!(1);
        Self { kid: kid.into(), private, public }
    }
}

struct Inner {
    issuer: String,
    client_id: String,
    clock: Clock,
    keys: Mutex<Vec<Key>>,
    lie: Mutex<Option<Lie>>,
    userinfo: Mutex<Value>,
    codes: Mutex<HashMap<String, HashMap<String, String>>>,
    jwks_fetched: Mutex<usize>,
}

/// It, running.
pub(super) struct Provider {
    inner: Arc<Inner>,
    task: JoinHandle<()>,
}

impl Drop for Provider {
    fn drop(&mut self) {
        self.task.abort();
    }
}

impl Provider {
    pub(super) async fn start(clock: Clock, client_id: &str) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let inner = Arc::new(Inner {
            issuer: format!("http://{}", listener.local_addr().unwrap()),
            client_id: client_id.into(),
            clock,
            keys: Mutex::new(vec![Key::new("first")]),
            lie: Mutex::new(None),
            userinfo: Mutex::new(teacher()),
            codes: Mutex::default(),
            jwks_fetched: Mutex::new(0),
        });
        let router = Router::new()
            .route("/.well-known/openid-configuration", get(discovery))
            .route("/jwks", get(jwks))
            .route("/token", post(token))
            .route("/userinfo", get(userinfo))
            .with_state(inner.clone());
        let task = tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
        Self { inner, task }
    }

    pub(super) fn issuer(&self) -> String {
        self.inner.issuer.clone()
    }

    pub(super) fn lie(&self, lie: Lie) {
        *self.inner.lie.lock().unwrap() = Some(lie);
    }

    pub(super) fn tells(&self, userinfo: Value) {
        *self.inner.userinfo.lock().unwrap() = userinfo;
    }

    pub(super) fn rotate(&self, kid: &str) {
        self.inner.keys.lock().unwrap().insert(0, Key::new(kid));
    }

    pub(super) fn jwks_fetched(&self) -> usize {
        *self.inner.jwks_fetched.lock().unwrap()
    }

    /// What the authorization endpoint does when all is well: the path back to the app.
    pub(super) fn agree(&self, asked: &Url) -> String {
        let asked: HashMap<String, String> = asked.query_pairs().into_owned().collect();
        assert_eq!((asked["response_type"].as_str(), asked["code_challenge_method"].as_str()), ("code", "S256"));
        assert_eq!(asked["redirect_uri"], "http://localhost:4001/callback");
        assert!(asked["scope"].starts_with("openid profile edu"), "{}", asked["scope"]);
        let state = asked["state"].clone();
        let code = format!("code-{}", self.inner.codes.lock().unwrap().len());
        self.inner.codes.lock().unwrap().insert(code.clone(), asked);
        self.answer(&[("code", &code), ("state", &state)])
    }

    /// The path back to the app with these parameters and `iss`.
    pub(super) fn answer(&self, parameters: &[(&str, &str)]) -> String {
        let all: Vec<_> = parameters.iter().copied().chain([("iss", self.inner.issuer.as_str())]).collect();
        format!("/callback?{}", serde_urlencoded::to_string(all).unwrap())
    }

    /// A logout token that is right but for these members; `null` takes one away.
    pub(super) fn logout_token(&self, typ: Option<&str>, changes: &Value) -> String {
        let now = self.inner.clock.now().seconds();
        let mut claims = json!({
            "iss": self.inner.issuer, "aud": self.inner.client_id, "iat": now, "exp": now + 120, "jti": "jti-1",
            "events": { "http://schemas.openid.net/event/backchannel-logout": {} }, "sub": SUBJECT, "sid": SESSION,
        });
        for (name, value) in changes.as_object().unwrap() {
            match value {
                Value::Null => drop(claims.as_object_mut().unwrap().remove(name)),
                value => claims[name] = value.clone(),
            }
        }
        self.inner.sign(typ, &claims)
    }
}

impl Inner {
    fn sign(&self, typ: Option<&str>, claims: &Value) -> String {
        let keys = self.keys.lock().unwrap();
        let mut header = Header::new(Algorithm::ES256);
        header.kid = Some(keys[0].kid.clone());
        header.typ = typ.map(ToOwned::to_owned);
        encode(&header, claims, &keys[0].private).unwrap()
    }

    fn id_token(&self, nonce: &str, access_token: &str) -> String {
        let (now, lie) = (self.clock.now().seconds(), *self.lie.lock().unwrap());
        let lies = |kind| lie == Some(kind);
        let hashed = if lies(Lie::AccessTokenHash) { "another" } else { access_token };
        let claims = json!({
            "iss": if lies(Lie::Issuer) { "http://127.0.0.1:1" } else { &self.issuer },
            "aud": if lies(Lie::Audience) { "another" } else { &self.client_id },
            "sub": SUBJECT, "sid": SESSION,
            "iat": now, "exp": if lies(Lie::Expired) { now - 1 } else { now + 300 }, "auth_time": now,
            "acr": "urn:phuong:acr:pwd", "amr": ["pwd"],
            "nonce": if lies(Lie::Nonce) { "another" } else { nonce },
            "at_hash": URL_SAFE_NO_PAD.encode(&Digest::of(hashed.as_bytes()).bytes()[..16]),
        });
        match lie {
            Some(Lie::Unsigned) => {
                let part = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
                format!("{}.{}.", part(&json!({ "alg": "none" })), part(&claims))
            }
            Some(Lie::OtherKey) => {
                let header = Header { kid: Some("first".into()), ..Header::new(Algorithm::ES256) };
                encode(&header, &claims, &Key::new("first").private).unwrap()
            }
            Some(Lie::AccessTokenAsIdToken) => self.sign(Some("at+jwt"), &claims),
            _ => self.sign(Some("JWT"), &claims),
        }
    }
}

fn teacher() -> Value {
    json!({
        "sub": SUBJECT, "name": "Trần Đức Huy", "given_name": "Huy", "locale": "vi", "updated_at": 1_795_000_000,
        "edu_context": { "id": "c1", "org": "Trường THCS Mẫu", "org_code": "31303405", "role": "teacher",
                         "level": "THCS", "status": "active" },
        "eduperson_affiliation": ["faculty", "employee", "member"],
        "edu_classes": [{ "id": "k1", "code": "6A1", "grade": 6, "function": "subject", "subject": "Toán" },
                        { "id": "k1", "code": "6A1", "grade": 6, "function": "homeroom" }],
    })
}

async fn discovery(State(inner): State<Arc<Inner>>) -> Json<Value> {
    let at = |path: &str| format!("{}{path}", inner.issuer);
    Json(json!({
        "issuer": inner.issuer, "authorization_endpoint": at("/authorize"), "token_endpoint": at("/token"),
        "userinfo_endpoint": at("/userinfo"), "jwks_uri": at("/jwks"), "end_session_endpoint": at("/end_session"),
        "response_types_supported": ["code"], "subject_types_supported": ["pairwise"],
        "id_token_signing_alg_values_supported": ["ES256", "RS256", "EdDSA", "XX999"],
        "authorization_response_iss_parameter_supported": true, "a_member_of_tomorrow": { "x": 1 },
    }))
}

async fn jwks(State(inner): State<Arc<Inner>>) -> Json<Value> {
    *inner.jwks_fetched.lock().unwrap() += 1;
    let mut keys: Vec<Value> = inner.keys.lock().unwrap().iter().map(|key| key.public.clone()).collect();
    let x = "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo";
    keys.push(json!({ "kty": "OKP", "crv": "Ed25519", "x": x, "kid": "ed", "alg": "EdDSA", "use": "sig" }));
    keys.push(json!({ "kty": "AKP", "alg": "ML-DSA-44", "pub": "AA", "kid": "tomorrow" }));
    Json(json!({ "keys": keys }))
}

async fn token(
    State(inner): State<Arc<Inner>>,
    headers: HeaderMap,
    Form(form): Form<HashMap<String, String>>,
) -> Response {
    let encoded = |text: &str| url::form_urlencoded::byte_serialize(text.as_bytes()).collect::<String>();
    let basic = STANDARD.encode(format!("{}:{}", encoded(&inner.client_id), encoded(SECRET)));
    let authenticated = headers[header::AUTHORIZATION] == format!("Basic {basic}");
    let asked = inner.codes.lock().unwrap().remove(&form["code"]);
    let Some(asked) = asked.filter(|asked| {
        let challenge = URL_SAFE_NO_PAD.encode(Digest::of(form["code_verifier"].as_bytes()).bytes());
        authenticated && challenge == asked["code_challenge"] && form["redirect_uri"] == asked["redirect_uri"]
    }) else {
        return (StatusCode::BAD_REQUEST, Json(json!({ "error": "invalid_grant" }))).into_response();
    };
    let id_token = inner.id_token(&asked["nonce"], "access");
    Json(json!({ "access_token": "access", "token_type": "Bearer", "expires_in": 300, "id_token": id_token }))
        .into_response()
}

async fn userinfo(State(inner): State<Arc<Inner>>, headers: HeaderMap) -> Json<Value> {
    assert_eq!(headers[header::AUTHORIZATION], "Bearer access");
    let mut told = inner.userinfo.lock().unwrap().clone();
    if *inner.lie.lock().unwrap() == Some(Lie::UserinfoSubject) {
        told["sub"] = json!("another");
    }
    Json(told)
}
