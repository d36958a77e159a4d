//! Sheets of A4 that are cut: a grid of equal cells, with marks to cut along.

use krilla::{
    Document,
    color::luma,
    geom::PathBuilder,
    metadata::Metadata,
    page::PageSettings,
    paint::{Fill, Stroke},
    surface::Surface,
};

use super::{
    sheet::Undrawable,
    typeface::{Fitted, Typeface},
};
use crate::i18n::Texts;

/// A millimetre in points.
pub(super) const MM: f32 = 72.0 / 25.4;
/// A4.
pub(super) const PAGE: (f32, f32) = (210.0 * MM, 297.0 * MM);
/// The length of the marks at the edge of the paper.
const MARK: f32 = 4.0 * MM;

/// Where a sheet is cut.
pub(super) struct Grid {
    /// The upper left corner of the first cell.
    pub(super) at: (f32, f32),
    /// The size of each.
    pub(super) cell: (f32, f32),
    pub(super) across: usize,
    pub(super) down: usize,
}

impl Grid {
    /// So many cells of a size in the middle of the paper.
    #[expect(clippy::cast_precision_loss, reason = "a few cells")]
    pub(super) const fn centred(cell: (f32, f32), (across, down): (usize, usize)) -> Self {
        let at = ((PAGE.0 - cell.0 * across as f32) / 2.0, (PAGE.1 - cell.1 * down as f32) / 2.0);
        Self { at, cell, across, down }
    }

    /// The upper left corners of the cells, line by line.
    fn corners(&self) -> impl Iterator<Item = (f32, f32)> {
        let lines = steps(self.at.1, self.cell.1, self.down);
        lines
            .take(self.down)
            .flat_map(|y| steps(self.at.0, self.cell.0, self.across).take(self.across).map(move |x| (x, y)))
    }

    /// Short lines at the edges of the paper and faint ones between the cells.
    fn cutting_marks(&self, surface: &mut Surface<'_>) {
        let (mut marks, mut between) = (PathBuilder::new(), PathBuilder::new());
        let draw = |path: &mut PathBuilder, from: (f32, f32), to: (f32, f32)| {
            path.move_to(from.0, from.1);
            path.line_to(to.0, to.1);
        };
        let (left, top) = self.at;
        let (right, bottom) = (PAGE.0 - left, PAGE.1 - top);
        for x in steps(left, self.cell.0, self.across) {
            draw(&mut marks, (x, top - MARK), (x, top));
            draw(&mut marks, (x, bottom), (x, bottom + MARK));
            draw(&mut between, (x, top), (x, bottom));
        }
        for y in steps(top, self.cell.1, self.down) {
            draw(&mut marks, (left - MARK, y), (left, y));
            draw(&mut marks, (right, y), (right + MARK, y));
            draw(&mut between, (left, y), (right, y));
        }
        surface.set_fill(None);
        for (path, lightness, width) in [(between, 100, 0.25), (marks, 0, 0.5)] {
            surface.set_stroke(Some(Stroke { paint: shade(lightness).into(), width, ..Stroke::default() }));
            path.finish().iter().for_each(|path| surface.draw_path(path));
        }
        surface.set_stroke(None);
    }
}

/// The places of the cuts along one side, both outer ones among them.
fn steps(start: f32, step: f32, count: usize) -> impl Iterator<Item = f32> {
    std::iter::successors(Some(start), move |at| Some(at + step)).take(count + 1)
}

/// A document of such sheets, with a cell for each of these.
pub(super) fn document<T>(
    title: &str,
    t: &Texts,
    grid: &Grid,
    cells: &[T],
    print: impl Fn(&mut Surface<'_>, &T, (f32, f32)) -> Result<(), Undrawable>,
) -> Result<Vec<u8>, Undrawable> {
    let mut document = Document::new();
    document.set_metadata(Metadata::new().title(title.to_owned()).language(t.locale().tag().to_owned()));
    for sheet in cells.chunks(grid.across * grid.down) {
        let settings = PageSettings::from_wh(PAGE.0, PAGE.1).ok_or_else(|| Undrawable::Document("A4".to_owned()))?;
        let mut page = document.start_page_with(settings);
        let mut surface = page.surface();
        grid.cutting_marks(&mut surface);
        for (cell, corner) in sheet.iter().zip(grid.corners()) {
            print(&mut surface, cell, corner)?;
        }
        surface.finish();
        page.finish();
    }
    document.finish().map_err(|error| Undrawable::Document(format!("{error:?}")))
}

/// From black (0) to white (100).
pub(super) fn ink(lightness: u8) -> Fill {
    Fill { paint: shade(lightness).into(), ..Fill::default() }
}

fn shade(lightness: u8) -> luma::Color {
    luma::Color::new(lightness * 2)
}

/// A text on two lines at most, at one size: what does not fit ends with an ellipsis.
pub(super) fn lines(face: &Typeface, text: &str, width: f32, size: f32) -> Vec<Fitted> {
    let fits = |text: &str| face.width(text) * size <= width;
    let words: Vec<&str> = text.split_whitespace().collect();
    let first = (1..=words.len()).rev().find(|count| fits(&words[..*count].join(" "))).unwrap_or(1).min(words.len());
    let (first, second) = (words[..first].join(" "), words[first..].join(" "));
    [first, second]
        .iter()
        .filter(|line| !line.is_empty())
        .map(|line| face.fitted(line, width, (size * 0.8, size)))
        .collect()
}
