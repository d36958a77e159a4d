//! Pure OAuth 2.0 and OpenID Connect: parsing, decisions and documents, one specification a file.
//!
//! Layer 1. No I/O, no axum, no sqlx: what comes in is text, what goes out is a value or a [`error::Refusal`].

pub mod address;
pub mod alg;
pub mod api;
pub mod authorize;
pub mod certificate;
pub mod claims;
pub mod client;
pub mod confirmation;
pub mod credential;
pub mod device;
pub mod discovery;
pub mod dpop;
pub mod error;
pub mod exchange;
pub mod frontchannel;
pub mod interaction;
pub mod introspection;
pub mod jwt;
pub mod logout;
pub mod params;
pub mod pkce;
pub mod redirect;
pub mod registration;
pub mod request_object;
pub mod resource;
pub mod response;
pub mod scope;
pub mod session_state;
pub mod step_up;
pub mod subject;
pub mod target;
pub mod terms;
pub mod token;
