//! "Ứng dụng nhận được gì": claims as people read them, with their names for developers.

use serde_json::{Map, Value};

use crate::base::clock::Moment;

/// One claim.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Row {
    /// In Vietnamese.
    pub(super) label: &'static str,
    /// As the protocol names it.
    pub(super) claim: String,
    /// What it says.
    pub(super) shown: Shown,
}

/// How a value is shown.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Shown {
    /// One or more texts.
    Texts(Vec<String>),
    /// One or more objects: label and text of each member.
    Objects(Vec<Vec<(&'static str, String)>>),
}

/// Known claims in the order in which people ask, with their labels.
const LABELS: [(&str, &str); 28] = [
    ("name", "Họ và tên"),
    ("family_name", "Họ"),
    ("middle_name", "Tên đệm"),
    ("given_name", "Tên"),
    ("edu_context", "Đơn vị và vai trò đang dùng"),
    ("edu_contexts", "Mọi đơn vị và vai trò"),
    ("edu_classes", "Lớp"),
    ("eduperson_affiliation", "Vai trò (eduPerson)"),
    ("eduperson_scoped_affiliation", "Vai trò theo đơn vị"),
    ("schac_home_organization", "Ngành"),
    ("edu_sector_id", "Mã định danh ngành"),
    ("schac_personal_unique_code", "Mã riêng (SCHAC)"),
    ("birthdate", "Ngày sinh"),
    ("email", "Thư điện tử"),
    ("email_verified", "Thư đã xác minh"),
    ("phone_number", "Điện thoại"),
    ("locale", "Ngôn ngữ"),
    ("updated_at", "Hồ sơ sửa lần cuối"),
    ("sub", "Mã người dùng, riêng cho ứng dụng này"),
    ("sid", "Mã phiên, riêng cho ứng dụng này"),
    ("auth_time", "Đăng nhập lúc"),
    ("amr", "Cách đăng nhập"),
    ("acr", "Mức xác thực"),
    ("iss", "Nơi đăng nhập"),
    ("aud", "Cấp cho ứng dụng"),
    ("azp", "Ứng dụng đã xin"),
    ("iat", "Cấp lúc"),
    ("exp", "Có giá trị đến"),
];

/// What apps often ask for and this one may not have got.
const OFTEN_ASKED: [(&str, &str); 5] = [
    ("edu_sector_id", "mã định danh ngành"),
    ("edu_citizen_id", "số định danh cá nhân"),
    ("birthdate", "ngày sinh"),
    ("email", "thư điện tử"),
    ("phone_number", "điện thoại"),
];

/// All claims, known ones first.
pub(super) fn rows(claims: &Map<String, Value>) -> Vec<Row> {
    let known = LABELS.iter().filter_map(|(claim, label)| Some((*label, *claim, claims.get(*claim)?)));
    let unknown = claims
        .iter()
        .filter(|(claim, _)| !LABELS.iter().any(|(known, _)| known == claim))
        .map(|(claim, value)| ("Khác", claim.as_str(), value));
    known
        .chain(unknown)
        .map(|(label, claim, value)| Row { label, claim: claim.to_owned(), shown: shown(claim, value) })
        .collect()
}

/// What this app was not told; a password never is.
pub(super) fn missing(claims: &Map<String, Value>) -> Vec<&'static str> {
    let absent = OFTEN_ASKED.iter().filter(|(claim, _)| !claims.contains_key(*claim)).map(|(_, label)| *label);
    std::iter::once("mật khẩu").chain(absent).collect()
}

fn shown(claim: &str, value: &Value) -> Shown {
    let values = match value {
        Value::Array(all) => all.iter().collect(),
        one => vec![one],
    };
    if values.iter().any(|value| value.is_object()) {
        return Shown::Objects(values.into_iter().filter_map(Value::as_object).map(members).collect());
    }
    Shown::Texts(values.into_iter().map(|value| text(claim, value)).collect())
}

fn members(object: &Map<String, Value>) -> Vec<(&'static str, String)> {
    const MEMBERS: [(&str, &str); 11] = [
        ("org", "Đơn vị"),
        ("org_code", "Mã trường"),
        ("role", "Vai trò"),
        ("code", "Lớp"),
        ("function", "Việc ở lớp"),
        ("subject", "Môn"),
        ("level", "Cấp học"),
        ("grade", "Khối"),
        ("school_year", "Năm học"),
        ("status", "Trạng thái"),
        ("id", "Mã"),
    ];
    let known = MEMBERS.iter().filter_map(|(name, label)| Some((*label, text(name, object.get(*name)?))));
    let unknown = object.iter().filter(|(name, _)| !MEMBERS.iter().any(|(known, _)| known == name));
    known.chain(unknown.map(|(name, value)| ("Khác", format!("{name}: {}", text(name, value))))).collect()
}

fn text(claim: &str, value: &Value) -> String {
    match (claim, value) {
        ("iat" | "exp" | "auth_time" | "updated_at", Value::Number(seconds)) => seconds.as_i64().map_or_else(
            || seconds.to_string(),
            |at| Moment::from_seconds(at).local().strftime("%H:%M %d/%m/%Y").to_string(),
        ),
        (_, Value::String(code)) => meaning(claim, code).map_or_else(|| code.clone(), ToOwned::to_owned),
        (_, Value::Bool(true)) => "Có".to_owned(),
        (_, Value::Bool(false)) => "Không".to_owned(),
        (_, other) => other.to_string(),
    }
}

fn meaning(claim: &str, code: &str) -> Option<&'static str> {
    Some(match (claim, code) {
        ("role", "student") | ("function", "pupil") => "Học sinh",
        ("role", "teacher") => "Giáo viên",
        ("role", "staff") => "Nhân viên",
        ("role", "principal") => "Cán bộ quản lý",
        ("role", "guardian") => "Phụ huynh",
        ("function", "homeroom") => "Chủ nhiệm",
        ("function", "subject") => "Dạy bộ môn",
        ("level", "MN") => "Mầm non",
        ("level", "TH") => "Tiểu học",
        ("level", "THCS") => "Trung học cơ sở",
        ("level", "THPT") => "Trung học phổ thông",
        ("level", "GDTX") => "Giáo dục thường xuyên",
        ("status", "active") => "Đang hoạt động",
        ("amr", "pwd") => "Mật khẩu",
        ("amr", "pin") => "Mã PIN",
        ("amr", "qr") => "Thẻ QR",
        ("amr", "otp") => "Mã dùng một lần",
        ("amr", "hwk" | "swk") => "Khoá truy cập",
        ("amr", "mfa") => "Nhiều yếu tố",
        ("locale", "vi" | "vi-VN") => "Tiếng Việt",
        ("locale", "en") => "Tiếng Anh",
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn claims_are_read_by_people_and_none_is_hidden() {
        let claims: Map<String, Value> = serde_json::from_value(json!({
            "auth_time": 1_800_000_000, "amr": ["pwd"], "new_claim": 3, "name": "Lê Văn An",
            "edu_context": { "org": "Trường A", "role": "teacher", "extra": true }
        }))
        .unwrap();
        let rows = rows(&claims);
        assert_eq!(rows.len(), claims.len());
        assert_eq!(rows[0].label, "Họ và tên");
        let shown = |claim: &str| &rows.iter().find(|row| row.claim == claim).unwrap().shown;
        assert_eq!(shown("auth_time"), &Shown::Texts(vec!["15:00 15/01/2027".into()]));
        assert_eq!(shown("amr"), &Shown::Texts(vec!["Mật khẩu".into()]));
        let context = [("Đơn vị", "Trường A"), ("Vai trò", "Giáo viên"), ("Khác", "extra: Có")];
        let context = context.map(|(label, text)| (label, text.to_owned())).to_vec();
        assert_eq!(shown("edu_context"), &Shown::Objects(vec![context]));
        assert!(missing(&claims).contains(&"ngày sinh"));
    }
}
