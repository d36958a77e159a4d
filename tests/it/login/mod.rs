//! Signing in, and the browser's session.

mod activation;
mod flows;
mod guarding;
mod secrecy;
mod sign_in;
