//! Files of people on their way in: what the form says first, then the files, piece by piece.
//!
//! Who sends them, and for where, is known before the first byte of a file is read; whether they were sent before, after
//! the last.

use axum::{
    extract::{
        Multipart,
        multipart::{Field as Part, MultipartError, MultipartRejection},
    },
    http::{HeaderValue, StatusCode, header},
    response::Response,
};
use serde::Serialize;
use utoipa::ToSchema;

use super::{
    UPLOADS,
    caller::{By, ImportsWrite},
    once,
    problem::{Kind, Problem},
    told,
};
use crate::{
    admin::people,
    base::{
        digest::{Digest, Hashing},
        id::ImportId,
    },
    i18n::Locale,
    model::school_year::SchoolYear,
    roster::desk::{Asked, Upload, UploadError},
    services::authority::{Denied, ImportPeople, Permit, Reach},
    store::answers::AnswerRow,
};

/// The form that brings files.
#[derive(Debug, ToSchema)]
#[expect(dead_code, reason = "it describes the form, which is read part by part")]
pub(super) struct Brought {
    /// The code of the school that the files are for; before the files. Without it, the whole sector.
    school: Option<String>,
    /// The school year of the classes: 2026-2027; before the files. The current one when not given.
    #[schema(pattern = "^[0-9]{4}-[0-9]{4}$")]
    year: Option<String>,
    /// The files, at most 20 and 96 MiB together: XLSX, XLS, ODS, CSV or a OneRoster zip.
    #[schema(value_type = Vec<String>, format = Binary)]
    files: Vec<Vec<u8>>,
}

/// Where an import is.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Sent {
    /// The import.
    #[schema(value_type = uuid::Uuid)]
    id: ImportId,
}

/// Send files to be looked at
///
/// Nothing is written before somebody agrees to what the look shows. Sent again with the same `Idempotency-Key`, the same
/// fields and files are the same import, however the form is put together.
#[utoipa::path(post, path = "/api/v1/imports", operation_id = "sendImport", tag = "Imports",
    request_body(content = Brought, content_type = "multipart/form-data"),
    responses((status = 201, body = Sent, headers(("location" = String, description = "Where to look at it")))),
    security(("oauth2" = ["imports:write"])))]
pub(super) async fn send(
    by: By<ImportsWrite>,
    form: Result<Multipart, MultipartRejection>,
) -> Result<Response, Problem> {
    let mut form = form.map_err(|_| Problem::from(Kind::MediaType))?;
    let before = once::find(&by.sv, by.keyed).await?;
    let mut coming = Coming { by: &by, before, upload: None, request: None };
    let read = coming.read(&mut form).await;
    let Coming { before, upload, request, .. } = coming;
    if let Err(problem) = read {
        if let Some(upload) = upload {
            upload.abandon().await?;
        }
        return Err(problem);
    }
    match (before, request.map(Hashing::finish), upload) {
        (Some(before), Some(request), _) => once::as_before(&by.sv, before, request),
        (None, Some(request), Some(upload)) => end(&by, upload, request).await,
        _ => Err(UploadError::NoFile.into()),
    }
}

/// Takes them in: from here on a node looks at them. With a key, the write that does it keeps the answer too.
pub(super) async fn end(by: &By<ImportsWrite>, upload: Upload<'_>, request: Digest) -> Result<Response, Problem> {
    let response = sent(by, upload.id());
    let (response, answer) = once::to_keep(&by.sv, (by.keyed, request), response).await?;
    if upload.finish(answer).await? {
        return Ok(response);
    }
    match once::find(&by.sv, by.keyed).await? {
        Some(before) => once::as_before(&by.sv, before, request),
        None => Err(Kind::UnderWay.into()),
    }
}

/// That they were sent, and where to look at them.
fn sent(by: &By<ImportsWrite>, id: ImportId) -> Response {
    let mut response = told::done(StatusCode::CREATED, &Sent { id });
    let location = HeaderValue::try_from(format!("{}/api/v1/imports/{id}", by.sv.settings.issuer));
    response.headers_mut().extend(location.ok().map(|location| (header::LOCATION, location)));
    response
}

/// Bytes of a field before the files.
const FIELD: usize = 64;
/// What is wrong with a school, where it stands, and with a year.
const NO_SCHOOL: (&str, &str) = ("/school", "problem-no-school");
const NO_YEAR: (&str, &str) = ("/year", "problem-year");

/// A form that is being read.
struct Coming<'b> {
    by: &'b By<ImportsWrite>,
    /// What its key was used for, where it was: then nothing is taken in a second time.
    before: Option<AnswerRow>,
    upload: Option<Upload<'b>>,
    /// What tells it from any other request, as far as it was read; nothing before the first file.
    request: Option<Hashing>,
}

impl Coming<'_> {
    /// The parts of the form: what it says first, then the files.
    async fn read(&mut self, form: &mut Multipart) -> Result<(), Problem> {
        let (mut school, mut year) = (None, None);
        while let Some(mut part) = form.next_field().await? {
            match (part.name().unwrap_or_default(), self.request.is_some()) {
                ("files", begun) => {
                    if !begun {
                        self.begin(school.take(), year.take()).await?;
                    }
                    self.file(&mut part).await?;
                }
                ("school", false) if school.is_none() => school = Some(text(&mut part, NO_SCHOOL).await?),
                ("year", false) if year.is_none() => year = Some(text(&mut part, NO_YEAR).await?),
                (name, _) => return Err(Problem::field(&format!("/{name}"), "problem-part")),
            }
        }
        Ok(())
    }

    async fn begin(&mut self, school: Option<String>, year: Option<String>) -> Result<(), Problem> {
        self.counts(&(UPLOADS, &school, &year));
        if self.before.is_none() {
            self.upload = Some(begin(self.by, school, year).await?);
        }
        Ok(())
    }

    async fn file(&mut self, part: &mut Part<'_>) -> Result<(), Problem> {
        let name = part.file_name().unwrap_or_default().to_owned();
        if let Some(upload) = &mut self.upload {
            upload.file(&name).await?;
        }
        let mut content = Hashing::default();
        while let Some(bytes) = part.chunk().await? {
            content.update(&bytes);
            if let Some(upload) = &mut self.upload {
                upload.take(&bytes).await?;
            }
        }
        self.counts(&(name, content.finish()));
        Ok(())
    }

    /// As JSON, each ends where the next begins.
    fn counts(&mut self, said: &impl Serialize) {
        let said = serde_json::to_vec(said).unwrap_or_default();
        self.request.get_or_insert_default().update(&said);
    }
}

/// Before the first byte of a file: who may import, and for where.
async fn begin(by: &By<ImportsWrite>, school: Option<String>, year: Option<String>) -> Result<Upload<'_>, Problem> {
    let leave = match &school {
        Some(code) => leave_for(by, code.trim()).await?,
        None => by.standing.everywhere()?,
    };
    if matches!(leave.place(), Reach::Of(_)) {
        return Err(Problem::field("/school", "problem-which-school"));
    }
    let year = year.map(|year| year.parse::<SchoolYear>().map(|year| year.to_string())).transpose();
    let year = year.map_err(|_| Problem::fields([NO_YEAR]))?;
    Ok(Upload::begin(&by.sv, leave, Asked { year, english: by.locale == Locale::En, ..Asked::default() }).await?)
}

/// Leave to import for the school of a code.
pub(super) async fn leave_for(by: &By<ImportsWrite>, code: &str) -> Result<Permit<ImportPeople, Reach>, Problem> {
    let missing = |problem: Problem| problem.instead_of_missing(NO_SCHOOL.0, NO_SCHOOL.1);
    let org = people::school(&by.sv, code).await?.ok_or_else(|| missing(Denied::Missing.into()))?;
    by.standing.under(&by.sv, org).await.map_err(|no| missing(no.into()))
}

/// A field before the files; one that is longer than any school's code or year is none.
async fn text(part: &mut Part<'_>, wrong: (&'static str, &'static str)) -> Result<String, Problem> {
    let mut bytes = Vec::new();
    while let Some(more) = part.chunk().await? {
        bytes.extend_from_slice(&more);
        if bytes.len() > FIELD {
            return Err(Problem::fields([wrong]));
        }
    }
    let text = String::from_utf8(bytes).ok().filter(|text| !text.contains('\0'));
    text.ok_or_else(|| Kind::BadRequest.into())
}

impl From<MultipartError> for Problem {
    fn from(error: MultipartError) -> Self {
        if error.status() == StatusCode::PAYLOAD_TOO_LARGE {
            UploadError::TooLarge.into()
        } else {
            Kind::BadRequest.into()
        }
    }
}

impl From<UploadError> for Problem {
    fn from(error: UploadError) -> Self {
        match error {
            UploadError::NoFile => Self::field("/files", "import-no-file"),
            UploadError::TooLarge => Self::because(Kind::TooLarge, "import-too-large"),
            UploadError::TooManyFiles => Self::field("/files", "import-too-many-files"),
            UploadError::TooManyOpen => Self::because(Kind::Conflict, "import-too-many-open"),
            UploadError::Denied(denied) => denied.into(),
            UploadError::Store(error) => error.into(),
        }
    }
}
