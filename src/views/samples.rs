//! Every page in every state worth seeing, for tests: none may be left out of [`all`].

mod audit;
mod console;
mod dormant;
mod enrolment;
mod finding;
mod founding;
mod home;
mod imports;
mod jobs;
mod lifecycle;
mod people;
mod roles;
mod schools;
mod slips;

use askama::Template;

use super::{Current, Frame, Icon, Part, Place, Sections};
use crate::{base::clock::Moment, i18n::Locale};

/// A page as it is sent.
pub(super) struct Rendered {
    pub(super) name: &'static str,
    pub(super) frame: Frame,
    pub(super) html: String,
}

pub(super) fn all(locale: Locale) -> Vec<Rendered> {
    let mut pages = people::all(locale);
    pages.extend(audit::all(locale));
    pages.extend(console::all(locale));
    pages.extend(home::all(locale));
    pages.extend(finding::all(locale));
    pages.extend(dormant::all(locale));
    pages.extend(enrolment::all(locale));
    pages.extend(imports::all(locale));
    pages.extend(jobs::all(locale));
    pages.extend(lifecycle::all(locale));
    pages.extend(schools::all(locale));
    pages.extend(founding::all(locale));
    pages.extend(roles::all(locale));
    pages.extend(slips::all(locale));
    pages
}

fn show(name: &'static str, frame: &Frame, page: &impl Template) -> Rendered {
    Rendered { name, frame: frame.clone(), html: page.render().expect("a sample holds nothing that cannot be written") }
}

fn frame(locale: Locale) -> Frame {
    Frame {
        t: locale.texts(),
        sector: "Sở Giáo dục và Đào tạo Hải Phòng".to_owned(),
        other_language: format!("/portal?lang={}", locale.other().tag()),
        failed: false,
        signed_in: false,
        shortest_password: 8,
        sections: Sections::default(),
    }
}

fn failed(locale: Locale) -> Frame {
    Frame { failed: true, ..frame(locale) }
}

fn signed_in(locale: Locale) -> Frame {
    Frame { signed_in: true, sections: sections(), ..frame(locale) }
}

/// Pages outside the console show none of it.
fn sections() -> Sections {
    let place = |part, address, name, icon| Place { part, address, name, icon, current: Current::No };
    let places = [
        place(Part::Home, "/console", "console-home", Icon::Gauge),
        place(Part::People, "/console/people", "people-title", Icon::People),
        place(Part::People, "/console/slips", "slips-title", Icon::Printer),
        place(Part::Lists, "/console/imports", "import-title", Icon::Upload),
        place(Part::Management, "/console/schools", "schools-title", Icon::School),
    ];
    Sections::of(places, "/console/people/0197")
}

/// A quarter past seven on a Monday, when everybody signs in.
fn monday() -> Moment {
    Moment::from_seconds(1_789_344_900)
}

/// A name with every kind of accent, and what must be escaped.
const NAME: &str = "Nguyễn Thị Bảo Ngọc";
const HOSTILE: &str = "<b>\"Ỷ Ỗ Ặ\" & 'x'</b>";
