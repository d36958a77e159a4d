//! Scopes (RFC 6749 §3.3) and the ones that carry claims of the sector.

use std::{collections::BTreeSet, fmt, str::FromStr};

use serde::{Deserialize, Serialize};

/// The scopes this provider knows, with what each releases (`docs/reference/claims.md`).
pub const KNOWN: [&str; 12] = [
    "openid",
    "profile",
    "email",
    "phone",
    "address",
    "edu",
    "edu.contexts",
    "edu.classes",
    "edu.sector_id",
    "edu.birthdate",
    "edu.citizen_id",
    "offline_access",
];

/// What an app is told by named approval only: nothing of it is told unless the app's release list names it.
pub const BY_APPROVAL: [&str; 5] = ["email", "phone", "address", "edu.birthdate", "edu.citizen_id"];

/// A set of scope tokens, in alphabetical order.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Scopes(BTreeSet<String>);

impl Scopes {
    /// Whether the scope is in the set.
    pub fn has(&self, scope: &str) -> bool {
        self.0.contains(scope)
    }

    /// Whether every scope of this set is in the other.
    pub fn within(&self, other: &Self) -> bool {
        self.0.is_subset(&other.0)
    }

    /// What both sets have.
    pub fn both(&self, other: &Self) -> Self {
        Self(self.0.intersection(&other.0).cloned().collect())
    }

    /// The set without one scope.
    pub fn without(mut self, scope: &str) -> Self {
        self.0.remove(scope);
        self
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Each scope.
    pub fn iter(&self) -> impl Iterator<Item = &str> {
        self.0.iter().map(String::as_str)
    }
}

/// A scope token holds a character that RFC 6749 §3.3 does not allow.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
#[error("a scope holds a character that is not allowed")]
pub struct BadScope;

impl FromStr for Scopes {
    type Err = BadScope;
    fn from_str(text: &str) -> Result<Self, BadScope> {
        let tokens = text.split(' ').filter(|token| !token.is_empty());
        tokens
            .map(|token| {
                let allowed = token.bytes().all(|b| matches!(b, 0x21 | 0x23..=0x5b | 0x5d..=0x7e));
                allowed.then(|| token.to_owned()).ok_or(BadScope)
            })
            .collect::<Result<_, _>>()
            .map(Self)
    }
}

impl TryFrom<String> for Scopes {
    type Error = BadScope;
    fn try_from(text: String) -> Result<Self, BadScope> {
        text.parse()
    }
}

impl From<Scopes> for String {
    fn from(scopes: Scopes) -> Self {
        scopes.to_string()
    }
}

impl fmt::Display for Scopes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (n, scope) in self.0.iter().enumerate() {
            write!(f, "{}{scope}", if n == 0 { "" } else { " " })?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scopes_are_a_set_and_print_in_order() {
        let scopes: Scopes = "profile openid  openid".parse().unwrap();
        assert_eq!(scopes.to_string(), "openid profile");
        assert_eq!("a\"b".parse::<Scopes>(), Err(BadScope));
    }

    #[test]
    fn r16_within_tells_a_part_from_an_excess() {
        let (few, many): (Scopes, Scopes) = ("openid".parse().unwrap(), "openid edu".parse().unwrap());
        assert!(few.within(&many) && !many.within(&few));
        assert_eq!(many.both(&few), few);
    }
}
