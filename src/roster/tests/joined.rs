//! What stands in several columns and is one thing to people.

use jiff::civil::date;
use rust_xlsxwriter::Format;

use super::*;
use crate::{
    model::{school_code::SchoolCode, sex::Sex},
    roster::{Amended, AmendedCell, AmendedColumn, peek},
};

fn options() -> Options {
    Options { school: Some(SchoolCode::read("31303405").unwrap()), name: Some("a.csv".into()), ..Options::default() }
}

/// The names of a table, and the codes of what is said of it.
fn names(bytes: &[u8]) -> (Vec<String>, Vec<&'static str>) {
    let (_, records) = read_with(bytes, &options()).unwrap();
    let said = records.iter().flat_map(|record| codes(&record.warnings)).collect();
    (records.iter().map(|record| pupil(record).who.name.as_str().to_owned()).collect(), said)
}

/// A workbook with a header whose second title is merged over two columns, and these rows.
fn class_list(rows: &[[&str; 6]]) -> Vec<u8> {
    workbook(|book| {
        let sheet = book.add_worksheet();
        sheet.write(0, 0, "DANH SÁCH LỚP 1A")?.merge_range(1, 1, 1, 2, "Họ và tên", &Format::new())?;
        for (column, title) in [(0, "STT"), (3, "Ngày sinh"), (4, "Lớp"), (5, "Mã HS")] {
            sheet.write(1, column, title)?;
        }
        for (row, cells) in (2..).zip(rows) {
            for (column, text) in (0..).zip(cells) {
                sheet.write(row, column, *text)?;
            }
        }
        Ok(())
    })
}

#[test]
fn a_name_under_a_title_over_two_columns_is_read_whole() {
    let rows = [
        ["1", "Phạm Khánh", "Anh", "14/03/2020", "1A", "3110000099"],
        ["2", "Nguyễn", "Bảo Ngọc", "15/03/2020", "1A", "3110000100"],
        ["3", "Lê Văn Tám", "", "16/03/2020", "1A", "3110000101"],
    ];
    let (read, said) = names(&class_list(&rows));
    assert_eq!((read, said.len()), (vec!["Phạm Khánh Anh".into(), "Nguyễn Bảo Ngọc".into(), "Lê Văn Tám".into()], 0));
}

#[test]
fn a_name_under_a_title_over_two_columns_is_read_whole_in_a_page() {
    let page = "<html><meta charset=utf-8><table><tr><th>STT<th colspan=2>Họ và tên<th>Ngày sinh<th>Lớp<th>Mã HS</tr>\
        <tr><td>1<td>Phạm<td>Khánh Anh<td>14/03/2020<td>1A<td>3110000099</tr></table></html>";
    assert_eq!(names(page.as_bytes()), (vec!["Phạm Khánh Anh".to_owned()], vec![]));
}

#[test]
fn single_words_beside_the_name_are_its_end_where_nearly_everybody_has_one() {
    let list = |header: &str, rows: &[(&str, &str)]| {
        let row = |(number, (name, beside)): (usize, &(&str, &str))| {
            format!("{name},{beside},14/03/2014,6A1,48000000{number:02}\n")
        };
        let rows: String = rows.iter().enumerate().map(row).collect();
        names(format!("{header},Ngày sinh,Lớp,Mã HS\n{rows}").as_bytes())
    };
    let read = |rows: &[(&str, &str)]| list("Họ và tên,", rows);
    let split = [("Lê Thị", "Hoa"), ("Trần", "Nam"), ("Lý", "An"), ("Đỗ Thu", "Chi"), ("Vũ", "Bình"), ("Hà", "Yến")];
    assert_eq!(read(&split).0[0], "Lê Thị Hoa");
    assert_eq!(read(&split).0[1], "Trần Nam");
    assert_eq!(read(&split).1, Vec::<&str>::new());
    assert_eq!(list("Họ và tên,Tên", &split).0[5], "Hà Yến");
    let three =
        "Họ và tên,,,Lớp,Mã HS\nLê,Thu,Hoa,6A1,4800000001\nTrần,Văn,An,6A1,4800000002\nLý,Bảo,Chi,6A1,4800000003\n";
    assert_eq!(names(three.as_bytes()).0, ["Lê Thu Hoa", "Trần Văn An", "Lý Bảo Chi"]);
    // The given name again, to sort by.
    let again = [("Lê Thị Hoa", "Hoa"), ("Trần Nam", "Nam"), ("Lý An", "An")];
    for header in ["Họ và tên,", "Họ và tên,Tên"] {
        assert_eq!(list(header, &again), (vec!["Lê Thị Hoa".into(), "Trần Nam".into(), "Lý An".into()], vec![]));
    }
    // What are no names joins nothing.
    for beside in [["Nam", "Nữ", "Nữ"], ["6A1", "6A2", "6A1"], ["x", "x", "x"]] {
        let rows: Vec<_> = ["Lê Hoa", "Trần An", "Lý Chi"].into_iter().zip(beside).collect();
        assert_eq!(read(&rows), (vec!["Lê Hoa".into(), "Trần An".into(), "Lý Chi".into()], vec![]), "{beside:?}");
    }
    // What may be is told in each row, which waits for whoever knows: a name is never cut.
    for (name, beside) in [("Lê Hoa", "Kinh"), ("Nguyễn", "Bảo Ngọc")] {
        let text = format!("Họ và tên,,Ngày sinh,Lớp,Mã HS\n{name},{beside},14/03/2014,6A1,4800000001\n");
        let (_, records) = read_with(text.as_bytes(), &options()).unwrap();
        assert_eq!(codes(records[0].outcome.as_ref().unwrap_err()), ["text_beside_name"]);
        let mut ignored = Amended::default();
        ignored.name("cột không tên (B)", None);
        let (_, records) = read_with(text.as_bytes(), &Options { amended: ignored.into(), ..options() }).unwrap();
        assert_eq!((pupil(&records[0]).who.name.as_str(), records[0].warnings.len()), (name, 0));
    }
}

#[test]
fn a_column_without_a_title_beside_the_name_is_listed_and_somebody_may_say_what_it_is() {
    let text =
        "Họ và tên,,Ngày sinh,Lớp,Mã HS\nLê Thị,,14/03/2014,6A1,4800000001\nTrần,An Bình,15/03/2014,6A1,4800000002\n";
    let (source, _) = read_with(text.as_bytes(), &options()).unwrap();
    let ignored: Vec<_> = source.header.ignored(source.kind).map(|column| column.title.clone()).collect();
    assert_eq!(ignored, ["cột không tên (B)"]);
    let peeked = |options: &Options| peek(file(text.as_bytes()).path(), options).unwrap().unwrap().columns;
    let columns = peeked(&options());
    assert_eq!((columns[1].title.as_str(), columns[1].field), ("cột không tên (B)", None));
    assert_eq!(columns[1].samples, ["An Bình"]);

    let mut amended = Amended::default();
    amended.name("cột không tên (B)", Some(Field::GivenName));
    let said = Options { amended: std::sync::Arc::new(amended), ..options() };
    let (_, records) = read_with(text.as_bytes(), &said).unwrap();
    assert_eq!(pupil(&records[1]).who.name.as_str(), "Trần An Bình");
    assert_eq!(peeked(&said)[1].field, Some(Field::GivenName));

    let mut amended = Amended::default();
    amended.name("cột không tên (B)", None);
    let said = Options { amended: std::sync::Arc::new(amended), ..options() };
    let (_, records) = read_with(text.as_bytes(), &said).unwrap();
    assert!(records[1].warnings.is_empty(), "{records:?}");
}

#[test]
fn parts_of_a_name_are_joined_in_their_order_wherever_they_stand() {
    let rest = ",14/03/2014,6A1,4800000001";
    for (titles, cells) in [
        ("Họ đệm,Tên", "Lê Thị,Hoa"),
        ("Tên,Họ đệm", "Hoa,Lê Thị"),
        ("Họ và tên đệm,Tên", "Lê Thị,Hoa"),
        ("Họ,Tên đệm,Tên", "Lê,Thị,Hoa"),
        ("Họ,Đệm,Tên", "Lê Thị,,Hoa"),
        ("Họ,Chữ lót,Tên", "Lê,Thị,Hoa"),
        ("Họ và chữ lót,Tên học sinh", "Lê Thị,Hoa"),
        ("Họ học sinh,Tên học sinh", "Lê Thị,Hoa"),
    ] {
        let text = format!("{titles},Ngày sinh,Lớp,Mã HS\n{cells}{rest}\n{titles},Ngày sinh,Lớp,Mã HS\n");
        assert_eq!(names(text.as_bytes()), (vec!["Lê Thị Hoa".to_owned()], vec![]), "{titles}");
    }
    let text = format!("Họ đệm,Tên,Ngày sinh,Lớp,Mã HS\n??,??{rest}\n");
    let (source, records) = read_with(text.as_bytes(), &options()).unwrap();
    let told = records[0].outcome.as_ref().unwrap_err();
    assert_eq!(
        (&*told[0].column, told[0].code(), told[0].value.as_str()),
        ("Họ đệm + Tên", "name_unreadable", "?? ??")
    );
    // The whole name, put right in one cell.
    let mut amended = Amended::default();
    let column = source.place().column(&told[0].column).unwrap();
    let (sheet, text_of) = (String::new(), "Lê Thị Hoa".to_owned());
    amended.put(AmendedCell { file: "a.csv".into(), sheet, row: 2, column: AmendedColumn::At(column), text: text_of });
    let said = Options { amended: std::sync::Arc::new(amended), ..options() };
    let (_, records) = read_with(text.as_bytes(), &said).unwrap();
    assert_eq!(pupil(&records[0]).who.name.as_str(), "Lê Thị Hoa");
}

#[test]
fn no_part_of_a_name_is_left_out_without_a_word() {
    let read = |text: &str| {
        let (source, records) = read_with(text.as_bytes(), &options()).unwrap();
        let said = records.iter().map(|record| match &record.outcome {
            Ok(_) => pupil(record).who.name.as_str().to_owned(),
            Err(issues) => format!("{} {}", issues[0].column, issues[0].code()),
        });
        let ignored = source.header.ignored(source.kind).map(|column| column.title.clone());
        (said.collect::<Vec<_>>(), ignored.collect::<Vec<_>>())
    };
    let rest = "14/03/2014,6A1,4800000001";
    // The whole name all the same, beside a column of family names.
    let whole = format!("Họ đệm,Tên học sinh,Ngày sinh,Lớp,Mã HS\nLê Thị,Lê Thị Hoa,{rest}\n");
    assert_eq!(read(&whole), (vec!["Lê Thị Hoa".to_owned()], vec!["Họ đệm".to_owned()]));
    // Something between its parts.
    for (titles, ignored) in [("Họ,Giữa,Tên", "Giữa"), ("Họ,,Tên", "cột không tên (B)")] {
        let text = format!("{titles},Ngày sinh,Lớp,Mã HS\nLê,Thị,Hoa,{rest}\nTrần,,An,{rest}\n");
        let want = vec!["Họ + Tên text_beside_name".to_owned(), "Trần An".to_owned()];
        assert_eq!(read(&text), (want, vec![ignored.to_owned()]));
    }
    // The last word is missing: where most have one, and where there is but one word.
    let header = "Họ,Chữ lót,Tên,Ngày sinh,Lớp,Mã HS";
    let text = format!("{header}\nLê,Thị,Hoa,{rest}\nTrần,Văn,,{rest}\n,,Nớt,{rest}\nVũ,An,Bình,{rest}\n");
    assert_eq!(read(&text).0, ["Lê Thị Hoa", "Tên required", "Nớt", "Vũ An Bình"]);
    assert_eq!(read(&format!("{header}\nNguyễn,,,{rest}\n")).0, ["Tên required"]);
    // In a report that comes back, whole names stand in the first column.
    let text = format!("{header}\nLê Thị Hoa,,,{rest}\nTrần Văn,,,{rest}\nVũ,An,Bình,{rest}\n");
    assert_eq!(read(&text).0, ["Lê Thị Hoa", "Trần Văn", "Vũ An Bình"]);
    // It is put right in either column.
    let text = format!("Họ,Tên,Ngày sinh,Lớp,Mã HS\nLê,,{rest}\nTrần,An,{rest}\n");
    for (column, put) in [(0, "Lê Hoa"), (1, "Hoa")] {
        let mut amended = Amended::default();
        let (sheet, column, put) = (String::new(), AmendedColumn::At(column), put.to_owned());
        amended.put(AmendedCell { file: "a.csv".into(), sheet, row: 2, column, text: put });
        let (_, records) =
            read_with(text.as_bytes(), &Options { amended: std::sync::Arc::new(amended), ..options() }).unwrap();
        assert_eq!(pupil(&records[0]).who.name.as_str(), "Lê Hoa");
    }
}

#[test]
fn boys_and_girls_are_marked_in_columns_of_their_own() {
    for titles in ["Nam,Nữ", "Nam,Ghi chú,Nữ"] {
        let gap = if titles.contains("chú") { "," } else { "" };
        let row = |boy: &str, girl: &str| format!("4000000700,Lê Hà,14/03/2020,{boy},{gap}{girl},1A\n");
        let rows = [row("", "x"), row("x", ""), row("", ""), row("x", "x")].concat();
        let text = format!("Mã HS,Họ và tên,Ngày sinh,{titles},Lớp\n{rows}");
        let (_, records) = read_with(text.as_bytes(), &options()).unwrap();
        let sexes: Vec<_> = records[..3].iter().map(|record| pupil(record).who.sex).collect();
        assert_eq!(sexes, [Some(Sex::Female), Some(Sex::Male), None], "{titles}");
        assert_eq!(codes(records[3].outcome.as_ref().unwrap_err()), ["sex_unknown"], "{titles}");
    }
}

#[test]
fn a_birth_date_in_the_column_of_the_sex_tells_both() {
    for (titles, marks) in [
        (["Ngày sinh,", "Nam,Nữ"], [",14/03/2020", "15/03/2020,"]),
        (["Ngày sinh,", "Nữ,Nam"], ["14/03/2020,", ",15/03/2020"]),
        (["Ngày sinh,Nữ", ","], ["14/03/2020,x", "15/03/2020,"]),
        (["Ngày sinh,Nữ", ","], ["14/03/2020,Nữ", "15/03/2020,Nam"]),
    ] {
        let text = format!(
            "Mã HS,Họ và tên,Lớp,{}\n,,,{}\n4000000700,Lê Hoa,1A,{}\n4000000701,Lê An,1A,{}\n",
            titles[0], titles[1], marks[0], marks[1]
        );
        let (_, records) = read_with(text.as_bytes(), &options()).unwrap();
        let read: Vec<_> = records.iter().map(|record| (pupil(record).who.born, pupil(record).who.sex)).collect();
        let want = [(Some(date(2020, 3, 14)), Some(Sex::Female)), (Some(date(2020, 3, 15)), Some(Sex::Male))];
        assert_eq!(read, want, "{text}");
        assert!(records.iter().all(|record| record.warnings.is_empty()), "{records:?}");
    }
    // Where nobody is marked, nobody is taken for a boy.
    let (source, records) =
        read_with("Mã HS,Họ và tên,Ngày sinh,Nữ,Lớp\n4000000700,Lê Hoa,14/03/2020,,1A\n".as_bytes(), &options())
            .unwrap();
    assert_eq!((pupil(&records[0]).who.sex, source.header.unknown.len()), (None, 1));
}

#[test]
fn the_rows_of_a_list_say_of_which_year_it_is() {
    let text = "Mã HS,Họ và tên,Ngày sinh,Lớp,Năm học\n4000000700,Lê Hoa,14/03/2020,1A,2025-2026\n\
        4000000701,Lê An,15/03/2020,1A,2025-2026\n4000000702,Lê Chi,15/03/2020,1A,2026 - 2027\n";
    let (source, _) = read_with(text.as_bytes(), &options()).unwrap();
    let years: Vec<_> = source.years.iter().map(|(row, year)| (*row, year.to_string())).collect();
    assert_eq!(years, [(2, "2025-2026".to_owned()), (4, "2026-2027".to_owned())]);
}
