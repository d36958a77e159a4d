//! Use cases of the OAuth and OpenID Connect endpoints. They know no HTTP: a typed request comes in, a typed answer or a
//! [`Refusal`] goes out.

pub mod access;
pub mod authorize;
pub mod carried;
pub mod client_auth;
pub mod introspect;
pub mod logout;
pub mod revoke;
pub mod token;
pub mod userinfo;

use crate::{protocol::error::Refusal, store::StoreError};

/// A failed write: what the closure refused, or a fault of ours, which is logged here, where it is turned into one.
fn refusal(error: StoreError) -> Refusal {
    match error {
        StoreError::Refused(refusal) => refusal,
        fault => {
            tracing::error!(error = %fault, "the store failed under an OAuth request");
            Refusal::Fault
        }
    }
}
