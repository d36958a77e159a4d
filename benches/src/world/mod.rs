//! What is measured and what it stands on: processes, databases, providers.

pub mod database;
pub mod node;
pub mod phuong;
pub mod postgres;
pub mod process;
pub mod provider;
