//! Lớp học trực tuyến: the courses of a pupil's class, or of the classes that a teacher teaches.

use std::sync::Arc;

use askama::Template;
use axum::{Router, extract::State, http::StatusCode, response::Response, routing::get};
use axum_extra::extract::cookie::CookieJar;

use super::{
    claims::{Claims, ClassClaim},
    pages::{self, Frame},
    party::Party,
};

/// Its pages.
pub(super) fn routes(party: Arc<Party>) -> Router {
    Router::new().route("/", get(home)).with_state(party)
}

#[derive(Template)]
#[template(path = "apps/lms_home.html")]
struct Home {
    frame: Frame,
    greeting: String,
    org: String,
    courses: Vec<Course>,
}

#[derive(Debug, PartialEq, Eq)]
struct Course {
    subject: String,
    class: String,
    role: &'static str,
    lessons: [&'static str; 3],
    /// One of six colours.
    colour: usize,
}

async fn home(State(party): State<Arc<Party>>, jar: CookieJar) -> Response {
    let Some(session) = party.session(&jar) else { return pages::welcome(&party) };
    let claims = &session.claims;
    let page = Home {
        frame: Frame::signed_in(&party, &session, "home"),
        greeting: claims.name().to_owned(),
        org: claims.context().org.unwrap_or_default(),
        courses: courses(claims),
    };
    pages::render(StatusCode::OK, &page)
}

fn courses(claims: &Claims) -> Vec<Course> {
    claims
        .classes()
        .iter()
        .flat_map(of_class)
        .enumerate()
        .map(|(n, course)| Course { colour: n % 6, ..course })
        .collect()
}

/// A pupil learns every subject of the grade; a teacher leads the one of this class.
fn of_class(class: &ClassClaim) -> Vec<Course> {
    let course = |subject: &str, role| Course {
        subject: subject.to_owned(),
        class: class.code.clone(),
        role,
        lessons: lessons(subject),
        colour: 0,
    };
    match class.function.as_str() {
        "pupil" => subjects(class.grade).iter().map(|subject| course(subject, "Khoá học của em")).collect(),
        "homeroom" => vec![course("Sinh hoạt lớp", "Thầy/cô chủ nhiệm")],
        _ => vec![course(if class.subject().is_empty() { "Bộ môn" } else { class.subject() }, "Thầy/cô dạy")],
    }
}

/// Circular 32/2018, shortened.
fn subjects(grade: Option<i64>) -> &'static [&'static str] {
    match grade {
        Some(1..=5) => &["Toán", "Tiếng Việt", "Tiếng Anh", "Tự nhiên và Xã hội", "Đạo đức", "Âm nhạc"],
        Some(6..=9) => &["Toán", "Ngữ văn", "Tiếng Anh", "Khoa học tự nhiên", "Lịch sử và Địa lí", "Tin học"],
        Some(10..=12) => &["Toán", "Ngữ văn", "Tiếng Anh", "Vật lí", "Hoá học", "Lịch sử"],
        _ => &["Hoạt động chung"],
    }
}

fn lessons(subject: &str) -> [&'static str; 3] {
    match subject {
        "Toán" => ["Ôn tập các phép tính", "Hình và đo lường", "Bài kiểm tra giữa kỳ"],
        "Tiếng Việt" | "Ngữ văn" => ["Đọc: Quê hương", "Viết: kể một trải nghiệm", "Ôn tập giữa kỳ"],
        "Tiếng Anh" => ["Unit 1: My new school", "Unit 2: My house", "Review 1"],
        "Sinh hoạt lớp" => ["Nội quy lớp", "Phân công trực nhật", "Tổng kết tháng"],
        _ => ["Bài mở đầu", "Bài tập nhóm", "Ôn tập giữa kỳ"],
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_pupil_learns_the_subjects_of_the_grade_and_a_teacher_leads_their_own() {
        let class = |function: &str, grade: i64, subject: &str| {
            let claim = json!({ "id": "1", "code": "6A1", "grade": grade, "function": function, "subject": subject });
            of_class(&serde_json::from_value(claim).unwrap())
        };
        assert_eq!(class("pupil", 6, "").len(), 6);
        assert_eq!(class("subject", 6, "Tin học")[0].subject, "Tin học");
        assert_eq!(class("homeroom", 6, "")[0].role, "Thầy/cô chủ nhiệm");
    }
}
