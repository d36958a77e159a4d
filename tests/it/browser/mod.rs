//! The pages in a real browser.

mod account;
mod activation;
mod app;
mod board;
mod console;
mod driver;
mod errors;
mod fit;
mod main_job;
mod no_script;
mod sharing;
mod weight;
