//! QR codes as paths: sharp at any resolution, and small, since neighbours in a row are one rectangle.

use krilla::geom::{Path, PathBuilder, Rect};
use qrcode::{Color, EcLevel, QrCode};

use super::sheet::Undrawable;

/// A QR code's dark modules, one unit each, and how many units it is wide; the quiet zone around it is the drawer's
/// business.
pub(super) fn dark(text: &str) -> Result<(Path, f32), Undrawable> {
    // Paper gets folded and greasy: a sixth of it may be lost.
    let code = QrCode::with_error_correction_level(text, EcLevel::M).map_err(|_| Undrawable::QrCode)?;
    let width = code.width();
    let colors = code.to_colors();
    let mut path = PathBuilder::new();
    for (y, row) in colors.chunks(width).enumerate() {
        let mut x = 0;
        for run in row.chunk_by(|one, next| one == next) {
            if run[0] == Color::Dark {
                let rect = Rect::from_xywh(unit(x), unit(y), unit(run.len()), 1.0).ok_or(Undrawable::QrCode)?;
                path.push_rect(rect);
            }
            x += run.len();
        }
    }
    Ok((path.finish().ok_or(Undrawable::QrCode)?, unit(width)))
}

/// The largest QR code has 177 modules a side.
fn unit(n: usize) -> f32 {
    f32::from(u8::try_from(n).unwrap_or(u8::MAX))
}
