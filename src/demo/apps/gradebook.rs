//! Sổ điểm điện tử: a teacher's classes with their pupils and marks; a pupil's own marks and nobody else's.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
};

use askama::Template;
use axum::{
    Form, Router,
    extract::{Path, Query, State},
    http::StatusCode,
    response::{IntoResponse, Redirect, Response},
    routing::get,
};
use axum_extra::extract::cookie::CookieJar;
use serde::Deserialize;

use super::{
    Class,
    claims::{Claims, ClassClaim},
    marks::{COLUMNS, Mark, Marks},
    memory::Session,
    pages::{self, Frame},
    party::Party,
};
use crate::base::secret::same;

struct Gradebook {
    party: Arc<Party>,
    sheets: Mutex<HashMap<Sheet, Vec<Marks>>>,
}

/// A subject's marks in a class; the subject is empty for the homeroom's own.
#[derive(Clone, PartialEq, Eq, Hash)]
struct Sheet {
    org_code: String,
    class: String,
    subject: String,
}

/// Its pages.
pub(super) fn routes(party: Arc<Party>) -> Router {
    Router::new()
        .route("/", get(home))
        .route("/classes/{id}", get(class).post(save))
        .with_state(Arc::new(Gradebook { party, sheets: Mutex::default() }))
}

#[derive(Template)]
#[template(path = "apps/gradebook_home.html")]
struct Home {
    frame: Frame,
    org: String,
    classes: Vec<Tab>,
}

/// A class that the person teaches.
struct Tab {
    class: ClassClaim,
    /// Unknown when this app has no list of the class.
    pupils: Option<usize>,
    current: bool,
}

#[derive(Template)]
#[template(path = "apps/gradebook_own.html")]
struct Own {
    frame: Frame,
    class: Option<ClassClaim>,
    subjects: Vec<(String, Marks)>,
}

#[derive(Template)]
#[template(path = "apps/gradebook_class.html")]
struct ClassPage {
    frame: Frame,
    org: String,
    classes: Vec<Tab>,
    class: ClassClaim,
    form_key: String,
    rows: Vec<Row>,
    saved: bool,
    wrong: Vec<(String, String)>,
}

struct Row {
    name: String,
    cells: Vec<Cell>,
    average: Option<Mark>,
}

struct Cell {
    field: String,
    label: &'static str,
    value: String,
    wrong: bool,
}

async fn home(State(book): State<Arc<Gradebook>>, jar: CookieJar) -> Response {
    let Some(session) = book.party.session(&jar) else { return pages::welcome(&book.party) };
    let (frame, claims) = (Frame::signed_in(&book.party, &session, "home"), &session.claims);
    if claims.is_student() {
        let class = claims.classes().into_iter().find(ClassClaim::is_pupil);
        let subjects = class.as_ref().map(|class| book.own(claims, class)).unwrap_or_default();
        return pages::render(StatusCode::OK, &Own { frame, class, subjects });
    }
    let classes = book.tabs(claims, None);
    match classes.iter().find(|tab| tab.pupils.is_some()).and_then(|tab| book.find(claims, &tab.class).zip(Some(tab))) {
        Some((class, tab)) => pages::render(StatusCode::OK, &book.kept(&session, &tab.class, class)),
        None => pages::render(StatusCode::OK, &Home { frame, org: claims.context().org.unwrap_or_default(), classes }),
    }
}

#[derive(Default, Deserialize)]
struct Which {
    #[serde(default)]
    subject: String,
    saved: Option<String>,
}

async fn class(
    State(book): State<Arc<Gradebook>>,
    jar: CookieJar,
    Path(id): Path<String>,
    Query(which): Query<Which>,
) -> Response {
    let Some(session) = book.party.session(&jar) else { return pages::welcome(&book.party) };
    let Some((claim, class)) = book.taught(&session.claims, &id, &which.subject) else {
        return pages::not_found(&book.party, Some(&session));
    };
    let page = book.kept(&session, &claim, class);
    pages::render(StatusCode::OK, &ClassPage { saved: which.saved.is_some(), ..page })
}

async fn save(
    State(book): State<Arc<Gradebook>>,
    jar: CookieJar,
    Path(id): Path<String>,
    Form(form): Form<HashMap<String, String>>,
) -> Response {
    let Some(session) = book.party.session(&jar) else { return pages::welcome(&book.party) };
    let value = |name: &str| form.get(name).map(String::as_str).unwrap_or_default();
    let ours = same(value("key").as_bytes(), session.form_key.expose().as_bytes());
    let Some((claim, class)) = book.taught(&session.claims, &id, value("subject")).filter(|_| ours) else {
        return pages::not_found(&book.party, Some(&session));
    };
    let typed: Vec<[String; COLUMNS.len()]> = (0..class.pupils.len())
        .map(|row| std::array::from_fn(|column| value(&field(row, column)).trim().to_owned()))
        .collect();
    let page = book.class_page(&session, &claim, class, &typed);
    if !page.wrong.is_empty() {
        return pages::render(StatusCode::UNPROCESSABLE_ENTITY, &page);
    }
    let marks = typed.iter().map(|row| Marks(std::array::from_fn(|column| Mark::parse(&row[column])))).collect();
    book.sheets.lock().unwrap_or_else(PoisonError::into_inner).insert(sheet(class, &claim), marks);
    let query = serde_urlencoded::to_string([("subject", claim.subject()), ("saved", "1")]).unwrap_or_default();
    Redirect::to(&format!("?{query}")).into_response()
}

fn field(row: usize, column: usize) -> String {
    format!("m{row}-{column}")
}

fn sheet(class: &Class, claim: &ClassClaim) -> Sheet {
    Sheet { org_code: class.org_code.clone(), class: class.code.clone(), subject: claim.subject().to_owned() }
}

impl Gradebook {
    fn find(&self, claims: &Claims, class: &ClassClaim) -> Option<&Class> {
        self.party.directory.find(claims.org_codes().iter().map(String::as_str), &class.code)
    }

    /// A class that this person teaches; nobody else's exists for them.
    fn taught(&self, claims: &Claims, id: &str, subject: &str) -> Option<(ClassClaim, &Class)> {
        let mut classes = claims.classes().into_iter();
        let claim = classes.find(|class| class.id == id && class.subject() == subject && !class.is_pupil())?;
        let class = self.find(claims, &claim)?;
        Some((claim, class))
    }

    fn marks(&self, sheet: &Sheet, pupils: usize) -> Vec<Marks> {
        let sheets = self.sheets.lock().unwrap_or_else(PoisonError::into_inner);
        sheets.get(sheet).cloned().unwrap_or_else(|| vec![Marks::default(); pupils])
    }

    /// A pupil's marks by subject. Two pupils of one name in a class see none: this app cannot tell them apart.
    fn own(&self, claims: &Claims, claim: &ClassClaim) -> Vec<(String, Marks)> {
        let Some(class) = self.find(claims, claim) else { return Vec::new() };
        let mut places = (0..class.pupils.len()).filter(|row| class.pupils[*row] == claims.name());
        let (Some(row), None) = (places.next(), places.next()) else { return Vec::new() };
        let sheets = self.sheets.lock().unwrap_or_else(PoisonError::into_inner);
        let of_class = sheets.iter().filter(|(sheet, _)| sheet.org_code == class.org_code && sheet.class == class.code);
        let mut own: Vec<(String, Marks)> = of_class
            .filter_map(|(sheet, marks)| Some((subject_name(&sheet.subject).to_owned(), *marks.get(row)?)))
            .filter(|(_, marks)| !marks.is_empty())
            .collect();
        own.sort_by(|a, b| a.0.cmp(&b.0));
        own
    }

    fn tabs(&self, claims: &Claims, current: Option<&ClassClaim>) -> Vec<Tab> {
        let taught = claims.classes().into_iter().filter(|class| !class.is_pupil());
        let tab = |class: ClassClaim| Tab {
            pupils: self.find(claims, &class).map(|class| class.pupils.len()),
            current: current == Some(&class),
            class,
        };
        taught.map(tab).collect()
    }

    /// The sheet as it was saved.
    fn kept(&self, session: &Session, claim: &ClassClaim, class: &Class) -> ClassPage {
        let marks = self.marks(&sheet(class, claim), class.pupils.len());
        let typed = marks.iter().map(|marks| marks.0.map(|mark| mark.map(|mark| mark.to_string()).unwrap_or_default()));
        self.class_page(session, claim, class, &typed.collect::<Vec<_>>())
    }

    /// The sheet with what was typed, and what of it is no mark.
    fn class_page(
        &self,
        session: &Session,
        claim: &ClassClaim,
        class: &Class,
        typed: &[[String; COLUMNS.len()]],
    ) -> ClassPage {
        let mut wrong = Vec::new();
        let rows = class.pupils.iter().zip(typed).enumerate().map(|(row, (name, typed))| {
            let marks = Marks(std::array::from_fn(|column| Mark::parse(&typed[column])));
            let cells = typed.iter().enumerate().map(|(column, value)| {
                let bad = !value.is_empty() && marks.0[column].is_none();
                let (field, label) = (field(row, column), COLUMNS[column].1);
                if bad {
                    wrong.push((field.clone(), format!("{name}, {label}: «{value}» không phải là điểm từ 0 đến 10")));
                }
                Cell { field, label, value: value.clone(), wrong: bad }
            });
            Row { name: name.clone(), cells: cells.collect(), average: marks.average() }
        });
        let rows = rows.collect();
        ClassPage {
            frame: Frame::signed_in(&self.party, session, "home"),
            org: session.claims.context().org.unwrap_or_default(),
            classes: self.tabs(&session.claims, Some(claim)),
            class: claim.clone(),
            form_key: session.form_key.expose().to_owned(),
            rows,
            saved: false,
            wrong,
        }
    }
}

fn subject_name(subject: &str) -> &str {
    if subject.is_empty() { "Chủ nhiệm" } else { subject }
}
