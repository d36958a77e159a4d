//! Entities whose state is an enum and whose transitions are methods, and the words of the sector as types.
//!
//! Layer 1. Pure: refuses I/O, time and randomness. A value that exists here is well formed.

pub mod account;
pub mod affiliation;
pub mod citizen_number;
pub mod class_code;
pub mod class_year;
pub mod dates;
pub mod email;
pub mod grade;
pub mod identifier;
pub mod legacy;
pub mod level;
pub mod lineage;
pub mod membership;
pub mod mojibake;
pub mod name;
pub mod network;
pub mod org;
pub mod person;
pub mod phone;
pub mod role;
pub mod rollover;
pub mod school_code;
pub mod school_year;
pub mod sector_id;
pub mod sex;
pub mod sort;
pub mod status;
mod syllable;
pub mod text;
pub mod transfer;
