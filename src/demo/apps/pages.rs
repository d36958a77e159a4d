//! The pages all three apps have, and what every page is framed by.

use askama::Template;
use axum::{
    http::StatusCode,
    response::{Html, IntoResponse, Response},
};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};

use super::{
    App,
    memory::Session,
    party::Party,
    received::{Row, Shown},
    sign_in::Failed,
};
use crate::base::digest::Digest;

/// What surrounds a page.
pub(super) struct Frame {
    /// Whose page it is.
    pub(super) app: App,
    /// The person's name; nothing when signed out.
    pub(super) person: Option<String>,
    /// `em` for pupils, `thầy/cô` for staff.
    pub(super) address: &'static str,
    /// The entry of the menu that this page belongs to.
    pub(super) here: &'static str,
    /// For the addresses of stylesheet and mark.
    pub(super) version: String,
}

impl Frame {
    /// Around a page for somebody.
    pub(super) fn signed_in(party: &Party, session: &Session, here: &'static str) -> Self {
        let address = if session.claims.is_student() { "em" } else { "thầy/cô" };
        Self { person: Some(session.claims.name().to_owned()), address, here, ..Self::signed_out(party) }
    }

    /// Around a page for anybody.
    pub(super) fn signed_out(party: &Party) -> Self {
        let digest = Digest::of(format!("{}{}", stylesheet(party.app), icon(party.app)).as_bytes());
        let version = URL_SAFE_NO_PAD.encode(&digest.bytes()[..6]);
        Self { app: party.app, person: None, address: "", here: "", version }
    }

    /// The menu: address, name and whether it is where one is.
    pub(super) fn menu(&self) -> [(&'static str, &'static str, bool); 2] {
        let home = match self.app {
            App::Gradebook => "Lớp và điểm",
            App::Lms => "Khoá học",
            App::EOffice => "Văn bản đến",
        };
        [("/", home, self.here == "home"), ("/received", "Ứng dụng nhận được gì", self.here == "received")]
    }
}

#[derive(Template)]
#[template(path = "apps/welcome.html")]
struct Welcome {
    frame: Frame,
    what: &'static str,
    points: [&'static str; 3],
}

#[derive(Template)]
#[template(path = "apps/problem.html")]
struct Problem {
    frame: Frame,
    title: &'static str,
    why: &'static str,
    next: &'static str,
    detail: String,
    actions: Vec<(&'static str, &'static str)>,
}

/// After sign-out.
#[derive(Template)]
#[template(path = "apps/signed_out.html")]
pub(super) struct SignedOut {
    pub(super) frame: Frame,
    /// The provider confirmed it.
    pub(super) everywhere: bool,
    /// The provider could not be asked.
    pub(super) alone: bool,
}

/// What the app was told.
#[derive(Template)]
#[template(path = "apps/received.html")]
pub(super) struct Received {
    pub(super) frame: Frame,
    pub(super) rows: Vec<Row>,
    pub(super) missing: Vec<&'static str>,
}

/// The page of a signed-out browser.
pub(super) fn welcome(party: &Party) -> Response {
    let (what, points) = match party.app {
        App::Gradebook => (
            "Nhập điểm theo lớp, tính trung bình theo Thông tư 22, học sinh xem điểm của mình.",
            [
                "Danh sách lớp xếp theo tên",
                "Điểm thường xuyên, giữa kỳ, cuối kỳ",
                "Mỗi học sinh chỉ thấy điểm của mình",
            ],
        ),
        App::Lms => (
            "Bài giảng và bài tập của các lớp, học ở trường hay ở nhà.",
            ["Khoá học theo khối lớp", "Giáo viên thấy lớp mình dạy", "Dùng được trên điện thoại"],
        ),
        App::EOffice => (
            "Văn bản đi và đến của ngành, dành cho giáo viên và nhân viên.",
            ["Công văn, kế hoạch, thông báo", "Đánh dấu đã đọc", "Không dành cho học sinh"],
        ),
    };
    render(StatusCode::OK, &Welcome { frame: Frame::signed_out(party), what, points })
}

/// The page for a sign-in that failed: what happened, what to do, a way back.
pub(super) fn failed(party: &Party, failed: &Failed) -> Response {
    let again = ("/login", "Đăng nhập lại");
    let other = ("/login?other=1", "Đăng nhập bằng tài khoản khác");
    let home = ("/", "Về trang đầu");
    let eoffice = party.app == App::EOffice;
    let (status, title, why, next, actions) = match failed {
        Failed::NotBegun => (
            StatusCode::BAD_REQUEST,
            "Lần đăng nhập này không còn dùng được",
            "Trang này được mở lại bằng nút quay lại, từ dấu trang cũ, hoặc không bắt đầu từ trình duyệt này.",
            "Hãy đăng nhập lại từ đầu. Nếu đã đăng nhập rồi, hãy về trang đầu.",
            vec![again, home],
        ),
        Failed::OtherIssuer => (
            StatusCode::BAD_REQUEST,
            "Câu trả lời không đến từ nơi đăng nhập của ngành",
            "Ứng dụng chỉ tin nơi đăng nhập mà nhà trường đã khai báo, nên đã bỏ câu trả lời này.",
            "Hãy đăng nhập lại. Nếu vẫn thấy trang này, hãy báo người quản trị của trường.",
            vec![again, home],
        ),
        Failed::Denied(_) | Failed::NotForPupils if eoffice => (
            StatusCode::FORBIDDEN,
            "Tài khoản này không dùng được văn phòng điện tử",
            "Văn phòng điện tử chỉ dành cho giáo viên và nhân viên. Học sinh không có hộp văn bản ở đây.",
            "Nếu là giáo viên hay nhân viên, hãy đăng nhập bằng tài khoản công việc, hoặc nhờ quản trị của trường kiểm tra vai trò.",
            vec![other, home],
        ),
        Failed::Denied(_) | Failed::NotForPupils => (
            StatusCode::FORBIDDEN,
            "Tài khoản này chưa được phép vào",
            "Nơi đăng nhập của ngành không cho tài khoản này vào ứng dụng, hoặc việc chia sẻ thông tin đã bị từ chối.",
            "Hãy dùng tài khoản khác, hoặc nhờ quản trị của trường kiểm tra vai trò.",
            vec![other, home],
        ),
        Failed::Error(_) | Failed::Unreachable(_) => (
            StatusCode::SERVICE_UNAVAILABLE,
            "Chưa đăng nhập được",
            "Nơi đăng nhập của ngành đang bận hoặc không trả lời.",
            "Hãy thử lại sau ít phút.",
            vec![again, home],
        ),
        Failed::Untrusted(_) => (
            StatusCode::BAD_GATEWAY,
            "Không kiểm chứng được lần đăng nhập",
            "Ứng dụng đã nhận câu trả lời nhưng không xác minh được, nên không cho ai vào.",
            "Hãy đăng nhập lại. Nếu vẫn thấy trang này, hãy báo người quản trị của trường.",
            vec![again, home],
        ),
    };
    // Only what came with a sign-in of this browser is shown: a stranger's link cannot put words here.
    let detail = match failed {
        Failed::Denied(text) | Failed::Error(text) => text.clone(),
        _ => String::new(),
    };
    render(status, &Problem { frame: Frame::signed_out(party), title, why, next, detail, actions })
}

/// The page for an address that is nothing here, or nothing of this person's.
pub(super) fn not_found(party: &Party, session: Option<&Session>) -> Response {
    let frame = session.map_or_else(|| Frame::signed_out(party), |session| Frame::signed_in(party, session, ""));
    let page = Problem {
        frame,
        title: "Không có trang này",
        why: "Địa chỉ không đúng, hoặc trang không thuộc về tài khoản đang dùng.",
        next: "Hãy về trang đầu và chọn lại.",
        detail: String::new(),
        actions: vec![("/", "Về trang đầu")],
    };
    render(StatusCode::NOT_FOUND, &page)
}

/// A page as a response.
pub(super) fn render(status: StatusCode, page: &impl Template) -> Response {
    match page.render() {
        Ok(html) => (status, Html(html)).into_response(),
        Err(error) => {
            tracing::error!(%error, "a page of the demo cannot be rendered");
            StatusCode::INTERNAL_SERVER_ERROR.into_response()
        }
    }
}

/// The app's stylesheet.
pub(super) fn stylesheet(app: App) -> String {
    let own = match app {
        App::Gradebook => include_str!("assets/gradebook.css"),
        App::Lms => include_str!("assets/lms.css"),
        App::EOffice => include_str!("assets/eoffice.css"),
    };
    [include_str!("assets/common.css"), own].concat()
}

/// The app's mark.
pub(super) const fn icon(app: App) -> &'static str {
    match app {
        App::Gradebook => include_str!("assets/gradebook.svg"),
        App::Lms => include_str!("assets/lms.svg"),
        App::EOffice => include_str!("assets/eoffice.svg"),
    }
}
