//! Signing in: credentials and sessions.

pub mod password;
pub mod session;
