//! P9: the way to the apps.

use askama::Template;

use crate::views::{Frame, Icon};

/// P9: the portal.
#[derive(Template, Clone, Debug)]
#[template(path = "portal.html")]
pub struct Portal {
    /// What surrounds it.
    pub f: Frame,
    /// Who is signed in.
    pub name: String,
    /// Proof that the form is ours.
    pub csrf: String,
    /// What the person is and where; with several, they choose.
    pub contexts: Vec<ContextChoice>,
    /// The apps this person may use.
    pub tiles: Vec<Tile>,
    /// What was searched for.
    pub query: String,
    /// Whether they administer something.
    pub administers: bool,
    /// Whether they teach a class.
    pub teaches: bool,
}

/// What somebody is somewhere.
#[derive(Clone, Debug)]
pub struct ContextChoice {
    /// What the form sends.
    pub id: String,
    /// The key of the role's text.
    pub role: &'static str,
    /// The org.
    pub place: String,
    /// Whether apps are told this one.
    pub current: bool,
}

/// An app in the portal.
#[derive(Clone, Debug)]
pub struct Tile {
    /// Its id.
    pub client_id: String,
    /// Its name.
    pub name: String,
    /// Where it begins.
    pub address: String,
}

impl Tile {
    /// The letter on its badge.
    pub fn initial(&self) -> String {
        self.name.chars().find(|c| c.is_alphanumeric()).map(|c| c.to_uppercase().collect()).unwrap_or_default()
    }

    /// The colour of its badge, one of six, the same on every visit.
    pub fn hue(&self) -> usize {
        self.client_id.bytes().fold(7_usize, |sum, byte| (sum * 257 + usize::from(byte)) % 65_521) % 6
    }
}
