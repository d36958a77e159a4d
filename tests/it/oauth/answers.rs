//! How answers travel: in a fragment, in a form, as one signed token; and the response types of older apps.

use phuong::protocol::{alg::SigningAlg, confirmation::Binding, jwt::half_hash, response::ResponseType};
use serde_json::Value;

use crate::support::{
    callers::{Browser, CALLBACK, RelyingParty},
    tour::{Offering, Tour, claims},
};

/// What a signed answer says, when its signature is ours.
async fn opened(t: &Tour, token: &str) -> Value {
    use jsonwebtoken::{Algorithm, DecodingKey, Validation, decode, decode_header, jwk::JwkSet};
    let keys: JwkSet = serde_json::from_str(&t.get("/jwks", None).await.text).unwrap();
    let header = decode_header(token).unwrap();
    let key = keys.find(header.kid.as_deref().unwrap()).unwrap();
    let mut validation = Validation::new(Algorithm::ES256);
    validation.set_audience(&["app"]);
    // The tests' clock stands elsewhere.
    validation.validate_exp = false;
    decode::<Value>(token, &DecodingKey::from_jwk(key).unwrap(), &validation).unwrap().claims
}

both! { async fn an_answer_as_a_token_says_what_an_open_one_says_and_is_signed(t: Tour) {
    let (app, mut browser) = (RelyingParty::new(&t, "app").await, Browser::default());
    app.code(&t, &mut browser, "").await;
    for mode in ["jwt", "query.jwt"] {
        let answer = browser.get(&t, &app.authorize(&format!("&response_mode={mode}"))).await;
        assert_eq!(answer.sent("iss"), None, "it stands in the token");
        let said = opened(&t, &answer.sent("response").unwrap()).await;
        assert_eq!((said["iss"].as_str(), said["aud"].as_str()), (Some("http://localhost:8080"), Some("app")));
        assert_eq!(said["state"], "st");
        let lives = said["exp"].as_i64().unwrap() - t.clock.now().seconds();
        assert!((1..=600).contains(&lives), "JARM 2.1: {lives}");
        assert_eq!(app.redeem(&t, said["code"].as_str().unwrap()).await.status, 200);
    }
    let refused = browser.get(&t, &app.authorize("&response_mode=fragment.jwt&max_age=soon")).await;
    let said = opened(&t, &refused.in_fragment()["response"]).await;
    assert_eq!((said["error"].as_str(), said["state"].as_str()), (Some("invalid_request"), Some("st")));
    let page = browser.get(&t, &app.authorize("&response_mode=form_post.jwt")).await;
    assert!(page.text.contains(&format!("action=\"{CALLBACK}\"")), "{}", page.text);
    assert!(opened(&t, &page.field("response")).await["code"].is_string());
} }

both! { async fn r21_an_answer_as_a_token_is_neither_hint_nor_access_token(t: Tour) {
    let (app, mut browser) = (RelyingParty::new(&t, "app").await, Browser::default());
    app.code(&t, &mut browser, "").await;
    let answer = browser.get(&t, &app.authorize("&response_mode=jwt")).await.sent("response").unwrap();
    assert_eq!(t.get("/userinfo", Some(&answer)).await.status, 401);
    let logout = browser.get(&t, &format!("/end_session?id_token_hint={answer}")).await;
    assert_eq!(logout.status, 400, "{}", logout.text);
} }

/// An app that is registered for every response type.
async fn older(t: &Tour) -> RelyingParty {
    let app = RelyingParty::new(t, "app").await;
    app.change(t, |client| client.terms.response_types = ResponseType::ALL.into()).await;
    app
}

fn asking(app: &RelyingParty, kind: ResponseType, extra: &str) -> String {
    app.authorize(extra).replace("response_type=code", &format!("response_type={}", kind.name().replace(' ', "%20")))
}

both! { async fn older_apps_get_tokens_at_once_each_bound_to_what_goes_with_it(t: Offering) {
    let t = t.0;
    let (app, mut browser) = (older(&t).await, Browser::default());
    app.code(&t, &mut browser, "").await;
    for kind in ResponseType::ALL.into_iter().filter(|kind| kind.is_legacy()) {
        let said = browser.get(&t, &asking(&app, kind, "")).await.in_fragment();
        let names: Vec<&str> = said.keys().map(String::as_str).collect();
        let given = [("code", kind.has_code()), ("id_token", kind.has_id_token()), ("access_token", kind.has_token())];
        for (name, wanted) in given {
            assert_eq!(names.contains(&name), wanted, "{name} of {}", kind.name());
        }
        assert_eq!((said["state"].as_str(), said["iss"].as_str()), ("st", "http://localhost:8080"));
        let alg = SigningAlg::Es256;
        if let Some(token) = said.get("access_token") {
            assert_eq!((said["token_type"].as_str(), said["expires_in"].as_str()), ("Bearer", "600"));
            assert_eq!(t.get("/userinfo", Some(token)).await.status, 200);
        }
        if let Some(token) = said.get("id_token") {
            let token = claims(token);
            assert_eq!(token["nonce"], "n-1");
            let hash = |name: &str| said.get(name).map(|text| half_hash(alg, text));
            assert_eq!(token["at_hash"].as_str(), hash("access_token").as_deref(), "{}", kind.name());
            assert_eq!(token["c_hash"].as_str(), hash("code").as_deref(), "{}", kind.name());
            let named = token["name"].is_string();
            assert_eq!(named, kind == ResponseType::IdToken, "claims of scopes stand here only without an access token");
        }
        if let Some(code) = said.get("code") {
            assert_eq!(app.redeem(&t, code).await.status, 200, "{}", kind.name());
        }
    }
} }

both! { async fn older_apps_are_refused_in_the_fragment_and_never_by_query(t: Offering) {
    let t = t.0;
    let (app, mut browser) = (older(&t).await, Browser::default());
    let kind = ResponseType::IdTokenToken;
    let refused = browser.get(&t, &asking(&app, kind, "&prompt=none")).await.in_fragment();
    assert_eq!(refused["error"], "login_required");
    let queried = browser.get(&t, &asking(&app, kind, "&response_mode=query")).await.in_fragment();
    assert_eq!(queried["error"], "invalid_request");
    let without_nonce = asking(&app, kind, "").replace("&nonce=n-1", "");
    assert_eq!(browser.get(&t, &without_nonce).await.in_fragment()["error"], "invalid_request");
    let page = browser.sign_in_as(&t, &asking(&app, kind, "&response_mode=form_post"), "teacher").await;
    assert!(page.field("id_token").starts_with("ey") && page.field("access_token").starts_with("ey"));
} }

both! { async fn r6_a_sign_in_that_begins_again_does_not_get_what_was_not_agreed_on(t: Offering) {
    let t = t.0;
    let (app, mut browser) = (RelyingParty::new(&t, "app").await, Browser::default());
    let refused = browser.get(&t, &asking(&app, ResponseType::IdToken, "")).await;
    assert_eq!(refused.in_fragment()["error"], "unsupported_response_type");
    // The registration changes between the page and its answer: what counts is what holds then.
    let app = RelyingParty::new(&t, "other").await;
    app.change(&t, |client| client.terms.response_types = ResponseType::ALL.into()).await;
    let page = browser.get(&t, &asking(&app, ResponseType::IdToken, "")).await;
    app.change(&t, |client| client.terms.response_types = [ResponseType::Code].into()).await;
    let person = t.person("teacher").clone();
    let refused = browser.submit(&t, &page, &person.sector_id, &person.password).await;
    assert_eq!(refused.in_fragment()["error"], "unsupported_response_type");
} }

both! { async fn an_app_that_takes_bound_tokens_alone_gets_none_in_the_answer_itself(t: Offering) {
    let t = t.0;
    let (app, mut browser) = (older(&t).await, Browser::default());
    app.code(&t, &mut browser, "").await;
    app.change(&t, |client| client.terms.binding = Binding::Dpop).await;
    for kind in ResponseType::ALL.into_iter().filter(|kind| kind.is_legacy()) {
        let said = browser.get(&t, &asking(&app, kind, "")).await.in_fragment();
        assert_eq!(said.contains_key("error"), kind.has_token(), "{}", kind.name());
        assert!(!said.contains_key("access_token"));
    }
} }
