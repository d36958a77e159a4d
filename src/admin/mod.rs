//! Administrative operations shared by the console, the API and the command line.

pub mod clients;
