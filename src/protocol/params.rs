//! The parameters of a request, as every endpoint reads them (RFC 6749 §3.1, §3.2).

use super::error::Refusal;

/// Parameters that other specifications let repeat: RFC 8707 `resource`, RFC 8693 `audience`.
const MAY_REPEAT: [&str; 2] = ["resource", "audience"];
/// The longest `scope` (R53).
const LONGEST_SCOPE: usize = 1024;

/// Names and values in the order they came. A parameter without a value counts as absent.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Params(Vec<(String, String)>);

impl Params {
    /// From `application/x-www-form-urlencoded` text: a query or a body. Any text can be read; whether it is acceptable
    /// [`Params::check`] says.
    pub fn parse(text: &str) -> Self {
        Self(url::form_urlencoded::parse(text.as_bytes()).into_owned().filter(|(_, value)| !value.is_empty()).collect())
    }

    /// From pairs that came by another way.
    pub fn of(pairs: Vec<(String, String)>) -> Self {
        Self(pairs.into_iter().filter(|(_, value)| !value.is_empty()).collect())
    }

    /// These, but for those that `over` has too: of them, its own.
    pub fn overridden(self, over: Self) -> Self {
        let kept = self.0.into_iter().filter(|(name, _)| over.get(name).is_none());
        Self(kept.collect::<Vec<_>>().into_iter().chain(over.0).collect())
    }

    /// These without some.
    pub fn without(self, names: &[&str]) -> Self {
        Self(self.0.into_iter().filter(|(name, _)| !names.contains(&name.as_str())).collect())
    }

    /// Refuses a repeated parameter (R4), a scope over its cap (R53), and what no database takes (R55).
    pub fn check(&self) -> Result<(), Refusal> {
        self.check_text()?;
        let mut seen = std::collections::HashSet::new();
        if self.0.iter().any(|(name, _)| !MAY_REPEAT.contains(&name.as_str()) && !seen.insert(name)) {
            return Err(Refusal::RepeatedParameter);
        }
        if self.get("scope").is_some_and(|scope| scope.len() > LONGEST_SCOPE) {
            return Err(Refusal::TooLong);
        }
        Ok(())
    }

    /// Refuses the one character that PostgreSQL keeps in no text, so that it is a refusal and not a fault.
    pub fn check_text(&self) -> Result<(), Refusal> {
        let nul = self.0.iter().any(|(name, value)| name.contains('\0') || value.contains('\0'));
        if nul { Err(Refusal::NulCharacter) } else { Ok(()) }
    }

    /// The value of a parameter that has one.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.0.iter().find(|(n, _)| n == name).map(|(_, value)| value.as_str())
    }

    /// Every value of a parameter that may repeat.
    pub fn all(&self, name: &str) -> impl Iterator<Item = &str> {
        self.0.iter().filter(move |(n, _)| n == name).map(|(_, value)| value.as_str())
    }

    /// The names, in the order they came.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.0.iter().map(|(name, _)| name.as_str())
    }

    /// The value, or the refusal that says it is missing.
    pub fn need(&self, name: &'static str) -> Result<&str, Refusal> {
        self.get(name).ok_or(Refusal::MissingParameter(name))
    }

    /// The first name that is not among `listed` (R40).
    pub fn unlisted(&self, listed: &[&str]) -> Option<&str> {
        self.0.iter().map(|(name, _)| name.as_str()).find(|name| !listed.contains(name))
    }

    /// Whether the parameter was given more than once.
    pub fn repeats(&self, name: &str) -> bool {
        self.0.iter().filter(|(n, _)| n == name).count() > 1
    }

    /// The text they came from, or its equal.
    pub fn encode(&self) -> String {
        url::form_urlencoded::Serializer::new(String::new()).extend_pairs(&self.0).finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn r4_a_repeated_parameter_is_refused_but_resource_may_repeat() {
        assert_eq!(Params::parse("a=1&a=2").check(), Err(Refusal::RepeatedParameter));
        assert_eq!(Params::parse("resource=x&resource=y&a=1").check(), Ok(()));
    }

    #[test]
    fn r53_a_scope_over_one_kilobyte_is_refused() {
        assert_eq!(Params::parse(&format!("scope={}", "a".repeat(1025))).check(), Err(Refusal::TooLong));
    }

    #[test]
    fn r55_a_nul_character_is_refused_wherever_it_stands() {
        for text in ["a=%00", "a=b%00c", "%00=a", "a=1&b=\0"] {
            assert_eq!(Params::parse(text).check(), Err(Refusal::NulCharacter), "{text:?}");
        }
    }

    #[test]
    fn a_parameter_without_a_value_is_absent() {
        let params = Params::parse("state=&nonce&scope=openid");
        assert_eq!((params.get("state"), params.get("nonce"), params.get("scope")), (None, None, Some("openid")));
    }

    proptest! {
        #[test]
        fn any_text_is_read_and_written_again_the_same(text in ".{0,200}") {
            let params = Params::parse(&text);
            prop_assert_eq!(Params::parse(&params.encode()), params);
        }
    }
}
