//! Phượng: the sign-in of a whole school sector, an OpenID Connect provider.
//!
//! The map of the house; a layer uses only lower ones (`docs/ARCHITECTURE.md`, kept by `tests/it/house/layers.rs`):
//!
//! | layer | rooms |
//! |---|---|
//! | 0 | [`base`] [`config`] |
//! | 1 | [`protocol`] [`model`] [`i18n`] [`views`] |
//! | 2 | [`store`] |
//! | 3 | [`services`] |
//! | 4 | [`oauth`] [`login`] [`people`] [`roster`] [`slips`] [`admin`] [`sample`] |
//! | 5 | [`http`] [`demo`] [`cli`] [`app`] [`worker`] [`telemetry`] |

pub mod admin;
pub mod app;
pub mod base;
pub mod cli;
pub mod config;
pub mod demo;
pub mod http;
pub mod i18n;
pub mod login;
pub mod model;
pub mod oauth;
pub mod people;
pub mod protocol;
pub mod roster;
pub mod sample;
pub mod services;
pub mod slips;
pub mod store;
pub mod telemetry;
pub mod views;
pub mod worker;
