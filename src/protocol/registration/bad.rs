//! What is wrong with the metadata of a client that registers itself, in words that may be sent to it (RFC 7591 §3.2.2).

use super::RegistrationProblem;

/// One member that cannot be registered, and why.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{why}")]
pub struct BadMetadata {
    code: &'static str,
    why: String,
}

impl BadMetadata {
    /// A member that is wrong.
    pub fn of(member: &str, why: &str) -> Self {
        Self { code: "invalid_client_metadata", why: plain(&format!("{member} {why}")) }
    }

    /// Its code on the wire.
    pub const fn code(&self) -> &'static str {
        self.code
    }
}

impl From<RegistrationProblem> for BadMetadata {
    fn from(problem: RegistrationProblem) -> Self {
        let of = Self::of;
        match problem {
            RegistrationProblem::RedirectUri(bad) | RegistrationProblem::PostLogoutUri(bad) => {
                Self { code: "invalid_redirect_uri", why: plain(&bad.to_string()) }
            }
            RegistrationProblem::NoRedirectUri(_) => {
                Self { code: "invalid_redirect_uri", why: "redirect_uris must name at least one address".to_owned() }
            }
            // Flags are called as the members are.
            RegistrationProblem::Address(flag) => of(
                &flag.trim_start_matches('-').replace('-', "_"),
                "must be an https address (http only for localhost)",
            ),
            RegistrationProblem::FrontChannel(bad) => of("frontchannel_logout_uri", &bad.to_string()),
            RegistrationProblem::AuthMethod(method) => {
                of("token_endpoint_auth_method", &format!("{method} is not offered, or not to this application_type"))
            }
            RegistrationProblem::NoKeys => of(
                "token_endpoint_auth_method",
                "private_key_jwt and self_signed_tls_client_auth need jwks_uri or jwks",
            ),
            RegistrationProblem::NoCertificate => of(
                "token_endpoint_auth_method",
                "tls_client_auth needs one tls_client_auth member, which says what the certificate must say",
            ),
            RegistrationProblem::IdleCertificate(method) => of(
                "token_endpoint_auth_method",
                &format!("{method} needs no member that says what a certificate must say; leave it out"),
            ),
            RegistrationProblem::NoName => of("client_name", "must not be empty"),
            other => of("the metadata", &other.to_string()),
        }
    }
}

/// RFC 6749 §5.2 lets a description hold no quotation mark, no backslash and nothing but ASCII; and it is no place to
/// have long texts repeated.
fn plain(text: &str) -> String {
    let allowed = |c: char| if matches!(c, ' ' | '!' | '#'..='[' | ']'..='~') { c } else { '?' };
    text.chars().take(300).map(allowed).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_description_holds_nothing_that_could_be_taken_for_something_else() {
        let bad = BadMetadata::of("client_uri", &format!("\"\\\n\u{202e}é{}", "x".repeat(1_000)));
        assert!(bad.to_string().starts_with("client_uri ?????xxx") && bad.to_string().len() == 300);
    }
}
