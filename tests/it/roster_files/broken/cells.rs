//! Cells: dates, codes, names, and what spreadsheets make of them.

use super::{
    Case,
    Says::{self, Nothing, Rows},
    bytes::with,
};

#[expect(clippy::too_many_lines, reason = "a table")]
pub(super) fn cases() -> Vec<Case> {
    const SECTOR_ID: usize = 4;
    const CITIZEN: usize = 5;
    const NAME: usize = 6;
    const BORN: usize = 7;
    let born = |code, vi, en| Rows(1, vec![(2, "Ngày sinh", code)], vi, en);
    let moet = |code, vi, en| Rows(1, vec![(2, "Mã định danh Bộ GD&ĐT", code)], vi, en);
    let citizen = |code, vi, en| Rows(1, vec![(2, "Số định danh cá nhân", code)], vi, en);
    let all: Vec<Cell> = vec![
        ("31 February", &[(BORN, "31/02/2016")], born("date_no_such_day", "«31/02/2016» không tồn tại", "31/02/2016")),
        ("29 February of no leap year", &[(BORN, "29/02/2017")], born("date_no_such_day", "29/02/2017", "29/02/2017")),
        ("the month first", &[(BORN, "03/14/2017")], born("date_no_such_month", "03/14/2017", "03/14/2017")),
        ("a year of two digits", &[(BORN, "14/03/17")], born("date_short_year", "14/03/17", "14/03/17")),
        ("only a year", &[(BORN, "2017")], born("date_year_only", "2017", "2017")),
        ("before anybody alive", &[(BORN, "14/03/1817")], born("date_out_of_range", "14/03/1817", "14/03/1817")),
        ("a date in words", &[(BORN, "mười bốn tháng ba")], born("date_unreadable", "mười bốn", "mười bốn")),
        ("a day as a number", &[(BORN, "42808")], Nothing(1)),
        ("a day and a time", &[(BORN, "2017-03-14 00:00:00")], Nothing(1)),
        ("a day with dots", &[(BORN, "14.3.2017")], Nothing(1)),
        (
            "a sector ID in scientific notation",
            &[(SECTOR_ID, "3.11E+09")],
            moet("code_shortened", "Định dạng ô › Văn bản", "Format Cells › Text"),
        ),
        (
            "a citizen number in scientific notation",
            &[(CITIZEN, "3.13E+10")],
            citizen("code_shortened", "Định dạng ô › Văn bản", "Format Cells › Text"),
        ),
        ("a sector ID in scientific notation, with all its digits", &[(SECTOR_ID, "3.112345678E+09")], Nothing(1)),
        ("codes that end in .0", &[(SECTOR_ID, "3112345678.0")], Nothing(1)),
        ("zeros that were lost", &[(CITIZEN, "31317004321")], citizen("leading_zeros_restored", "số 0", "zero")),
        ("a code as a formula", &[(CITIZEN, "\"=\"\"031317004321\"\"\"")], Nothing(1)),
        ("a code behind an apostrophe", &[(CITIZEN, "'031317004321")], Nothing(1)),
        ("a code with spaces", &[(CITIZEN, "031 317 004 321")], Nothing(1)),
        (
            "the letter O for a zero",
            &[(CITIZEN, "O31317OO4321")],
            citizen("citizen_number_malformed", "Số định danh cá nhân", "Số định danh cá nhân"),
        ),
        (
            "sector ID and citizen number changed places",
            &[(SECTOR_ID, "031317004321"), (CITIZEN, "3112345678")],
            Rows(
                1,
                vec![
                    (2, "Mã định danh Bộ GD&ĐT", "sector_id_looks_like_citizen_number"),
                    (2, "Số định danh cá nhân", "citizen_number_looks_like_sector_id"),
                ],
                "12 chữ số như số định danh cá nhân",
                "12 digits",
            ),
        ),
        ("no name", &[(NAME, "")], Rows(1, vec![(2, "Họ và tên", "required")], "Dòng 2", "Row 2")),
        (
            "a name that is a formula",
            &[(NAME, "\"=HYPERLINK(\"\"http://x\"\",\"\"An\"\")\"")],
            Rows(1, vec![(2, "Họ và tên", "name_unreadable")], "Họ và tên", "Họ và tên"),
        ),
        (
            "letters that became question marks",
            &[(NAME, "Nguy?n V?n B?y")],
            Rows(
                1,
                vec![(2, "Họ và tên", "text_damaged")],
                "đã mất chữ khi lưu tệp",
                "lost letters when the file was saved",
            ),
        ),
        (
            "a picture in a name",
            &[(NAME, "Nguyễn Thị Ngọc \u{1F600}")],
            Rows(1, vec![(2, "Họ và tên", "name_unreadable")], "không phải là họ tên", "is no name"),
        ),
        (
            "a note in a name",
            &[(NAME, "Lý A Mười (đã chuyển)")],
            Rows(
                1,
                vec![(2, "Họ và tên", "name_has_note")],
                "ghi ở cột Trạng thái",
                "belongs in the column Trạng thái",
            ),
        ),
        (
            "two classes in one cell",
            &[(2, "3A; 3B")],
            Rows(
                1,
                vec![(2, "Mã lớp", "class_malformed")],
                "không phải là mã của một lớp",
                "not the code of one class",
            ),
        ),
        ("a dash before a class", &[(2, "-3A")], Rows(1, vec![(2, "Mã lớp", "class_malformed")], "«-3A»", "“-3A”")),
        (
            "a name of a thousand letters",
            &[(NAME, LONG)],
            Rows(1, vec![(2, "Họ và tên", "too_long")], "Họ và tên", "Họ và tên"),
        ),
        (
            "a class that became a day",
            &[(2, "2026-01-03")],
            Rows(1, vec![(2, "Mã lớp", "class_became_date")], "Mã lớp", "Mã lớp"),
        ),
        (
            "a class that became a day as Vietnamese spreadsheets show it",
            &[(2, "03-thg 1")],
            Rows(1, vec![(2, "Mã lớp", "class_became_date")], "«03-thg 1»", "“03-thg 1”"),
        ),
        (
            "a formula's error",
            &[(SECTOR_ID, "#N/A")],
            moet("cell_fault", "không tìm thấy giá trị cần tra", "what was looked up is not there"),
        ),
        ("a column too narrow for its days", &[(BORN, "########")], born("cell_fault", "cột quá hẹp", "too narrow")),
        (
            "a status of nobody",
            &[(9, "Đã bay")],
            Rows(1, vec![(2, "Trạng thái HS", "pupil_status_unknown")], "Đã bay", "Đã bay"),
        ),
        ("a sex of nobody", &[(8, "x")], Rows(1, vec![(2, "Giới tính", "sex_unknown")], "«x»", "“x”")),
    ];
    all.into_iter().map(|(name, changes, says)| Case { name, bytes: with(changes), says }).collect()
}

/// What it is, the cells that are other than they should be, and what is said.
type Cell = (&'static str, &'static [(usize, &'static str)], Says);

const LONG: &str = "Nguyễn Nguyễn Nguyễn Nguyễn Nguyễn Nguyễn Nguyễn Nguyễn Nguyễn Nguyễn Nguyễn Nguyễn Nguyễn Nguyễn \
                    Nguyễn Nguyễn Nguyễn Nguyễn Nguyễn Nguyễn Nguyễn Nguyễn Nguyễn Nguyễn Nguyễn Nguyễn Nguyễn Nguyễn \
                    Nguyễn Nguyễn Nguyễn Nguyễn Nguyễn Nguyễn Nguyễn Nguyễn Nguyễn Nguyễn Nguyễn Nguyễn Nguyễn Nguyễn";
