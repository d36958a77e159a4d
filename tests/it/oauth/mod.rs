//! The protocol's endpoints as apps, browsers and attackers meet them.

mod answers;
mod authorize;
mod bindings;
mod callers;
mod clients;
mod core;
mod device;
mod dpop;
mod dpop_tricks;
mod exchange;
mod fapi;
mod forgeries;
mod front_channel;
mod initiated;
mod logout;
mod logout_requests;
mod opaque;
mod parameters;
mod people;
mod recent;
mod registration;
mod requests;
mod session_state;
mod targets;
mod together;
mod tokens;
