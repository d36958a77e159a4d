//! Step-up (RFC 9470): what an API of ours asks of the sign-in behind an access token, and how it says so.

use std::time::Duration;

use super::{error::Refusal, jwt::AccessToken};
use crate::base::clock::Moment;

/// Claims by which a person is known for life, most of them minors.
pub const SENSITIVE: [&str; 2] = ["birthdate", "edu_citizen_id"];

/// Whether the person signed in within this time; if not, the client is told with which `max_age` to send them (§3). A
/// token of which nobody knows when its person signed in does not do.
pub fn signed_in_within(longest: Duration, token: &AccessToken, now: Moment) -> Result<(), Refusal> {
    let young = token.auth_time.is_some_and(|at| now.since(Moment::from_seconds(at)) <= longest);
    let max_age = u32::try_from(longest.as_secs()).unwrap_or(u32::MAX);
    young.then_some(()).ok_or(Refusal::SignInTooOld { max_age })
}

/// The parameters that the challenge has beside those of RFC 6750.
pub fn challenge(refusal: Refusal) -> Option<String> {
    let Refusal::SignInTooOld { max_age } = refusal else { return None };
    Some(format!("max_age=\"{max_age}\""))
}
