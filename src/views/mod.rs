//! Typed page contexts, their templates and assets.
