//! The FAPI 2.0 profiles: what an app that is held to them must do, and what it gets (Security Profile §5.3, Message
//! Signing §5.3, §5.4).

use std::sync::atomic::{AtomicU32, Ordering};

use jsonwebtoken::{Algorithm, jwk::JwkSet};
use phuong::protocol::{
    alg::{ProofAlg, SigningAlg},
    client::{Access, KeySource},
    pkce::Challenge,
    registration::{Registration, RegistrationProblem},
    response::ResponseType,
    terms::{Profile, Terms},
};
use serde_json::json;

use crate::{
    relying::assertion::AppKey,
    support::{
        callers::{Browser, CALLBACK, RelyingParty, VERIFIER},
        prover::{Prover, post_with},
        tour::{Answer, ISSUER, Tour, claims},
    },
};

const TYPE: &str = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

/// An app that is held to FAPI 2.0, with the keys it needs.
struct Fapi {
    app: RelyingParty,
    key: AppKey,
    prover: Prover,
    assertions: AtomicU32,
}

impl Fapi {
    async fn new(t: &Tour, algorithm: Algorithm) -> Self {
        let key = AppKey::new(algorithm);
        let keys = JwkSet { keys: vec![key.public()] };
        let app = RelyingParty::registered(t, "bank", |ask| Registration {
            keys: Some(KeySource::Inline(keys)),
            terms: Terms { profile: Profile::Fapi2, ..Terms::default() },
            ..ask
        })
        .await;
        Self { app, key, prover: Prover::new(SigningAlg::Es256), assertions: AtomicU32::new(0) }
    }

    fn assertion(&self, t: &Tour, audience: &str) -> String {
        let jti = format!("a-{}", self.assertions.fetch_add(1, Ordering::Relaxed));
        self.key.assertion("bank", audience, t.clock.now().seconds(), &jti)
    }

    /// A form to an endpoint, with an assertion and a proof.
    async fn send(&self, t: &Tour, path: &str, proven: bool, form: &[(&str, &str)]) -> Answer {
        let (assertion, proof) = (self.assertion(t, ISSUER), self.prover.proof(t, "POST", path));
        let mut all = vec![("client_assertion_type", TYPE), ("client_assertion", &assertion)];
        all.extend(form);
        let headers: Vec<_> = proven.then_some(("dpop", proof.as_str())).into_iter().collect();
        post_with(t, path, &headers, &all).await
    }

    async fn push(&self, t: &Tour, but: &str) -> Answer {
        let challenge = Challenge::of(VERIFIER).unwrap();
        let all = [
            ("response_type", "code"),
            ("redirect_uri", CALLBACK),
            ("scope", "openid profile"),
            ("state", "st"),
            ("nonce", "n-1"),
            ("code_challenge", challenge.as_str()),
            ("code_challenge_method", "S256"),
        ];
        let form: Vec<_> = all.into_iter().filter(|(name, _)| !name.starts_with(but) || but.is_empty()).collect();
        self.send(t, "/par", false, &form).await
    }

    async fn code(&self, t: &Tour, browser: &mut Browser) -> String {
        let pushed = self.push(t, "").await;
        assert_eq!(pushed.status, 201, "{}", pushed.text);
        let uri = pushed.json()["request_uri"].as_str().unwrap().to_owned();
        let path = format!("/authorize?client_id=bank&request_uri={uri}");
        let answer = match browser.session() {
            Some(_) => browser.get(t, &path).await,
            None => browser.sign_in_as(t, &path, "teacher").await,
        };
        assert_eq!(answer.sent("iss").as_deref(), Some(ISSUER));
        answer.sent("code").unwrap()
    }

    async fn redeem(&self, t: &Tour, code: &str, proven: bool) -> Answer {
        let form = [
            ("grant_type", "authorization_code"),
            ("code", code),
            ("redirect_uri", CALLBACK),
            ("code_verifier", VERIFIER),
        ];
        self.send(t, "/token", proven, &form).await
    }

    async fn refresh(&self, t: &Tour, token: &str, proven: bool) -> Answer {
        self.send(t, "/token", proven, &[("grant_type", "refresh_token"), ("refresh_token", token)]).await
    }
}

both! { async fn an_app_held_to_fapi_pushes_proves_and_binds_and_its_refresh_token_stays(t: Tour) {
    let (bank, mut browser) = (Fapi::new(&t, Algorithm::PS256).await, Browser::default());
    let code = bank.code(&t, &mut browser).await;
    let unbound = bank.redeem(&t, &code, false).await;
    assert_eq!((unbound.status, unbound.error().as_str()), (400, "invalid_dpop_proof"), "every token is bound");
    let tokens = bank.redeem(&t, &code, true).await;
    assert_eq!(tokens.status, 200, "{}", tokens.text);
    let tokens = tokens.json();
    assert_eq!(tokens["token_type"], "DPoP");
    assert!(claims(tokens["access_token"].as_str().unwrap())["cnf"]["jkt"].is_string());
    let refresh = tokens["refresh_token"].as_str().unwrap();
    for _ in 0..3 {
        let again = bank.refresh(&t, refresh, true).await;
        assert_eq!(again.status, 200, "{}", again.text);
        assert!(again.json()["refresh_token"].is_null(), "the same goes on");
        t.advance(std::time::Duration::from_hours(1));
    }
    assert_eq!(bank.refresh(&t, refresh, false).await.error(), "invalid_dpop_proof");
    let revoked = bank.send(&t, "/revoke", false, &[("token", refresh)]).await;
    assert_eq!(revoked.status, 200);
    assert_eq!(bank.refresh(&t, refresh, true).await.error(), "invalid_grant");
} }

both! { async fn what_fapi_asks_of_a_request_is_asked(t: Tour) {
    let (bank, mut browser) = (Fapi::new(&t, Algorithm::ES256).await, Browser::default());
    RelyingParty::new(&t, "app").await.code(&t, &mut browser, "").await;
    for but in ["redirect_uri", "code_challenge", "response_type"] {
        let answer = bank.push(&t, but).await;
        assert_eq!((answer.status, answer.error().as_str()), (400, "invalid_request"), "without {but}");
    }
    let open = browser.get(&t, &bank.app.authorize("")).await;
    assert_eq!(open.sent("error").as_deref(), Some("invalid_request"), "not pushed");
    // PKCE may have been waived for older apps, never for this one.
    bank.app.change(&t, |client| client.require_pkce = false).await;
    assert_eq!(bank.push(&t, "code_challenge").await.error(), "invalid_request");
} }

both! { async fn r14_an_app_held_to_fapi_addresses_its_assertions_to_the_issuer_whatever_was_allowed_it(t: Tour) {
    let bank = Fapi::new(&t, Algorithm::ES256).await;
    bank.app
        .change(&t, |client| {
            let Access::KeyJwt { token_endpoint_audience, .. } = &mut client.access else { panic!() };
            *token_endpoint_audience = true;
        })
        .await;
    let ask = async |audience: &str| {
        let assertion = bank.assertion(&t, audience);
        let form = [("client_assertion_type", TYPE), ("client_assertion", assertion.as_str()), ("token", "x")];
        t.post("/revoke", None, &form).await.status
    };
    assert_eq!(ask(&format!("{ISSUER}/token")).await, 401);
    assert_eq!(ask(ISSUER).await, 200);
    bank.app.change(&t, |client| client.terms.profile = Profile::Standard).await;
    assert_eq!(ask(&format!("{ISSUER}/token")).await, 200, "an older library may");
} }

both! { async fn r18_an_app_held_to_fapi_does_not_sign_with_rs256(t: Tour) {
    let bank = Fapi::new(&t, Algorithm::RS256).await;
    let answer = bank.push(&t, "").await;
    assert_eq!((answer.status, answer.error().as_str()), (401, "invalid_client"));
    let request = bank.key.request("bank", ISSUER, &json!({ "state": "st" }));
    bank.app.change(&t, |client| client.terms.request_alg = Some(ProofAlg::Rs256)).await;
    let answer = RelyingParty::authorize(&bank.app, &format!("&request={request}"));
    let refused = Browser::default().get(&t, &answer).await;
    assert_eq!(refused.sent("error").as_deref(), Some("invalid_request_object"), "whatever was agreed on");
} }

both! { async fn message_signing_signs_what_is_asked_and_what_is_answered(t: Tour) {
    let (bank, mut browser) = (Fapi::new(&t, Algorithm::ES256).await, Browser::default());
    bank.app.change(&t, |client| client.terms.signed_only = true).await;
    assert_eq!(bank.push(&t, "").await.error(), "invalid_request", "not signed");
    let now = t.clock.now().seconds();
    let challenge = Challenge::of(VERIFIER).unwrap();
    let request = bank.key.request("bank", ISSUER, &json!({
        "client_id": "bank", "response_type": "code", "response_mode": "jwt", "redirect_uri": CALLBACK,
        "scope": "openid", "state": "inner", "nonce": "n", "nbf": now, "exp": now + 300,
        "code_challenge": challenge.as_str(), "code_challenge_method": "S256",
    }));
    let pushed = bank.send(&t, "/par", true, &[("request", &request)]).await;
    let uri = pushed.json()["request_uri"].as_str().unwrap().to_owned();
    let path = format!("/authorize?client_id=bank&request_uri={uri}");
    let answer = browser.sign_in_as(&t, &path, "teacher").await;
    let said = claims(&answer.sent("response").unwrap());
    assert_eq!((said["iss"].as_str(), said["aud"].as_str(), said["state"].as_str()), (Some(ISSUER), Some("bank"), Some("inner")));
    let code = said["code"].as_str().unwrap();
    // The key that was shown when the request was pushed binds the code (RFC 9449 §10.1).
    let thief = Fapi { prover: Prover::new(SigningAlg::Es256), ..bank };
    assert_eq!(thief.redeem(&t, code, true).await.error(), "invalid_grant");
} }

#[test]
fn registration_says_what_an_app_lacks_for_fapi() {
    let entropy = phuong::base::entropy::Entropy::danger_seeded(1);
    let ask = Registration {
        redirect_uris: vec![CALLBACK.into()],
        id_token_alg: SigningAlg::Rs256,
        terms: Terms {
            profile: Profile::Fapi2,
            response_types: [ResponseType::Code, ResponseType::IdToken].into(),
            ..Terms::default()
        },
        ..Registration::named("bank", "Bank", phuong::protocol::client::Kind::Web)
    };
    let secret = phuong::base::secret::Token::random(&entropy);
    let problems = ask.register(uuid::Uuid::nil().into(), &secret).unwrap_err();
    let wanted = problems.iter().filter(|problem| matches!(problem, RegistrationProblem::Fapi(_))).count();
    assert_eq!((wanted, problems.len()), (3, 3), "{problems:?}");
}
