//! One real check of a provider before it is measured, so that nobody wins by answering nonsense.

use anyhow::{Context as _, Result, bail, ensure};
use aws_lc_rs::signature::{
    ECDSA_P256_SHA256_FIXED, ED25519, RSA_PKCS1_2048_8192_SHA256, RsaPublicKeyComponents, UnparsedPublicKey,
};
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use serde_json::Value;

use super::{
    browser::Browser,
    flow::{self, Tokens},
};
use crate::world::provider::{App, Provider, User};

/// Signs in, checks the ID token, uses the session again, refuses a wrong password and a replayed code.
pub async fn provider(provider: &Provider) -> Result<()> {
    let app = provider.app(provider.usual)?;
    let user = provider.users.first().context("no users")?;
    let mut browser = Browser::new(provider.port);
    let jwks = browser.get(&provider.paths.jwks).await?.json()?;
    let (tokens, _) = flow::sign_in(provider, &mut browser, app, user).await?;
    id_token(&jwks, provider, app, &tokens)?;

    let code = flow::authorize(provider, &mut browser, app, None).await.context("with a session")?;
    let tokens = flow::exchange(provider, &mut browser, app, &code).await?;
    ensure!(flow::exchange(provider, &mut browser, app, &code).await.is_err(), "a code was taken twice");

    let wrong = User { name: user.name.clone(), password: format!("{}x", user.password) };
    let entered = flow::authorize(provider, &mut Browser::new(provider.port), app, Some(&wrong)).await;
    ensure!(entered.is_err(), "a wrong password was accepted");

    // In a browser of its own, since the replayed code has ended what came of it.
    let (again, _) = flow::sign_in(provider, &mut Browser::new(provider.port), app, user).await?;
    let first = again.refresh.context("no refresh token")?;
    let next = flow::refresh(provider, &mut browser, app, &first).await?.refresh;
    ensure!(next.is_some_and(|next| next != first), "refresh tokens do not rotate");
    drop(tokens);
    Ok(())
}

fn id_token(jwks: &Value, provider: &Provider, app: &App, tokens: &Tokens) -> Result<()> {
    let token = tokens.id.as_deref().context("no ID token")?;
    let (signed, signature) = token.rsplit_once('.').context("no signature")?;
    let (head, body) = signed.split_once('.').context("no claims")?;
    let read = |part: &str| -> Result<Value> { Ok(serde_json::from_slice(&URL_SAFE_NO_PAD.decode(part)?)?) };
    let (head, claims) = (read(head)?, read(body)?);
    let keys = jwks["keys"].as_array().context("no keys")?;
    let key = keys.iter().find(|key| key["kid"] == head["kid"]).context("signed with an unpublished key")?;
    check_signature(key, head["alg"].as_str().unwrap_or(""), signed.as_bytes(), &URL_SAFE_NO_PAD.decode(signature)?)?;
    ensure!(claims["iss"] == provider.issuer.as_str(), "iss is {}", claims["iss"]);
    ensure!(claims["aud"] == app.id.as_str(), "aud is {}", claims["aud"]);
    ensure!(claims["nonce"] == tokens.nonce.as_str(), "nonce is {}", claims["nonce"]);
    ensure!(claims["sub"].as_str().is_some_and(|sub| !sub.is_empty()), "no sub");
    Ok(())
}

fn check_signature(key: &Value, alg: &str, signed: &[u8], signature: &[u8]) -> Result<()> {
    let part = |name: &str| URL_SAFE_NO_PAD.decode(key[name].as_str().unwrap_or(""));
    let good = match alg {
        "RS256" => RsaPublicKeyComponents { n: part("n")?, e: part("e")? }
            .verify(&RSA_PKCS1_2048_8192_SHA256, signed, signature)
            .is_ok(),
        "ES256" => {
            let point = [vec![4], part("x")?, part("y")?].concat();
            UnparsedPublicKey::new(&ECDSA_P256_SHA256_FIXED, point).verify(signed, signature).is_ok()
        }
        "EdDSA" => UnparsedPublicKey::new(&ED25519, part("x")?).verify(signed, signature).is_ok(),
        other => bail!("signed with {other:?}"),
    };
    ensure!(good, "the ID token's {alg} signature is wrong");
    Ok(())
}
