//! The authorization request (RFC 6749 §4.1, Core 3.1.2), once it is known where to answer it.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use super::{
    claims::ClaimsAsk,
    client::{Client, GrantKind, Trust},
    confirmation::Thumbprint,
    discovery::Offer,
    error::Refusal,
    params::Params,
    pkce::Challenge,
    response::ResponseType,
    scope::Scopes,
    target::Resources,
    terms::Profile,
};

/// What an app asks of the person (Core 3.1.2.1 `prompt`).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Prompt {
    /// Show no page.
    None,
    /// Ask for the password again.
    Login,
    /// Ask for agreement again.
    Consent,
    /// Let the person choose who they are.
    SelectAccount,
}

/// An authorization request that is well formed.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct AuthorizeAsk {
    /// What is asked for: offered, and the client registered for it.
    pub response_type: ResponseType,
    /// What is asked for: known to the client's registration, `openid` among it.
    pub scopes: Scopes,
    /// To be returned in the ID token.
    pub nonce: Option<String>,
    /// What the person is asked.
    pub prompt: BTreeSet<Prompt>,
    /// How many seconds ago the person may have signed in at most.
    pub max_age: Option<u32>,
    /// Whom the app expects, as the person types it.
    pub login_hint: Option<String>,
    /// Whom the app expects, by an ID token of ours.
    pub id_token_hint: Option<String>,
    /// Acceptable strengths, best first.
    pub acr_values: Vec<String>,
    /// Single claims.
    pub claims: ClaimsAsk,
    /// PKCE.
    pub challenge: Option<Challenge>,
    /// The key that the code is bound to (RFC 9449 §10).
    pub key: Option<Thumbprint>,
    /// Whom access tokens are to be for (RFC 8707).
    pub resources: Resources,
}

impl AuthorizeAsk {
    /// Reads the rest of a request whose return address is known; refusals can go there.
    pub fn parse(params: &Params, client: &Client, offer: &Offer) -> Result<Self, Refusal> {
        params.check()?;
        client.require(GrantKind::AuthorizationCode).map_err(|_| Refusal::ResponseTypeNotOffered)?;
        // FAPI 2.0 §5.3.2.2: also where a single one is registered.
        let fapi = client.terms.profile == Profile::Fapi2;
        if fapi {
            params.need("redirect_uri")?;
        }
        if params.get("registration").is_some() {
            return Err(Refusal::RegistrationNotSupported);
        }
        let response_type = response_type(params, client, offer)?;
        let asked: Scopes = params.need("scope")?.parse().map_err(|_| Refusal::InvalidParameter("scope"))?;
        if !asked.has("openid") {
            return Err(Refusal::OpenidMissing);
        }
        let scopes = asked.both(&client.scopes);
        if !scopes.has("openid") {
            return Err(Refusal::ScopeNotAllowed);
        }
        let owned = |name| params.get(name).map(str::to_owned);
        let prompt = prompts(params)?;
        let mut ask = Self {
            response_type,
            scopes,
            nonce: owned("nonce"),
            max_age: max_age(params)?.or(client.default_max_age),
            login_hint: owned("login_hint"),
            id_token_hint: owned("id_token_hint"),
            acr_values: params.get("acr_values").map_or_else(|| client.terms.default_acr_values.clone(), words),
            claims: ClaimsAsk::asked(params)?,
            challenge: Challenge::asked(params, fapi || (client.require_pkce && response_type.has_code()))?,
            key: key(params)?,
            resources: Resources::asked(params)?,
            prompt,
        };
        // Core 3.2.2.1: what comes through the browser could be another sign-in's.
        if response_type.has_id_token() && ask.nonce.is_none() {
            return Err(Refusal::MissingParameter("nonce"));
        }
        // Core 11: offline access is granted only with consent asked for, or where the department consented for all.
        if !ask.prompt.contains(&Prompt::Consent) && client.trust == Trust::AsksConsent {
            ask.scopes = ask.scopes.without("offline_access");
        }
        Ok(ask)
    }
}

/// R6: the implicit and hybrid types are there only where the server offers them and the client was registered for them.
fn response_type(params: &Params, client: &Client, offer: &Offer) -> Result<ResponseType, Refusal> {
    let refused = Refusal::ResponseTypeNotOffered;
    let kind = ResponseType::of(params.need("response_type")?).ok_or(refused)?;
    let offered = offer.legacy_response_types || !kind.is_legacy();
    if offered && client.terms.response_types.contains(&kind) { Ok(kind) } else { Err(refused) }
}

fn words(text: &str) -> Vec<String> {
    text.split(' ').filter(|word| !word.is_empty()).map(str::to_owned).collect()
}

fn max_age(params: &Params) -> Result<Option<u32>, Refusal> {
    params.get("max_age").map(str::parse).transpose().map_err(|_| Refusal::InvalidParameter("max_age"))
}

fn key(params: &Params) -> Result<Option<Thumbprint>, Refusal> {
    params.get("dpop_jkt").map(str::parse).transpose().map_err(|_| Refusal::InvalidParameter("dpop_jkt"))
}

fn prompts(params: &Params) -> Result<BTreeSet<Prompt>, Refusal> {
    let one = |word: &str| match word {
        "none" => Ok(Prompt::None),
        "login" => Ok(Prompt::Login),
        "consent" => Ok(Prompt::Consent),
        "select_account" => Ok(Prompt::SelectAccount),
        // `create` (Initiating User Registration 1.0) is not offered: schools make the accounts.
        _ => Err(Refusal::InvalidParameter("prompt")),
    };
    let prompts: BTreeSet<_> =
        words(params.get("prompt").unwrap_or("")).iter().map(|word| one(word)).collect::<Result<_, _>>()?;
    if prompts.contains(&Prompt::None) && prompts.len() > 1 {
        return Err(Refusal::InvalidParameter("prompt"));
    }
    Ok(prompts)
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use crate::{
        base::{entropy::Entropy, secret::Token},
        protocol::{client::Kind, registration::Registration, terms::Terms},
    };

    const QUERY: &str = "client_id=app&response_type=code&scope=openid+profile+made.up&redirect_uri=https://app.example/cb\
        &state=s&code_challenge=E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM&code_challenge_method=S256";

    pub(crate) fn client() -> Client {
        let ask = Registration {
            redirect_uris: vec!["https://app.example/cb".into()],
            ..Registration::named("app", "App", Kind::Web)
        };
        ask.register(uuid::Uuid::nil().into(), &Token::random(&Entropy::danger_seeded(1))).unwrap()
    }

    fn parse(query: &str) -> Result<AuthorizeAsk, Refusal> {
        AuthorizeAsk::parse(&Params::parse(query), &client(), &Offer::default())
    }

    #[test]
    fn a_request_asks_for_what_the_client_may_have_and_no_more() {
        assert_eq!(parse(QUERY).unwrap().scopes.to_string(), "openid profile");
    }

    #[test]
    fn r6_implicit_and_hybrid_are_off_unless_server_and_client_agreed_on_them() {
        let registered =
            Client { terms: Terms { response_types: ResponseType::ALL.into(), ..Terms::default() }, ..client() };
        let legacy = Offer { legacy_response_types: true, ..Offer::default() };
        for kind in ["id_token", "code+id_token", "id_token+token", "code+token", "code+id_token+token"] {
            let params = Params::parse(&QUERY.replace("type=code", &format!("type={kind}&nonce=n")));
            let refused = Err(Refusal::ResponseTypeNotOffered);
            assert_eq!(AuthorizeAsk::parse(&params, &client(), &legacy), refused, "{kind}");
            assert_eq!(AuthorizeAsk::parse(&params, &registered, &Offer::default()), refused, "{kind}");
            assert!(AuthorizeAsk::parse(&params, &registered, &legacy).is_ok(), "{kind}");
        }
        for kind in ["token", "none", "code+none", "CODE"] {
            let params = Params::parse(&QUERY.replace("type=code", &format!("type={kind}&nonce=n")));
            let refused = Err(Refusal::ResponseTypeNotOffered);
            assert_eq!(AuthorizeAsk::parse(&params, &registered, &legacy), refused, "{kind}");
        }
        let without_nonce = Params::parse(&QUERY.replace("type=code", "type=id_token"));
        let refused = Err(Refusal::MissingParameter("nonce"));
        assert_eq!(AuthorizeAsk::parse(&without_nonce, &registered, &legacy), refused);
    }

    #[test]
    fn each_malformed_parameter_is_named() {
        for (extra, refusal) in [
            ("&prompt=none+login", Refusal::InvalidParameter("prompt")),
            ("&prompt=create", Refusal::InvalidParameter("prompt")),
            ("&max_age=-1", Refusal::InvalidParameter("max_age")),
            ("&claims=[", Refusal::InvalidParameter("claims")),
            ("&dpop_jkt=short", Refusal::InvalidParameter("dpop_jkt")),
            ("&nonce=1&nonce=2", Refusal::RepeatedParameter),
            ("&registration={}", Refusal::RegistrationNotSupported),
        ] {
            assert_eq!(parse(&format!("{QUERY}{extra}")), Err(refusal), "{extra}");
        }
        assert_eq!(parse(&QUERY.replace("response_type=code&", "")), Err(Refusal::MissingParameter("response_type")));
    }

    proptest::proptest! {
        #[test]
        fn no_text_panics(text in ".{0,200}") {
            let _ = parse(&text);
            let _ = parse(&format!("{QUERY}&{text}"));
        }
    }
}
