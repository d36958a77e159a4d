//! What the apps show.

use askama::Template;
use serde_json::Value;

use super::{App, Running, Session};

#[derive(Template)]
#[template(path = "app_home.html")]
struct Home<'a> {
    app: &'static str,
    kind: App,
    name: Option<&'a str>,
    context: String,
    classes: Vec<Class>,
    chosen: Option<String>,
    sheet: Vec<(String, String)>,
    own_marks: Vec<(String, String)>,
    teaches: bool,
}

struct Class {
    code: String,
    function: String,
    subject: String,
}

#[derive(Template)]
#[template(path = "app_received.html")]
struct Received {
    app: &'static str,
    claims: Vec<(String, String, String)>,
}

#[derive(Template)]
#[template(path = "app_message.html")]
struct Message {
    app: &'static str,
    title: &'static str,
    text: String,
    failed: bool,
}

fn render<T: Template>(page: &T) -> String {
    page.render().unwrap_or_else(|error| format!("<!doctype html><title>Lỗi</title><p>{error}"))
}

/// The school whose code the chosen context names.
pub(super) fn school(session: &Session) -> String {
    session.claims.get("edu_context").and_then(|context| context["org_code"].as_str()).unwrap_or("").to_owned()
}

fn role(session: &Session) -> &str {
    session.claims.get("edu_context").and_then(|context| context["role"].as_str()).unwrap_or("")
}

fn classes(session: &Session) -> Vec<Class> {
    let list = session.claims.get("edu_classes").and_then(Value::as_array).cloned().unwrap_or_default();
    let text = |class: &Value, name: &str| class[name].as_str().unwrap_or("").to_owned();
    list.iter()
        .map(|class| Class {
            code: text(class, "code"),
            function: text(class, "function"),
            subject: text(class, "subject"),
        })
        .collect()
}

/// Whether the person teaches in a class.
pub(super) fn teaches(session: &Session, class: &str) -> bool {
    classes(session).iter().any(|known| known.code == class && known.function != "pupil")
}

/// `/`
pub(super) fn home(running: &Running, session: Option<&Session>, asked: Option<&str>) -> String {
    let kind = running.settings.app;
    let mut page = Home {
        app: kind.name(),
        kind,
        name: session.map(|session| session.claims.get("name").and_then(Value::as_str).unwrap_or("")),
        context: String::new(),
        classes: Vec::new(),
        chosen: None,
        sheet: Vec::new(),
        own_marks: Vec::new(),
        teaches: false,
    };
    if let Some(session) = session {
        let org = session.claims.get("edu_context").and_then(|context| context["org"].as_str()).unwrap_or("");
        page.context = format!("{} · {org}", title(role(session)));
        page.classes = classes(session);
        page.teaches = role(session) != "student";
        let chosen = asked.map(str::to_owned).or_else(|| page.classes.first().map(|class| class.code.clone()));
        if let Some(class) = chosen.filter(|class| page.classes.iter().any(|known| known.code == *class)) {
            let memory = running.memory();
            let key = format!("{}/{class}", school(session));
            let mark = |pupil: &String| memory.marks.get(&(key.clone(), pupil.clone())).cloned().unwrap_or_default();
            let pupils = running.settings.directory.pupils(&school(session), &class);
            if page.teaches {
                page.sheet = pupils.iter().map(|pupil| (pupil.clone(), mark(pupil))).collect();
            } else if let Some(name) = page.name {
                page.own_marks = vec![(class.clone(), mark(&name.to_owned()))];
            }
            page.chosen = Some(class);
        }
    }
    render(&page)
}

fn title(role: &str) -> &'static str {
    match role {
        "student" => "Học sinh",
        "teacher" => "Giáo viên",
        "principal" => "Quản lý nhà trường",
        "staff" => "Nhân viên",
        _ => "",
    }
}

/// `/received`
pub(super) fn received(running: &Running, session: &Session) -> String {
    let label = |name: &str| match name {
        "sub" => "Mã riêng của bạn ở ứng dụng này",
        "name" => "Họ và tên",
        "family_name" => "Họ",
        "middle_name" => "Tên đệm",
        "given_name" => "Tên",
        "locale" => "Ngôn ngữ",
        "updated_at" => "Cập nhật lúc",
        "edu_context" => "Vai trò đang dùng",
        "edu_contexts" => "Mọi vai trò",
        "edu_classes" => "Lớp",
        "eduperson_affiliation" => "Loại thành viên",
        "eduperson_scoped_affiliation" => "Loại thành viên theo trường",
        "schac_home_organization" => "Ngành",
        _ => "",
    };
    let text = |value: &Value| match value {
        Value::String(text) => text.clone(),
        other => serde_json::to_string_pretty(other).unwrap_or_default(),
    };
    let claims =
        session.claims.iter().map(|(name, value)| (label(name).to_owned(), name.clone(), text(value))).collect();
    render(&Received { app: running.settings.app.name(), claims })
}

/// An answer that was not a sign-in.
pub(super) fn error(running: &Running, code: &str) -> String {
    let app = running.settings.app.name();
    let text = match code {
        "access_denied" => format!(
            "{app} dành cho giáo viên và nhân viên, nên tài khoản của bạn không vào được. Nếu bạn cho rằng đây là nhầm lẫn, hãy hỏi nhà trường."
        ),
        "sign-in" => "Lần đăng nhập này không dùng được nữa. Hãy đăng nhập lại.".to_owned(),
        other => format!("Máy chủ đăng nhập trả lời «{other}». Hãy thử lại sau ít phút."),
    };
    render(&Message { app, title: "Chưa vào được", text, failed: true })
}

/// `/signed-out`
pub(super) fn signed_out(running: &Running) -> String {
    let text = "Bạn đã đăng xuất khỏi mọi ứng dụng.".to_owned();
    render(&Message { app: running.settings.app.name(), title: "Đã đăng xuất", text, failed: false })
}

/// The stylesheet, in the app's own colour.
pub(super) fn style(app: App) -> String {
    let colour = match app {
        App::Gradebook => "#0e6b3d",
        App::Lms => "#5b3a9b",
        App::Office => "#8a4b08",
    };
    format!(":root{{--brand:{colour}}}\n{}", include_str!("templates/app.css"))
}
