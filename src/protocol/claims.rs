//! The `claims` parameter (Core 5.5): single claims, asked for in userinfo or in the ID token.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::{error::Refusal, params::Params};

/// The longest `claims` parameter.
const LONGEST: usize = 8 * 1024;

/// What was asked for where.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct ClaimsAsk {
    /// In the userinfo answer.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub userinfo: BTreeMap<String, Option<ClaimAsk>>,
    /// In the ID token.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub id_token: BTreeMap<String, Option<ClaimAsk>>,
}

/// How a claim was asked for. Members we do not know are ignored (Core 5.5.1).
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct ClaimAsk {
    /// Whether the app cannot do without.
    #[serde(default)]
    pub essential: bool,
    /// The value it wants.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub value: Option<Value>,
    /// The values it would take.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub values: Vec<Value>,
}

impl ClaimAsk {
    /// Whether a value is one of those asked for; any is, when none was named.
    pub fn accepts(&self, value: &Value) -> bool {
        let named = self.value.iter().chain(&self.values);
        named.clone().next().is_none() || named.clone().any(|wanted| wanted == value)
    }
}

impl ClaimsAsk {
    /// From a request; nothing asked for when the parameter is absent.
    pub fn asked(params: &Params) -> Result<Self, Refusal> {
        match params.get("claims") {
            None => Ok(Self::default()),
            Some(text) if text.len() > LONGEST => Err(Refusal::TooLong),
            Some(text) => serde_json::from_str(text).map_err(|_| Refusal::InvalidParameter("claims")),
        }
    }

    /// Whether nothing was asked for.
    pub fn is_empty(&self) -> bool {
        self.userinfo.is_empty() && self.id_token.is_empty()
    }

    /// How the ID token's `name` was asked for, if it was with more than its name.
    pub fn id_token(&self, name: &str) -> Option<&ClaimAsk> {
        self.id_token.get(name).and_then(Option::as_ref)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asked(json: &str) -> Result<ClaimsAsk, Refusal> {
        let query: String = url::form_urlencoded::Serializer::new(String::new()).append_pair("claims", json).finish();
        ClaimsAsk::asked(&Params::parse(&query))
    }

    #[test]
    fn claims_are_asked_for_by_name_with_or_without_conditions() {
        let ask = asked(
            r#"{"userinfo":{"name":null,"x":{"future":1}},"id_token":{"acr":{"essential":true,"values":["a","b"]}}}"#,
        )
        .unwrap();
        assert!(ask.userinfo.contains_key("name"));
        let acr = ask.id_token("acr").unwrap();
        assert!(acr.essential && acr.accepts(&"b".into()) && !acr.accepts(&"c".into()));
    }

    proptest::proptest! {
        #[test]
        fn no_text_panics(text in ".{0,200}") {
            let _ = asked(&text);
        }
    }
}
