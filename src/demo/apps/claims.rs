//! What an app was told about a person, as one set of claims with typed readings of those it works with.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

/// The claims of the ID token and of userinfo together.
#[derive(Clone, Debug, Default)]
pub(super) struct Claims(Map<String, Value>);

/// One of `edu_classes`.
#[derive(Clone, Debug, Deserialize, PartialEq, Eq)]
pub(super) struct ClassClaim {
    /// Opaque and pairwise.
    pub(super) id: String,
    /// `6A1`.
    pub(super) code: String,
    /// 1 to 12.
    #[serde(default)]
    pub(super) grade: Option<i64>,
    /// `pupil`, `homeroom` or `subject`.
    pub(super) function: String,
    /// What is taught.
    #[serde(default)]
    pub(super) subject: Option<String>,
}

impl ClassClaim {
    /// Whether the person learns there, rather than teaches.
    pub(super) fn is_pupil(&self) -> bool {
        self.function == "pupil"
    }

    /// The subject, or nothing for a homeroom.
    pub(super) fn subject(&self) -> &str {
        self.subject.as_deref().unwrap_or_default()
    }

    /// What the person does there, to be read.
    pub(super) fn function_name(&self) -> String {
        match (self.function.as_str(), self.subject()) {
            ("pupil", _) => "Học sinh".to_owned(),
            ("homeroom", _) => "Chủ nhiệm".to_owned(),
            ("subject", "") => "Bộ môn".to_owned(),
            ("subject", subject) => subject.to_owned(),
            (other, _) => other.to_owned(),
        }
    }
}

/// One of `edu_contexts`.
#[derive(Clone, Debug, Default, Deserialize, Serialize, PartialEq, Eq)]
pub(super) struct Context {
    /// The school's name.
    #[serde(default)]
    pub(super) org: Option<String>,
    /// Its code.
    #[serde(default)]
    pub(super) org_code: Option<String>,
    /// `student`, `teacher`, `staff`, `principal`, `guardian`.
    #[serde(default)]
    pub(super) role: Option<String>,
}

impl Claims {
    /// The claims of userinfo with those of the ID token over them: what is signed wins.
    pub(super) fn merged(id_token: Map<String, Value>, userinfo: Map<String, Value>) -> Self {
        let mut all = userinfo;
        all.extend(id_token);
        // Proofs of the exchange, not knowledge about the person.
        for proof in ["nonce", "at_hash", "c_hash"] {
            all.remove(proof);
        }
        Self(all)
    }

    /// All of them.
    pub(super) const fn all(&self) -> &Map<String, Value> {
        &self.0
    }

    /// A claim that is text.
    pub(super) fn text(&self, name: &str) -> Option<&str> {
        self.0.get(name)?.as_str()
    }

    /// The person's name; the subject when the provider told none.
    pub(super) fn name(&self) -> &str {
        self.text("name").or_else(|| self.text("sub")).unwrap_or_default()
    }

    /// The chosen context.
    pub(super) fn context(&self) -> Context {
        self.read("edu_context").unwrap_or_default()
    }

    /// Whether the person came as a pupil.
    pub(super) fn is_student(&self) -> bool {
        self.context().role.as_deref() == Some("student")
    }

    /// Codes of the person's schools, the chosen one first.
    pub(super) fn org_codes(&self) -> Vec<String> {
        let others: Vec<Context> = self.read("edu_contexts").unwrap_or_default();
        std::iter::once(self.context()).chain(others).filter_map(|context| context.org_code).collect()
    }

    /// The person's classes. One that cannot be read is left out.
    pub(super) fn classes(&self) -> Vec<ClassClaim> {
        let all: Vec<Value> = self.read("edu_classes").unwrap_or_default();
        all.into_iter().filter_map(|class| serde_json::from_value(class).ok()).collect()
    }

    fn read<T: serde::de::DeserializeOwned>(&self, name: &str) -> Option<T> {
        T::deserialize(self.0.get(name)?).ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn map(value: Value) -> Map<String, Value> {
        serde_json::from_value(value).unwrap()
    }

    #[test]
    fn what_is_signed_wins_and_proofs_are_not_kept() {
        let claims = Claims::merged(
            map(json!({ "sub": "a", "nonce": "n", "acr": "1" })),
            map(json!({ "sub": "b", "name": "Trần Đức Huy" })),
        );
        assert_eq!((claims.text("sub"), claims.name()), (Some("a"), "Trần Đức Huy"));
        assert!(!claims.all().contains_key("nonce"));
    }

    #[test]
    fn a_class_that_cannot_be_read_does_not_hide_the_others() {
        let claims = Claims::merged(
            map(json!({ "sub": "a" })),
            map(json!({ "edu_classes": [{ "id": 7 }, { "id": "x", "code": "6A", "function": "homeroom", "grade": 6 }],
                        "edu_context": { "org_code": "1", "role": "teacher" },
                        "edu_contexts": [{ "org_code": "1" }, { "org_code": "2" }] })),
        );
        assert_eq!(claims.classes().len(), 1);
        assert_eq!(claims.classes()[0].function_name(), "Chủ nhiệm");
        assert_eq!(claims.org_codes(), ["1", "1", "2"]);
    }
}
