//! Logs with request ids and without secrets.
