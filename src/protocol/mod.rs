//! Pure OAuth 2.0 and OpenID Connect: parsing, decisions and documents. No I/O, no axum, no sqlx.

pub mod alg;
