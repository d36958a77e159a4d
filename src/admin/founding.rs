//! P17: a school is opened, and closed when nobody is there any more. The facts are those that a list of schools brings: the
//! school below the department, and below its commune where it has classes of the lower levels.

use serde_json::json;

use crate::{
    base::{clock::Moment, id::OrgId},
    model::{
        level::{Level, Levels},
        org::{EdgeKind, OrgKind},
        school_code::SchoolCode,
        text::{SearchKey, clean},
    },
    people::orgs::{Closing, subject},
    services::{
        Services,
        audit::Scribe,
        authority::{CloseSchool, Denied, FoundSchool, Permit, Reach, Sector},
    },
    store::{
        Day, StoreError, Tx, memberships,
        orgs::{self, NewEdge, NewOrg, OrgRow},
    },
};

/// The longest name of a school or commune, in characters.
const LONGEST_NAME: usize = 200;

/// A school as somebody types it.
#[derive(Clone, Debug, Default)]
pub struct Typed {
    /// Its code.
    pub code: String,
    /// Its name.
    pub name: String,
    /// What it teaches.
    pub levels: Levels,
    /// The name of its commune.
    pub commune: String,
}

/// What is wrong with one of the fields.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mistake {
    /// No code.
    Code,
    /// A school that is open has it.
    CodeTaken,
    /// A school that is closed had it: it is never given again.
    CodeSpent,
    /// No name.
    Name,
    /// No level.
    Levels,
    /// Its levels answer to a commune, and none is named.
    Commune,
}

/// Why no school was opened.
#[derive(Debug, thiserror::Error)]
pub enum NotFounded {
    /// The fields have mistakes: all of them, in their order.
    #[error("{0:?}")]
    Mistakes(Vec<Mistake>),
    /// It was allowed a moment ago.
    #[error(transparent)]
    Denied(#[from] Denied),
    /// The database.
    #[error(transparent)]
    Store(#[from] StoreError),
}

struct Founding {
    leave: Permit<FoundSchool, Sector>,
    school: NewOrg,
    code: SchoolCode,
    /// Its name, folded and as written, and its row if there is none yet.
    commune: Option<NewOrg>,
    department: NewOrg,
    now: Moment,
    scribe: Scribe,
}

/// Opens a school. Asked for twice, it is opened once: a school of that code, name and levels is the one that was asked for.
pub async fn found(
    sv: &Services,
    leave: &Permit<FoundSchool, Sector>,
    typed: &Typed,
) -> Result<SchoolCode, NotFounded> {
    let (name, commune) = (clean(&typed.name).into_owned(), clean(&typed.commune).into_owned());
    let local = [Level::Preschool, Level::Primary, Level::LowerSecondary];
    let answers = local.into_iter().any(|level| typed.levels.contains(level));
    let named = |text: &str| SearchKey::of(text).tokens().count() > 0 && text.chars().count() <= LONGEST_NAME;
    let code = SchoolCode::read(typed.code.trim());
    let wrong = [
        (Mistake::Code, code.is_err()),
        (Mistake::Name, !named(&name)),
        (Mistake::Levels, typed.levels == Levels::default()),
        (Mistake::Commune, answers && !named(&commune)),
    ];
    let mistakes: Vec<Mistake> = wrong.into_iter().filter(|(_, wrong)| *wrong).map(|(mistake, _)| mistake).collect();
    let Some(code) = code.ok().filter(|_| mistakes.is_empty()) else { return Err(NotFounded::Mistakes(mistakes)) };
    let org = |kind: OrgKind, code: Option<&SchoolCode>, name: &str, levels: String| NewOrg {
        id: sv.ids.next(),
        kind: kind.as_str(),
        code: code.map(ToString::to_string),
        name: name.to_owned(),
        search_key: SearchKey::of(name).as_str().to_owned(),
        levels,
    };
    let turn = Founding {
        leave: leave.clone(),
        school: org(OrgKind::School, Some(&code), &name, typed.levels.to_string()),
        commune: answers.then(|| org(OrgKind::Commune, None, &commune, String::new())),
        department: org(OrgKind::Department, None, "Sở Giáo dục và Đào tạo", String::new()),
        code: code.clone(),
        now: sv.clock.now(),
        scribe: leave.scribe(sv),
    };
    match sv.store.write(turn, async |tx: &mut Tx, turn: &Founding| turn.write(tx).await).await {
        // Somebody else opened it at the same moment.
        Err(error) if error.is_unique_violation() => Err(NotFounded::Mistakes(vec![Mistake::CodeTaken])),
        written => match written?? {
            None => Ok(code),
            Some(mistake) => Err(NotFounded::Mistakes(vec![mistake])),
        },
    }
}

impl Founding {
    async fn write(&self, tx: &mut Tx) -> Result<Result<Option<Mistake>, Denied>, StoreError> {
        if let Err(denied) = self.leave.again(tx, self.now).await? {
            return Ok(Err(denied));
        }
        orgs::hold(tx).await?;
        for kind in [OrgKind::School, OrgKind::Campus] {
            if let Some(row) = orgs::by_code(tx, kind.as_str(), self.code.as_str()).await? {
                return Ok(Ok(self.judged(&row)));
            }
        }
        orgs::add_orgs(tx, std::slice::from_ref(&self.school), self.now).await?;
        self.note(tx, &self.school).await?;
        let department = orgs::department(tx).await?;
        self.below(tx, EdgeKind::Professional, department, &self.department).await?;
        if let Some(commune) = &self.commune {
            let known = orgs::commune(tx, &commune.search_key).await?;
            self.below(tx, EdgeKind::Administrative, known, commune).await?;
        }
        Ok(Ok(None))
    }

    /// What is wrong with a code that a school has; nothing, if it is the one that was asked for.
    fn judged(&self, row: &OrgRow) -> Option<Mistake> {
        let same = row.kind == self.school.kind && row.name == self.school.name && row.levels == self.school.levels;
        match row.status.as_str() {
            "active" if same => None,
            "active" => Some(Mistake::CodeTaken),
            _ => Some(Mistake::CodeSpent),
        }
    }

    /// The school belongs to an org that is there, or comes with it.
    async fn below(&self, tx: &mut Tx, edge: EdgeKind, known: Option<OrgId>, new: &NewOrg) -> Result<(), StoreError> {
        let parent = if let Some(parent) = known {
            parent
        } else {
            orgs::add_orgs(tx, std::slice::from_ref(new), self.now).await?;
            self.note(tx, new).await?;
            new.id
        };
        let from = Day(self.now.day());
        orgs::attach(tx, &NewEdge { child: self.school.id, parent, kind: edge.as_str(), from }).await
    }

    async fn note(&self, tx: &mut Tx, new: &NewOrg) -> Result<(), StoreError> {
        let detail = json!({ "kind": new.kind, "code": new.code });
        self.scribe.note(tx, "org.founded", subject(new.id), &detail).await
    }
}

/// Why a school was not closed.
#[derive(Debug, thiserror::Error)]
pub enum NotClosed {
    /// What was typed is not its code.
    #[error("what was typed is not the school's code")]
    Unconfirmed,
    /// People are there.
    #[error("people are at the school")]
    People,
    /// It was allowed a moment ago.
    #[error(transparent)]
    Denied(#[from] Denied),
    /// The database.
    #[error(transparent)]
    Store(#[from] StoreError),
}

struct Close {
    leave: Permit<CloseSchool, Reach>,
    org: OrgId,
    typed: String,
    closing: Closing,
    now: Moment,
}

/// Closes a school where nobody is any more, whose code was typed. Closed twice, it is closed once.
pub async fn close(sv: &Services, leave: &Permit<CloseSchool, Reach>, typed: &str) -> Result<(), NotClosed> {
    let Reach::Under(org) = *leave.place() else { return Err(Denied::Missing.into()) };
    let turn = Close {
        leave: leave.clone(),
        org,
        typed: typed.trim().to_owned(),
        closing: Closing::of(sv, org, leave.scribe(sv)),
        now: sv.clock.now(),
    };
    sv.store.write(turn, async |tx: &mut Tx, turn: &Close| turn.write(tx).await).await?
}

impl Close {
    async fn write(&self, tx: &mut Tx) -> Result<Result<(), NotClosed>, StoreError> {
        if let Err(denied) = self.leave.again_at(tx, self.org, self.now).await? {
            return Ok(Err(denied.into()));
        }
        let row = orgs::find(tx, self.org).await?;
        let school = row.filter(|row| OrgKind::named(&row.kind).is_some_and(OrgKind::teaches));
        let Some(school) = school else { return Ok(Err(Denied::Missing.into())) };
        if school.code.as_deref() != Some(self.typed.as_str()) {
            return Ok(Err(NotClosed::Unconfirmed));
        }
        // Whoever comes at this very moment leaves with the school: its closing ends what anybody is there.
        if school.status == "active" && !memberships::members(tx, self.org, 1).await?.is_empty() {
            return Ok(Err(NotClosed::People));
        }
        self.closing.write(tx).await?;
        Ok(Ok(()))
    }
}
