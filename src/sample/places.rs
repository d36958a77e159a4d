//! Communes of Hải Phòng after 1 July 2025, nearly all of them, and what schools are called after.

/// Wards (*phường*), communes (*xã*) and special zones (*đặc khu*).
#[rustfmt::skip]
pub(super) const COMMUNES: &[&str] = &[
    "Phường Hồng Bàng", "Phường Ngô Quyền", "Phường Lê Chân", "Phường Gia Viên", "Phường An Biên", "Phường Hải An",
    "Phường Đông Hải", "Phường Kiến An", "Phường Phù Liễn", "Phường Hồng An", "Phường An Hải", "Phường An Phong",
    "Phường An Dương", "Phường Hưng Đạo", "Phường Dương Kinh", "Phường Đồ Sơn", "Phường Nam Đồ Sơn", "Phường Thủy Nguyên",
    "Phường Thiên Hương", "Phường Hòa Bình", "Phường Nam Triệu", "Phường Bạch Đằng", "Phường Lưu Kiếm",
    "Phường Lê Ích Mộc", "Phường Hải Dương", "Phường Lê Thanh Nghị", "Phường Việt Hòa", "Phường Thành Đông",
    "Phường Nam Đồng", "Phường Tân Hưng", "Phường Thạch Khôi", "Phường Tứ Minh", "Phường Ái Quốc", "Phường Chu Văn An",
    "Phường Chí Linh", "Phường Trần Hưng Đạo", "Phường Nguyễn Trãi", "Phường Trần Nhân Tông", "Phường Lê Đại Hành",
    "Phường Kinh Môn", "Phường Nguyễn Đại Năng", "Phường Trần Liễu", "Phường Bắc An Phụ", "Phường Phạm Sư Mạnh",
    "Phường Nhị Chiểu", "Xã An Hưng", "Xã An Khánh", "Xã An Quang", "Xã An Trường", "Xã An Lão", "Xã Kiến Thụy",
    "Xã Kiến Minh", "Xã Kiến Hải", "Xã Kiến Hưng", "Xã Nghi Dương", "Xã Quyết Thắng", "Xã Tiên Lãng", "Xã Tân Minh",
    "Xã Tiên Minh", "Xã Chấn Hưng", "Xã Hùng Thắng", "Xã Vĩnh Bảo", "Xã Nguyễn Bỉnh Khiêm", "Xã Vĩnh Am", "Xã Vĩnh Hải",
    "Xã Vĩnh Hòa", "Xã Vĩnh Thịnh", "Xã Vĩnh Thuận", "Xã Việt Khê", "Xã Nam Sách", "Xã Thái Tân", "Xã Hợp Tiến",
    "Xã Trần Phú", "Xã An Phú", "Xã Thanh Hà", "Xã Hà Tây", "Xã Hà Bắc", "Xã Hà Nam", "Xã Hà Đông", "Xã Cẩm Giang",
    "Xã Tuệ Tĩnh", "Xã Mao Điền", "Xã Cẩm Giàng", "Xã Kẻ Sặt", "Xã Bình Giang", "Xã Đường An", "Xã Thượng Hồng",
    "Xã Gia Lộc", "Xã Yết Kiêu", "Xã Gia Phúc", "Xã Trường Tân", "Xã Tứ Kỳ", "Xã Tân Kỳ", "Xã Đại Sơn", "Xã Chí Minh",
    "Xã Lạc Phượng", "Xã Nguyên Giáp", "Xã Ninh Giang", "Xã Vĩnh Lại", "Xã Khúc Thừa Dụ", "Xã Tân An", "Xã Hồng Châu",
    "Xã Thanh Miện", "Xã Bắc Thanh Miện", "Xã Hải Hưng", "Xã Nguyễn Lương Bằng", "Xã Nam Thanh Miện", "Xã Phú Thái",
    "Xã Lai Khê", "Xã An Thành", "Xã Kim Thành", "Đặc khu Cát Hải", "Đặc khu Bạch Long Vĩ",
];

/// A commune's name without its rank: `Hồng Bàng`.
pub(super) fn bare(commune: &'static str) -> &'static str {
    ["Phường ", "Xã ", "Đặc khu "].iter().find_map(|rank| commune.strip_prefix(rank)).unwrap_or(commune)
}

/// Kindergartens: flowers, birds and good wishes.
#[rustfmt::skip]
pub(super) const GARDENS: &[&str] = &[
    "Hoa Phượng", "Sao Mai", "Họa Mi", "Hoa Sen", "Tuổi Thơ", "Sơn Ca", "Hướng Dương", "Hoa Hồng", "Bình Minh", "Ánh Dương",
    "Vành Khuyên", "Hoa Mai", "Sao Sáng", "Hoàng Yến", "Măng Non", "Hoa Cúc", "Bông Sen", "Chim Én", "Hải Âu", "Hoa Ban",
    "Ban Mai", "Hoa Sữa", "Tuổi Hoa", "Mầm Xanh", "Trăng Đỏ", "Hoa Đào", "Bồ Câu", "Thiên Nga", "Cầu Vồng", "Hoa Ngọc Lan",
    "Nắng Hồng", "Mặt Trời", "Hoa Thủy Tiên", "Bé Ngoan", "Sóc Nâu", "Hoa Hải Đường", "Sao Biển", "Đồng Xanh", "Ngôi Sao Xanh",
];

/// Schools: people and places of history.
#[rustfmt::skip]
pub(super) const FIGURES: &[&str] = &[
    "Nguyễn Trãi", "Trần Quốc Toản", "Lê Văn Tám", "Kim Đồng", "Võ Thị Sáu", "Nguyễn Bỉnh Khiêm", "Lương Thế Vinh",
    "Chu Văn An", "Trần Phú", "Ngô Gia Tự", "Nguyễn Du", "Lý Tự Trọng", "Đinh Tiên Hoàng", "Trần Hưng Đạo", "Quang Trung",
    "Nguyễn Văn Trỗi", "Lê Lợi", "Phan Bội Châu", "Nguyễn Thị Minh Khai", "Hai Bà Trưng", "Nguyễn Huệ", "Mạc Đĩnh Chi",
    "Ngô Quyền", "Lê Hồng Phong", "Nguyễn Khuyến", "Lạc Long", "Bạch Đằng", "Hoàng Văn Thụ", "Nguyễn Công Trứ",
    "Tô Vĩnh Diện", "Phan Chu Trinh", "Nguyễn Viết Xuân", "Bế Văn Đàn", "Lê Quý Đôn", "Thái Phiên", "Trương Công Định",
    "Tô Hiệu", "Lý Thường Kiệt", "Trần Nguyên Hãn", "Nguyễn Đình Chiểu", "Trần Văn Ơn", "Núi Đèo", "Minh Đức", "Cát Bi",
    "Đằng Hải", "Vạn Hương", "Trần Nhân Tông", "Nguyễn Lương Bằng", "Hồng Phong", "Thăng Long", "Hùng Vương", "An Đồng",
    "Nguyễn Hữu Tiến", "Phan Đăng Lưu", "Trần Thành Ngọ", "Phạm Ngũ Lão", "Lê Chân", "Đoàn Thị Điểm", "Hồ Xuân Hương",
    "Nguyễn Thượng Hiền", "Cao Bá Quát", "Bùi Thị Xuân", "Trần Khánh Dư", "Nguyễn Thái Học",
];

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;

    #[test]
    fn no_place_is_listed_twice_and_all_are_nfc() {
        for list in [COMMUNES, GARDENS, FIGURES] {
            assert_eq!(list.iter().collect::<HashSet<_>>().len(), list.len());
            assert!(list.iter().all(|name| unicode_normalization::is_nfc(name)));
        }
        assert!(COMMUNES.iter().all(|name| bare(name) != *name));
        assert_eq!(bare("Đặc khu Cát Hải"), "Cát Hải");
    }
}
