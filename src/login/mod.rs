//! Signing in: credentials and sessions.

pub mod attempts;
pub mod codes;
pub mod password;
pub mod policy;
pub mod session;
