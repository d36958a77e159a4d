//! Text files: encodings, separators, headers, and what is said of each wrong cell.

use jiff::civil::date;

use super::*;
use crate::{
    model::{
        grade::Grade,
        level::Level,
        mojibake,
        role::Role,
        school_code::SchoolCode,
        sex::Sex,
        status::{PupilStatus, SchoolStatus, StaffStatus},
    },
    roster::{Function, Kind, Limits},
};

fn one(text: &str) -> (Source, Record) {
    let (source, mut records) = read(text.as_bytes()).unwrap();
    assert_eq!(records.len(), 1, "{records:?}");
    (source, records.remove(0))
}

fn pupil_line(change: impl Fn(&mut Vec<&str>)) -> Record {
    let mut cells: Vec<&str> = PUPIL.split(',').collect();
    change(&mut cells);
    one(&format!("{PUPIL_HEADER}\n{}", cells.join(","))).1
}

#[test]
fn the_pupils_file_of_the_sector_database_is_read() {
    let (source, record) = one(&format!("{PUPIL_HEADER}\n{PUPIL}\n"));
    assert_eq!((source.kind, source.header.row, record.row), (Kind::Pupils, 1, 2));
    assert!(record.warnings.is_empty(), "{:?}", record.warnings);
    let row = pupil(&record);
    assert_eq!(row.who.sector_id.as_ref().unwrap().as_str(), "3112345678");
    assert_eq!(row.who.citizen_number.as_ref().unwrap().expose(), "031317004321");
    assert_eq!(row.who.name.as_str(), "Nguyễn Thị Bảo Ngọc");
    assert_eq!((row.who.born, row.who.sex), (Some(date(2017, 3, 14)), Some(Sex::Female)));
    assert_eq!((row.school.as_str(), row.class.as_ref().unwrap().as_str()), ("31303405", "3A"));
    assert_eq!((row.grade, row.status), (Grade::read("3"), PupilStatus::Studying));
    assert_eq!(row.status_since, Some(date(2026, 9, 5)));
}

#[test]
fn the_staff_file_is_read_with_the_role_from_the_position_group() {
    let text = "STT|UBND Xã|Mã trường|Tên trường|Mã định danh Bộ GD&ĐT|Số định danh cá nhân|Họ tên|Ngày sinh|Giới tính|Trạng thái CB|Vị trí việc làm|Nhóm chức vụ|Môn dạy|Email|Điện thoại\n\
        1|Phường Hồng Bàng|31303405|Trường Tiểu học Mẫu|3100456789|031085001234|Trần Đức Huy|02/09/1985|Nam|Đang làm việc|Giáo viên|Giáo viên|Toán, Tin học|huy@example.edu.vn|0912000002";
    let (source, record) = one(text);
    assert_eq!(source.kind, Kind::Staff);
    let Ok(Row::Staff(row)) = &record.outcome else { panic!("{record:?}") };
    assert_eq!((row.role, row.status), (Some(Role::Teacher), StaffStatus::Working));
    assert_eq!(row.subjects, ["Toán", "Tin học"]);
    assert_eq!(
        (row.email.as_deref(), row.phone.as_ref().unwrap().as_str()),
        (Some("huy@example.edu.vn"), "0912000002")
    );
    assert!(record.warnings.is_empty());
    let wrong = text.replace("huy@example.edu.vn", "không có").replace("0912000002", "113");
    let (_, record) = one(&wrong);
    assert!(record.outcome.is_ok());
    assert_eq!(codes(&record.warnings), ["email_unusable", "phone_unusable"]);
    let (_, record) = one(&text.replace("Giáo viên|Giáo viên", "Tổ trưởng|Cán bộ"));
    let Ok(Row::Staff(row)) = &record.outcome else { panic!("{record:?}") };
    assert_eq!((row.role, codes(&record.warnings)), (None, vec!["position_unknown"]));
    assert_eq!((&*record.warnings[0].column, &*record.warnings[0].value), ("Vị trí việc làm", "Tổ trưởng"));
}

#[test]
fn schools_and_assignments_are_read() {
    let (source, record) = one(
        "Mã trường;Tên trường;Cấp học;Xã/Phường;Trạng thái\r\n31303405;Trường Tiểu học Mẫu;TH, THCS;Phường Hồng Bàng;Đang hoạt động\r\n",
    );
    assert_eq!(source.kind, Kind::Schools);
    let Ok(Row::School(row)) = &record.outcome else { panic!("{record:?}") };
    assert_eq!((row.code.as_str(), row.status), ("31303405", SchoolStatus::Open));
    assert_eq!(row.levels.iter().collect::<Vec<_>>(), [Level::Primary, Level::LowerSecondary]);
    let header = "Mã trường\tLớp\tMã định danh giáo viên\tChức năng (Chủ nhiệm / Bộ môn)\tMôn\n";
    let (source, record) = one(&format!("{header}31303405\t3A\t3100456789\tChủ nhiệm\t"));
    assert_eq!(source.kind, Kind::Assignments);
    let Ok(Row::Assignment(row)) = &record.outcome else { panic!("{record:?}") };
    assert_eq!(row.function, Function::Homeroom);
    let (_, record) = one(&format!("{header}31303405\t3A\t3100456789\tBộ môn\tToán"));
    let Ok(Row::Assignment(row)) = &record.outcome else { panic!("{record:?}") };
    assert_eq!(row.function, Function::Subject("Toán".into()));
    let (_, record) = one(&format!("{header}31303405\t3A\t3100456789\tBộ môn\t"));
    assert_eq!(errors(&record), ["required"]);
}

#[test]
fn rows_are_numbered_as_a_spreadsheet_numbers_them() {
    let text = format!(
        "\"Danh sách\nhọc sinh\"\r\n\r\n{PUPIL_HEADER}\r\n(1),(2),(3),,,,,,,,\r\n\r\n{PUPIL}\r\n2,,,,,,,,,,\r\n{PUPIL_HEADER}\r\n\"1\",31303405,\"3\r\nB\",,3112345679,,An,1/2/2017,Nam,,\r\n"
    );
    for ends in [text.clone(), text.replace("\r\n", "\n"), text.replace("\r\n", "\n").replace('\n', "\r")] {
        let (source, records) = read(ends.as_bytes()).unwrap();
        assert_eq!(source.header.row, 3);
        assert_eq!(records.iter().map(|r| r.row).collect::<Vec<_>>(), [6, 9], "{ends:?}");
    }
}

#[test]
fn encodings_delimiters_and_quotes_make_no_difference() {
    let text = format!("{PUPIL_HEADER}\r\n{PUPIL}\r\n");
    let want = read(text.as_bytes()).unwrap().1;
    let little: Vec<u8> = format!("\u{FEFF}{text}").encode_utf16().flat_map(u16::to_le_bytes).collect();
    for bytes in [
        format!("\u{FEFF}{text}").into_bytes(),
        little,
        text.replace(',', ";").into_bytes(),
        text.replace(',', "\t").into_bytes(),
    ] {
        assert_eq!(read(&bytes).unwrap().1, want);
    }
    let formulas = text.replace("3112345678", "\"=\"\"3112345678\"\"\"").replace("031317004321", "'031317004321");
    assert_eq!(read(formulas.as_bytes()).unwrap().1, want);
    let floats = text.replace("3112345678", "3112345678.0").replace("31303405", "31303405.0");
    assert_eq!(read(floats.as_bytes()).unwrap().1, want);
}

#[test]
fn text_of_legacy_fonts_is_converted_with_a_warning() {
    let mut bytes = "Ma truong,Ma lop,Ma hoc sinh,Ho va ten,Ngay sinh\n31303405,3A,3112345678,".as_bytes().to_vec();
    bytes.extend_from_slice(b"Nguy\xD4n Th\xDE B\xB6o Ng\xE4c,14/03/2017\n");
    let (_, records) = read(&bytes).unwrap();
    assert_eq!(pupil(&records[0]).who.name.as_str(), "Nguyễn Thị Bảo Ngọc");
    assert_eq!(codes(&records[0].warnings), ["legacy_text"]);
}

#[test]
fn lost_zeros_come_back_only_with_a_need_to_confirm() {
    let record = pupil_line(|cells| cells[5] = "31317004321");
    assert_eq!(pupil(&record).who.citizen_number.as_ref().unwrap().expose(), "031317004321");
    assert_eq!(codes(&record.warnings), ["leading_zeros_restored"]);
    assert!(record.is_guess(Field::CitizenNumber));
    assert!(!record.warnings[0].message(Language::Vi).contains("031317004321"), "a citizen number is not shown");
    let record = pupil_line(|cells| cells[4] = "112345678");
    assert_eq!(pupil(&record).who.sector_id.as_ref().unwrap().as_str(), "0112345678");
    assert!(record.is_guess(Field::SectorId));
    let record = pupil_line(|cells| cells[1] = "1303405");
    assert_eq!(pupil(&record).school.as_str(), "01303405");
    assert!(record.is_guess(Field::SchoolCode));
    // Two zeros: only where the year of birth bears it out; else it is a sector identifier in the wrong column.
    let record = pupil_line(|cells| cells[5] = "1317004321");
    assert_eq!(pupil(&record).who.citizen_number.as_ref().unwrap().expose(), "001317004321");
    assert_eq!(errors(&pupil_line(|cells| cells[5] = "3112345678")), ["citizen_number_looks_like_sector_id"]);
}

#[test]
fn a_citizen_number_in_the_column_of_the_sector_id_is_not_shown_either() {
    let record = pupil_line(|cells| cells[4] = "031317004321");
    let wrong = record.outcome.as_ref().unwrap_err();
    assert_eq!(codes(wrong), ["sector_id_looks_like_citizen_number"]);
    assert_eq!(wrong[0].value, "031•••••••21");
    assert!(!wrong[0].message(Language::Vi).contains("031317004321"));
    let other = pupil_line(|cells| cells[4] = "031316004321");
    assert_eq!((codes(&other.warnings), &*other.warnings[0].value), (vec!["sector_id_unusual"], "031•••••••21"));
}

#[test]
fn each_wrong_cell_is_named() {
    let wrong = |column: usize, value: &'static str| {
        let record = pupil_line(|cells| cells[column] = value);
        (errors(&record), codes(&record.warnings))
    };
    assert_eq!(wrong(1, ""), (vec!["required"], vec![]));
    assert_eq!(wrong(1, "a b@"), (vec!["school_code_malformed"], vec![]));
    assert_eq!(wrong(2, ""), (vec![], vec!["class_missing"]));
    assert_eq!(wrong(2, "03-Jan"), (vec!["class_became_date"], vec![]));
    assert_eq!(wrong(2, "1.00E+05"), (vec!["code_shortened"], vec![]));
    assert_eq!(wrong(2, "3.1"), (vec![], vec![]));
    assert_eq!(wrong(3, "Khối 4"), (vec![], vec!["grade_differs_from_class"]));
    assert_eq!(wrong(3, "Khối 99"), (vec!["grade_unknown"], vec![]));
    assert_eq!(wrong(4, ""), (vec![], vec!["sector_id_missing"]));
    assert_eq!(wrong(4, "HP12345"), (vec![], vec!["sector_id_unusual"]));
    assert_eq!(wrong(4, "031317004321"), (vec!["sector_id_looks_like_citizen_number"], vec![]));
    // Of another year than the row's: an ID as good as any.
    assert_eq!(wrong(4, "031316004321"), (vec![], vec!["sector_id_unusual"]));
    assert_eq!(wrong(5, "0313"), (vec!["citizen_number_malformed"], vec![]));
    assert_eq!(wrong(5, "031217004321"), (vec![], vec!["citizen_number_other_sex"]));
    assert_eq!(wrong(5, "031316004321"), (vec![], vec!["citizen_number_other_year"]));
    assert_eq!(wrong(6, ""), (vec!["required"], vec![]));
    assert_eq!(wrong(6, "???"), (vec!["name_unreadable"], vec![]));
    assert_eq!(wrong(6, "Nguyễn An 2"), (vec![], vec!["name_has_digits"]));
    assert_eq!(wrong(6, "Nguy\u{FFFD}n"), (vec!["text_damaged"], vec![]));
    assert_eq!(wrong(7, "2017"), (vec!["date_year_only"], vec![]));
    assert_eq!(wrong(7, "03/14/2017"), (vec!["date_no_such_month"], vec![]));
    assert_eq!(wrong(7, "42808"), (vec![], vec![]));
    assert_eq!(wrong(7, ""), (vec![], vec!["birth_date_missing"]));
    assert_eq!(wrong(8, "x"), (vec!["sex_unknown"], vec![]));
    assert_eq!(wrong(9, "Đã bay"), (vec!["pupil_status_unknown"], vec![]));
    let nobody = pupil_line(|cells| (cells[4], cells[5], cells[7]) = ("", "", ""));
    assert_eq!(errors(&nobody), ["identity_missing"]);
}

#[test]
fn what_a_problem_names_beside_its_own_cell_is_told_as_far_as_the_file_has_a_column() {
    let others = |at: usize, with: &'static str| {
        let record = pupil_line(|cells| cells[at] = with);
        let found = record.outcome.as_ref().err().into_iter().flatten().chain(&record.warnings);
        found
            .flat_map(|issue| issue.others.clone())
            .map(|(title, value)| format!("{title}: {value}"))
            .collect::<Vec<_>>()
    };
    assert_eq!(others(6, "Nguyễn An (đã chuyển)"), ["Trạng thái HS: Đang học"]);
    assert_eq!(others(5, "031316004321"), ["Ngày sinh: 14/03/2017"]);
    assert_eq!(others(4, "031317004321"), ["Số định danh cá nhân: 031•••••••21"]);
    assert_eq!(others(7, "31/02/2017"), [""; 0], "nothing beside");
    let nobody = pupil_line(|cells| (cells[4], cells[5], cells[7]) = ("", "", ""));
    let told: Vec<_> = nobody.outcome.unwrap_err().into_iter().flat_map(|issue| issue.others).collect();
    assert_eq!(told, [("Ngày sinh".into(), String::new())]);
}

#[test]
fn a_report_hides_most_of_a_citizen_number_and_logs_show_no_value() {
    let record = pupil_line(|cells| cells[5] = "03131700432");
    let issue = &record.warnings[0];
    assert_eq!(issue.value, "031••••••32");
    assert!(!format!("{record:?}").contains("031317"));
}

#[test]
fn the_caller_may_name_the_school_of_a_file_that_does_not() {
    let text = "Mã học sinh,Họ tên,Ngày sinh,Lớp\n3112345678,An,1/2/2017,3A\n";
    let Err(OpenError::MissingColumns { missing, .. }) = read(text.as_bytes()) else { panic!() };
    assert_eq!(missing, [crate::roster::Field::SchoolCode]);
    let options = Options { school: Some(SchoolCode::read("31303405").unwrap()), ..Options::default() };
    let (_, records) = read_with(text.as_bytes(), &options).unwrap();
    assert_eq!(pupil(&records[0]).school.as_str(), "31303405");
}

#[test]
fn unknown_and_repeated_columns_are_listed() {
    let (source, _) = read(format!("{PUPIL_HEADER},Dân tộc,Họ tên\n{PUPIL},Kinh,x\n").as_bytes()).unwrap();
    let ignored: Vec<&str> = source.header.ignored(source.kind).map(|column| column.title.as_str()).collect();
    assert_eq!((ignored, source.header.unknown.len()), (vec!["Dân tộc", "Họ tên"], 1));
    // What another kind of file reads is not read either.
    let text = format!("{PUPIL_HEADER},Tên trường,Điện thoại,Email\n{PUPIL},Mẫu,0912000002,a@b.vn\n");
    let (source, _) = read(text.as_bytes()).unwrap();
    let ignored: Vec<&str> = source.header.ignored(source.kind).map(|column| column.title.as_str()).collect();
    assert_eq!(ignored, ["Tên trường", "Email", "Điện thoại"]);
    // A school's name is, where no code stands beside it.
    let options = || Options { school: Some(SchoolCode::read("31303405").unwrap()), ..Options::default() };
    for (title, unread) in [("Tên trường", 0), ("Trường", 1)] {
        let text = format!("{title},Lớp,Mã HS,Họ tên,Ngày sinh\nMẫu,3A,3112345678,An,14/03/2017\n");
        let (source, _) = read_with(text.as_bytes(), &options()).unwrap();
        assert_eq!(source.header.ignored(source.kind).count(), unread, "{title}");
    }
}

#[test]
fn a_visitor_may_stop_and_begin_again() {
    let text = format!("{PUPIL_HEADER}\n{PUPIL}\n{PUPIL}\n{PUPIL}\n");
    let file = file(text.as_bytes());
    let mut source = open(file.path(), &Options::default()).unwrap();
    let mut seen = 0;
    source
        .for_each(|_| {
            seen += 1;
            ControlFlow::Break(())
        })
        .unwrap();
    assert_eq!((seen, records_of(&mut source).unwrap().len()), (1, 3));
}

#[test]
fn r45_a_csv_file_is_bounded_in_bytes_rows_columns_and_records() {
    let text = format!("{PUPIL_HEADER}\n{PUPIL}\n{PUPIL}\n");
    let refused = |text: &str, limits: Limits| {
        let failed = read_with(text.as_bytes(), &Options { limits, ..Options::default() }).unwrap_err();
        assert_eq!(failed.code(), "file_too_large", "{failed}");
    };
    refused(&text, Limits { csv_bytes: 10, ..Limits::default() });
    refused(&text, Limits { rows: 2, ..Limits::default() });
    refused(&text, Limits { columns: 5, ..Limits::default() });
    let open_quote = format!("{PUPIL_HEADER}\n\"{}", "a,\n".repeat(100_000));
    refused(&open_quote, Limits { record_bytes: 10_000, ..Limits::default() });
}

#[test]
fn a_file_without_header_is_refused() {
    assert_eq!(read(b"").unwrap_err().code(), "file_empty");
    assert_eq!(read(b"\n\n").unwrap_err().code(), "header_not_found");
    assert_eq!(read(b"a,b\n1,2\n").unwrap_err().code(), "header_not_found");
    assert_eq!(read(b"%PDF-1.7\n\x01\x02").unwrap_err().code(), "file_other_document");
}

#[test]
fn utf_8_that_was_opened_as_western_text_and_saved_is_repaired_or_told() {
    let taken: String = format!("{PUPIL_HEADER}\n{PUPIL}\n").bytes().map(mojibake::western).collect();
    assert!(taken.contains("Nguyá»…n"));
    let (_, records) = read(taken.as_bytes()).unwrap();
    let row = pupil(&records[0]);
    assert_eq!(row.who.name.as_str(), "Nguyễn Thị Bảo Ngọc");
    assert_eq!((row.who.sex, row.status), (Some(Sex::Female), PupilStatus::Studying));
    let warned = codes(&records[0].warnings);
    assert!(warned.iter().all(|code| *code == "text_repaired"), "{warned:?}");
    let told = records[0].warnings[0].message(Language::En);
    assert!(told.contains("was opened as Western text, and was read as “") && told.contains("65001"), "{told}");

    // One name lost a letter: its row is told. The header lost some: the file is.
    let (_, records) = read(taken.replace("Nguyá»…n", "Nguyá»?n").as_bytes()).unwrap();
    assert_eq!(errors(&records[0]), ["text_garbled"]);
    let lost: String = taken.chars().map(|c| if c > 'ÿ' || c.is_control() && c != '\n' { '?' } else { c }).collect();
    let Err(error) = read(lost.as_bytes()) else { panic!("read") };
    assert_eq!(error.code(), "text_garbled");
    assert!(error.message(Language::Vi).contains("Dòng 1: «"), "{}", error.message(Language::Vi));
}

#[test]
fn a_list_that_does_not_say_of_whom_it_is_is_not_guessed() {
    let text = "Mã trường,Mã định danh,Họ tên,Ngày sinh,Môn\n31303405,3112345678,An,14/3/2017,Toán\n";
    let Err(error) = read(text.as_bytes()) else { panic!("guessed") };
    assert_eq!(error.code(), "kind_unclear");
    assert!(error.message(Language::En).contains("say what list it is"), "{}", error.message(Language::En));
    for (kind, is) in [(Kind::Staff, true), (Kind::Pupils, false)] {
        let (_, records) = read_with(text.as_bytes(), &Options { kind: Some(kind), ..Options::default() }).unwrap();
        assert_eq!(matches!(records[0].outcome, Ok(Row::Staff(_))), is);
    }
}

#[test]
fn what_somebody_said_of_files_that_do_not_tell_changes_none_that_does() {
    let pupils = Options { otherwise: Some(Kind::Pupils), ..Options::default() };
    for (titles, kind) in [
        ("Họ và tên,Ngày sinh,Mã trường", Kind::Pupils),
        ("Họ và tên,Ngày sinh,Mã trường,Nhóm chức vụ,Chức vụ", Kind::Staff),
    ] {
        let (source, _) = read_with(titles.as_bytes(), &pupils).unwrap();
        assert_eq!(source.kind, kind, "{titles}");
    }
}
