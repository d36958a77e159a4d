//! People, their identifiers, roles and accounts.
