//! The pages in a real browser.

mod driver;
mod main_job;
