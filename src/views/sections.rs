//! The console's navigation: parts, and the places in each that somebody is offered.

use super::Icon;

/// What the console is divided into; a part that has one place only is called as that place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    /// Where it begins.
    Home,
    /// One by one.
    People,
    /// Many at once, from files.
    Lists,
    /// What comes with the seasons of a school year.
    Year,
    /// Schools, and who administers them.
    Management,
}

impl Part {
    /// All of them, in the order of the page.
    pub const ALL: [Self; 5] = [Self::Home, Self::People, Self::Lists, Self::Year, Self::Management];

    /// The key of its name.
    pub const fn key(self) -> &'static str {
        match self {
            Self::Home => "console-home",
            Self::People => "part-people",
            Self::Lists => "part-lists",
            Self::Year => "part-year",
            Self::Management => "part-management",
        }
    }
}

/// A place of the console.
#[derive(Clone, Copy, Debug)]
pub struct Place {
    /// Which part it belongs to.
    pub part: Part,
    /// Its address.
    pub address: &'static str,
    /// The key of its name.
    pub name: &'static str,
    /// Its icon.
    pub icon: Icon,
    /// Whether the page is here.
    pub current: Current,
}

/// Whether a page is at a place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Current {
    /// Elsewhere.
    No,
    /// Below it.
    Within,
    /// It is the place itself.
    Page,
}

impl Current {
    /// As `aria-current` says it.
    pub const fn word(self) -> Option<&'static str> {
        match self {
            Self::No => None,
            Self::Within => Some("true"),
            Self::Page => Some("page"),
        }
    }
}

/// What of the console is offered on a page; nothing outside it.
#[derive(Clone, Debug, Default)]
pub struct Sections(Vec<Place>);

impl Sections {
    /// From the places that somebody is offered, each with the address of the page that is shown.
    pub fn of(places: impl IntoIterator<Item = Place>, shown: &str) -> Self {
        let at = |place: Place| Place { current: current(place.address, shown), ..place };
        Self(places.into_iter().map(at).collect())
    }

    /// Whether there is nothing to go to.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The parts that have a place.
    pub fn parts(&self) -> impl Iterator<Item = Part> {
        Part::ALL.into_iter().filter(|part| self.first(*part).is_some())
    }

    /// The places of a part.
    pub fn places(&self, part: Part) -> impl Iterator<Item = &Place> {
        self.0.iter().filter(move |place| place.part == part)
    }

    /// Where a part begins.
    pub fn first(&self, part: Part) -> Option<&Place> {
        self.places(part).next()
    }

    /// What a part is called: one that has one place only, as that place.
    pub fn name(&self, part: &Part) -> &'static str {
        match self.places(*part).collect::<Vec<_>>()[..] {
            [only] => only.name,
            _ => part.key(),
        }
    }

    /// Whether the places of a part stand under its name.
    pub fn is_titled(&self, part: &Part) -> bool {
        self.places(*part).count() > 1
    }

    /// The place where the page is.
    pub fn here(&self) -> Option<&Place> {
        self.0.iter().find(|place| place.current != Current::No)
    }

    /// How a part is marked: as its only place, or as what holds the page.
    pub fn mark(&self, part: &Part) -> Option<&'static str> {
        let here = self.here().filter(|place| place.part == *part)?;
        if self.places(*part).count() == 1 { here.current.word() } else { Current::Within.word() }
    }

    /// The other places of the part where the page is, with it; none where there is no other.
    pub fn beside(&self) -> Vec<&Place> {
        let beside = self.here().map(|here| self.places(here.part).collect::<Vec<_>>());
        beside.filter(|places| places.len() > 1).unwrap_or_default()
    }
}

/// Every page of the console lies below its home, which is current on its own page only.
fn current(address: &str, shown: &str) -> Current {
    match shown.strip_prefix(address) {
        Some("") => Current::Page,
        Some(rest) if rest.starts_with('/') && address != "/console" => Current::Within,
        _ => Current::No,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_is_at_its_place_and_in_its_part_alone() {
        use Current::{No, Page, Within};
        let place = |part, address, name| Place { part, address, name, icon: Icon::Info, current: Current::No };
        let places = [
            place(Part::Home, "/console", "console-home"),
            place(Part::People, "/console/people", "people-title"),
            place(Part::People, "/console/slips", "slips-title"),
            place(Part::Year, "/console/rollover", "rollovers-title"),
        ];
        let at = |shown| Sections::of(places, shown);
        let marks = |shown| at(shown).0.iter().map(|place| place.current).collect::<Vec<_>>();
        assert_eq!(marks("/console"), [Page, No, No, No]);
        assert_eq!(marks("/console/people"), [No, Page, No, No]);
        assert_eq!(marks("/console/people/0197"), [No, Within, No, No]);
        assert_eq!(marks("/console/peoples"), [No; 4]);
        assert_eq!(at("/console/slips").beside().len(), 2);
        assert!(at("/console").beside().is_empty(), "alone in its part");
        assert_eq!(at("/console/slips").mark(&Part::People), Some("true"));
        assert_eq!(at("/console/slips").mark(&Part::Year), None);
        assert_eq!(at("/console").mark(&Part::Home), Some("page"));
        assert_eq!(at("/console").name(&Part::Year), "rollovers-title", "named as its only place");
        assert_eq!(at("/console").parts().count(), 3);
    }
}
