//! What is wrong with an app, by the field where it stands.

use super::problem::{Kind, Problem};
use crate::{admin::clients::ClientError, protocol::registration::RegistrationProblem as Wrong};

impl From<ClientError> for Problem {
    fn from(error: ClientError) -> Self {
        match error {
            ClientError::Registration(problems) => {
                let wrong = problems.iter().map(|problem| match (field(problem), value(problem)) {
                    ((pointer, text), Some(value)) => Self::value(pointer, value, text),
                    (field, None) => Self::fields([field]),
                });
                wrong.reduce(Self::and).unwrap_or_else(|| Kind::BadFields.into())
            }
            ClientError::Taken(_) | ClientError::Served(..) => Self::because(Kind::Conflict, "problem-taken"),
            ClientError::NoSecret(..) => Self::because(Kind::Conflict, "problem-no-secret"),
            ClientError::Own(_) => Self::because(Kind::Conflict, "problem-own-app"),
            ClientError::NoService(_) => Kind::Conflict.into(),
            ClientError::Changed(_) => Kind::Changed.into(),
            ClientError::Unknown(_) => Kind::NotFound.into(),
            ClientError::Store(error) => error.into(),
        }
    }
}

/// Where it stands, and what is said of it.
fn field(problem: &Wrong) -> (&'static str, &'static str) {
    match problem {
        Wrong::NoName => ("/name", "problem-app-name"),
        Wrong::ClientId => ("/client_id", "problem-client-id"),
        Wrong::NoRedirectUri(_) => ("/redirect_uris", "problem-no-redirect"),
        Wrong::BoardWithRedirect | Wrong::ServiceWithRedirect => ("/redirect_uris", "problem-idle-redirect"),
        Wrong::RedirectUri(_) => ("/redirect_uris", "problem-redirect"),
        Wrong::PostLogoutUri(_) => ("/post_logout_redirect_uris", "problem-redirect"),
        Wrong::Address("--jwks-uri") => ("/jwks_uri", "problem-address"),
        Wrong::Address(_) => ("/backchannel_logout_uri", "problem-address"),
        Wrong::NoKeys => ("/jwks_uri", "problem-no-keys"),
        // A certificate is named by a command only.
        Wrong::AuthMethod(_) | Wrong::NoCertificate | Wrong::IdleCertificate(_) => {
            ("/auth_method", "problem-auth-method")
        }
        Wrong::Scope(_) => ("/scope", "problem-app-scope"),
        Wrong::Role(_) => ("/roles", "problem-app-role"),
        Wrong::NoSchool => ("/school", "problem-board-school"),
        Wrong::IdleSchool => ("/school", "problem-idle-school"),
        Wrong::Resource(_) => ("/resources", "problem-resource"),
        // Of what no request here can name.
        Wrong::FrontChannel(_) | Wrong::PkceNeeded | Wrong::Fapi(_) | Wrong::IdleSector => {
            ("", "problem-bad-fields-detail")
        }
    }
}

/// Which of several values it is.
fn value(problem: &Wrong) -> Option<&str> {
    match problem {
        Wrong::RedirectUri(bad) | Wrong::PostLogoutUri(bad) => Some(bad.address()),
        Wrong::Scope(value) | Wrong::Role(value) | Wrong::Resource(value) => Some(value),
        _ => None,
    }
}
