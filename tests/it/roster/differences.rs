//! What a look at the files tells before anything is written: of each row which values change, from what to what.

use phuong::roster::{Language, Outcome, Report};

use super::office::{Office, SCHOOLS};

const AN: &str = "31303401|3A|3112345601|031317000001|Nguyễn Thị An|14/03/2017|Nữ|Đang học|05/09/2026|\n";
const HUY: &str =
    "31303401|3100000001||Trần Đức Huy|02/09/1985|Nam|Đang làm việc|Giáo viên|huy@example.edu.vn|0912000002\n";
const LAN: &str = "31303401|3100000002||Lê Thị Lan|03/09/1985|Nữ|Đang làm việc|Giáo viên||\n";

/// What the rows of a run change, a line for each value.
fn changes(report: &Report) -> Vec<String> {
    let rows = report.files.iter().flat_map(|file| file.differences.iter());
    rows.flat_map(|(_, what)| what.iter().map(|one| one.told(Language::Vi)).collect::<Vec<_>>()).collect()
}

both! {
    async fn a_row_tells_each_value_that_changes_from_what_to_what(office: Office) {
        assert_eq!(changes(&office.pupils(AN).await), [""; 0], "whoever is new has nothing that changes");
        assert_eq!(changes(&office.pupils(AN).await), [""; 0]);
        let corrected = AN.replace("14/03/2017", "15/03/2017").replace("3A", "3B").replace("Thị An", "Thị Ân");
        let report = office.pupils(&corrected).await;
        let told = [
            "Mã lớp: 3A → 3B",
            "Họ và tên: Nguyễn Thị An → Nguyễn Thị Ân",
            "Ngày sinh: 14/03/2017 → 15/03/2017",
        ];
        let mut found = changes(&report);
        found.sort_by_key(|line| told.iter().position(|told| told == line));
        assert_eq!(found, told);
        let sample = report.samples.iter().find(|sample| sample.outcome == Outcome::Updated).unwrap();
        assert_eq!((sample.name.as_str(), sample.changes.len()), ("Nguyễn Thị Ân", 3));
        let left = office.pupils(&corrected.replace("Đang học|05/09/2026", "Thôi học|20/10/2026")).await;
        assert_eq!(changes(&left), ["Trạng thái: Đang học → Thôi học", "Mã trường: 31303401 → (trống)", "Mã lớp: 3B → (trống)"]);
    }
}

both! {
    async fn a_citizen_number_is_told_in_part_only(office: Office) {
        office.pupils(&AN.replace("031317000001", "")).await;
        let first = office.pupils(AN).await;
        assert_eq!(changes(&first), ["Số định danh cá nhân: (trống) → 031•••••••01"]);
        let second = office.pupils(&AN.replace("031317000001", "031317000092")).await;
        assert_eq!(changes(&second), ["Số định danh cá nhân: ••• → 031•••••••92"]);
    }
}

both! {
    async fn what_staff_do_where_and_how_they_are_reached_is_told(office: Office) {
        office.pupils(AN).await;
        office.staff(&format!("{HUY}{LAN}")).await;
        let moved = HUY.replace("Giáo viên", "Hiệu trưởng").replace("huy@", "duc.huy@");
        let told = ["Nhóm chức vụ: Giáo viên → Cán bộ quản lý", "Email: huy@example.edu.vn → duc.huy@example.edu.vn"];
        let mut found = changes(&office.staff(&moved).await);
        found.sort_by_key(|line| told.iter().position(|told| told == line));
        assert_eq!(found, told);
        let homeroom = |id: &str| format!("31303401|3A|{id}|Chủ nhiệm|\n31303401|3A|{id}|Bộ môn|Toán\n");
        office.staff(HUY).await;
        let first = office.assignments(&homeroom("3100000001")).await;
        assert_eq!(changes(&first), ["Chức năng: (trống) → Chủ nhiệm 3A", "Chức năng: (trống) → Toán 3A"]);
        let second = office.assignments("31303401|3A|3100000002|Chủ nhiệm|\n").await;
        let told = ["Chức năng: Chủ nhiệm 3A: Trần Đức Huy → (trống)", "Chức năng: (trống) → Chủ nhiệm 3A"];
        assert_eq!(changes(&second), told);
    }
}

both! {
    async fn what_changes_about_a_school_is_told(office: Office) {
        office.file("truong.csv", SCHOOLS, "31303401|Trường Tiểu học Mới|TH, THCS|Phường Lê Chân|Đang hoạt động\n");
        let told = [
            "Tên trường: Trường Tiểu học Một → Trường Tiểu học Mới",
            "Cấp học: TH → TH,THCS",
            "Xã/Phường: Phường Hồng Bàng → Phường Lê Chân",
        ];
        assert_eq!(changes(&office.agree(&["truong.csv"]).await), told);
    }
}

both! {
    async fn a_pupil_who_moves_is_told_as_such_and_one_who_has_to_wait_says_why(office: Office) {
        office.pupils(AN).await;
        let there = AN.replace("31303401", "31303402");
        let waits = office.pupils(&there).await;
        let sample = waits.samples.iter().find(|sample| sample.outcome == Outcome::Transfer).unwrap();
        let (vi, en) = sample.why.clone().unwrap();
        assert!(vi.contains("31303401") && en.contains("31303401"), "{vi} {en}");
        assert_eq!(changes(&waits), [""; 0], "nothing is told of whoever is elsewhere");
        let gone = AN.replace("Đang học|05/09/2026", "Chuyển đi|20/10/2026");
        let moved = office.pupils(&format!("{gone}{}", there.replace("05/09/2026", "20/10/2026"))).await;
        assert!(changes(&moved).iter().any(|line| line == "Mã trường: (trống) → 31303402"), "{:?}", changes(&moved));
    }
}
