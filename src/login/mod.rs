//! Signing in: credentials and sessions.

pub mod activation;
pub mod attempts;
pub mod change;
pub mod codes;
pub mod disown;
pub mod new_password;
pub mod own;
pub mod password;
pub mod policy;
pub mod remembered;
pub mod session;
