//! What every layer stands on and nothing else reads directly: time, randomness, identifiers, secrets, digests.
//!
//! Layer 0. Refuses I/O of any other kind.

pub mod clock;
pub mod digest;
pub mod entropy;
pub mod id;
pub mod letters;
pub mod page;
pub mod secret;
pub mod thread;
