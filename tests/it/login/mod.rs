//! Signing in, and the browser's session.

mod activation;
mod forced;
mod guarding;
mod sign_in;
mod tabs;
