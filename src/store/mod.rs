//! All SQL and nothing else, on SQLite and PostgreSQL.
