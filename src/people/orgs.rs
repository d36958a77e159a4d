//! Schools and offices, and how they belong to each other from day to day.

use jiff::civil::Date;
use serde_json::json;

use super::{PeopleError, following::Following};
use crate::{
    base::{clock::Moment, id::OrgId},
    model::{
        affiliation::EndReason,
        level::Levels,
        membership::Standing,
        org::{EdgeKind, OrgKind},
        school_code::SchoolCode,
        text::{SearchKey, clean},
    },
    services::{
        Services,
        audit::{Actor, Scribe},
    },
    store::{
        Day, StoreError, Tx,
        jobs::{self, JobRow, NewJob},
        memberships,
        orgs::{self, NewEdge, NewOrg},
    },
};

/// The job that ends what people were at a school that closed.
pub const CLOSING: &str = "org_closing";
/// How many people it takes in one write.
const BATCH: i64 = 200;

/// A school or office to be added.
#[derive(Clone, Debug)]
pub struct Founding {
    /// What it is.
    pub kind: OrgKind,
    /// Its code, unique among those of its kind.
    pub code: Option<SchoolCode>,
    /// Its name.
    pub name: String,
    /// What it teaches.
    pub levels: Levels,
    /// To what it belongs, and how.
    pub parents: Vec<(EdgeKind, OrgId)>,
}

/// An org as the subject of an event.
pub fn subject(org: OrgId) -> String {
    format!("org:{org}")
}

/// Adds an org.
pub async fn found(sv: &Services, actor: &Actor, new: Founding, on: Date) -> Result<OrgId, PeopleError> {
    let (id, name) = (sv.ids.next(), clean(&new.name).into_owned());
    let row = NewOrg {
        id,
        kind: new.kind.as_str(),
        code: new.code.map(|code| code.to_string()),
        search_key: SearchKey::of(&name).as_str().to_owned(),
        levels: new.levels.to_string(),
        name,
    };
    let turn = (row, new.kind, new.parents, Day(on), sv.clock.now(), sv.scribe(actor));
    let written = sv.store.write(turn, async |tx: &mut Tx, (row, kind, parents, on, now, scribe)| {
        for (edge, parent) in parents {
            if let Err(refusal) = joinable(tx, *edge, *kind, *parent).await? {
                return Ok(Err(refusal));
            }
        }
        orgs::add_orgs(tx, std::slice::from_ref(row), *now).await?;
        for (edge, parent) in parents {
            orgs::attach(tx, &NewEdge { child: row.id, parent: *parent, kind: edge.as_str(), from: *on }).await?;
        }
        scribe.note(tx, "org.founded", subject(row.id), &json!({ "kind": row.kind, "code": row.code })).await?;
        Ok(Ok(()))
    });
    match written.await {
        Err(error) if error.is_unique_violation() => Err(PeopleError::CodeTaken),
        outcome => outcome?.map(|()| id),
    }
}

/// An org gets another name, or teaches other levels.
pub async fn correct(sv: &Services, actor: &Actor, org: OrgId, name: &str, levels: Levels) -> Result<(), PeopleError> {
    let name = clean(name).into_owned();
    let search = SearchKey::of(&name).as_str().to_owned();
    let turn = (org, name, search, levels.to_string(), sv.clock.now(), sv.scribe(actor));
    let done = sv.store.write(turn, async |tx: &mut Tx, (org, name, search, levels, now, scribe)| {
        let changed = orgs::correct(tx, *org, (name, search), levels, *now).await?;
        if changed {
            scribe.note(tx, "org.corrected", subject(*org), &json!({ "name": name, "levels": levels })).await?;
        }
        Ok(changed)
    });
    if done.await? { Ok(()) } else { Err(PeopleError::NoSuchOrg) }
}

/// An org belongs to another from a day on; to whichever it belonged in that way, it belongs until then.
pub async fn attach(
    sv: &Services,
    actor: &Actor,
    child: OrgId,
    (edge, parent): (EdgeKind, OrgId),
    on: Date,
) -> Result<(), PeopleError> {
    let turn = (child, edge, parent, Day(on.min(sv.clock.now().day())), sv.scribe(actor));
    let written = sv.store.write(turn, async |tx: &mut Tx, (child, edge, parent, on, scribe)| {
        let Some(row) = orgs::find(tx, *child).await? else { return Ok(Err(PeopleError::NoSuchOrg)) };
        if let Err(refusal) = joinable(tx, *edge, kind(&row)?, *parent).await? {
            return Ok(Err(refusal));
        }
        orgs::attach(tx, &NewEdge { child: *child, parent: *parent, kind: edge.as_str(), from: *on }).await?;
        let detail = json!({ "kind": edge.as_str(), "parent": parent, "from": on.0.to_string() });
        scribe.note(tx, "org.attached", subject(*child), &detail).await?;
        Ok(Ok(()))
    });
    written.await?
}

/// An org is no more. From now on nobody gets anything because of it (R15); that they were there ends in the
/// background, in batches, and their apps are told.
pub async fn close(sv: &Services, actor: &Actor, org: OrgId) -> Result<(), PeopleError> {
    let closing = Closing::of(sv, org, sv.scribe(actor));
    let closed = sv.store.write(closing, async |tx: &mut Tx, closing: &Closing| closing.write(tx).await);
    if closed.await? { Ok(()) } else { Err(PeopleError::NoSuchOrg) }
}

/// The end of an org, within the write of whoever decides on it.
#[derive(Clone, Debug)]
pub struct Closing {
    org: OrgId,
    job: NewJob,
    now: Moment,
    scribe: Scribe,
}

impl Closing {
    /// The end of an org now.
    pub fn of(sv: &Services, org: OrgId, scribe: Scribe) -> Self {
        let now = sv.clock.now();
        let job = NewJob { id: sv.ids.next(), kind: CLOSING, payload: org.to_string(), run_at: now, now };
        Self { org, job, now, scribe }
    }

    /// Closes it; false when it was not open.
    pub async fn write(&self, tx: &mut Tx) -> Result<bool, StoreError> {
        let closed = orgs::close(tx, self.org, Day(self.now.day()), self.now).await?;
        if closed {
            jobs::add(tx, &self.job).await?;
            self.scribe.note(tx, "org.closed", subject(self.org), &json!({})).await?;
        }
        Ok(closed)
    }
}

/// Does a leased job of the kind [`CLOSING`]: batch after batch, each its own write, until nobody is left.
pub async fn do_closing_job(sv: &Services, job: &JobRow) -> Result<(), StoreError> {
    if let Ok(org) = job.payload.parse() {
        let now = sv.clock.now();
        loop {
            let batch = Batch { org, now, following: Following::of(sv, &Actor::System) };
            if !sv.store.write_bulk(batch, async |tx: &mut Tx, batch: &Batch| batch.run(tx).await).await? {
                break;
            }
        }
    }
    sv.store.write(job.id, async |tx: &mut Tx, id| jobs::done(tx, *id).await).await
}

struct Batch {
    org: OrgId,
    now: Moment,
    following: Following,
}

impl Batch {
    /// Ends what some are at the org; false when nobody is anything there any more.
    async fn run(&self, tx: &mut Tx) -> Result<bool, StoreError> {
        let people = memberships::members(tx, self.org, BATCH).await?;
        memberships::hold(tx, &people).await?;
        let mut standings = memberships::standings(tx, &people, self.now.day()).await?;
        let (mut changes, mut presences) = (Vec::new(), Vec::new());
        for (person, standing) in &mut standings {
            leave(standing, self.org, self.now.day());
            changes.extend(standing.changes().into_iter().map(|change| (*person, change)));
            presences.push((*person, standing.presence()));
        }
        memberships::apply(tx, &changes, "school closed", self.now).await?;
        self.following.settle(tx, &presences).await?;
        Ok(!people.is_empty())
    }
}

fn leave(standing: &mut Standing, org: OrgId, on: Date) {
    let there: Vec<_> = standing.active().filter(|role| role.post.org == org).map(|role| role.id).collect();
    for role in there {
        // It was among the active ones a line ago.
        let _ = standing.end(role, EndReason::SchoolClosed, on);
    }
}

/// Whether the parent is there and open, and such as one of that kind can belong to.
async fn joinable(
    tx: &mut Tx,
    edge: EdgeKind,
    child: OrgKind,
    parent: OrgId,
) -> Result<Result<(), PeopleError>, StoreError> {
    let Some(parent) = orgs::find(tx, parent).await? else { return Ok(Err(PeopleError::NoSuchOrg)) };
    Ok(match parent.status.as_str() {
        "active" if edge.joins(child, kind(&parent)?) => Ok(()),
        "active" => Err(PeopleError::NoParent),
        _ => Err(PeopleError::OrgClosed),
    })
}

fn kind(row: &orgs::OrgRow) -> Result<OrgKind, StoreError> {
    let corrupt = || StoreError::Corrupt { table: "orgs", column: "kind", row: row.id.to_string() };
    OrgKind::named(&row.kind).ok_or_else(corrupt)
}
