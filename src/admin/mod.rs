//! Administrative operations shared by the console, the API and the command line.

pub mod accounts;
pub mod administrators;
pub mod audit;
pub mod bulk;
pub mod classroom;
pub mod clients;
pub mod corrections;
pub mod dormant;
pub mod enrolment;
pub mod export;
pub mod failures;
pub mod founding;
mod granting;
pub mod jobs;
pub mod merge;
pub mod once;
pub mod overview;
pub mod people;
pub mod roles;
pub mod rollover;
pub mod schools;
pub mod service_accounts;
pub mod supervision;
pub mod trail;
pub mod transfers;
