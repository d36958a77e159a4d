//! Where and how the authorization endpoint answers (OAuth 2.0 Multiple Response Type Encoding Practices, Form Post
//! Response Mode, JARM). Only a verified [`ReturnAddress`] can carry anything back to an app; whatever goes wrong before
//! there is one becomes a page (R3).

use serde::{Deserialize, Serialize};

use super::{client::Client, error::Refusal, params::Params, redirect};

/// What an authorization request asks for. `token` alone and `none` are not offered.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum ResponseType {
    /// A code; the only one that is always there.
    #[default]
    #[serde(rename = "code")]
    Code,
    /// An ID token at once (Core 3.2).
    #[serde(rename = "id_token")]
    IdToken,
    /// An ID token and an access token at once.
    #[serde(rename = "id_token token")]
    IdTokenToken,
    /// A code with an ID token (Core 3.3).
    #[serde(rename = "code id_token")]
    CodeIdToken,
    /// A code with an access token.
    #[serde(rename = "code token")]
    CodeToken,
    /// All three.
    #[serde(rename = "code id_token token")]
    CodeIdTokenToken,
}

impl ResponseType {
    /// All of them.
    pub const ALL: [Self; 6] =
        [Self::Code, Self::IdToken, Self::IdTokenToken, Self::CodeIdToken, Self::CodeToken, Self::CodeIdTokenToken];

    /// Its name, the words in alphabetical order.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Code => "code",
            Self::IdToken => "id_token",
            Self::IdTokenToken => "id_token token",
            Self::CodeIdToken => "code id_token",
            Self::CodeToken => "code token",
            Self::CodeIdTokenToken => "code id_token token",
        }
    }

    /// Reads a name; the order of its words does not matter.
    pub fn of(text: &str) -> Option<Self> {
        let mut words: Vec<&str> = text.split(' ').collect();
        words.sort_unstable();
        let sorted = words.join(" ");
        Self::ALL.into_iter().find(|kind| kind.name() == sorted)
    }

    /// Whether a code is among it.
    pub fn has_code(self) -> bool {
        self.has("code")
    }

    /// Whether an ID token is given at once.
    pub fn has_id_token(self) -> bool {
        self.has("id_token")
    }

    /// Whether an access token is given at once.
    pub fn has_token(self) -> bool {
        self.has("token")
    }

    /// Whether tokens are given in the answer itself: the implicit and hybrid types (R6).
    pub fn is_legacy(self) -> bool {
        self != Self::Code
    }

    fn has(self, word: &str) -> bool {
        self.name().split(' ').any(|one| one == word)
    }
}

/// By which way the answer travels.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Way {
    /// In the redirect URI's query.
    Query,
    /// In its fragment.
    Fragment,
    /// As a form that posts itself.
    FormPost,
}

/// How an answer travels: its way, and whether as one signed token (JARM §2.3).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct ResponseMode {
    way: Way,
    signed: bool,
}

impl ResponseMode {
    /// The mode a request names or, without a name, that of its response type; `None` when there is no such mode, or
    /// tokens would stand in a query, where logs and histories keep them.
    fn of(name: Option<&str>, kind: ResponseType) -> Option<Self> {
        let usual = if kind.is_legacy() { Way::Fragment } else { Way::Query };
        let (way, signed) = match name {
            None => (usual, false),
            Some("query") => (Way::Query, false),
            Some("fragment") => (Way::Fragment, false),
            Some("form_post") => (Way::FormPost, false),
            Some("jwt") => (usual, true),
            Some("query.jwt") => (Way::Query, true),
            Some("fragment.jwt") => (Way::Fragment, true),
            Some("form_post.jwt") => (Way::FormPost, true),
            Some(_) => return None,
        };
        (way != Way::Query || !kind.is_legacy()).then_some(Self { way, signed })
    }
}

/// Where the answer goes, verified against the client's registration.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReturnAddress {
    uri: String,
    /// Whether the request named it, so that the token request must too.
    named: bool,
    mode: ResponseMode,
    /// Whether the request's own mode is the one above, and not one that it cannot have.
    offered: bool,
    state: Option<String>,
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
        let kind = params.get("response_type").and_then(ResponseType::of).unwrap_or(ResponseType::Code);
        let asked = ResponseMode::of(params.get("response_mode"), kind);
        let usual = ResponseMode { way: if kind.is_legacy() { Way::Fragment } else { Way::Query }, signed: false };
        Ok(Self {
            uri,
            named: params.get("redirect_uri").is_some(),
            mode: asked.unwrap_or(usual),
            offered: asked.is_some(),
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

    /// Refuses a request whose response mode does not exist, or not for its response type.
    pub fn require_mode(&self) -> Result<(), Refusal> {
        if self.offered { Ok(()) } else { Err(Refusal::ResponseModeNotOffered) }
    }

    /// Whether the answer travels as one signed token.
    pub fn is_signed(&self) -> bool {
        self.mode.signed
    }

    /// The state as it came.
    pub fn state(&self) -> Option<&str> {
        self.state.as_deref()
    }

    /// Carries members back.
    pub fn carry(&self, members: &[(&str, &str)]) -> Answer {
        match self.mode.way {
            Way::Query => Answer::Redirect(redirect::append(&self.uri, members)),
            Way::Fragment => Answer::Redirect(redirect::with_fragment(&self.uri, members)),
            Way::FormPost => Answer::FormPost {
                action: self.uri.clone(),
                fields: members.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect(),
            },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::protocol::authorize::tests::client;

    fn find(query: &str) -> Result<ReturnAddress, Refusal> {
        ReturnAddress::find(&Params::parse(query), &client())
    }

    fn sent(query: &str) -> String {
        match find(query).unwrap().carry(&[("code", "1")]) {
            Answer::Redirect(to) => to,
            Answer::FormPost { action, .. } => format!("form {action}"),
        }
    }

    #[test]
    fn r3_a_bad_redirect_uri_has_no_return_address() {
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
    fn an_answer_travels_as_asked_or_as_is_usual_for_its_type() {
        for (query, to) in [
            ("response_type=code", "https://app.example/cb?code=1"),
            ("response_type=code&response_mode=fragment", "https://app.example/cb#code=1"),
            ("response_type=code&response_mode=form_post", "form https://app.example/cb"),
            ("response_type=code&response_mode=jwt", "https://app.example/cb?code=1"),
            ("response_type=id_token", "https://app.example/cb#code=1"),
            ("response_type=id_token+code&response_mode=jwt", "https://app.example/cb#code=1"),
            ("response_type=id_token&response_mode=form_post.jwt", "form https://app.example/cb"),
        ] {
            assert_eq!(sent(query), to, "{query}");
            assert_eq!(find(query).unwrap().is_signed(), query.ends_with("jwt"), "{query}");
        }
    }

    #[test]
    fn tokens_never_travel_in_a_query() {
        for mode in ["query", "query.jwt", "made.up"] {
            let back = find(&format!("response_type=id_token+token&response_mode={mode}")).unwrap();
            assert_eq!(back.require_mode(), Err(Refusal::ResponseModeNotOffered), "{mode}");
            assert!(matches!(back.carry(&[]), Answer::Redirect(to) if to == "https://app.example/cb#"), "{mode}");
        }
    }

    #[test]
    fn the_words_of_a_response_type_come_in_any_order() {
        assert_eq!(ResponseType::of("token id_token code"), Some(ResponseType::CodeIdTokenToken));
        assert_eq!(ResponseType::of("code code"), None);
        assert_eq!(ResponseType::of("token"), None);
        let kind = ResponseType::CodeToken;
        assert!(kind.has_code() && kind.has_token() && !kind.has_id_token() && kind.is_legacy());
        assert!(!ResponseType::IdToken.has_token() && !ResponseType::Code.is_legacy());
    }
}
