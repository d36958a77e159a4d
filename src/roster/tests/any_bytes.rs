//! Whatever bytes come, the reader answers with records, issues or an error.

use proptest::prelude::*;

use super::*;

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, ..ProptestConfig::default() })]

    #[test]
    fn r55_no_bytes_make_the_reader_panic(bytes in proptest::collection::vec(any::<u8>(), 0..600)) {
        let _ = read(&bytes);
    }

    #[test]
    fn r55_no_cell_makes_the_reader_panic(cells in proptest::collection::vec("\\PC{0,12}", 11), number in any::<f64>()) {
        let line = cells.iter().map(|cell| format!("\"{}\"", cell.replace('"', "\"\""))).collect::<Vec<_>>().join(",");
        let text = format!("{PUPIL_HEADER}\n{line}\n{number},{number},{number},{number},{number},{number},a,{number},,\n");
        for record in read(text.as_bytes()).unwrap().1 {
            let issues = record.outcome.err().unwrap_or_default();
            for issue in issues.iter().chain(&record.warnings) {
                prop_assert!(!issue.message(Language::Vi).is_empty());
            }
        }
    }

    #[test]
    fn r55_no_damage_makes_the_workbook_reader_panic(
        hits in proptest::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..6),
    ) {
        let mut bytes = workbook(|book| {
            book.add_worksheet().write(0, 0, "Mã trường")?.write(0, 1, "Tên trường")?.write(1, 0, 31_303_405)?;
            Ok(())
        });
        for (at, with) in hits {
            let at = at.index(bytes.len());
            bytes[at] = with;
        }
        let _ = read(&bytes);
    }
}
