//! Imports on both databases: what files say becomes what the database holds, by the rules of DOMAIN.md.

mod again;
mod brake;
mod broken;
pub(crate) mod content;
mod differences;
mod exported;
mod histories;
mod marked;
mod merges;
mod messy;
mod microsoft;
pub(crate) mod office;
mod people;
mod pupils;
mod returned;
mod runs;
mod schools;
mod staff;
mod years;
