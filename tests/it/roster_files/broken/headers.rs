//! Headers that name a column by halves, twice, or not at all. What is read of them is in `src/roster/tests/joined.rs`.

use super::{
    Case,
    Says::{Nothing, Refused, Rows},
    bytes::{HEADER, PUPIL, list, workbook},
};

/// A list whose titles and rows are these, in one school.
fn table(lines: &[&str]) -> Vec<u8> {
    let row =
        |(number, line): (usize, &&str)| format!("{},{line}\n", if number == 0 { "Mã trường" } else { "31303405" });
    lines.iter().enumerate().map(row).collect::<String>().into_bytes()
}

/// The same where all is in a font of before Unicode.
fn legacy(lines: &[&str]) -> Vec<u8> {
    String::from_utf8(table(lines)).unwrap().replace("Mã trường", "Ma truong").into_bytes()
}

/// The list as a workbook whose title of the name is merged over an empty column.
fn merged(given: &'static str) -> Vec<u8> {
    workbook(|book| {
        let sheet = book.add_worksheet();
        let place = |at: usize| u16::try_from(if at > 6 { at + 1 } else { at }).unwrap();
        for (at, (title, text)) in HEADER.into_iter().zip(PUPIL).enumerate() {
            sheet.write(1, place(at), if at == 6 { "Nguyễn Thị" } else { text })?;
            if at == 6 {
                sheet.merge_range(0, 6, 0, 7, title, &rust_xlsxwriter::Format::new())?;
            } else {
                sheet.write(0, place(at), title)?;
            }
        }
        sheet.write(1, 7, given)?;
        Ok(())
    })
}

#[expect(clippy::too_many_lines, reason = "a table")]
pub(super) fn cases() -> Vec<Case> {
    let twice = |more: &str, cells: &str| {
        let plain = list(",");
        let lines: Vec<&str> = plain.lines().collect();
        format!("{},{more}\n{},{cells}\n", lines[0], lines[1]).into_bytes()
    };
    let born_by_sex = |born: &str| {
        let header = "Mã trường,Lớp,Mã HS,Họ và tên,Ngày sinh,\n,,,,Nam,Nữ\n";
        format!("{header}31303405,3A,3112345678,Nguyễn Ngọc,{born}\n").into_bytes()
    };
    vec![
        Case {
            name: "a name under one title merged over two columns", bytes: merged("Bảo Ngọc"), says: Nothing(1)
        },
        Case {
            name: "a name in two columns, the second without a title",
            bytes: table(&[
                "Lớp,Mã HS,Họ và tên,,Ngày sinh",
                "3A,3112345678,Nguyễn Thị,Ngọc,14/03/2017",
                "3A,3112345679,Trần,An,15/03/2017",
                "3A,3112345680,Lê Văn,Bình,16/03/2017",
            ]),
            says: Nothing(3),
        },
        Case {
            name: "a column without a title beside the name that is no part of it for sure",
            bytes: table(&[
                "Lớp,Mã HS,Họ và tên,,Ngày sinh",
                "3A,3112345678,Nguyễn Thị Ngọc,,14/03/2017",
                "3A,3112345679,Trần An,Bình,15/03/2017",
                "3A,3112345680,Lê Chi,,16/03/2017",
            ]),
            says: Rows(
                3,
                vec![(3, "Họ và tên", "text_beside_name")],
                "cột E cạnh họ tên «Trần An» có chữ «Bình» mà không được đọc",
                "column E beside the name “Trần An” holds “Bình”, which is not read",
            ),
        },
        Case {
            name: "family and given name under titles of their own",
            bytes: table(&["Lớp,Mã HS,Họ đệm,Tên,Ngày sinh", "3A,3112345678,Nguyễn Thị Bảo,Ngọc,14/03/2017"]),
            says: Nothing(1),
        },
        Case {
            name: "family, middle and given name under titles of their own",
            bytes: table(&["Lớp,Mã HS,Họ,Tên đệm,Tên,Ngày sinh", "3A,3112345678,Nguyễn,Thị Bảo,Ngọc,14/03/2017"]),
            says: Nothing(1),
        },
        Case {
            name: "a name whose last word is not there",
            bytes: table(&["Lớp,Mã HS,Họ,Tên,Ngày sinh", "3A,3112345678,Nguyễn,,14/03/2017"]),
            says: Rows(1, vec![(2, "Tên", "required")], "ô này bắt buộc mà đang trống", "must not be empty"),
        },
        Case {
            name: "a column that nobody knows between the parts of a name",
            bytes: table(&["Lớp,Mã HS,Họ,Giữa,Tên,Ngày sinh", "3A,3112345678,Nguyễn,Bảo,Ngọc,14/03/2017"]),
            says: Rows(
                1,
                vec![(2, "Họ + Tên", "text_beside_name")],
                "cột E cạnh họ tên «Nguyễn Ngọc» có chữ «Bảo» mà không được đọc",
                "column E beside the name “Nguyễn Ngọc” holds “Bảo”, which is not read",
            ),
        },
        Case {
            name: "classes of two years",
            bytes: table(&[
                "Mã HS,Họ tên,Ngày sinh,Lớp (2025-2026),Lớp học (2026-2027)",
                "3112345678,An,14/03/2017,2A,3A",
            ]),
            says: Refused(
                "column_repeated",
                "hai cột «Lớp (2025-2026)» (E) và «Lớp học (2026-2027)» (F) chỉ phân biệt bằng chữ trong ngoặc",
                "which only their brackets tell apart",
            ),
        },
        Case {
            name: "a class and a year above the table",
            bytes: ",,,,Lớp,3A,Năm học\nMã trường,Mã HS,Họ tên,Ngày sinh,Dân tộc,Lớp,Ghi chú\n\
                    31303405,3112345678,An,14/03/2017,Kinh,3A,\n"
                .into(),
            says: Nothing(1),
        },
        Case {
            name: "boys and girls are marked, and somebody as both",
            bytes: table(&[
                "Lớp,Mã HS,Họ và tên,Ngày sinh,Nam,Nữ",
                "3A,3112345678,Nguyễn Ngọc,14/03/2017,,x",
                "3A,3112345679,Trần An,15/03/2017,x,x",
            ]),
            says: Rows(2, vec![(3, "Nữ", "sex_unknown")], "«x» không phải là giới tính", "“x”"),
        },
        Case {
            name: "a family name without the given one",
            bytes: table(&["Lớp,Mã HS,Họ đệm,Ngày sinh", "3A,3112345678,Nguyễn Thị Bảo,14/03/2017"]),
            says: Refused("columns_missing", "thiếu cột: Họ và tên", "lacks: Họ và tên"),
        },
        Case { name: "the birth date in the column of the sex", bytes: born_by_sex(",14/03/2017"), says: Nothing(1) },
        Case {
            name: "a birth date for either sex",
            bytes: born_by_sex("15/03/2017,14/03/2017"),
            says: Rows(1, vec![(3, "Giới tính", "sex_unknown")], "«14/03/2017» không phải là giới tính", "14/03/2017"),
        },
        Case {
            name: "girls are marked",
            bytes: table(&[
                "Lớp,Mã HS,Họ và tên,Ngày sinh,Nữ",
                "3A,3112345678,Nguyễn Ngọc,14/03/2017,x",
                "3A,3112345679,Trần An,15/03/2017,",
            ]),
            says: Nothing(2),
        },
        Case {
            name: "something else where girls are marked",
            bytes: table(&[
                "Lớp,Mã HS,Họ và tên,Ngày sinh,Nữ",
                "3A,3112345678,Nguyễn Ngọc,14/03/2017,x",
                "3A,3112345679,Trần An,15/03/2017,?",
            ]),
            says: Rows(2, vec![(3, "Nữ", "sex_unknown")], "«?» không phải là giới tính", "“?”"),
        },
        Case {
            name: "short titles in TCVN3",
            bytes: legacy(&["Líp,M· ®Þnh danh,Hä vµ tªn,Ngµy sinh", "3A,3112345678,TrÇn ThÞ Mü Duyªn,14/03/2017"]),
            says: Rows(1, vec![(2, "Hä vµ tªn", "legacy_text")], "Trần Thị Mỹ Duyên", "Trần Thị Mỹ Duyên"),
        },
        Case {
            name: "short titles in VNI",
            bytes: legacy(&["Lôùp,Maõ HS,Hoï vaø teân,Ngaøy sinh", "3A,3112345678,Nguyeãn Thò Hoa,14/03/2017"]),
            says: Rows(1, vec![(2, "Hoï vaø teân", "legacy_text")], "Nguyễn Thị Hoa", "Nguyễn Thị Hoa"),
        },
        Case {
            name: "words in TCVN3 that may be Vietnamese as they stand",
            bytes: legacy(&[
                "Líp,M· ®Þnh danh,Hä vµ tªn,Ngµy sinh",
                "3A,3112345678,TrÇn ThÞ Mü Duyªn,14/03/2017",
                "3A,3112345679,Vò Nam,15/03/2017",
            ]),
            says: Rows(
                2,
                vec![(2, "Hä vµ tªn", "legacy_text"), (3, "Hä vµ tªn", "legacy_text")],
                "Trần Thị Mỹ Duyên",
                "Trần Thị Mỹ Duyên",
            ),
        },
        Case {
            name: "a title twice",
            bytes: twice("Họ và tên", "Người khác"),
            says: Refused(
                "column_repeated",
                "hai cột cùng tên «Họ và tên» (G và L)",
                "two columns “Họ và tên” (G and L)",
            ),
        },
        Case {
            name: "two tables side by side",
            bytes: twice(&format!(",{}", HEADER.join(",")), &format!(",{}", PUPIL.join(","))),
            says: Refused("column_repeated", "hai bảng đặt cạnh nhau", "two tables side by side"),
        },
        Case {
            name: "a title twice that is not read", bytes: twice("STT,Ghi chú,Ghi chú", "1,a,b"), says: Nothing(1)
        },
    ]
}
