//! Entities whose state is an enum and whose transitions are methods.
