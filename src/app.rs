//! Assembles services, routes and workers from the configuration.
