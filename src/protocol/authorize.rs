//! The authorization request (RFC 6749 §4.1, Core 3.1.2), read in two stages. Only a verified [`ReturnAddress`] can
//! carry anything back to an app; whatever goes wrong before there is one becomes a page (R3).

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use super::{
    claims::ClaimsAsk,
    client::{Client, GrantKind},
    error::Refusal,
    params::Params,
    pkce::Challenge,
    redirect,
    scope::Scopes,
};

/// Where the answer goes, verified against the client's registration.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReturnAddress {
    uri: String,
    /// Whether the request named it, so that the token request must too.
    named: bool,
    mode: ResponseMode,
    state: Option<String>,
}

/// How the answer travels.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ResponseMode {
    /// In the redirect URI's query.
    Query,
    /// As a form that posts itself.
    FormPost,
}

/// An answer on its way to an app.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Answer {
    /// Send the browser there.
    Redirect(String),
    /// Give the browser a form that posts these fields there.
    FormPost {
        /// The redirect URI.
        action: String,
        /// Names and values.
        fields: Vec<(String, String)>,
    },
}

impl ReturnAddress {
    /// The address of a request: one that was registered, byte for byte; it may be left out only when a single one is.
    pub fn find(params: &Params, client: &Client) -> Result<Self, Refusal> {
        if params.repeats("redirect_uri") || params.repeats("state") || params.repeats("response_mode") {
            return Err(Refusal::RepeatedParameter);
        }
        client.require_enabled()?;
        let uri = match (params.get("redirect_uri"), client.redirect_uris.as_slice()) {
            (Some(asked), registered) if registered.iter().any(|uri| uri.matches(asked)) => asked.to_owned(),
            (None, [only]) => only.as_str().to_owned(),
            _ => return Err(Refusal::UnregisteredRedirectUri),
        };
        let mode = match params.get("response_mode") {
            Some("form_post") => ResponseMode::FormPost,
            _ => ResponseMode::Query,
        };
        Ok(Self {
            uri,
            named: params.get("redirect_uri").is_some(),
            mode,
            state: params.get("state").map(str::to_owned),
        })
    }

    /// The redirect URI that is answered to.
    pub fn uri(&self) -> &str {
        &self.uri
    }

    /// The redirect URI, if the request named it: then the token request must name it too (RFC 6749 §4.1.3).
    pub fn named(&self) -> Option<&str> {
        self.named.then_some(self.uri.as_str())
    }

    /// Carries a code back.
    pub fn with_code(&self, issuer: &str, code: &str) -> Answer {
        self.answer(issuer, &[("code", code)])
    }

    /// Carries a refusal back.
    pub fn with_refusal(&self, issuer: &str, refusal: Refusal) -> Answer {
        self.answer(issuer, &[("error", refusal.code()), ("error_description", &refusal.to_string())])
    }

    /// Every answer names its issuer (RFC 9207, R7) and returns the state as it came.
    fn answer(&self, issuer: &str, members: &[(&str, &str)]) -> Answer {
        let mut pairs = members.to_vec();
        pairs.extend(self.state.as_deref().map(|state| ("state", state)));
        pairs.push(("iss", issuer));
        match self.mode {
            ResponseMode::Query => Answer::Redirect(redirect::append(&self.uri, &pairs)),
            ResponseMode::FormPost => Answer::FormPost {
                action: self.uri.clone(),
                fields: pairs.into_iter().map(|(name, value)| (name.to_owned(), value.to_owned())).collect(),
            },
        }
    }
}

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
}

impl AuthorizeAsk {
    /// Reads the rest of a request whose return address is known; refusals can go there.
    pub fn parse(params: &Params, client: &Client) -> Result<Self, Refusal> {
        params.check()?;
        client.require(GrantKind::AuthorizationCode).map_err(|_| Refusal::ResponseTypeNotOffered)?;
        if params.get("request").is_some() {
            return Err(Refusal::RequestNotSupported);
        }
        if params.get("request_uri").is_some() {
            return Err(Refusal::RequestUriNotSupported);
        }
        if params.get("registration").is_some() {
            return Err(Refusal::RegistrationNotSupported);
        }
        // R6: implicit and hybrid types are not offered.
        if params.need("response_type")? != "code" {
            return Err(Refusal::ResponseTypeNotOffered);
        }
        if !matches!(params.get("response_mode"), None | Some("query" | "form_post")) {
            return Err(Refusal::ResponseModeNotOffered);
        }
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
            scopes,
            nonce: owned("nonce"),
            max_age: max_age(params)?.or(client.default_max_age),
            login_hint: owned("login_hint"),
            id_token_hint: owned("id_token_hint"),
            acr_values: params.get("acr_values").map(words).unwrap_or_default(),
            claims: ClaimsAsk::asked(params)?,
            challenge: Challenge::asked(params, client.require_pkce)?,
            prompt,
        };
        // Core 11: offline access is granted only with consent asked for, or where the department consented for all.
        if !ask.prompt.contains(&Prompt::Consent) && client.trust == super::client::Trust::AsksConsent {
            ask.scopes = ask.scopes.without("offline_access");
        }
        Ok(ask)
    }
}

fn words(text: &str) -> Vec<String> {
    text.split(' ').filter(|word| !word.is_empty()).map(str::to_owned).collect()
}

fn max_age(params: &Params) -> Result<Option<u32>, Refusal> {
    params.get("max_age").map(str::parse).transpose().map_err(|_| Refusal::InvalidParameter("max_age"))
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
        protocol::{client::Kind, registration::Registration},
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
        AuthorizeAsk::parse(&Params::parse(query), &client())
    }

    #[test]
    fn r3_a_bad_redirect_uri_has_no_return_address() {
        let find = |query: &str| ReturnAddress::find(&Params::parse(query), &client());
        for query in [
            "redirect_uri=https://evil.example/cb",
            "redirect_uri=https://app.example/cb&redirect_uri=https://evil.example/cb",
            "redirect_uri=https://app.example/cb&state=a&state=b",
        ] {
            assert!(find(query).is_err(), "{query}");
        }
        assert_eq!(find("").unwrap().uri(), "https://app.example/cb");
    }

    #[test]
    fn r7_every_answer_names_the_issuer_and_returns_the_state() {
        let back = ReturnAddress::find(&Params::parse("state=a%26b"), &client()).unwrap();
        let Answer::Redirect(to) = back.with_refusal("https://op.example", Refusal::LoginRequired) else { panic!() };
        assert!(to.starts_with("https://app.example/cb?error=login_required&"), "{to}");
        assert!(to.ends_with("&state=a%26b&iss=https%3A%2F%2Fop.example"), "{to}");
    }

    #[test]
    fn a_request_asks_for_what_the_client_may_have_and_no_more() {
        assert_eq!(parse(QUERY).unwrap().scopes.to_string(), "openid profile");
    }

    #[test]
    fn r6_implicit_and_hybrid_are_off() {
        for kind in ["token", "id_token", "code+id_token", "id_token+token", "code+token", "none"] {
            let query = QUERY.replace("response_type=code", &format!("response_type={kind}"));
            assert_eq!(parse(&query), Err(Refusal::ResponseTypeNotOffered), "{kind}");
        }
    }

    #[test]
    fn each_malformed_parameter_is_named() {
        for (extra, refusal) in [
            ("&prompt=none+login", Refusal::InvalidParameter("prompt")),
            ("&prompt=create", Refusal::InvalidParameter("prompt")),
            ("&max_age=-1", Refusal::InvalidParameter("max_age")),
            ("&claims=[", Refusal::InvalidParameter("claims")),
            ("&nonce=1&nonce=2", Refusal::RepeatedParameter),
            ("&request=x", Refusal::RequestNotSupported),
            ("&request_uri=https://a", Refusal::RequestUriNotSupported),
            ("&registration={}", Refusal::RegistrationNotSupported),
            ("&response_mode=fragment", Refusal::ResponseModeNotOffered),
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
