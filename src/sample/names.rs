//! Vietnamese names by how common they are.

use rand::{Rng, RngExt};

use super::Sex;

/// Family names with their share of the population, in thousandths (Lê Trung Hoa, Họ và tên người Việt Nam, 2005).
const FAMILIES: [(&str, u32); 16] = [
    ("Nguyễn", 384),
    ("Trần", 121),
    ("Lê", 95),
    ("Phạm", 70),
    ("Hoàng", 51),
    ("Phan", 45),
    ("Vũ", 39),
    ("Đặng", 21),
    ("Bùi", 20),
    ("Đỗ", 14),
    ("Hồ", 13),
    ("Ngô", 13),
    ("Dương", 10),
    ("Lý", 5),
    ("Đào", 5),
    ("Đinh", 4),
];
const MIDDLE_F: [&str; 10] = ["Thị", "Thị Bảo", "Ngọc", "Khánh", "Thu", "Minh", "Thanh", "Phương", "Thị Hồng", "Quỳnh"];
const MIDDLE_M: [&str; 10] = ["Văn", "Đức", "Minh", "Gia", "Quang", "Hữu", "Tuấn", "Bảo", "Xuân", "Đình"];
const YOUNG_F: [&str; 20] = [
    "Anh",
    "Ngọc",
    "Linh",
    "Chi",
    "Trang",
    "My",
    "Nhi",
    "Vy",
    "Hà",
    "Thảo",
    "An",
    "Châu",
    "Hân",
    "Trâm",
    "Yến",
    "Mai",
    "Ngân",
    "Diệp",
    "Phượng",
    "Uyên",
];
const YOUNG_M: [&str; 20] = [
    "Huy", "Khang", "Bảo", "Minh", "Phúc", "Anh", "Khoa", "Phát", "Đạt", "Khôi", "Long", "Nam", "Duy", "Quân", "Kiên",
    "Huân", "Sơn", "Tùng", "Hải", "Đăng",
];
const OLDER_F: [&str; 12] =
    ["Hương", "Hoa", "Lan", "Hằng", "Thuỷ", "Hạnh", "Nga", "Dung", "Hiền", "Loan", "Oanh", "Liên"];
const OLDER_M: [&str; 12] =
    ["Hùng", "Dũng", "Cường", "Thắng", "Tuấn", "Hải", "Sơn", "Thành", "Bình", "Hoà", "Quý", "Trung"];

/// A full name; `young` names are those of today's children.
pub(super) fn full(rng: &mut impl Rng, sex: Sex, young: bool) -> String {
    let (middles, givens): (&[&str], &[&str]) = match (sex, young) {
        (Sex::Female, true) => (&MIDDLE_F, &YOUNG_F),
        (Sex::Female, false) => (&MIDDLE_F[..5], &OLDER_F),
        (Sex::Male, true) => (&MIDDLE_M, &YOUNG_M),
        (Sex::Male, false) => (&MIDDLE_M[..6], &OLDER_M),
    };
    format!("{} {} {}", family(rng), pick(rng, middles), pick(rng, givens))
}

fn family(rng: &mut impl Rng) -> &'static str {
    let total: u32 = FAMILIES.iter().map(|(_, share)| share).sum();
    let mut at = rng.random_range(0..total);
    for (name, share) in FAMILIES {
        if at < share {
            return name;
        }
        at -= share;
    }
    FAMILIES[0].0
}

/// One of a list.
pub(super) fn pick<'a>(rng: &mut impl Rng, list: &[&'a str]) -> &'a str {
    list[rng.random_range(0..list.len())]
}
