//! The limits of this machine, measured with as little around them as can be.

pub mod bulk;
pub mod commits;
pub mod hash;
pub mod server;
pub mod signature;
