//! P15, one class of a school's step: what becomes of it and of each pupil, said in one form and stored in one write.

use std::collections::HashMap;

use axum::{extract::Path, http::StatusCode, response::Response};

use super::{
    admitted, refused,
    rollover::{Ground, class},
};
use crate::{
    admin::rollover::{self, NotMarked, Sheet, ShownClass, Wrong},
    base::id::{ClassId, PersonId},
    http::{
        render,
        visitor::{Form, Visitor},
    },
    model::{
        class_code::ClassOrder,
        rollover::{ClassFate as Fate, Mark},
    },
    protocol::{error::Refusal, params::Params},
    services::authority::Denied,
    views::{ClassFate, PupilMark, RolloverClassPage, RolloverClassProblem, RolloverPupil},
};

/// Of how many pupils a form says something at most: as many as a class shows.
const MOST: usize = 200;

/// What somebody said otherwise than the page did, and what is wrong with it.
#[derive(Default)]
struct Said {
    fate: Option<ClassFate>,
    pupils: HashMap<PersonId, Option<PupilMark>>,
    wrong: Vec<Wrong>,
}

impl Said {
    fn read(params: &Params, pupils: &[PersonId]) -> Self {
        let next = || params.get("next").unwrap_or("").to_owned();
        let fate = match params.get("fate") {
            Some("goes_on") => Some(ClassFate::GoesOn(next())),
            Some("completes") => Some(ClassFate::Completes),
            Some("stays") => Some(ClassFate::Stays),
            _ => None,
        };
        let other = |person: &PersonId| {
            let (to, was) = (params.get(&field("to", person))?, params.get(&field("was", person)));
            (to != was.unwrap_or("class")).then(|| (*person, PupilMark::read(to)))
        };
        Self {
            fate: fate.filter(|fate| params.get("was") != Some(&fate.text())),
            pupils: pupils.iter().filter_map(other).collect(),
            wrong: Vec::new(),
        }
    }

    fn of_class(&self) -> Option<RolloverClassProblem> {
        let no = self.wrong.iter().find(|(whom, _)| whom.is_none());
        no.map(
            |(_, no)| {
                if let NotMarked::Awaited = no { RolloverClassProblem::Awaited } else { RolloverClassProblem::Name }
            },
        )
    }

    /// Whether a pupil is to join a class that will not be there.
    fn is_nowhere(&self, pupil: PersonId) -> bool {
        self.wrong.iter().any(|(whom, no)| *whom == Some(pupil) && !matches!(no, NotMarked::Denied(_)))
    }
}

/// How a field of a pupil is called.
fn field(what: &str, pupil: &PersonId) -> String {
    format!("{what}-{pupil}")
}

impl Ground<'_> {
    /// A class of the school's draft, and the names of next year's classes.
    async fn class(&self, id: &str) -> Result<(Sheet, ShownClass), Response> {
        let missing = || refused(self.visitor, Denied::Missing);
        let sheet = self.sheet().await?.ok_or_else(missing)?;
        let id: ClassId = id.parse().map_err(|_| missing())?;
        let class = sheet.classes.iter().find(|class| class.id == id).cloned().ok_or_else(missing)?;
        Ok((sheet, class))
    }

    /// The same with its pupils, and what becomes of each.
    pub(super) async fn pupils(&self, id: &str) -> Result<(Sheet, ShownClass, Vec<RolloverPupil>), Response> {
        self.chosen(id, &Said::default()).await
    }

    async fn chosen(&self, id: &str, said: &Said) -> Result<(Sheet, ShownClass, Vec<RolloverPupil>), Response> {
        let (sheet, class) = self.class(id).await?;
        let pupils = rollover::class(&self.visitor.sv, &self.leave, sheet.row.id, class.id).await;
        let pupils = pupils.map_err(|error| render::fault(self.visitor, &error))?;
        Ok((sheet, class, pupils.into_iter().map(|shown| pupil(shown, said)).collect()))
    }

    async fn show_class(&self, id: &str, said: Said, saved: bool) -> Result<Response, Response> {
        let (sheet, shown, pupils) = self.chosen(id, &said).await?;
        let codes = sheet.classes.iter().filter_map(|class| class.fate.code());
        let codes = codes.chain(sheet.there.iter().map(String::as_str));
        let mut others: Vec<_> = codes.filter(|code| Some(*code) != shown.fate.code()).map(str::to_owned).collect();
        others.sort_by_cached_key(|code| ClassOrder::of(code));
        others.dedup();
        let wrong = !said.wrong.is_empty();
        let address = self.address(&format!("/{}", shown.id));
        let class = class(shown, true);
        let page = RolloverClassPage {
            f: self.visitor.frame(wrong, &address),
            csrf: self.visitor.csrf(),
            school: self.school.clone(),
            fate: said.fate.clone().unwrap_or_else(|| class.fate.clone()),
            class,
            open: sheet.state.is_open(),
            others,
            pupils,
            saved,
            problem: said.of_class(),
            gone: said.wrong.iter().any(|(_, no)| matches!(no, NotMarked::Denied(_))),
        };
        let status = if wrong { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
        Ok(render::page(self.visitor, status, &page))
    }

    async fn say(&self, id: &str, params: &Params, pupils: &[PersonId]) -> Result<Response, Response> {
        let (sheet, shown) = self.class(id).await?;
        let mut said = Said::read(params, pupils);
        let fate = said.fate.as_ref().map(|fate| match fate {
            ClassFate::GoesOn(next) => Fate::GoesOn(next.clone()),
            ClassFate::Completes => Fate::Completes,
            ClassFate::Stays => Fate::Stays,
        });
        let mark = |mark: &PupilMark| match mark {
            PupilMark::Repeats => Mark::Repeats(shown.code.clone()),
            PupilMark::Leaves => Mark::Leaves,
            PupilMark::Joins(code) => Mark::Joins(code.clone()),
        };
        let marks = said.pupils.iter().map(|(pupil, chosen)| (*pupil, chosen.as_ref().map(mark))).collect();
        let of = (sheet.row.id, shown.id);
        match rollover::say(&self.visitor.sv, &self.leave, of, (fate, marks)).await {
            Ok(wrong) if wrong.is_empty() => {
                Ok(render::see_other(self.visitor, &self.address(&format!("/{id}?done=saved"))))
            }
            Ok(wrong) => {
                said.wrong = wrong;
                self.show_class(id, said, false).await
            }
            Err(NotMarked::Denied(denied)) => Err(refused(self.visitor, denied)),
            Err(NotMarked::Store(error)) => Err(render::fault(self.visitor, &error)),
            // How far it has come stands on the page.
            Err(_) => Ok(render::see_other(self.visitor, &self.address(&format!("/{id}")))),
        }
    }
}

fn pupil(shown: rollover::ShownPupil, said: &Said) -> RolloverPupil {
    let mark = shown.mark.map(|mark| match mark {
        Mark::Repeats(_) => PupilMark::Repeats,
        Mark::Leaves => PupilMark::Leaves,
        Mark::Joins(code) => PupilMark::Joins(code),
    });
    RolloverPupil {
        id: shown.id.to_string(),
        name: shown.name,
        sector_id: shown.sector_id,
        chosen: said.pupils.get(&shown.id).unwrap_or(&mark).clone(),
        mark,
        nowhere: said.is_nowhere(shown.id),
    }
}

/// GET `/console/rollover/{school}/{class}`.
pub(super) async fn class_page(visitor: Visitor, Path((code, id)): Path<(String, String)>) -> Response {
    let standing = match admitted(&visitor).await {
        Ok((_, standing)) => standing,
        Err(page) => return page,
    };
    let saved = Params::parse(visitor.uri.query().unwrap_or("")).get("done") == Some("saved");
    match Ground::of(&visitor, &standing, &code).await {
        Ok(ground) => ground.show_class(&id, Said::default(), saved).await.unwrap_or_else(|page| page),
        Err(page) => page,
    }
}

/// POST `/console/rollover/{school}/{class}/save`: what was said otherwise than the page did, all of it or nothing. What
/// somebody else said meanwhile of others stays.
pub(super) async fn save(
    visitor: Visitor,
    Path((code, id)): Path<(String, String)>,
    form: Result<Form, Refusal>,
) -> Response {
    match saved(&visitor, (&code, &id), form).await {
        Ok(page) | Err(page) => page,
    }
}

async fn saved(visitor: &Visitor, (code, id): (&str, &str), form: Result<Form, Refusal>) -> Result<Response, Response> {
    let (_, standing) = admitted(visitor).await?;
    let Form(params) = form.map_err(|refusal| render::refused(visitor, refusal))?;
    visitor.check_csrf(&params)?;
    // Somebody may have left the class since its page was shown: the fields of a form are those of any pupils.
    let pupils: Vec<PersonId> = params.names().filter_map(|name| name.strip_prefix("to-")?.parse().ok()).collect();
    if pupils.len() > MOST {
        return Err(render::refused(visitor, Refusal::TooLong));
    }
    let fields: Vec<String> = pupils.iter().flat_map(|pupil| [field("to", pupil), field("was", pupil)]).collect();
    let listed: Vec<&str> = fields.iter().map(String::as_str).chain(["was", "fate", "next"]).collect();
    visitor.check_fields(&params, &listed)?;
    Ground::of(visitor, &standing, code).await?.say(id, &params, &pupils).await
}
