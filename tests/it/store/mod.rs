//! The store against real databases.

mod schema;
mod statements;
