//! The sheets of badges: cards of the usual size (85.6 × 54 mm), two across and five down on A4, with marks to cut along.

use krilla::{geom::Transform, surface::Surface};
use zeroize::Zeroizing;

use super::{
    paper::{self, Grid, MM, ink},
    qr,
    sheet::Undrawable,
    typeface::{Fitted, Typefaces},
};
use crate::i18n::Texts;

/// How many badges a sheet holds.
pub const BADGES_PER_SHEET: usize = GRID.across * GRID.down;

/// ISO/IEC 7810 ID-1: they fit into the pouches and lanyards that shops sell.
const GRID: Grid = Grid::centred((85.6 * MM, 54.0 * MM), (2, 5));
/// Between the cut and what is printed.
const INSET: f32 = 4.0 * MM;
const INNER: f32 = GRID.cell.0 - 2.0 * INSET;
/// The side of the QR code without its quiet zone: a module is nearly a millimetre, for the cheapest camera or scanner.
const QR: f32 = 32.0 * MM;
/// What stands beside it, over its quiet zone.
const BESIDE_QR: f32 = INNER - QR - 3.6 * MM;

/// A badge: whose it is, where, and the token that signs in with a PIN.
#[derive(Clone, Debug)]
pub struct Badge {
    /// Whose.
    pub name: String,
    /// Their class, for a pupil.
    pub class: Option<String>,
    /// Their school.
    pub school: String,
    /// What they sign in with.
    pub sector_id: String,
    /// The school year for which it is good.
    pub year: String,
    /// What the QR code says besides the address.
    pub token: Zeroizing<String>,
}

/// The badges as a PDF, in their order, [`BADGES_PER_SHEET`] to a sheet. `site` is the address of this provider.
pub fn pdf(badges: &[Badge], site: &str, t: &Texts) -> Result<Vec<u8>, Undrawable> {
    let press = Press::new(site, t)?;
    paper::document(&t.say("badge-title"), t, &GRID, badges, |surface, badge, corner| {
        press.print(surface, badge, corner)
    })
}

/// What is the same on every badge, set once.
struct Press<'t> {
    t: &'t Texts,
    faces: Typefaces,
    /// Where the QR code leads. What stands after `#` is not sent to any server (R50).
    address: String,
    label: Fitted,
    found: Fitted,
}

impl<'t> Press<'t> {
    fn new(site: &str, t: &'t Texts) -> Result<Self, Undrawable> {
        let faces = Typefaces::load()?;
        let small = |text: &str, width| faces.plain.fitted(text, width, (4.5, 6.5));
        Ok(Self {
            label: small(&t.say("sign-in-name"), BESIDE_QR),
            found: small(&t.say("badge-found"), INNER),
            address: format!("{site}/badge"),
            t,
            faces,
        })
    }

    fn print(&self, surface: &mut Surface<'_>, badge: &Badge, (x, y): (f32, f32)) -> Result<(), Undrawable> {
        let (x, top) = (x + INSET, y + INSET);
        let Typefaces { plain, strong, typed } = &self.faces;
        surface.set_fill(Some(ink(0)));
        strong.fitted(&badge.name, INNER, (8.0, 15.0)).draw(surface, (x, top + 4.6 * MM));
        if let Some(class) = &badge.class {
            let class = self.t.with("slip-class", "class", class.as_str());
            strong.fitted(&class, BESIDE_QR, (7.0, 13.0)).draw(surface, (x, top + 14.0 * MM));
        }
        surface.set_fill(Some(ink(40)));
        for (line, down) in paper::lines(plain, &badge.school, BESIDE_QR, 8.0).iter().zip([20.0, 24.0]) {
            line.draw(surface, (x, top + down * MM));
        }
        let year = self.t.with("badge-year", "year", badge.year.as_str());
        plain.fitted(&year, BESIDE_QR, (5.5, 8.0)).draw(surface, (x, top + 29.0 * MM));
        surface.set_fill(Some(ink(70)));
        self.label.draw(surface, (x, top + 34.4 * MM));
        surface.set_fill(Some(ink(0)));
        typed.fitted(&badge.sector_id, BESIDE_QR, (7.0, 13.0)).draw(surface, (x, top + 39.4 * MM));

        let (dark, modules) = qr::dark(&format!("{}#{}", self.address, *badge.token))?;
        let scale = QR / modules;
        surface.push_transform(&Transform::from_row(scale, 0.0, 0.0, scale, x + INNER - QR, top + 7.6 * MM));
        surface.draw_path(&dark);
        surface.pop();

        surface.set_fill(Some(ink(40)));
        self.found.draw(surface, (x, top + 45.4 * MM));
        Ok(())
    }
}
