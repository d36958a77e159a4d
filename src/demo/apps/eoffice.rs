//! Văn phòng điện tử: an inbox of documents for staff. Serves no pupil, whatever the provider says.

use std::{
    collections::HashSet,
    sync::{Arc, Mutex, PoisonError},
};

use askama::Template;
use axum::{
    Router,
    extract::{Path, State},
    http::StatusCode,
    response::Response,
    routing::get,
};
use axum_extra::extract::cookie::CookieJar;
use jiff::ToSpan;

use super::{
    pages::{self, Frame},
    party::Party,
};

struct Office {
    party: Arc<Party>,
    /// Who read what: subject and number of the document.
    read: Mutex<HashSet<(String, usize)>>,
}

struct Document {
    number: &'static str,
    kind: &'static str,
    title: &'static str,
    from: &'static str,
    days_ago: i32,
    urgent: bool,
    text: &'static [&'static str],
}

const DOCUMENTS: [Document; 5] = [
    Document {
        number: "142/SGDĐT-CNTT",
        kind: "Công văn",
        title: "Triển khai đăng nhập một lần cho các ứng dụng của ngành",
        from: "Sở Giáo dục và Đào tạo",
        days_ago: 0,
        urgent: true,
        text: &[
            "Từ ngày nhận văn bản, cán bộ, giáo viên, nhân viên dùng mã định danh ngành để đăng nhập sổ điểm điện tử, lớp học trực tuyến và văn phòng điện tử.",
            "Đề nghị các trường kiểm tra danh sách nhân sự, phát phiếu kích hoạt và nhắc mọi người đăng xuất khi dùng máy chung.",
        ],
    },
    Document {
        number: "31/KH-THCS",
        kind: "Kế hoạch",
        title: "Kiểm tra giữa học kỳ và nhập điểm",
        from: "Ban giám hiệu",
        days_ago: 1,
        urgent: false,
        text: &[
            "Kiểm tra giữa học kỳ theo lịch của tổ chuyên môn; điểm nhập vào sổ điểm điện tử chậm nhất bảy ngày sau buổi kiểm tra.",
            "Giáo viên chủ nhiệm rà soát danh sách lớp trước khi khoá sổ.",
        ],
    },
    Document {
        number: "09/TB-VP",
        kind: "Thông báo",
        title: "Họp hội đồng sư phạm tháng này",
        from: "Văn phòng nhà trường",
        days_ago: 2,
        urgent: false,
        text: &["Thời gian: 14 giờ thứ Sáu, tại phòng hội đồng. Đề nghị mang theo báo cáo của tổ."],
    },
    Document {
        number: "127/SGDĐT-GDTrH",
        kind: "Công văn",
        title: "Tập huấn dạy học trên nền tảng trực tuyến",
        from: "Sở Giáo dục và Đào tạo",
        days_ago: 6,
        urgent: false,
        text: &["Mỗi trường cử hai giáo viên dự tập huấn; đăng ký trên lớp học trực tuyến."],
    },
    Document {
        number: "05/QĐ-HT",
        kind: "Quyết định",
        title: "Phân công chuyên môn học kỳ I",
        from: "Hiệu trưởng",
        days_ago: 20,
        urgent: false,
        text: &["Phân công giảng dạy và chủ nhiệm như danh sách đã công bố; có hiệu lực từ ngày khai giảng."],
    },
];

/// Its pages.
pub(super) fn routes(party: Arc<Party>) -> Router {
    Router::new()
        .route("/", get(inbox))
        .route("/documents/{n}", get(document))
        .with_state(Arc::new(Office { party, read: Mutex::default() }))
}

#[derive(Template)]
#[template(path = "apps/eoffice_inbox.html")]
struct Inbox {
    frame: Frame,
    org: String,
    unread: usize,
    documents: Vec<Line>,
}

#[derive(Template)]
#[template(path = "apps/eoffice_document.html")]
struct Reading {
    frame: Frame,
    line: Line,
    text: &'static [&'static str],
}

struct Line {
    n: usize,
    document: &'static Document,
    date: String,
    read: bool,
}

async fn inbox(State(office): State<Arc<Office>>, jar: CookieJar) -> Response {
    let Some(session) = office.party.session(&jar) else { return pages::welcome(&office.party) };
    let documents: Vec<Line> =
        (0..DOCUMENTS.len()).filter_map(|n| office.line(n, session.claims.text("sub"))).collect();
    let page = Inbox {
        frame: Frame::signed_in(&office.party, &session, "home"),
        org: session.claims.context().org.unwrap_or_default(),
        unread: documents.iter().filter(|line| !line.read).count(),
        documents,
    };
    pages::render(StatusCode::OK, &page)
}

async fn document(State(office): State<Arc<Office>>, jar: CookieJar, Path(n): Path<String>) -> Response {
    let Some(session) = office.party.session(&jar) else { return pages::welcome(&office.party) };
    let reader = session.claims.text("sub");
    let Some(line) = n.parse().ok().and_then(|n| office.line(n, reader)) else {
        return pages::not_found(&office.party, Some(&session));
    };
    if let Some(reader) = reader {
        office.read.lock().unwrap_or_else(PoisonError::into_inner).insert((reader.to_owned(), line.n));
    }
    let frame = Frame::signed_in(&office.party, &session, "home");
    pages::render(StatusCode::OK, &Reading { frame, text: line.document.text, line })
}

impl Office {
    fn line(&self, n: usize, reader: Option<&str>) -> Option<Line> {
        let document: &'static Document = DOCUMENTS.get(n)?;
        let day = self.party.clock.now().day().saturating_sub(document.days_ago.days());
        let read = self.read.lock().unwrap_or_else(PoisonError::into_inner);
        let read = reader.is_some_and(|reader| read.contains(&(reader.to_owned(), n)));
        Some(Line { n, document, date: day.strftime("%d/%m/%Y").to_string(), read })
    }
}
