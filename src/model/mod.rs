//! Entities whose state is an enum and whose transitions are methods, and the text rules of the sector.

pub mod name;
