//! What real exports hold besides: columns that nobody asked for, and sheets of catalogues.

use super::sheet::Cell;

/// The header of a column that nobody asked for.
pub(super) fn title(number: usize) -> String {
    if let Some((title, _)) = EXTRA.get(number) {
        return (*title).to_owned();
    }
    let number = number - EXTRA.len();
    let mark = ["giữa kỳ 1", "cuối kỳ 1", "giữa kỳ 2", "cuối kỳ 2"][number % 4];
    format!("Điểm {mark} môn {}", number / 4 + 1)
}

/// What stands in all its rows.
pub(super) fn value(number: usize) -> Cell {
    match EXTRA.get(number) {
        Some((_, value)) if !value.is_empty() => Cell::text(*value),
        _ => Cell::Blank,
    }
}

#[rustfmt::skip]
const EXTRA: &[(&str, &str)] = &[
    ("Dân tộc", "Kinh"), ("Tôn giáo", "Không"), ("Quốc tịch", "Việt Nam"), ("Tỉnh/Thành phố thường trú", "Thành phố Hải Phòng"),
    ("Nơi sinh", "Hải Phòng"), ("Ghi chú", ""), ("Đối tượng chính sách", ""), ("Khuyết tật", ""), ("Đoàn viên", ""),
    ("Hình thức tuyển", ""), ("Mức độ tin cậy", "Đã xác thực"), ("Ngày cập nhật", "10/09/2026"), ("Họ tên cha", ""),
    ("Nghề nghiệp cha", ""), ("Họ tên mẹ", ""), ("Nghề nghiệp mẹ", ""), ("Họ tên người giám hộ", ""), ("Bảo hiểm y tế", "x"),
    ("Nhóm máu", ""), ("Học 2 buổi/ngày", "x"), ("Khu vực", "K2"), ("Số buổi nghỉ", ""), ("Xã/Phường thường trú", ""),
    ("Diện ưu tiên", ""),
];

/// The sixteen sheets that stand around the data of a real export.
pub(super) fn catalogues() -> Vec<(&'static str, Vec<Vec<Cell>>)> {
    const NAMES: [&str; 16] = [
        "Hướng dẫn",
        "DM_Giới tính",
        "DM_Dân tộc",
        "DM_Tôn giáo",
        "DM_Quốc tịch",
        "DM_Tỉnh",
        "DM_Xã",
        "DM_Khối",
        "DM_Trạng thái",
        "DM_Chức vụ",
        "DM_Môn",
        "DM_Trình độ",
        "DM_Chính sách",
        "DM_Khuyết tật",
        "DM_Khu vực",
        "DM_Hình thức",
    ];
    let entries = |name: &'static str| {
        let head = vec![Cell::text("STT"), Cell::text("Mã"), Cell::text(name)];
        let entry =
            |n: u32| vec![Cell::Number(f64::from(n)), Cell::Text(format!("{n:02}")), Cell::Text(format!("{name} {n}"))];
        std::iter::once(head).chain((1..=12).map(entry)).collect()
    };
    NAMES.map(|name| (name, entries(name))).to_vec()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn seventy_two_columns_have_different_headers() {
        let all: std::collections::HashSet<String> = (0..72).map(title).collect();
        assert_eq!(all.len(), 72);
    }
}
