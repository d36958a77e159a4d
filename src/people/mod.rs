//! People, their identifiers, roles and accounts.

pub mod release;
