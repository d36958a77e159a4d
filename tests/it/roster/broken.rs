//! What is wrong with a file and shows only beside others, or beside what is known: duplicates, two schools in one file,
//! another year. The other broken files are in `tests/it/roster_files/broken`.

use phuong::roster::{Amended, AmendedCell, AmendedColumn, Ask, ImportError, Issue, Language, Outcome, Report};

use super::office::{Office, PUPILS, STAFF};

const AN: &str = "31303401|3A|3112345678|031317004321|Nguyễn Thị An|14/03/2017|Nữ|Đang học||\n";

/// Row, column, code.
type Said = Vec<(u32, String, &'static str)>;

fn said(report: &Report) -> Said {
    report.issues.iter().map(|issue: &Issue| (issue.row, issue.column.to_string(), issue.code())).collect()
}

/// Three pupils: the first born on 03/14, the second on a day of either order, the third on this one.
fn month_first(third: &str) -> String {
    let born = |n: u32, day: &str| {
        AN.replace("3112345678", &format!("311234567{n}")).replace("031317004321", "").replace("14/03/2017", day)
    };
    born(1, "03/14/2017") + &born(2, "02/03/2017") + &born(3, third)
}

async fn refused(office: &Office, ask: &Ask) -> (String, String, &'static str) {
    match office.run(ask).await {
        Err(ImportError::File { error, .. }) => {
            (error.message(Language::Vi), error.message(Language::En), error.code())
        }
        other => panic!("{other:?}"),
    }
}

both! {
    async fn every_broken_list_is_told_of_where_it_is_wrong(office: Office) {
        let other = AN.replace("31303401", "31303402");
        let twin = AN.replace("031317004321|Nguyễn Thị An|14/03/2017", "|Nguyễn Thị Bình|01/01/2016");
        let namesake = AN.replace("031317004321", "");
        for (what, rows, school, want) in [
            ("the same row twice", format!("{AN}{AN}"), None, vec![(3, "STT", "row_repeated")]),
            ("two people with one sector ID", format!("{AN}{twin}"), None, vec![(3, "Mã định danh Bộ GD&ĐT", "duplicate_person")]),
            ("one person in two classes", format!("{AN}{}", namesake.replace("3A", "3B")), None, vec![(3, "Mã định danh Bộ GD&ĐT", "duplicate_person")]),
            ("two schools in one file", format!("{AN}{}", other.replace("3112345678", "3112345679").replace("031317004321", "")), Some("31303401"), vec![(3, "Mã trường", "school_not_asked")]),
            ("days that were written month first", month_first("03/15/2017"), None, vec![(2, "Ngày sinh", "date_no_such_month"), (3, "Ngày sinh", "date_order_unclear"), (4, "Ngày sinh", "date_no_such_month")]),
            ("one slip among days of which one shows the order", month_first("15/03/2017"), None, vec![(2, "Ngày sinh", "date_no_such_month")]),
            ("a signature below the list", format!("{AN}||||Người lập biểu|||||\n"), None, vec![(3, "Họ và tên", "row_below_list")]),
            ("nobody is born tomorrow", AN.replace("031317004321", "").replace("14/03/2017", "25/11/2026"), None, vec![(2, "Ngày sinh", "birth_date_future")]),
            ("a grandmother in grade 3", AN.replace("031317004321", "").replace("2017", "1955"), None, vec![(2, "Ngày sinh", "age_unusual")]),
            ("a school that nobody knows", AN.replace("31303401", "99999999"), None, vec![(2, "Mã trường", "school_unknown")]),
        ] {
            office.file("danh-sach.csv", PUPILS, &rows);
            let school = school.map(|code: &str| phuong::model::school_code::SchoolCode::read(code).unwrap());
            let report = office.run(&Ask { school, ..office.ask(&["danh-sach.csv"]) }).await.unwrap();
            let want: Said = want.into_iter().map(|(row, column, code)| (row, column.to_owned(), code)).collect();
            assert_eq!(said(&report), want, "{what}");
        }
    }
}

both! {
    async fn notes_below_a_list_are_counted_as_such_and_refuse_nothing(office: Office) {
        office.file("danh-sach.csv", PUPILS, &format!("{AN}||||Tổng số: 1|||||\n"));
        let report = office.commit(&["danh-sach.csv"]).await;
        assert_eq!((report.tally.created, report.has_errors()), (1, false));
        assert_eq!(report.files[0].outcomes, [(2, Outcome::Created), (3, Outcome::PassedOver)]);
    }
}

both! {
    async fn last_years_list_is_refused_before_it_moves_anybody(office: Office) {
        office.file("danh-sach.csv", &format!("DANH SÁCH HỌC SINH NĂM HỌC 2024 - 2025||||||||\n{PUPILS}"), AN);
        let ask = office.ask(&["danh-sach.csv"]);
        let (vi, en, code) = refused(&office, &ask).await;
        assert_eq!(code, "school_year_differs");
        assert!(vi.contains("Dòng 1 ghi năm học 2024-2025") && en.contains("if it is meant for 2024-2025"), "{vi} {en}");
        let meant = Ask { year: Some("2024-2025".parse().unwrap()), ..ask };
        assert_eq!(office.run(&meant).await.unwrap().tally.rows, 1);
        // Two years are a sentence about both, and no year of the list.
        office.file("danh-sach.csv", &format!("LÊN LỚP 2024-2025 SANG 2025-2026||||||||\n{PUPILS}"), AN);
        assert_eq!(office.dry(&["danh-sach.csv"]).await.tally.rows, 1);
    }
}

both! {
    async fn a_list_whose_rows_say_that_they_are_last_years_is_refused_too(office: Office) {
        let with_year = |text: &str, year: &str| format!("{}|{year}\n", text.trim_end());
        let header = with_year(PUPILS, "Năm học");
        office.file("danh-sach.csv", &header, &with_year(AN, "2024-2025"));
        let ask = office.ask(&["danh-sach.csv"]);
        let (vi, en, code) = refused(&office, &ask).await;
        assert_eq!(code, "school_year_differs");
        assert!(vi.contains("Dòng 2 ghi năm học 2024-2025") && en.contains("Row 2 says"), "{vi} {en}");
        let meant = Ask { year: Some("2024-2025".parse().unwrap()), ..ask };
        assert_eq!(office.run(&meant).await.unwrap().tally.rows, 1);
    }
}

both! {
    async fn a_list_of_nobody_is_the_wrong_file(office: Office) {
        office.file("danh-sach.csv", PUPILS, "");
        office.file("can-bo.csv", STAFF, "31303401|3100456789||Trần Đức Huy|02/09/1985|Nam|Đang làm việc|Giáo viên||\n");
        let (vi, en, code) = refused(&office, &office.ask(&["can-bo.csv", "danh-sach.csv"])).await;
        assert_eq!(code, "no_rows");
        assert!(vi.contains("không có dòng dữ liệu nào") && en.contains("no row of data"));
    }
}

both! {
    async fn somebody_at_the_end_of_a_list_of_whom_something_lacks_is_refused_and_no_note(office: Office) {
        let without_day = AN.replace("3112345678|031317004321", "|").replace("3A", "Lá").replace("14/03/2017", "");
        office.file("danh-sach.csv", PUPILS, &format!("{AN}{without_day}"));
        let report = office.commit(&["danh-sach.csv"]).await;
        assert_eq!(report.files[0].outcomes, [(2, Outcome::Created), (3, Outcome::Refused)]);
    }
}

both! {
    async fn days_that_are_typed_after_a_look_do_not_tell_how_the_others_were_written(office: Office) {
        let list = month_first("03/15/2017");
        office.file("danh-sach.csv", PUPILS, &list);
        let unclear = (3, "Ngày sinh".to_owned(), "date_order_unclear");
        assert!(said(&office.dry(&["danh-sach.csv"]).await).contains(&unclear));
        let mut amended = Amended::default();
        for (row, text) in [(2, "14/03/2017"), (4, "2017-03-15")] {
            let (file, text) = ("danh-sach.csv".to_owned(), text.to_owned());
            amended.put(AmendedCell { file, sheet: String::new(), row, column: AmendedColumn::At(5), text });
        }
        let ask = Ask { amended: amended.into(), ..office.ask(&["danh-sach.csv"]) };
        assert!(said(&office.run(&ask).await.unwrap()).contains(&unclear), "nobody said that of row 3");
    }
}
