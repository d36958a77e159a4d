//! The sheets: A4, three slips across and eight down, with marks to cut along.

use krilla::{geom::Transform, surface::Surface};
use zeroize::Zeroizing;

use super::{
    paper::{self, Grid, MM, PAGE, ink},
    qr,
    typeface::{Fitted, Line, Typeface, Typefaces},
};
use crate::{base::clock::Moment, i18n::Texts};

/// How many slips a sheet holds.
pub const PER_SHEET: usize = GRID.across * GRID.down;

/// What printers leave blank.
const MARGIN: f32 = 6.0 * MM;
const CELL: (f32, f32) = ((PAGE.0 - 2.0 * MARGIN) / 3.0, (PAGE.1 - 2.0 * MARGIN) / 8.0);
const GRID: Grid = Grid::centred(CELL, (3, 8));
/// Between the cut and what is printed.
const INSET: f32 = 2.6 * MM;
const INNER: f32 = CELL.0 - 2.0 * INSET;
/// The side of a QR code without its quiet zone.
const QR: f32 = 16.0 * MM;
/// What stands beside it, over its quiet zone.
const BESIDE_QR: f32 = INNER - QR - 2.2 * MM;

/// A slip: who may activate which account, by what code, until when.
#[derive(Clone, Debug)]
pub struct Slip {
    /// Whose.
    pub name: String,
    /// Their class, for a pupil.
    pub class: Option<String>,
    /// Their school.
    pub school: String,
    /// What they sign in with.
    pub sector_id: String,
    /// The code, as it is typed.
    pub code: Zeroizing<String>,
    /// Until when it is good.
    pub until: Moment,
}

/// Why there is no document. Neither happens with the fonts and addresses that this program has.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Undrawable {
    /// A font cannot be read.
    #[error("a font of the slips cannot be read")]
    Font,
    /// What a QR code should say is too long.
    #[error("the address of the activation page is too long for a QR code")]
    QrCode,
    /// The document cannot be written.
    #[error("the document of the slips cannot be written: {0}")]
    Document(String),
}

/// The slips as a PDF, in their order, [`PER_SHEET`] to a sheet. `site` is the address of this provider.
pub fn pdf(slips: &[Slip], site: &str, t: &Texts) -> Result<Vec<u8>, Undrawable> {
    let press = Press::new(site, t)?;
    let title = t.say("slip-title");
    paper::document(&title, t, &GRID, slips, |surface, slip, corner| press.print(surface, slip, corner))
}

/// What is the same on every slip, set once.
struct Press<'t> {
    t: &'t Texts,
    faces: Typefaces,
    /// The activation page.
    address: String,
    sector_id: Line,
    code: Line,
    open: Fitted,
    typing: Fitted,
}

impl<'t> Press<'t> {
    fn new(site: &str, t: &'t Texts) -> Result<Self, Undrawable> {
        let faces = Typefaces::load()?;
        let address = format!("{site}/activate");
        // As people type it: browsers find https by themselves.
        let typed = address.strip_prefix("https://").unwrap_or(&address);
        let plain = &faces.plain;
        Ok(Self {
            sector_id: plain.line(&t.say("sign-in-name")),
            code: plain.line(&t.say("activate-code")),
            open: small(plain, &t.with("slip-open", "address", typed)),
            typing: small(plain, &t.say("slip-type")),
            t,
            faces,
            address,
        })
    }

    fn print(&self, surface: &mut Surface<'_>, slip: &Slip, (x, y): (f32, f32)) -> Result<(), Undrawable> {
        let (x, top) = (x + INSET, y + INSET);
        let Typefaces { plain, strong, typed } = &self.faces;
        surface.set_fill(Some(ink(0)));
        strong.fitted(&slip.name, INNER, (6.0, 10.0)).draw(surface, (x, top + 8.0));
        surface.set_fill(Some(ink(70)));
        let class = slip.class.as_deref().map(|class| self.t.with("slip-class", "class", class));
        let place = class.map_or_else(|| slip.school.clone(), |class| format!("{class} · {}", slip.school));
        plain.fitted(&place, INNER, (5.5, 7.0)).draw(surface, (x, top + 16.5));

        // In the order in which it is read aloud.
        let told = [(&self.sector_id, slip.sector_id.as_str(), 26.5), (&self.code, slip.code.as_str(), 46.5)];
        for (label, text, down) in told {
            surface.set_fill(Some(ink(70)));
            label.draw(surface, (x, top + down), 6.0);
            surface.set_fill(Some(ink(0)));
            typed.fitted(text, BESIDE_QR, (6.0, 11.0)).draw(surface, (x, top + down + 10.5));
        }

        let (dark, modules) = qr::dark(&self.way_in(slip))?;
        let scale = QR / modules;
        surface.push_transform(&Transform::from_row(scale, 0.0, 0.0, scale, x + INNER - QR, top + 18.5));
        surface.draw_path(&dark);
        surface.pop();

        surface.set_fill(Some(ink(40)));
        self.open.draw(surface, (x, top + 74.0));
        self.typing.draw(surface, (x, top + 80.8));
        let day = self.t.day(&slip.until.day());
        small(plain, &self.t.with("slip-choose", "day", day)).draw(surface, (x, top + 87.6));
        Ok(())
    }

    /// Where the QR code leads: the activation page, with both fields filled in. What stands after `#` is not sent to any
    /// server, so no log has the code; and looking at the page spends nothing (R50).
    fn way_in(&self, slip: &Slip) -> String {
        let code: String = slip.code.chars().filter(|c| *c != '-').collect();
        let fields = [("u", slip.sector_id.as_str()), ("c", code.as_str())];
        let fields = serde_urlencoded::to_string(fields).unwrap_or_default();
        format!("{}#{fields}", self.address)
    }
}

fn small(face: &Typeface, text: &str) -> Fitted {
    face.fitted(text, INNER, (4.5, 6.0))
}
