//! Files of text: encodings, separators, headers.

use super::{
    Case,
    Says::{Nothing, Refused, Rows},
    bytes::{HEADER, PUPIL, list, pupil, utf16, with},
};

#[expect(clippy::too_many_lines, reason = "a table")]
pub(super) fn cases() -> Vec<Case> {
    let plain = list(",");
    let header = HEADER.join(",");
    let lines = |rows: &[String]| format!("{header}\n{}\n", rows.join("\n")).into_bytes();
    let western = |name: &[u8]| {
        let [before, after] = ["1,31303405,3A,3,3112345678,031317004321,", ",14/03/2017,,,"];
        [
            b"STT,Ma truong,Ma lop,Khoi,Ma hoc sinh,So CCCD,Ho va ten,Ngay sinh,a,b,c\n",
            before.as_bytes(),
            name,
            after.as_bytes(),
            b"\n",
        ]
        .concat()
    };
    let notes = |[name, status]: &[&str; 2]| format!(",,,,,,{name},,,{status},");
    let mojibake: String = plain.bytes().map(char::from).collect();
    let lost = mojibake.replace(|c: char| ('\u{80}'..='\u{9F}').contains(&c), "?");
    vec![
        Case { name: "UTF-8 with a byte order mark", bytes: format!("\u{FEFF}{plain}").into_bytes(), says: Nothing(1) },
        Case { name: "two byte order marks", bytes: format!("\u{FEFF}\u{FEFF}{plain}").into_bytes(), says: Nothing(1) },
        Case {
            name: "UTF-16, low bytes first",
            bytes: utf16(&format!("\u{FEFF}{plain}"), u16::to_le_bytes),
            says: Nothing(1),
        },
        Case {
            name: "UTF-16, high bytes first",
            bytes: utf16(&format!("\u{FEFF}{plain}"), u16::to_be_bytes),
            says: Nothing(1),
        },
        Case { name: "UTF-16 without a mark", bytes: utf16(&plain, u16::to_le_bytes), says: Nothing(1) },
        Case {
            name: "UTF-16 cut within a character",
            bytes: {
                let mut bytes = utf16(&format!("\u{FEFF}{plain}"), u16::to_le_bytes);
                bytes.pop();
                bytes
            },
            says: Nothing(1),
        },
        Case {
            name: "Vietnamese Windows (1258)",
            bytes: western(b"Nguy\xEA\xDEn Th\xF2i B\xE0o Ng\xF2oc"),
            says: Nothing(1),
        },
        Case {
            name: "a name in TCVN3",
            bytes: with(&[(6, "NguyÔn ThÞ B¶o Ngäc")]),
            says: Rows(1, vec![(2, "Họ và tên", "legacy_text")], "Nguyễn Thị Bảo Ngọc", "Nguyễn Thị Bảo Ngọc"),
        },
        Case {
            name: "TCVN3 and VNI in one file",
            bytes: lines(&[
                pupil(&[(6, "NguyÔn ThÞ B¶o Ngäc")]),
                pupil(&[(4, "3112345679"), (5, ""), (6, "Nguyeãn Thò Baûo Ngoïc")]),
            ]),
            says: Rows(2, vec![(2, "Họ và tên", "legacy_text"), (3, "Họ và tên", "legacy_text")], "TCVN3", "TCVN3"),
        },
        Case {
            name: "UTF-8 that was taken for Western text and saved",
            bytes: with(&[(6, "Nguyá»…n Thá»‹ Báº£o Ngá»\u{8d}c")]),
            says: Rows(1, vec![(2, "Họ và tên", "text_repaired")], "Nguyễn Thị Bảo Ngọc", "Nguyễn Thị Bảo Ngọc"),
        },
        Case {
            name: "the same, and letters were lost",
            bytes: lost.into_bytes(),
            says: Refused("text_garbled", "65001: Unicode (UTF-8)", "65001: Unicode (UTF-8)"),
        },
        Case {
            name: "a character that was lost",
            bytes: with(&[(6, "Nguy\u{FFFD}n Ngọc")]),
            says: Rows(1, vec![(2, "Họ và tên", "text_damaged")], "Dòng 2, Họ và tên", "Row 2, Họ và tên"),
        },
        Case {
            name: "one damaged byte in UTF-8",
            bytes: {
                let mut bytes = with(&[]);
                let at = bytes.len() - 60;
                bytes[at] = 0xFF;
                bytes
            },
            says: Rows(1, vec![(2, "Họ và tên", "text_damaged")], "Dòng 2", "Row 2"),
        },
        Case { name: "NULs in a name", bytes: with(&[(6, "Nguyễn\0 Ngọc\0")]), says: Nothing(1) },
        Case {
            name: "writing turned round in a name",
            bytes: with(&[(6, "Nguyễn \u{202E}cọgN\u{202C}")]),
            says: Nothing(1),
        },
        Case {
            name: "letters of no width in codes",
            bytes: with(&[(4, "\u{200B}31123\u{AD}45678\u{FEFF}")]),
            says: Nothing(1),
        },
        Case { name: "semicolons", bytes: list(";").into_bytes(), says: Nothing(1) },
        Case { name: "tabs", bytes: list("\t").into_bytes(), says: Nothing(1) },
        Case { name: "bars", bytes: list("|").into_bytes(), says: Nothing(1) },
        Case { name: "sep=; before everything", bytes: format!("sep=;\n{}", list(";")).into_bytes(), says: Nothing(1) },
        Case { name: "line ends of old Macs", bytes: plain.replace('\n', "\r").into_bytes(), says: Nothing(1) },
        Case {
            name: "a header with semicolons over rows with commas",
            bytes: format!("{}\n{}\n", HEADER.join(";"), PUPIL.join(",")).into_bytes(),
            says: Rows(
                1,
                vec![
                    (2, "Họ và tên", "required"),
                    (2, "Mã định danh Bộ GD&ĐT", "identity_missing"),
                    (2, "Mã trường", "required"),
                    (2, "Mã lớp", "class_missing"),
                ],
                "Dòng 2, Họ và tên",
                "Row 2, Họ và tên",
            ),
        },
        Case {
            name: "a quote that never closes",
            bytes: with(&[(6, "\"Nguyễn")]),
            says: Refused("quote_open", "Dòng 2 có dấu ngoặc kép", "A quote (\") in row 2 opens"),
        },
        Case {
            name: "a record without end",
            bytes: format!("{header}\n1,31303405,3A,Khối 3,\"{}", "x".repeat(2 << 20)).into_bytes(),
            says: Refused("file_too_large", "Độ dài một ô", "bytes in one cell"),
        },
        Case {
            name: "a hundred thousand columns",
            bytes: format!("{header}{}\n{}\n", ",x".repeat(100_000), PUPIL.join(",")).into_bytes(),
            says: Refused("file_too_large", "Số cột vượt quá 512", "more columns than may be (512)"),
        },
        Case {
            name: "a hundred thousand columns that hold nothing",
            bytes: format!("{header}{}\n{}\n", ",".repeat(100_000), PUPIL.join(",")).into_bytes(),
            says: Nothing(1),
        },
        Case { name: "nothing", bytes: Vec::new(), says: Refused("file_empty", "Tệp trống", "The file is empty") },
        Case {
            name: "only line ends",
            bytes: b"\r\n\r\n,,,\r\n".to_vec(),
            says: Refused("header_not_found", "Không tìm thấy dòng tiêu đề", "No header row was found"),
        },
        Case { name: "only a header", bytes: format!("{header}\n").into_bytes(), says: Nothing(0) },
        Case {
            name: "rows without a header",
            bytes: PUPIL.join(",").into_bytes(),
            says: Refused("header_not_found", "Mã trường, Họ và tên, Ngày sinh", "Mã trường, Họ và tên, Ngày sinh"),
        },
        Case {
            name: "titles above the header",
            bytes: format!("SỞ GD&ĐT,,\n,,\nDANH SÁCH HỌC SINH,,\n{plain}").into_bytes(),
            says: Nothing(1),
        },
        Case {
            name: "line breaks and loose marks in titles",
            bytes: plain.replace("Họ và tên", "\"Ho\u{323} va\u{300}\nte\u{302}n\"").into_bytes(),
            says: Nothing(1),
        },
        Case {
            name: "the columns numbered below the header",
            bytes: format!("{header}\n(1),(2),(3),(4),(5),(6),(7),(8),(9),(10),(11)\n{}\n", PUPIL.join(","))
                .into_bytes(),
            says: Nothing(1),
        },
        Case {
            name: "the header again on each page",
            bytes: lines(&[PUPIL.join(","), header.clone(), pupil(&[(4, "3112345679"), (5, "")])]),
            says: Nothing(2),
        },
        Case {
            name: "totals and signatures below the list",
            bytes: lines(&[PUPIL.join(","), notes(&["Tổng số: 1", ""]), notes(&["Người lập biểu", "Hiệu trưởng"])]),
            says: Rows(
                3,
                vec![(3, "Họ và tên", "row_below_list"), (4, "Họ và tên", "row_below_list")],
                "Dòng 3, Họ và tên: «Tổng số: 1» đứng dưới danh sách",
                "“Tổng số: 1” stands below the list",
            ),
        },
        Case {
            name: "a row of words within the list",
            bytes: lines(&[PUPIL.join(","), notes(&["Người lập biểu", ""]), pupil(&[(4, "3112345679"), (5, "")])]),
            says: Rows(
                3,
                vec![
                    (3, "Mã định danh Bộ GD&ĐT", "identity_missing"),
                    (3, "Mã trường", "required"),
                    (3, "Mã lớp", "class_missing"),
                ],
                "Hãy điền ít nhất một",
                "Fill in at least one",
            ),
        },
        Case {
            name: "a column is missing",
            bytes: plain.replace("Họ và tên", "Ghi chú").into_bytes(),
            says: Refused(
                "columns_missing",
                "Dòng tiêu đề 1 thiếu cột: Họ và tên",
                "The header in row 1 lacks: Họ và tên",
            ),
        },
        Case {
            name: "nobody can tell pupils from staff",
            bytes:
                b"M\xC3\xA3 tr\xC6\xB0\xE1\xBB\x9Dng,H\xE1\xBB\x8D t\xC3\xAAn,Ng\xC3\xA0y sinh\n31303405,An,1/1/2017\n"
                    .to_vec(),
            says: Refused("kind_unclear", "học sinh hay cán bộ", "pupils from staff"),
        },
        Case {
            name: "a PDF",
            bytes: b"%PDF-1.7\n%\xE2\xE3\xCF\xD3\n1 0 obj".to_vec(),
            says: Refused("file_other_document", "PDF", "PDF"),
        },
        Case {
            name: "a picture",
            bytes: b"\x89PNG\r\n\x1A\n\0\0\0\rIHDR".to_vec(),
            says: Refused("file_other_document", "ảnh", "picture"),
        },
        Case {
            name: "an archive of another program",
            bytes: b"Rar!\x1A\x07\x01\0".to_vec(),
            says: Refused("file_archive", "giải nén", "Unpack it"),
        },
    ]
}
