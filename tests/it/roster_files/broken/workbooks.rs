//! Workbooks, pages that call themselves workbooks, and what else is sent instead.

use rust_xlsxwriter::{Format, Formula};

use super::{
    super::old_workbook,
    Case,
    Says::{Nothing, Refused, Rows},
    bytes::{HEADER, PUPIL, page, raw, raw_as, raw_sheet, sheet, utf16, workbook, write_list, zipped},
};

fn checked_in(name: &str) -> Vec<u8> {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/it/roster_files/files");
    std::fs::read(folder.join(name)).unwrap()
}

/// The list as an old workbook.
fn old(before: &[u8], more: Vec<Vec<u8>>) -> Vec<u8> {
    let row = |number: u16, texts: [&'static str; 11]| {
        (0_u16..).zip(texts).map(move |(column, text)| old_workbook::label(number, column, text))
    };
    old_workbook::workbook(before, &row(0, HEADER).chain(row(1, PUPIL)).chain(more).collect::<Vec<_>>())
}

#[expect(clippy::too_many_lines, reason = "a table")]
pub(super) fn cases() -> Vec<Case> {
    let whole = sheet(|_| Ok(()));
    let plain = raw_sheet("", "");
    let strings = format!("<sst>{}</sst>", "<si/>".repeat(2_000_001));
    let spaces = vec![b' '; 40 << 20];
    let bomb = format!("<!DOCTYPE x [<!ENTITY a \"{}\"><!ENTITY b \"&a;&a;&a;&a;\">]>{plain}", "lol".repeat(100));
    let link = br#"<Relationships><Relationship Id="r" Type="http://x/oleObject" Target="file:///c:/x" TargetMode="External"/></Relationships>"#;
    let cell = |at: &str, text: &str| format!(r#"<c r="{at}" t="inlineStr"><is><t>{text}</t></is></c>"#);
    let excel_2003 = |cells: &str| {
        let row = |texts: [&str; 11]| {
            let cell =
                |text: &str| format!("<Cell><Data ss:Type=\"String\">{}</Data></Cell>", text.replace('&', "&amp;"));
            format!("<Row>{}</Row>", texts.map(cell).concat())
        };
        format!(
            "<?xml version=\"1.0\"?><?mso-application progid=\"Excel.Sheet\"?>\
             <Workbook xmlns=\"urn:schemas-microsoft-com:office:spreadsheet\" xmlns:ss=\"urn:schemas-microsoft-com:office:spreadsheet\">\
             <Worksheet ss:Name=\"Ghi chú\"><Table><Row><Cell><Data ss:Type=\"String\">x</Data></Cell></Row></Table></Worksheet>\
             <Worksheet ss:Name=\"Học sinh\"><Table>{}{}{cells}</Table></Worksheet></Workbook>",
            row(HEADER),
            row(PUPIL)
        )
        .into_bytes()
    };
    vec![
        Case {
            name: "school and class merged over their pupils",
            bytes: sheet(|sheet| {
                let how = Format::new();
                sheet.merge_range(1, 1, 2, 1, PUPIL[1], &how)?.merge_range(1, 2, 2, 2, PUPIL[2], &how)?;
                for (column, text) in (3..).zip(["Khối 3", "3112345679", "", "Trần An", "15/03/2017"]) {
                    sheet.write(2, column, text)?;
                }
                Ok(())
            }),
            says: Nothing(2),
        },
        Case {
            name: "formulas with their last results",
            bytes: sheet(|sheet| {
                sheet.write(1, 2, Formula::new("=\"3\"&\"A\"").set_result("3A"))?;
                Ok(())
            }),
            says: Nothing(1),
        },
        Case {
            name: "formulas that were never computed",
            bytes: raw(
                &plain.replace(
                    "<c r=\"G2\" t=\"inlineStr\"><is><t>Nguyễn Thị Bảo Ngọc</t></is></c>",
                    "<c r=\"G2\"><f>A1</f></c>",
                ),
                &[],
            ),
            says: Rows(
                1,
                vec![(2, "Họ và tên", "formula_uncomputed")],
                "Hãy mở tệp bằng Excel, lưu lại rồi gửi lại",
                "Open the file in Excel, save it, send it again",
            ),
        },
        Case {
            name: "a sector ID that was never computed: nobody gets a temporary one",
            bytes: raw(
                &plain.replace(
                    r#"<c r="E2" t="inlineStr"><is><t>3112345678</t></is></c>"#,
                    r#"<c r="E2"><f>A1</f><v></v></c>"#,
                ),
                &[],
            ),
            says: Rows(
                1,
                vec![(2, "Mã định danh Bộ GD&ĐT", "formula_uncomputed")],
                "chưa được tính",
                "never calculated",
            ),
        },
        Case {
            name: "a formula's error in a workbook",
            bytes: raw(
                &plain.replace(
                    r#"<c r="E2" t="inlineStr"><is><t>3112345678</t></is></c>"#,
                    r#"<c r="E2" t="e"><v>#REF!</v></c>"#,
                ),
                &[],
            ),
            says: Rows(1, vec![(2, "Mã định danh Bộ GD&ĐT", "cell_fault")], "không còn nữa", "are gone"),
        },
        Case {
            name: "an old list in a hidden sheet",
            bytes: workbook(|book| {
                write_list(book.add_worksheet(), 0)?;
                let hidden = book.add_worksheet();
                write_list(hidden, 0)?;
                hidden.set_hidden(true);
                Ok(())
            }),
            says: Nothing(1),
        },
        Case {
            name: "every sheet hidden",
            bytes: raw_as("hidden", &plain, &[]),
            says: Refused("sheets_hidden", "Bỏ ẩn", "Unhide"),
        },
        Case { name: "days counted from 1904", bytes: checked_in("openpyxl-1904.xlsx"), says: Nothing(2) },
        Case {
            name: "a new workbook with a password",
            bytes: checked_in("password.xlsx"),
            says: Refused("file_encrypted", "bỏ mật khẩu", "remove the password"),
        },
        Case {
            name: "an old workbook with a password",
            bytes: old(&old_workbook::file_pass(), Vec::new()),
            says: Refused("file_encrypted", "bỏ mật khẩu", "remove the password"),
        },
        Case { name: "an old workbook, whatever its name", bytes: old(&[], Vec::new()), says: Nothing(1) },
        Case {
            name: "an old workbook with one cell far away",
            bytes: old(&[], vec![old_workbook::label(65_535, 255, "x")]),
            says: Refused("file_too_large", "nhiều bộ nhớ hơn mức cho phép", "more memory than allowed"),
        },
        Case {
            name: "half of an old workbook",
            bytes: {
                let mut bytes = old(&[], Vec::new());
                bytes.truncate(1_600);
                bytes
            },
            says: Refused("file_damaged", "chưa tải hết", "incomplete"),
        },
        Case {
            name: "half of a new workbook",
            bytes: whole[..whole.len() / 2].to_vec(),
            says: Refused("file_damaged", "chưa tải hết", "incomplete"),
        },
        Case {
            name: "a workbook with one bit turned",
            bytes: {
                let mut bytes = raw(&plain, &[]);
                let name = b"xl/worksheets/sheet1.xml";
                let at = bytes.windows(name.len()).position(|window| window == name).unwrap();
                bytes[at + name.len() + 40] ^= 0x10;
                bytes
            },
            says: Refused("file_damaged", "bị hỏng", "damaged"),
        },
        Case {
            name: "forty megabytes of nothing in a small zip",
            bytes: raw(&plain, &[("xl/styles.xml", &spaces)]),
            says: Refused("file_too_large", "sau khi giải nén", "bytes when unpacked"),
        },
        Case {
            name: "two million texts",
            bytes: raw(&plain, &[("xl/sharedStrings.xml", strings.as_bytes())]),
            says: Refused("file_too_large", "Số chuỗi khác nhau", "distinct texts"),
        },
        Case {
            name: "a dimension that lies",
            bytes: raw(&raw_sheet("<dimension ref=\"A1:XFD1048576\"/>", ""), &[]),
            says: Nothing(1),
        },
        Case {
            name: "a format in the last cell of all",
            bytes: raw(&raw_sheet("", "<row r=\"1048576\"><c r=\"XFD1048576\" s=\"0\"/></row>"), &[]),
            says: Nothing(1),
        },
        Case {
            name: "a word in the last cell of all",
            bytes: raw(&raw_sheet("", &format!("<row r=\"1048576\">{}</row>", cell("XFD1048576", "x"))), &[]),
            says: Refused("file_too_large", "Số cột vượt quá 512", "more columns than may be (512)"),
        },
        Case {
            name: "a megabyte in one cell",
            bytes: raw(&raw_sheet("", &format!("<row r=\"3\">{}</row>", cell("G3", &"a".repeat(1 << 20)))), &[]),
            says: Refused("file_too_large", "Độ dài một ô", "bytes in one cell"),
        },
        Case {
            name: "entities of entities",
            bytes: raw(&bomb, &[]),
            says: Refused("file_dtd", "xl/worksheets/sheet1.xml", "xl/worksheets/sheet1.xml"),
        },
        Case {
            name: "links to other files",
            bytes: raw(&plain, &[("xl/externalLinks/externalLink1.xml", b"<externalLink/>")]),
            says: Refused("file_external_links", "Sửa liên kết", "Edit Links"),
        },
        Case {
            name: "an object from somebody's disk",
            bytes: raw(&plain, &[("xl/worksheets/_rels/sheet1.xml.rels", link)]),
            says: Refused("file_external_links", "Sửa liên kết", "Edit Links"),
        },
        Case {
            name: "a workbook in a zip",
            bytes: zipped(&[("danh-sach.xlsx", &whole)]),
            says: Refused("file_archive", "giải nén", "Unpack it"),
        },
        Case {
            name: "a zip in a zip in a zip",
            bytes: zipped(&[("a.zip", &zipped(&[("b.zip", &zipped(&[("c.xlsx", &whole)]))]))]),
            says: Refused("file_archive", "giải nén", "Unpack it"),
        },
        Case {
            name: "a OneRoster zip without its users",
            bytes: zipped(&[("manifest.csv", b"propertyName,value"), ("orgs.csv", b"sourcedId"), ("roles.csv", b"x")]),
            says: Refused("oneroster_incomplete", "thiếu bảng users.csv", "lacks the table users.csv"),
        },
        Case {
            name: "a zip of nothing anybody knows",
            bytes: zipped(&[("readme", b"x")]),
            says: Refused("file_not_a_table", "không phải là bảng tính", "no spreadsheet"),
        },
        Case {
            name: "a binary workbook",
            bytes: zipped(&[("xl/workbook.bin", b"")]),
            says: Refused("file_not_a_table", "lưu lại thành .xlsx", "save it as .xlsx"),
        },
        Case {
            name: "a new text of Word",
            bytes: zipped(&[("[Content_Types].xml", b"<Types/>"), ("word/document.xml", b"<document/>")]),
            says: Refused("file_other_document", "Word", "Word"),
        },
        Case {
            name: "an old text of Word",
            bytes: old_workbook::container("WordDocument", b"x"),
            says: Refused("file_other_document", "Word", "Word"),
        },
        Case { name: "a page under the name of a workbook", bytes: page("").into_bytes(), says: Nothing(1) },
        Case {
            name: "a page in UTF-16",
            bytes: utf16(&format!("\u{FEFF}{}", page("")), u16::to_le_bytes),
            says: Nothing(1),
        },
        Case {
            name: "a page with school and class merged over their pupils",
            bytes: page("")
                .replace("<td>31303405</td><td>3A</td>", "<td rowspan=2>31303405</td><td rowspan=2>3A</td>")
                .replace(
                    "</table>",
                    "<tr><td>2<td>Kh&#7889;i 3<td>3112345679<td><td>Tr&#x1EA7;n&nbsp;An<td>15/03/2017</table>",
                )
                .into_bytes(),
            says: Nothing(2),
        },
        Case {
            name: "a page with a wrong day",
            bytes: page("").replace("14/03/2017", "31/02/2016").into_bytes(),
            says: Rows(1, vec![(2, "Ngày sinh", "date_no_such_day")], "31/02/2016", "31/02/2016"),
        },
        Case {
            name: "half of a page",
            bytes: page("").split("Bảo").next().unwrap().as_bytes().to_vec(),
            says: Refused("file_damaged", "chưa tải hết", "incomplete"),
        },
        Case {
            name: "the sign-in page of a system that forgot who asked",
            bytes: b"<!DOCTYPE html><html><body><form><input name=user></form></body></html>".to_vec(),
            says: Refused("file_not_a_table", "không có bảng nào", "holds no table"),
        },
        Case { name: "the XML of Excel 2003", bytes: excel_2003(""), says: Nothing(1) },
        Case {
            name: "the XML of Excel 2003 with typed cells and one that is passed over",
            bytes: excel_2003(
                "<Row ss:Index=\"9\"><Cell ss:Index=\"2\"><Data ss:Type=\"Number\">31303405</Data></Cell>\
                 <Cell><Data ss:Type=\"String\">3A</Data></Cell><Cell ss:Index=\"5\"><Data ss:Type=\"Number\">3.112345679E9</Data></Cell>\
                 <Cell ss:Index=\"7\"><Data ss:Type=\"String\">Trần An</Data><Comment><Data>x</Data></Comment></Cell>\
                 <Cell><Data ss:Type=\"DateTime\">2017-02-30T00:00:00.000</Data></Cell></Row>",
            ),
            says: Rows(2, vec![(9, "Ngày sinh", "date_no_such_day")], "2017-02-30", "2017-02-30"),
        },
        Case {
            name: "a page with an entity of its own",
            bytes: format!(
                "<!DOCTYPE html [<!ENTITY a SYSTEM \"file:///etc/passwd\">]>{}",
                page("").replace("Nguyễn Thị Bảo Ngọc", "&a;")
            )
            .into_bytes(),
            says: Rows(1, vec![(2, "Họ và tên", "name_unreadable")], "Họ và tên", "Họ và tên"),
        },
    ]
}
