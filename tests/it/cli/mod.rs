//! The program as scripts and people run it: its exit codes, its streams, its server from start to stop.

mod answers;
mod audit;
mod book;
mod conformance;
mod correct;
mod export;
mod import;
pub(crate) mod program;
mod sample;
mod server;
mod table;
mod undo;
