//! Workbooks as writers other than Excel make them: what the standard allows, and what is read all the same.

use jiff::civil::date;

use super::{
    hostile::{BOOK, BOOK_RELS, ROOT, TYPES, cell, zipped},
    *,
};

/// The parts of a workbook, to be changed.
struct Parts(Vec<(String, String)>);

const STRINGS: [&str; 10] =
    ["Mã trường", "Lớp", "Mã học sinh", "Họ tên", "Ngày sinh", "31303405", "3A", "3112345678", "An", "14/3/2017"];

impl Parts {
    /// A sheet with a header and one pupil, its texts shared.
    fn plain() -> Self {
        let shared = STRINGS.iter().fold(String::new(), |all, text| all + "<si><t>" + text + "</t></si>");
        let cells = |row: usize| -> String {
            let cell = |column: usize| {
                let letter = ["A", "B", "C", "D", "E"][column];
                format!(r#"<c r="{letter}{row}" t="s"><v>{}</v></c>"#, (row - 1) * 5 + column)
            };
            (0..5).map(cell).collect()
        };
        let rows = format!(r#"<row r="1">{}</row><row r="2">{}</row>"#, cells(1), cells(2));
        Self(
            [
                ("[Content_Types].xml", TYPES.to_owned()),
                ("_rels/.rels", ROOT.to_owned()),
                ("xl/workbook.xml", BOOK.to_owned()),
                ("xl/_rels/workbook.xml.rels", BOOK_RELS.to_owned()),
                ("xl/worksheets/sheet1.xml", format!("<worksheet><sheetData>{rows}</sheetData></worksheet>")),
                ("xl/sharedStrings.xml", format!("<sst uniqueCount=\"10\">{shared}</sst>")),
            ]
            .map(|(name, text)| (name.to_owned(), text))
            .into(),
        )
    }

    fn replace(mut self, from: &str, to: &str) -> Self {
        let mut found = false;
        for (_, text) in &mut self.0 {
            found |= text.contains(from);
            *text = text.replace(from, to);
        }
        assert!(found, "nothing holds {from}");
        self
    }

    fn rename(mut self, from: &str, to: &str) -> Self {
        for (name, _) in &mut self.0 {
            *name = name.replace(from, to);
        }
        self
    }

    fn with(mut self, name: &str, text: &str) -> Self {
        self.0.push((name.to_owned(), text.to_owned()));
        self
    }

    fn bytes(&self) -> Vec<u8> {
        let parts: Vec<(&str, &[u8])> = self.0.iter().map(|(name, text)| (name.as_str(), text.as_bytes())).collect();
        zipped(&parts)
    }

    /// Reads it and checks that the pupil is there.
    fn read(self) {
        let (source, records) = super::read(&self.bytes()).unwrap();
        assert_eq!(records.len(), 1, "{:?} {records:?}", source.header);
        let row = pupil(&records[0]);
        assert_eq!((row.who.name.as_str(), row.who.born), ("An", Some(date(2017, 3, 14))));
        assert_eq!(row.class.as_ref().unwrap().as_str(), "3A");
        assert!(records[0].warnings.is_empty(), "{:?}", records[0].warnings);
    }
}

#[test]
fn names_of_parts_may_be_absolute_in_capitals_or_with_backslashes() {
    Parts::plain().read();
    Parts::plain()
        .replace("Target=\"worksheets/", "Target=\"/xl/worksheets/")
        .replace("Target=\"xl/", "Target=\"/xl/")
        .read();
    Parts::plain().rename("sharedStrings", "SharedStrings").rename("sheet1", "Sheet1").read();
    Parts::plain().rename("xl/worksheets/", "xl\\worksheets\\").rename("xl/_rels/", "xl\\_rels\\").read();
    Parts::plain()
        .rename("xl/workbook", "xl/book")
        .rename("_rels/workbook", "_rels/book")
        .replace("xl/workbook.xml", "xl/book.xml")
        .read();
}

/// What the parser cannot read is never read wrongly: it is refused, and told how to be saved again.
#[test]
fn what_an_unusual_writer_made_is_refused_with_the_way_out() {
    let elsewhere = Parts::plain().rename("xl/", "package/").replace("\"xl/workbook.xml\"", "\"package/workbook.xml\"");
    let backwards = Parts::plain().replace("<sheetData>", "<dimension ref=\"none\"/><sheetData>");
    for (parts, code) in [(elsewhere, "file_not_a_table"), (backwards, "file_damaged")] {
        let refused = read(&parts.bytes()).unwrap_err();
        assert_eq!(refused.code(), code);
        for (language, way) in [(Language::Vi, "rồi lưu lại thành .xlsx"), (Language::En, "as .xlsx")] {
            let message = refused.message(language);
            assert!(message.contains(way), "{message}");
        }
    }
}

#[test]
fn elements_may_have_prefixes_and_the_namespaces_of_strict_ooxml() {
    let prefixed = ["worksheet", "sheetData", "row", "c", "v", "sst", "si", "t", "workbook", "sheets", "sheet"];
    let mut parts = Parts::plain();
    for name in prefixed {
        for (from, to) in [
            (format!("<{name}>"), format!("<x:{name}>")),
            (format!("<{name} "), format!("<x:{name} ")),
            (format!("</{name}>"), format!("</x:{name}>")),
        ] {
            for (_, text) in &mut parts.0 {
                *text = text.replace(&from, &to);
            }
        }
    }
    parts.read();
    Parts::plain()
        .replace(
            "http://schemas.openxmlformats.org/officeDocument/2006/relationships",
            "http://purl.oclc.org/ooxml/officeDocument/relationships",
        )
        .replace(r#"<c r="E2" t="s"><v>9</v></c>"#, r#"<c r="E2" t="d"><v>2017-03-14T00:00:00</v></c>"#)
        .read();
}

#[test]
fn positions_and_the_dimension_may_be_missing_or_wrong() {
    let mut bare = Parts::plain();
    for (_, text) in &mut bare.0 {
        for column in ["A", "B", "C", "D", "E"] {
            *text = text.replace(&format!("<c r=\"{column}1\""), "<c").replace(&format!("<c r=\"{column}2\""), "<c");
        }
        *text = text.replace("<row r=\"1\">", "<row>").replace("<row r=\"2\">", "<row>");
    }
    bare.read();
    for dimension in ["<dimension ref=\"A1\"/>", "<dimension ref=\"A1:BS4\"/>"] {
        Parts::plain().replace("<sheetData>", &format!("{dimension}<sheetData>")).read();
    }
}

#[test]
fn texts_may_be_rich_spelled_out_phonetically_escaped_or_computed() {
    let shared = |from: &str, to: &str| Parts::plain().replace(&format!("<si><t>{from}</t></si>"), to).read();
    shared("An", "<si><r><rPr><b/></rPr><t>A</t></r><r><t>n</t></r></si>");
    shared("An", "<si><t>An</t><rPh sb=\"0\" eb=\"1\"><t>アン</t></rPh><phoneticPr fontId=\"1\"/></si>");
    shared("An", "<si><t xml:space=\"preserve\">  An_x000D_\n</t></si>");
    shared("An", "<si><t>&#65;n</t></si>");
    shared("An", "<si><t><![CDATA[An]]></t></si>");
    let cell_of = |with: &str| Parts::plain().replace(r#"<c r="D2" t="s"><v>8</v></c>"#, with).read();
    cell_of(r#"<c r="D2" t="str"><f>"A"&amp;"n"</f><v>An</v></c>"#);
    cell_of(r#"<c r="D2" t="inlineStr"><is><r><t>A</t></r><r><t>n</t></r></is></c>"#);
    cell_of(r#"<c r="D2" t="s"><f t="shared" si="0"/><v>8</v></c>"#);
    Parts::plain()
        .replace(r#"<c r="E2" t="s"><v>9</v></c>"#, r#"<c r="E2"><f>DATE(2017,3,14)</f><v>42808</v></c>"#)
        .read();
    Parts::plain().replace(r#"<c r="E2" t="s"><v>9</v></c>"#, r#"<c r="E2"><v>4.2808E4</v></c>"#).read();
}

#[test]
fn parts_may_begin_with_a_mark_and_be_surrounded_by_others() {
    let mut marked = Parts::plain();
    for (_, text) in &mut marked.0 {
        *text = format!(
            "\u{feff}<?xml version=\"1.0\" encoding=\"utf-8\" standalone=\"yes\"?>\r\n<!-- written by hand -->\r\n{text}"
        );
    }
    marked.read();
    Parts::plain()
        .with("xl/vbaProject.bin", "\u{0}macros")
        .with("xl/media/image1.png", "\u{0}png")
        .with("customXml/item1.xml", "<x/>")
        .with("docProps/app.xml", "<Properties/>")
        .with("xl/worksheets/", "")
        .read();
}

#[test]
fn a_sheet_may_have_any_name_and_state() {
    for name in ["Danh sách &amp; &quot;lớp&quot;", "Lớp 'A'", "&#x1F600;", "  ", "A!B"] {
        Parts::plain().replace("name=\"A\"", &format!("name=\"{name}\"")).read();
    }
    Parts::plain().replace("name=\"A\"", "name=\"A\" state=\"visible\"").read();
    let hidden = Parts::plain().replace("name=\"A\"", "name=\"A\" state=\"veryHidden\"").bytes();
    assert_eq!(read(&hidden).unwrap_err().code(), "sheets_hidden");
}

#[test]
fn the_error_of_a_formula_stands_where_it_is() {
    for fault in ["#N/A", "#REF!", "#NAME?", "#VALUE!"] {
        let cell = format!(r#"<c r="D2" t="e"><v>{fault}</v></c>"#);
        let (_, records) = read(&Parts::plain().replace(r#"<c r="D2" t="s"><v>8</v></c>"#, &cell).bytes()).unwrap();
        assert_eq!(errors(&records[0]), ["cell_fault"], "{fault}");
        assert_eq!(records[0].outcome.as_ref().unwrap_err()[0].value, fault);
        let text = format!(r#"<c r="D2" t="inlineStr"><is><t>{fault}</t></is></c>"#);
        let (_, records) = read(&Parts::plain().replace(r#"<c r="D2" t="s"><v>8</v></c>"#, &text).bytes()).unwrap();
        assert_eq!(errors(&records[0]), ["cell_fault"], "{fault} as text");
    }
    let (_, records) = read(PLAIN_CSV.replace("An,", "#SPILL!,").as_bytes()).unwrap();
    let told = records[0].outcome.as_ref().unwrap_err()[0].message(Language::En);
    assert_eq!(
        told,
        "Row 2, Họ tên: the cell holds the formula error “#SPILL!”: its result has no room: cells beside it are filled. Correct the formula, or replace it with a value."
    );
}

const PLAIN_CSV: &str = "Mã trường,Lớp,Mã học sinh,Họ tên,Ngày sinh\n31303405,3A,3112345678,An,14/3/2017\n";

#[test]
fn a_formula_error_that_the_parser_does_not_know_is_told_as_what_it_is() {
    let cell = r#"<c r="D2" t="e"><v>#SPILL!</v></c>"#;
    let Err(error) = read(&Parts::plain().replace(r#"<c r="D2" t="s"><v>8</v></c>"#, cell).bytes()) else { panic!() };
    assert_eq!(error.code(), "cell_fault");
    let told = error.message(Language::En);
    assert!(told.contains("“#SPILL!” (its result has no room"), "{told}");
}

#[test]
fn days_are_counted_from_the_workbooks_own_epoch() {
    let mac = |with: &str| {
        Parts::plain()
            .replace("<sheets>", "<workbookPr date1904=\"1\"/><sheets>")
            .replace(r#"<c r="E2" t="s"><v>9</v></c>"#, with)
    };
    let styles = r#"<styleSheet><numFmts count="1"><numFmt numFmtId="170" formatCode="[$-42A]dd\/mm\/yyyy;@"/></numFmts><cellXfs count="2"><xf numFmtId="0"/><xf numFmtId="170"/></cellXfs></styleSheet>"#;
    mac(r#"<c r="E2" s="1"><v>41346</v></c>"#).with("xl/styles.xml", styles).read();
    // Without a format it is a number like any other, and four years lie between the two meanings.
    mac(r#"<c r="E2"><v>41346</v></c>"#).read();
    mac(r#"<c r="E2"><v>41346.5</v></c>"#).read();
    // As text it may have been pasted from a workbook of the other kind.
    let (_, records) = read(&mac(r#"<c r="E2" t="inlineStr"><is><t>41346</t></is></c>"#).bytes()).unwrap();
    assert_eq!(errors(&records[0]), ["date_unreadable"]);
}

#[test]
fn a_class_that_a_spreadsheet_took_for_a_date_is_named() {
    let styles = r#"<styleSheet><cellXfs count="2"><xf numFmtId="0"/><xf numFmtId="16"/></cellXfs></styleSheet>"#;
    let parts = Parts::plain()
        .replace(r#"<c r="B2" t="s"><v>6</v></c>"#, r#"<c r="B2" s="1"><v>46025</v></c>"#)
        .with("xl/styles.xml", styles);
    let (_, records) = read(&parts.bytes()).unwrap();
    assert_eq!(errors(&records[0]), ["class_became_date"]);
}

#[test]
fn a_cell_merged_over_rows_counts_for_each_of_them() {
    let second = r#"<row r="3"><c r="C3" t="inlineStr"><is><t>3112345679</t></is></c><c r="D3" t="inlineStr"><is><t>Bình</t></is></c><c r="E3" t="s"><v>9</v></c></row>"#;
    let parts = Parts::plain().replace(
        "</sheetData>",
        &format!("{second}</sheetData><mergeCells count=\"2\"><mergeCell ref=\"A2:A3\"/><mergeCell ref=\"B2:B3\"/></mergeCells>"),
    );
    let (_, records) = read(&parts.bytes()).unwrap();
    assert_eq!(records.len(), 2);
    let row = pupil(&records[1]);
    assert_eq!((row.school.as_str(), row.class.as_ref().unwrap().as_str()), ("31303405", "3A"));
}

#[test]
fn a_header_of_two_rows_is_one_header() {
    let title = |at: &str, text: &str| cell(at, text);
    let upper = [title("A1", "Mã trường"), title("B1", "Học sinh"), title("E1", "Ngày sinh")].concat();
    let lower = [title("B2", "Lớp"), title("C2", "Mã học sinh"), title("D2", "Họ tên")].concat();
    let texts = [("A3", "31303405"), ("B3", "3A"), ("C3", "3112345678"), ("D3", "An"), ("E3", "14/3/2017")];
    let data: String = texts.iter().map(|(at, text)| cell(at, text)).collect();
    let mut parts = Parts::plain();
    parts.0[4].1 = format!(
        "<worksheet><sheetData><row r=\"1\">{upper}</row><row r=\"2\">{lower}</row><row r=\"3\">{data}</row></sheetData><mergeCells><mergeCell ref=\"A1:A2\"/><mergeCell ref=\"B1:D1\"/><mergeCell ref=\"E1:E2\"/></mergeCells></worksheet>"
    );
    let (source, records) = read(&parts.bytes()).unwrap();
    assert_eq!((source.header.row, records.len()), (2, 1));
    assert_eq!(pupil(&records[0]).who.name.as_str(), "An");
}
