//! A synthetic sector of any size, the same for the same seed.
