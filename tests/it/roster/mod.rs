//! Imports on both databases: what files say becomes what the database holds, by the rules of DOMAIN.md.

mod content;
mod office;
mod people;
mod pupils;
mod returned;
mod runs;
mod schools;
mod staff;
