//! What an app does from its first sign-in to its last, once for each way of proving itself.

use std::time::Duration;

use jsonwebtoken::Algorithm;
use openidconnect::{
    OAuth2TokenResponse, TokenIntrospectionResponse, TokenResponse,
    core::{CoreErrorResponseType, CoreRevocableToken},
};
use phuong::protocol::alg::SigningAlg;

use super::party::{Method, Party, refusal};
use crate::support::{
    callers::Browser,
    tour::{Https, Tour},
};

both! { async fn an_app_with_a_secret_in_the_header_lives_its_life(t: Https) {
    Box::pin(live(&t.0, Method::Basic)).await;
} }

both! { async fn an_app_with_a_secret_in_the_form_lives_its_life(t: Https) {
    Box::pin(live(&t.0, Method::Post)).await;
} }

both! { async fn an_app_with_a_key_of_its_own_lives_its_life(t: Https) {
    Box::pin(live(&t.0, Method::Key(Algorithm::ES256))).await;
} }

both! { async fn an_app_that_keeps_no_secret_lives_its_life(t: Https) {
    Box::pin(live(&t.0, Method::None)).await;
} }

/// A step that comes after the ten seconds in which a lost reply may be asked for again (R13).
const LATER: Duration = Duration::from_secs(11);

async fn live(t: &Tour, method: Method) {
    let app = Party::new(t, method, SigningAlg::default()).await;
    let (tokens, nonce) = app.sign_in(t, &mut Browser::default(), &[]).await;
    let person = app.believe(&tokens, Some(&nonce));
    assert!(person.name().is_none(), "personal claims come from userinfo");
    let told = app.user_info(&tokens, &person).await;
    let name = told.name().and_then(|name| name.get(None)).map(|name| name.as_str());
    assert_eq!(name, Some(t.person("teacher").name.as_str()));

    // A new ID token is about the same sign-in, and has no nonce (Core 12.2).
    t.advance(LATER);
    let first = tokens.refresh_token().unwrap();
    let renewed = app.refresh(first).await.unwrap();
    let again = app.believe(&renewed, None);
    assert_eq!(
        (again.subject(), again.auth_time(), again.audiences()),
        (person.subject(), person.auth_time(), person.audiences())
    );
    assert!(again.issue_time() > person.issue_time());
    let second = renewed.refresh_token().unwrap();
    assert_ne!(second.secret(), first.secret(), "each refresh token once");

    let access = renewed.access_token();
    if method == Method::None {
        assert_eq!(refusal(app.introspect(access).await), CoreErrorResponseType::InvalidClient);
        assert_eq!(refusal(app.own_token().await), CoreErrorResponseType::UnauthorizedClient);
    } else {
        let seen = app.introspect(access).await.unwrap();
        assert!(seen.active());
        assert_eq!(seen.client_id().map(|id| id.as_str()), Some(app.id.as_str()));
        assert_eq!(seen.sub(), Some(person.subject().as_str()));
        assert_eq!(seen.scopes().unwrap().len(), 3);
        app.revoke(CoreRevocableToken::AccessToken(access.clone())).await;
        assert!(!app.introspect(access).await.unwrap().active());
        let own = app.own_token().await.unwrap();
        assert!(own.id_token().is_none() && own.refresh_token().is_none());
        assert!(own.scopes().is_none(), "profile is about a person, and here is none");
        assert_eq!(app.introspect(own.access_token()).await.unwrap().sub(), Some(app.id.as_str()));
    }

    let (tokens, nonce) = app.sign_in(t, &mut Browser::default(), &[("response_mode", "form_post")]).await;
    assert_eq!(app.believe(&tokens, Some(&nonce)).subject(), person.subject());
    let token = tokens.refresh_token().unwrap();
    app.revoke(CoreRevocableToken::RefreshToken(token.clone())).await;
    assert_eq!(refusal(app.refresh(token).await), CoreErrorResponseType::InvalidGrant);
}

both! { async fn a_library_that_sends_an_old_refresh_token_again_loses_the_family(t: Https) {
    let t = t.0;
    let app = Party::new(&t, Method::Basic, SigningAlg::default()).await;
    let (tokens, _) = app.sign_in(&t, &mut Browser::default(), &[]).await;
    let first = tokens.refresh_token().unwrap();
    let second = app.refresh(first).await.unwrap();
    t.advance(LATER);
    assert_eq!(refusal(app.refresh(first).await), CoreErrorResponseType::InvalidGrant);
    assert_eq!(refusal(app.refresh(second.refresh_token().unwrap()).await), CoreErrorResponseType::InvalidGrant);
    assert!(!app.introspect(second.access_token()).await.unwrap().active());
} }
