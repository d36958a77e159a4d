//! The sheets themselves.

use phuong::{
    base::{digest::MacKey, id::AccountId},
    i18n::Locale,
    login::codes::ActivationCode,
    slips::{PER_SHEET, Slip, pdf},
};
use zeroize::Zeroizing;

use super::paper::{read, read_all};
use crate::support::tour::START;

const SITE: &str = "https://sso.haiphong.edu.vn";

fn slip(n: u8, name: &str) -> Slip {
    let account: AccountId = uuid::Uuid::from_bytes([n; 16]).into();
    Slip {
        name: name.to_owned(),
        class: Some("3A".to_owned()),
        school: "Trường Tiểu học Kỳ Đồng".to_owned(),
        sector_id: format!("31000000{n:02}"),
        code: ActivationCode::derive(&MacKey::from_bytes([1; 32]), account, 1).shown(),
        until: START,
    }
}

#[test]
fn a_slip_reads_as_it_was_written_and_its_qr_code_says_the_same() {
    let slip = slip(7, "Nguyễn Thị Quỳnh Hường");
    let [read] = read_all(&pdf(std::slice::from_ref(&slip), SITE, Locale::Vi.texts()).unwrap()).try_into().unwrap();
    assert_eq!((&read.name, read.place.as_str()), (&slip.name, "Lớp 3A · Trường Tiểu học Kỳ Đồng"));
    assert_eq!((&read.sector_id, read.code.as_str()), (&slip.sector_id, slip.code.as_str()));
    assert_eq!(
        read.steps,
        [
            "1. Quét mã QR, hoặc mở sso.haiphong.edu.vn/activate",
            "2. Nhập mã định danh và mã kích hoạt ở trên.",
            "3. Tự đặt mật khẩu, chậm nhất ngày 24/11/2026.",
        ]
    );
    let same = format!("{SITE}/activate#u={}&c={}", slip.sector_id, slip.code.replace('-', ""));
    assert_eq!(read.way_in(), same);
}

/// What stands before `#` is all that a server, its logs and those between are sent.
#[test]
fn r50_no_code_is_in_the_part_of_an_address_that_is_sent() {
    let slip = slip(9, "Lê Văn Bình");
    let [read] = read_all(&pdf(std::slice::from_ref(&slip), SITE, Locale::Vi.texts()).unwrap()).try_into().unwrap();
    let way_in = read.way_in();
    let (sent, kept) = way_in.split_once('#').unwrap();
    assert_eq!(sent, "https://sso.haiphong.edu.vn/activate");
    assert!(kept.contains(&slip.code.replace('-', "")));
}

#[test]
fn twenty_four_slips_fill_a_sheet() {
    for (count, expected) in [(1, vec![1]), (24, vec![24]), (25, vec![24, 1]), (49, vec![24, 24, 1])] {
        let slips: Vec<Slip> =
            (0..count).map(|n| slip(n, &format!("Trần Thị {}", "Anh".repeat(usize::from(n % 4) + 1)))).collect();
        let sheets = read(&pdf(&slips, SITE, Locale::Vi.texts()).unwrap());
        assert_eq!(sheets.iter().map(Vec::len).collect::<Vec<_>>(), expected);
        let codes: Vec<String> = sheets.concat().into_iter().map(|read| read.code).collect();
        assert_eq!(codes, slips.iter().map(|slip| slip.code.to_string()).collect::<Vec<_>>(), "in their order");
    }
    assert_eq!(PER_SHEET, 24);
}

#[test]
fn whatever_is_too_long_is_cut_and_nothing_that_is_typed_is() {
    let slip = Slip {
        name: "Nguyễn Phúc ".repeat(20).trim().to_owned(),
        school: "Trường Trung học phổ thông ".repeat(9),
        sector_id: "TAM-BCFGHJKLMN".to_owned(),
        code: Zeroizing::new("XXXX-XXXX-XXXXX".to_owned()),
        class: None,
        ..slip(1, "")
    };
    let site = format!("http://{}.example:8443", "mot-ten-mien-that-dai".repeat(3));
    let [read] = read_all(&pdf(&[slip], &site, Locale::Vi.texts()).unwrap()).try_into().unwrap();
    assert!(read.name.ends_with('…') && read.place.ends_with('…') && !read.place.starts_with("Lớp"));
    assert_eq!((read.sector_id.as_str(), read.code.as_str()), ("TAM-BCFGHJKLMN", "XXXX-XXXX-XXXXX"));
    assert!(read.way_in().starts_with(&format!("{site}/activate#")));
}

/// Twelve hundred slips are fifty sheets; each costs what it prints, and the fonts are there once.
#[test]
fn ten_sheets_are_less_than_ten_times_one() {
    let size = |sheets: u8| {
        let slips: Vec<Slip> = (0..sheets).flat_map(|n| vec![slip(n, "Vũ Thị Hồng Nhung"); PER_SHEET]).collect();
        pdf(&slips, SITE, Locale::Vi.texts()).unwrap().len()
    };
    let (one, ten) = (size(1), size(10));
    assert!(ten < 10 * one, "{one} and {ten} bytes");
    assert!(ten / 240 < 3_000, "{} bytes a slip", ten / 240);
}
