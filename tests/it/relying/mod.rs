//! The provider as somebody else's library sees it: every step by the `openidconnect` crate, which knows nothing of ours.
//!
//! `oauth` asks what the provider refuses; this asks whether an app that follows the standards gets along.

mod announced;
pub(crate) mod assertion;
mod life;
mod party;
mod receivers;
mod rotation;
mod signatures;
