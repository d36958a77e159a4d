//! Signatures in both directions: the provider's on ID tokens, the apps' on their assertions.

use jsonwebtoken::Algorithm;
use openidconnect::{
    OAuth2TokenResponse, TokenIntrospectionResponse, TokenResponse,
    core::{CoreClientAuthMethod, CoreRevocableToken},
};
use phuong::protocol::{alg::SigningAlg, client::Kind, registration::Registration};

use super::party::{Method, Party};
use crate::support::{caching::named, callers::Browser, tour::Https};

both! { async fn an_id_token_is_verified_with_the_published_keys_under_every_algorithm(t: Https) {
    let t = t.0;
    for alg in SigningAlg::ALL {
        let name = named(alg);
        let app = Party::new(&t, Method::Basic, alg).await;
        assert!(app.metadata.id_token_signing_alg_values_supported().contains(&name), "{alg} is not announced");
        let (tokens, nonce) = app.sign_in(&t, &mut Browser::default(), &[]).await;
        assert_eq!(tokens.id_token().unwrap().signing_alg().unwrap(), &name);
        let person = app.believe(&tokens, Some(&nonce));
        assert_eq!(app.user_info(&tokens, &person).await.subject(), person.subject());
    }
    let plain = Registration::named("plain", "Plain", Kind::Service);
    assert_eq!(plain.id_token_alg, SigningAlg::Es256, "whoever asks for nothing gets this one");
} }

both! { async fn an_app_proves_itself_with_every_algorithm_that_is_announced(t: Https) {
    let t = t.0;
    for algorithm in [Algorithm::ES256, Algorithm::RS256, Algorithm::PS256, Algorithm::EdDSA] {
        let app = Party::named(&t, &format!("app-{algorithm:?}"), Method::Key(algorithm), SigningAlg::Rs256).await;
        let methods = app.metadata.token_endpoint_auth_methods_supported().unwrap();
        assert!(methods.contains(&CoreClientAuthMethod::PrivateKeyJwt));
        let (tokens, nonce) = app.sign_in(&t, &mut Browser::default(), &[]).await;
        app.believe(&tokens, Some(&nonce));
        let access = tokens.access_token();
        assert!(app.introspect(access).await.unwrap().active());
        app.revoke(CoreRevocableToken::AccessToken(access.clone())).await;
        assert!(!app.introspect(access).await.unwrap().active());
    }
} }
