//! Signing in: credentials, sessions, activation.
