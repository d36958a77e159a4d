//! On paper: activation slips, the first codes of a school or a class, and badges (*thẻ QR*).
//!
//! `printing` issues codes to many at once, each by the rules by which one is issued, and notes down who printed for whom;
//! `sheet` lays them out, 24 to a sheet of A4. A code is derived, never stored, so half a million of them cost no slow
//! hash; printing again ends what was printed before. `badges` issues cards for those who cannot type a password yet, and
//! `badge_sheet` lays them out, ten to a sheet.

mod badge_sheet;
mod badges;
mod order;
mod paper;
mod printing;
mod qr;
mod sheet;
mod typeface;

pub use badge_sheet::{BADGES_PER_SHEET, Badge, pdf as badge_pdf};
pub use badges::{BadgeSheets, IssuedBadges, badge_of, draw_badges, issue_badges, print_badges, void_badge};
pub use printing::{
    LeftOut, NotPrinted, Order, Preview, Printed, RESET_LIFE, Sheets, Whom, by_school, classes, draw, issue, preview,
    print,
};
pub use sheet::{PER_SHEET, Slip, Undrawable, pdf};
