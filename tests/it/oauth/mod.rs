//! The protocol's endpoints as apps, browsers and attackers meet them.

mod authorize;
mod bindings;
mod callers;
mod clients;
mod core;
mod device;
mod forgeries;
mod logout;
mod parameters;
mod people;
mod recent;
mod together;
mod tokens;
