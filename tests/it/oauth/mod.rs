//! The protocol's endpoints as apps, browsers and attackers meet them.

mod authorize;
mod callers;
mod clients;
mod logout;
mod together;
mod tokens;
