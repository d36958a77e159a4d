//! What goes over the wire, whatever is asked for.

mod cookies;
mod fields;
mod forms;
mod pages;
mod tls;
mod wire;
