//! Signing in, and the browser's session.

pub(crate) mod activation;
mod changing;
mod flows;
mod forced;
mod guarding;
mod holes;
mod late;
mod rescue;
mod secrecy;
mod sessions;
mod sign_in;
mod tabs;
