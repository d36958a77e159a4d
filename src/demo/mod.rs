//! The throw-away sector and its three relying apps.

pub mod apps;
pub mod sector;
