//! Whom an access token is for (RFC 8707): the resource servers that a request names, those that a client is, and those
//! that it may call.

use std::{collections::BTreeSet, fmt};

use serde::{Deserialize, Serialize};
use url::Url;

use super::{client::ClientId, error::Refusal, params::Params};

/// More resources than this no request names, and no longer ones.
const MOST: usize = 8;
const LONGEST: usize = 256;

/// What a client is to APIs.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Api {
    /// The resources that it serves: absolute URIs, each of one client alone.
    #[serde(default)]
    pub serves: BTreeSet<String>,
    /// The clients whose APIs it may call, beside its own.
    #[serde(default)]
    pub calls: BTreeSet<ClientId>,
    /// In which form it gets access tokens.
    #[serde(default)]
    pub form: TokenForm,
}

/// The form of access tokens.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum TokenForm {
    /// Signed, and read by whoever it is for (RFC 9068).
    #[default]
    Jwt,
    /// Random: whoever it is for must ask us.
    Opaque,
}

/// Resources as a request names them, in its order.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Resources(Vec<String>);

impl Resources {
    /// From a request (§2).
    pub fn asked(params: &Params) -> Result<Self, Refusal> {
        let mut named: Vec<String> = Vec::new();
        for text in params.all("resource") {
            if !is_resource(text) || named.len() == MOST {
                return Err(Refusal::UnknownResource);
            }
            if !named.iter().any(|known| known == text) {
                named.push(text.to_owned());
            }
        }
        Ok(Self(named))
    }

    /// From the store.
    pub fn stored(text: Option<&str>) -> Self {
        Self(text.unwrap_or_default().split(' ').filter(|one| !one.is_empty()).map(str::to_owned).collect())
    }

    /// For the store; `None` when none was named.
    pub fn for_store(&self) -> Option<String> {
        (!self.0.is_empty()).then(|| self.to_string())
    }

    /// Each of them.
    pub fn iter(&self) -> impl Iterator<Item = &str> {
        self.0.iter().map(String::as_str)
    }

    /// The one that is meant when a token request names none.
    pub fn first(&self) -> Option<&str> {
        self.iter().next()
    }

    /// The only one that is named: a token is for one resource server, so that none can use it at another (§3).
    pub fn only(&self) -> Result<Option<&str>, Refusal> {
        match self.0.as_slice() {
            [] => Ok(None),
            [one] => Ok(Some(one)),
            _ => Err(Refusal::ManyResources),
        }
    }

    /// Whether a token for this one may come from a grant for these: any may, where the grant named none.
    pub fn admit(&self, resource: &str) -> bool {
        self.0.is_empty() || self.iter().any(|granted| granted == resource)
    }
}

impl fmt::Display for Resources {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.join(" "))
    }
}

/// An absolute URI without a fragment (§2), written plainly: it is compared byte for byte.
pub fn is_resource(text: &str) -> bool {
    let plain = text.len() <= LONGEST && text.bytes().all(|b| b.is_ascii_graphic()) && !text.contains('#');
    plain && Url::parse(text).is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asked(query: &str) -> Result<Resources, Refusal> {
        Resources::asked(&Params::parse(query))
    }

    #[test]
    fn a_resource_is_an_absolute_address_without_a_fragment() {
        assert!(is_resource("https://lms.example/api") && is_resource("urn:vn:edu:lms"));
        for wrong in ["", "lms", "/api", "https://lms.example/#x", "https://lms.example/a b", "https://é.example/"] {
            assert!(!is_resource(wrong), "{wrong}");
        }
        assert_eq!(asked("resource=lms"), Err(Refusal::UnknownResource));
    }

    #[test]
    fn several_are_granted_and_each_token_is_for_one() {
        let both =
            asked("resource=https://a.example/&resource=https://b.example/&resource=https://a.example/").unwrap();
        assert_eq!(both.to_string(), "https://a.example/ https://b.example/");
        assert_eq!(Resources::stored(both.for_store().as_deref()), both);
        assert_eq!(both.first(), Some("https://a.example/"));
        assert_eq!(both.only(), Err(Refusal::ManyResources));
        assert!(both.admit("https://b.example/") && !both.admit("https://c.example/"));
        let none = Resources::default();
        assert!(none.admit("https://c.example/") && none.for_store().is_none() && none.only() == Ok(None));
    }

    proptest::proptest! {
        #[test]
        fn no_text_panics(text in ".{0,300}") {
            let _ = (is_resource(&text), asked(&format!("resource={text}")), Resources::stored(Some(&text)));
        }
    }
}
