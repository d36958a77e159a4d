//! Signing in, and the browser's session.

mod activation;
mod guarding;
mod sign_in;
