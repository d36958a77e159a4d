//! Signing in, and the browser's session.

mod activation;
mod flows;
mod forced;
mod guarding;
mod holes;
mod late;
mod secrecy;
mod sessions;
mod sign_in;
mod tabs;
