//! The rules that the code keeps: layers, sizes, tidiness, dependencies, twin migrations, the store's traps, requirements with tests, standards with theirs.

mod api;
mod authority;
mod book;
mod bulk;
mod deeds;
mod dependencies;
mod layers;
mod migrations;
mod requirements;
pub(crate) mod routes;
mod scripts;
mod sizes;
mod source;
mod standards;
mod store;
mod tidiness;
