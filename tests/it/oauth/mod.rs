//! The protocol's endpoints as apps, browsers and attackers meet them.

mod answers;
mod authorize;
mod bindings;
mod callers;
mod certificates;
mod clients;
mod core;
mod device;
mod dpop;
mod dpop_tricks;
mod fapi;
mod forgeries;
mod front_channel;
mod initiated;
mod logout;
mod logout_requests;
mod parameters;
mod people;
mod recent;
mod registration;
mod requests;
mod session_state;
mod signed_answers;
mod together;
mod tokens;
