//! Use cases of the OAuth and OpenID Connect endpoints. They know no HTTP: a typed request comes in, a typed answer or a
//! [`Refusal`] goes out.

pub mod access;
pub mod authorize;
pub mod carried;
pub mod client_auth;
pub mod device;
pub mod dpop;
pub mod introspect;
pub mod logout;
pub mod par;
pub mod register;
pub mod resource;
pub mod revoke;
pub mod target;
pub mod token;
pub mod userinfo;

use crate::{protocol::error::Refusal, store::StoreError};

/// A failed write: what the closure refused, an outage, or a fault of ours; what failed is logged here, once.
fn refusal(error: StoreError) -> Refusal {
    match error {
        StoreError::Refused(refusal) => refusal,
        outage if outage.is_outage() => {
            tracing::warn!(error = %outage, "the database is not available to an OAuth request");
            Refusal::Unavailable
        }
        fault => {
            tracing::error!(error = %fault, "the store failed under an OAuth request");
            Refusal::Fault
        }
    }
}
