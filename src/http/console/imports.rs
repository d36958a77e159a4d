//! P14: the imports, and the way in for the next one.

use axum::{
    extract::{
        Multipart,
        multipart::{Field as Part, MultipartError, MultipartRejection},
    },
    http::StatusCode,
    response::Response,
};

use super::{admitted, no_permit, refused};
use crate::{
    admin::{people, schools},
    base::{id::ImportId, page::Ask},
    http::{render, visitor::Visitor},
    i18n::Locale,
    model::school_year::SchoolYear,
    protocol::params::Params,
    roster::desk::{self, Asked, LARGEST, Listed, Upload, UploadError},
    services::authority::{Denied, ImportPeople, NoPermit, Permit, Reach, Standing},
    store::StoreError,
    views::{ImportPlace, ImportRow, ImportState, Imports, School},
};

/// GET `/console/imports`.
pub(super) async fn page(visitor: Visitor) -> Response {
    let (_, standing) = match admitted(&visitor).await {
        Ok(admitted) => admitted,
        Err(page) => return page,
    };
    show(&visitor, &standing, "", None).await
}

async fn show(visitor: &Visitor, standing: &Standing, school: &str, problem: Option<&'static str>) -> Response {
    let leave: Permit<ImportPeople, Reach> = match standing.everywhere() {
        Ok(leave) => leave,
        Err(denied) => return refused(visitor, denied),
    };
    let params = Params::parse(visitor.uri.query().unwrap_or(""));
    let ask = Ask::<ImportId>::from_outside(params.get("after"), Some(20));
    let found =
        async { Ok::<_, NoPermit>((place(visitor, standing).await?, desk::list(&visitor.sv, &leave, &ask).await?)) };
    let (place, listed) = match found.await {
        Ok(found) => found,
        Err(no) => return no_permit(visitor, no),
    };
    let status = match problem {
        None => StatusCode::OK,
        Some("import-too-large") => StatusCode::PAYLOAD_TOO_LARGE,
        Some(_) => StatusCode::UNPROCESSABLE_ENTITY,
    };
    let page = Imports {
        f: visitor.frame(problem.is_some(), "/console/imports"),
        csrf: visitor.csrf(),
        place,
        school: school.to_owned(),
        years: years(visitor),
        problem,
        largest: LARGEST >> 20,
        rows: listed.rows.into_iter().filter_map(row).collect(),
        next: listed.next.map(|after| format!("/console/imports?after={after}")),
    };
    render::page(visitor, status, &page)
}

pub(super) fn row(row: Listed) -> Option<ImportRow> {
    let state = state(&row)?;
    Some(ImportRow {
        id: row.id.to_string(),
        file: row.file.unwrap_or_default(),
        more: u64::try_from(row.files.saturating_sub(1)).unwrap_or_default(),
        who: row.who,
        school: row.school.unwrap_or_default(),
        state,
        when: row.created_at,
    })
}

/// Where an import in a list is on its way.
pub(super) fn state(row: &Listed) -> Option<ImportState> {
    match row.refused {
        0 => ImportState::ALL.into_iter().find(|state| super::import::name(*state) == row.state),
        _ => Some(ImportState::Refused),
    }
}

/// This school year, the next and the last.
fn years(visitor: &Visitor) -> Vec<String> {
    let first = SchoolYear::of(visitor.sv.clock.now().day()).first_year();
    [first, first + 1, first - 1].map(|year| format!("{year}-{}", year + 1)).to_vec()
}

/// For which schools somebody may import.
pub(super) async fn place(visitor: &Visitor, standing: &Standing) -> Result<ImportPlace, NoPermit> {
    let leave: Permit<ImportPeople, Reach> = standing.everywhere()?;
    if *leave.place() == Reach::Sector {
        return Ok(ImportPlace::Sector);
    }
    let mut all = schools_of(visitor, standing).await?;
    Ok(match all.len() {
        1 => ImportPlace::One(all.remove(0)),
        _ => ImportPlace::Several,
    })
}

async fn schools_of(visitor: &Visitor, standing: &Standing) -> Result<Vec<School>, NoPermit> {
    let leave: Permit<ImportPeople, Reach> = standing.everywhere()?;
    let all = schools::all(&visitor.sv, &leave).await?;
    Ok(all.into_iter().map(|school| School { code: school.code, name: school.name }).collect())
}

/// POST `/console/imports`: the files of the next one. Who sends them, and that the form is ours, is known before any byte
/// of a file is read.
pub(super) async fn upload(visitor: Visitor, form: Result<Multipart, MultipartRejection>) -> Response {
    let (_, standing) = match admitted(&visitor).await {
        Ok(admitted) => admitted,
        Err(page) => return page,
    };
    let mut school = String::new();
    let taken = match form {
        Ok(form) => take(&visitor, &standing, form, &mut school).await,
        // No form of ours: that one brings files.
        Err(_) => return render::forged(&visitor),
    };
    match taken {
        Ok(id) => render::see_other(&visitor, &format!("/console/imports/{id}")),
        Err(Wrong::Page(page)) => *page,
        Err(Wrong::No(no)) => no_permit(&visitor, no),
        Err(Wrong::Broken) => show(&visitor, &standing, &school, Some("import-broken")).await,
        Err(Wrong::NoSchool) => show(&visitor, &standing, &school, Some("import-no-school")).await,
        Err(Wrong::Upload(UploadError::Store(error))) => render::fault(&visitor, &error),
        Err(Wrong::Upload(UploadError::Denied(denied))) => refused(&visitor, denied),
        Err(Wrong::Upload(error)) => show(&visitor, &standing, &school, Some(told(&error))).await,
    }
}

const fn told(error: &UploadError) -> &'static str {
    match error {
        UploadError::NoFile | UploadError::Store(_) | UploadError::Denied(_) => "import-no-file",
        UploadError::TooLarge => "import-too-large",
        UploadError::TooManyFiles => "import-too-many-files",
        UploadError::TooManyOpen => "import-too-many-open",
    }
}

/// Why files were not taken.
enum Wrong {
    Page(Box<Response>),
    No(NoPermit),
    Broken,
    NoSchool,
    Upload(UploadError),
}

impl From<MultipartError> for Wrong {
    fn from(error: MultipartError) -> Self {
        if error.status() == StatusCode::PAYLOAD_TOO_LARGE { Self::Upload(UploadError::TooLarge) } else { Self::Broken }
    }
}

impl From<UploadError> for Wrong {
    fn from(error: UploadError) -> Self {
        Self::Upload(error)
    }
}

impl From<StoreError> for Wrong {
    fn from(error: StoreError) -> Self {
        Self::Upload(error.into())
    }
}

impl From<NoPermit> for Wrong {
    fn from(no: NoPermit) -> Self {
        Self::No(no)
    }
}

/// The fields before the files, as the page has them: anything else is refused (R40).
const FIELDS: [&str; 3] = ["csrf", "school", "year"];
/// Bytes of such a field.
const FIELD: usize = 1024;

async fn take(
    visitor: &Visitor,
    standing: &Standing,
    mut form: Multipart,
    school: &mut String,
) -> Result<ImportId, Wrong> {
    let (mut fields, mut upload) = (Vec::new(), None);
    let taken = parts(visitor, standing, &mut form, (school, &mut fields, &mut upload)).await;
    match (taken, upload) {
        (Ok(()), Some(upload)) => {
            let id = upload.id();
            upload.finish(None).await?;
            Ok(id)
        }
        (Ok(()), None) => Err(UploadError::NoFile.into()),
        (Err(wrong), upload) => {
            if let Some(upload) = upload {
                upload.abandon().await?;
            }
            Err(wrong)
        }
    }
}

/// The parts of the form, in the order of the page: what it says first, then the files.
async fn parts<'v>(
    visitor: &'v Visitor,
    standing: &Standing,
    form: &mut Multipart,
    (school, fields, upload): (&mut String, &mut Vec<(String, String)>, &mut Option<Upload<'v>>),
) -> Result<(), Wrong> {
    while let Some(mut part) = form.next_field().await? {
        let name = part.name().unwrap_or_default().to_owned();
        match (name.as_str(), upload.as_mut()) {
            ("files", Some(upload)) => one(upload, &mut part).await?,
            ("files", None) => {
                let begun = begin(visitor, standing, fields, school).await?;
                one(upload.insert(begun), &mut part).await?;
            }
            (name, None) if FIELDS.contains(&name) => fields.push((name.to_owned(), text(&mut part).await?)),
            _ => return Err(Wrong::Page(Box::new(render::unlisted_field(visitor)))),
        }
    }
    Ok(())
}

/// Before the first byte of a file: whether the form is ours, and for which school it is.
async fn begin<'v>(
    visitor: &'v Visitor,
    standing: &Standing,
    fields: &[(String, String)],
    school: &mut String,
) -> Result<Upload<'v>, Wrong> {
    let query = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
    let params = Params::parse(&query);
    visitor.check_csrf(&params).map_err(|page| Wrong::Page(Box::new(page)))?;
    params.get("school").unwrap_or("").trim().clone_into(school);
    let leave = leave(visitor, standing, school).await?;
    let year = params.get("year").filter(|year| years(visitor).iter().any(|offered| offered == year));
    let (year, english) = (year.map(str::to_owned), visitor.locale == Locale::En);
    Ok(Upload::begin(&visitor.sv, leave, Asked { year, english, ..Asked::default() }).await?)
}

async fn one(upload: &mut Upload<'_>, part: &mut Part<'_>) -> Result<(), Wrong> {
    let name = part.file_name().unwrap_or_default().to_owned();
    upload.file(&name).await?;
    while let Some(bytes) = part.chunk().await? {
        upload.take(&bytes).await?;
    }
    Ok(())
}

async fn text(part: &mut Part<'_>) -> Result<String, Wrong> {
    let mut bytes = Vec::new();
    while let Some(more) = part.chunk().await? {
        bytes.extend_from_slice(&more);
        if bytes.len() > FIELD {
            return Err(Wrong::Broken);
        }
    }
    String::from_utf8(bytes).map_err(|_| Wrong::Broken)
}

/// Leave to import for the school that was typed, for the only one there is, or for the whole sector.
async fn leave(visitor: &Visitor, standing: &Standing, typed: &str) -> Result<Permit<ImportPeople, Reach>, Wrong> {
    let place = place(visitor, standing).await?;
    if place == ImportPlace::Sector && typed.is_empty() {
        return Ok(standing.everywhere().map_err(NoPermit::from)?);
    }
    leave_at(visitor, standing, &place, typed).await?.ok_or(Wrong::NoSchool)
}

/// Leave to import for the only school there is, or for the one that was typed; nothing when no one school is meant.
pub(super) async fn leave_at(
    visitor: &Visitor,
    standing: &Standing,
    place: &ImportPlace,
    typed: &str,
) -> Result<Option<Permit<ImportPeople, Reach>>, NoPermit> {
    let code = match place {
        ImportPlace::One(one) => one.code.clone(),
        ImportPlace::Sector | ImportPlace::Several => {
            let importing: Permit<ImportPeople, Reach> = standing.everywhere()?;
            let meant = schools::meant(schools::all(&visitor.sv, &importing).await?, typed);
            let [one] = meant.as_slice() else { return Ok(None) };
            one.code.clone()
        }
    };
    let org = people::school(&visitor.sv, &code).await?.ok_or(Denied::Missing)?;
    Ok(Some(standing.under(&visitor.sv, org).await?))
}
