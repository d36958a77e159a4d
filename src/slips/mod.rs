//! Activation slips: the first codes of a school or a class, on paper.
//!
//! `printing` issues codes to many at once, each by the rules by which one is issued, and notes down who printed for whom;
//! `sheet` lays them out, 24 to a sheet of A4. A code is derived, never stored, so half a million of them cost no slow
//! hash; printing again ends what was printed before.

mod order;
mod printing;
mod qr;
mod sheet;
mod typeface;

pub use printing::{
    LeftOut, NotPrinted, Order, Preview, Printed, RESET_LIFE, Sheets, Whom, by_school, classes, draw, issue, preview,
    print,
};
pub use sheet::{PER_SHEET, Slip, Undrawable, pdf};
