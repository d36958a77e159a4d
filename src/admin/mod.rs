//! Administrative operations shared by the console, the API and the command line.

pub mod accounts;
pub mod administrators;
pub mod audit;
pub mod classroom;
pub mod clients;
pub mod export;
pub mod jobs;
pub mod merge;
pub mod people;
pub mod roles;
pub mod rollover;
pub mod schools;
pub mod trail;
pub mod transfers;
