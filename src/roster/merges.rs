//! Cells merged over rows: a workbook keeps their text in the first row only, while people see it beside each of them.
//! That a school's code stands once for all its pupils, or a title beside two rows of a header, is read as people mean it.
//! What is merged over columns is only known: a title that stands over two of them is `joins`'s to read.

use calamine::Dimensions;

use super::cells::{Form, RawRow};

/// The merged cells of a sheet.
#[derive(Debug, Default)]
pub(super) struct Merges {
    /// Those of more than one row, by the first, from 1.
    all: Vec<Merge>,
    /// Those of more than one column.
    wide: Vec<Dimensions>,
    next: usize,
    /// What stands in the column now: its last row, and the text.
    open: Vec<Option<(u32, String, Form)>>,
}

#[derive(Debug)]
struct Merge {
    first: u32,
    last: u32,
    column: usize,
}

impl Merges {
    /// Those of a sheet, in columns up to the most that are read.
    pub(super) fn new(regions: &[Dimensions], columns: usize) -> Self {
        let merge = |region: &Dimensions| Merge {
            first: region.start.0.saturating_add(1),
            last: region.end.0.saturating_add(1),
            column: usize::try_from(region.start.1).unwrap_or(usize::MAX),
        };
        let high = |merge: &Merge| merge.first < merge.last && merge.column < columns;
        let mut all: Vec<Merge> = regions.iter().map(merge).filter(high).collect();
        all.sort_unstable_by_key(|merge| merge.first);
        let wide = regions.iter().filter(|region| region.start.1 < region.end.1).copied().collect();
        Self { all, wide, ..Self::default() }
    }

    /// Those of more than one column.
    pub(super) fn wide(&self) -> &[Dimensions] {
        &self.wide
    }

    /// Whether there are any.
    pub(super) fn are_there(&self) -> bool {
        !self.all.is_empty() || !self.wide.is_empty()
    }

    /// Before the first row.
    pub(super) fn begin(&mut self) {
        self.next = 0;
        self.open.clear();
    }

    /// Gives a row what is merged into it from above. Rows come in their order.
    pub(super) fn fill(&mut self, row: &mut RawRow) {
        for (column, open) in self.open.iter_mut().enumerate() {
            match open {
                Some((last, text, form)) if row.number <= *last => {
                    if row.cell(column).text.is_empty() {
                        row.put(column, *form, |to| to.push_str(text));
                    }
                }
                _ => *open = None,
            }
        }
        while let Some(merge) = self.all.get(self.next).filter(|merge| merge.first <= row.number) {
            self.next += 1;
            let cell = row.cell(merge.column);
            if merge.first == row.number && !cell.text.is_empty() {
                let reach = self.open.len().max(merge.column + 1);
                self.open.resize(reach, None);
                self.open[merge.column] = Some((merge.last, cell.text.to_owned(), cell.form));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_merged_over_rows_stands_in_each_of_them_and_no_further() {
        let region = |start, end| Dimensions { start, end };
        let mut merges = Merges::new(&[region((1, 1), (2, 1)), region((0, 0), (0, 5))], 512);
        assert!(merges.are_there());
        assert_eq!(merges.wide(), [region((0, 0), (0, 5))]);
        let mut row = RawRow::default();
        let mut read = |number, cells: &[&str]| {
            row.begin(number);
            for (column, text) in cells.iter().enumerate() {
                row.put(column, Form::Text, |to| to.push_str(text));
            }
            merges.fill(&mut row);
            row.iter().map(|cell| cell.text.to_owned()).collect::<Vec<_>>()
        };
        assert_eq!(read(1, &["DANH SÁCH"]), ["DANH SÁCH"], "over columns nothing is repeated");
        assert_eq!(read(2, &["An", "3A"]), ["An", "3A"]);
        assert_eq!(read(3, &["Bình"]), ["Bình", "3A"]);
        assert_eq!(read(4, &["Cúc"]), ["Cúc"]);
    }
}
