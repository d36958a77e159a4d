//! The load: browsers that walk the real pages, apps that ask the real endpoints, in closed and open loops.

pub mod browser;
pub mod closed;
pub mod flow;
pub mod html;
pub mod surge;
pub mod verify;
pub mod wire;
