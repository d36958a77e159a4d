//! The store against real databases.

mod memberships;
mod schema;
mod statements;
