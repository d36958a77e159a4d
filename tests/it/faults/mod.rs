//! What must hold when something breaks: processes are killed, disks fill up, databases go away.
//!
//! The program itself runs, as its own process; a test ends only what it started. Everything is bounded in number;
//! deadlines are those of `docs/explanation/reliability.md`.

mod cluster;
mod disconnect;
mod disk;
mod ground;
mod imports;
mod kill;
mod load;
mod nodes;
mod overload;
mod postgres;
mod receivers;
mod rollover;
mod rotation;
mod stop;
mod undo;
mod writers;
