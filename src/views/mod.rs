//! Typed page contexts, their templates and assets. Each page is a struct here; what a
//! page can show, its struct can say, and nothing else.

pub mod assets;
pub mod deeds;
mod device;
mod headings;
mod icons;
mod pages;
#[cfg(test)]
mod samples;
mod sections;
#[cfg(test)]
mod tests;
pub mod told;

pub use device::Device;
pub use icons::Icon;
pub use pages::*;
pub use sections::{Current, Part, Place, Sections};

use crate::i18n::Texts;

/// What surrounds every page.
#[derive(Clone, Debug)]
pub struct Frame {
    /// The page's language.
    pub t: &'static Texts,
    /// What the sector is called.
    pub sector: String,
    /// The address of this page in the other language.
    pub other_language: String,
    /// Whether the page reports a failure: its title says so.
    pub failed: bool,
    /// Whether somebody is signed in: then there is a way out on every page.
    pub signed_in: bool,
    /// How many characters a new password has at least.
    pub shortest_password: usize,
    /// Of the console, what is offered.
    pub sections: Sections,
}

impl Frame {
    /// The page's language tag.
    pub const fn lang(&self) -> &'static str {
        self.t.locale().tag()
    }

    /// The `<title>` for a heading.
    pub fn title(&self, heading: impl std::fmt::Display) -> String {
        let prefix = if self.failed { format!("{} ", self.t.say("error-prefix")) } else { String::new() };
        format!("{prefix}{heading} · {}", self.sector)
    }

    /// Whether a problem with a new password is a question about its Vietnamese letters: typed again, it is an answer.
    pub fn asks_about_accents(&self, problem: &str) -> bool {
        problem == "password-accents"
    }

    /// The address of an asset.
    pub fn asset(&self, name: &str) -> String {
        assets::address(name)
    }
}
