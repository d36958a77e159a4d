//! The sheets of badges.

use phuong::{
    i18n::Locale,
    slips::{BADGES_PER_SHEET, Badge, badge_pdf},
};
use zeroize::Zeroizing;

use super::paper::{badges, codes};

const SITE: &str = "https://sso.haiphong.edu.vn";
const TOKEN: &str = "BCFGHJKLMNPQRSTVXZBCFGHJKLMNPQR";

fn badge(n: u8, name: &str) -> Badge {
    Badge {
        name: name.to_owned(),
        class: Some("3A".to_owned()),
        school: "Trường Tiểu học Kỳ Đồng".to_owned(),
        sector_id: format!("31000000{n:02}"),
        year: "2026-2027".to_owned(),
        token: Zeroizing::new(format!("{}{TOKEN}", char::from(b'A' + n % 26))),
    }
}

#[test]
fn a_badge_reads_as_it_was_written_and_its_token_stands_behind_the_hash() {
    let badge = badge(7, "Nguyễn Thị Quỳnh Hường");
    let pdf = badge_pdf(std::slice::from_ref(&badge), SITE, Locale::Vi.texts()).unwrap();
    let [lines] = badges(&pdf).try_into().unwrap();
    for line in ["Nguyễn Thị Quỳnh Hường", "Lớp 3A", "Năm học 2026-2027", "3100000007"] {
        assert!(lines.iter().any(|found| found == line), "{line}: {lines:?}");
    }
    assert!(lines.join(" ").contains("Trường Tiểu học Kỳ Đồng"), "{lines:?}");
    assert!(!lines.join(" ").contains(badge.token.as_str()), "nobody reads it over a shoulder");
    // R50: what stands before `#` is all that a server is sent.
    assert_eq!(codes(&pdf), [format!("{SITE}/badge#{}", *badge.token)]);
}

#[test]
fn ten_badges_fill_a_sheet_and_every_code_is_read_back() {
    for (count, pages) in [(1, vec![1]), (10, vec![10]), (23, vec![10, 10, 3])] {
        let all: Vec<Badge> = (0..count).map(|n| badge(n, "Trần Thị Ánh")).collect();
        let pdf = badge_pdf(&all, SITE, Locale::Vi.texts()).unwrap();
        let expected: Vec<String> = all.iter().map(|one| format!("{SITE}/badge#{}", *one.token)).collect();
        assert_eq!(codes(&pdf), expected, "in their order");
        let document = lopdf::Document::load_mem(&pdf).unwrap();
        assert_eq!(document.get_pages().len(), pages.len());
    }
    assert_eq!(BADGES_PER_SHEET, 10);
}

#[test]
fn whatever_is_too_long_for_a_card_is_cut_and_the_id_is_not() {
    let badge = Badge {
        name: "Nguyễn Phúc ".repeat(20).trim().to_owned(),
        school: "Trường Trung học phổ thông ".repeat(9),
        sector_id: "TAM-BCFGHJKLMN".to_owned(),
        class: None,
        ..badge(1, "")
    };
    let site = format!("http://{}.example:8443", "mot-ten-mien-that-dai".repeat(3));
    let pdf = badge_pdf(&[badge], &site, Locale::Vi.texts()).unwrap();
    let [lines] = badges(&pdf).try_into().unwrap();
    assert!(lines[0].ends_with('…') && lines.iter().any(|line| line == "TAM-BCFGHJKLMN"), "{lines:?}");
    assert!(codes(&pdf)[0].starts_with(&format!("{site}/badge#")));
}
