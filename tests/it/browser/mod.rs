//! The pages in a real browser.

mod account;
mod activation;
mod app;
mod board;
mod check_session;
mod console;
mod desk;
mod driver;
mod errors;
mod fit;
mod front_channel;
mod imports;
mod lifecycle;
mod main_job;
mod no_script;
mod school;
mod sharing;
mod slips;
mod weight;
