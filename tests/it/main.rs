//! Every integration test, in one binary.
//!
//! `support` is what they stand on, `house` keeps the rules of the code, the other suites mirror `src`.

#![expect(clippy::unwrap_used, reason = "all of this is tests: what is unwrapped and absent fails one")]

#[macro_use]
mod support;

mod admin;
mod api;
mod browser;
mod cli;
mod faults;
mod hostile;
mod house;
mod http;
mod interop;
mod login;
mod oauth;
mod people;
mod relying;
mod roster;
mod roster_files;
mod slips;
mod store;
