//! Setting lines of text. The PDF library places glyphs and measures nothing, so a line is shaped here once, and what
//! comes of it is both its width and what is drawn.

use krilla::{
    geom::Point,
    surface::Surface,
    text::{Font, GlyphId, KrillaGlyph},
};
use rustybuzz::{Face, UnicodeBuffer};

use super::sheet::Undrawable;

/// The typefaces of a document: Be Vietnam Pro, whose marks were drawn for Vietnamese, and JetBrains Mono for what is
/// typed off. Whole fonts (their licences are with those of the pages); a document holds only the glyphs it uses.
pub(super) struct Typefaces {
    /// For what is read.
    pub(super) plain: Typeface,
    /// For whom a slip is.
    pub(super) strong: Typeface,
    /// For what is typed off.
    pub(super) typed: Typeface,
}

impl Typefaces {
    pub(super) fn load() -> Result<Self, Undrawable> {
        Ok(Self {
            plain: Typeface::load(include_bytes!("fonts/be-vietnam-pro-400.ttf"))?,
            strong: Typeface::load(include_bytes!("fonts/be-vietnam-pro-600.ttf"))?,
            typed: Typeface::load(include_bytes!("fonts/jetbrains-mono-600.ttf"))?,
        })
    }
}

/// One typeface, as it is shaped and as it is embedded.
pub(super) struct Typeface {
    face: Face<'static>,
    font: Font,
    units_per_em: f32,
}

impl Typeface {
    fn load(file: &'static [u8]) -> Result<Self, Undrawable> {
        let face = Face::from_slice(file, 0).ok_or(Undrawable::Font)?;
        let font = Font::new(file.into(), 0).ok_or(Undrawable::Font)?;
        let units_per_em = font.units_per_em();
        Ok(Self { face, font, units_per_em })
    }

    /// A line of text from left to right.
    pub(super) fn line(&self, text: &str) -> Line {
        let mut buffer = UnicodeBuffer::new();
        buffer.push_str(text);
        buffer.guess_segment_properties();
        let shaped = rustybuzz::shape(&self.face, &[], buffer);
        let starts: Vec<usize> = shaped.glyph_infos().iter().map(|info| info.cluster as usize).collect();
        // Units of a font are far below the numbers at which a float of 32 bits rounds.
        #[expect(clippy::cast_precision_loss, reason = "advances of glyphs are small numbers")]
        let em = |units: i32| units as f32 / self.units_per_em;
        let mut glyphs = Vec::with_capacity(starts.len());
        for (at, (info, position)) in shaped.glyph_infos().iter().zip(shaped.glyph_positions()).enumerate() {
            let end = starts[at..].iter().copied().find(|start| *start > starts[at]).unwrap_or(text.len());
            glyphs.push(KrillaGlyph::new(
                GlyphId::new(info.glyph_id),
                em(position.x_advance),
                em(position.x_offset),
                em(position.y_offset),
                em(position.y_advance),
                starts[at]..end,
                None,
            ));
        }
        let width = glyphs.iter().map(|glyph| glyph.x_advance).sum();
        Line { text: text.to_owned(), glyphs, width, font: self.font.clone() }
    }

    /// How wide a text is at size 1.
    pub(super) fn width(&self, text: &str) -> f32 {
        self.line(text).width
    }

    /// A line that is no wider than it may be: as large as it can be between two sizes; what is too long even for the
    /// smaller ends with an ellipsis.
    pub(super) fn fitted(&self, text: &str, width: f32, (smallest, largest): (f32, f32)) -> Fitted {
        let line = self.line(text);
        let size = largest.min(width / line.width.max(f32::EPSILON));
        if size >= smallest {
            return Fitted { line, size };
        }
        let mut kept = text.to_owned();
        loop {
            kept.pop();
            let line = self.line(&format!("{}…", kept.trim_end()));
            if kept.is_empty() || line.width * smallest <= width {
                return Fitted { line, size: smallest };
            }
        }
    }
}

/// A line of text, of any size.
pub(super) struct Line {
    text: String,
    glyphs: Vec<KrillaGlyph>,
    /// At size 1.
    width: f32,
    font: Font,
}

/// A line of text and its size in points.
pub(super) struct Fitted {
    line: Line,
    pub(super) size: f32,
}

impl Line {
    pub(super) fn draw(&self, surface: &mut Surface<'_>, (x, y): (f32, f32), size: f32) {
        let start = Point::from_xy(x, y);
        surface.draw_glyphs(start, &self.glyphs, self.font.clone(), &self.text, size, false);
    }
}

impl Fitted {
    pub(super) fn draw(&self, surface: &mut Surface<'_>, at: (f32, f32)) {
        self.line.draw(surface, at, self.size);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_vietnamese_letter_and_every_letter_of_a_code_has_a_glyph() {
        let faces = Typefaces::load().unwrap();
        let marks = "aăâeêioôơuưyàằầèềìòồờùừỳáắấéếíóốớúứýảẳẩẻểỉỏổởủửỷãẵẫẽễĩõỗỡũữỹạặậẹệịọộợụựỵđ";
        for text in [marks.to_owned(), marks.to_uppercase(), "Kpă H'Nhiên – 0123456789 · …".to_owned()] {
            for face in [&faces.plain, &faces.strong] {
                assert!(face.line(&text).glyphs.iter().all(|glyph| glyph.glyph_id.to_u32() != 0), "{text}");
            }
        }
        let typed = faces.typed.line("BCFGHJKLMNPQRSTVXZ-0123456789TAM");
        assert!(typed.glyphs.iter().all(|glyph| glyph.glyph_id.to_u32() != 0));
    }

    #[test]
    fn a_line_fits_or_says_that_something_is_left_out() {
        let face = &Typefaces::load().unwrap().strong;
        let short = face.fitted("Nguyễn Thị An", 170.0, (6.0, 9.0));
        assert!(short.size > 8.99, "room enough: {}", short.size);
        let long = face.fitted("Nguyễn Phúc Hoàng Thiên Bảo Ngọc Minh Châu", 170.0, (6.0, 9.0));
        assert!(long.size < 9.0 && long.size >= 6.0 && !long.line.text.contains('…'));
        let endless = face.fitted(&"Nguyễn Thị Thuỳ ".repeat(20), 170.0, (6.0, 9.0));
        assert!(endless.line.text.ends_with("…") && endless.line.width * endless.size <= 170.0);
    }
}
