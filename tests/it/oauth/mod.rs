//! The protocol's endpoints as apps, browsers and attackers meet them.

mod authorize;
mod clients;
mod core;
mod logout;
mod tokens;
