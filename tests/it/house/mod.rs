//! The rules that the code keeps: layers, sizes, tidiness, dependencies, twin migrations, requirements with tests.

mod book;
mod dependencies;
mod layers;
mod migrations;
mod requirements;
mod routes;
mod scripts;
mod sizes;
mod source;
mod tidiness;
