//! Signing in, and the browser's session.

mod sign_in;
