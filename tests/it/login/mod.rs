//! Signing in, and the browser's session.

mod activation;
mod flows;
mod guarding;
mod sign_in;
