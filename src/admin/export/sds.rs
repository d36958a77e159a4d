//! Microsoft School Data Sync 2.1: a folder of CSV files. Headers are case-sensitive, nothing may hold a line break, every
//! id that is named must be there, and whoever is no longer in the files becomes inactive: so it is always everybody.
//!
//! `activeDirectoryMatchId` carries the Microsoft account somebody has already (the `upn` identifier): without it a second
//! one would be made for each of 400,000 people.

use std::{
    collections::HashSet,
    fs::{self, File},
    io::{self, BufWriter},
    path::Path,
};

use super::{
    Exported, Leave, NotExported, Told, beside,
    ids::Ids,
    note,
    table::Csv,
    walk::{Walk, first},
};
use crate::{services::Services, store::exporting::MemberRow};

const ORGS: &[&str] = &["sourcedId", "name", "type", "parentSourcedId"];
const USERS: &[&str] = &[
    "sourcedId",
    "username",
    "givenName",
    "familyName",
    "password",
    "activeDirectoryMatchId",
    "email",
    "phone",
    "sms",
];
const ROLES: &[&str] = &[
    "userSourcedId",
    "orgSourcedId",
    "role",
    "sessionSourcedId",
    "grade",
    "isPrimary",
    "roleStartDate",
    "roleEndDate",
];
const CLASSES: &[&str] = &["sourcedId", "orgSourcedId", "title", "sessionSourcedIds", "courseSourcedId"];
const ENROLLMENTS: &[&str] = &["classSourcedId", "userSourcedId", "role"];
const SESSIONS: &[&str] = &["sourcedId", "title", "type", "schoolYear", "startDate", "endDate"];

/// Writes everybody within reach into a new folder.
pub async fn sds(sv: &Services, leave: &Leave, to: &Path, told: Told<'_>) -> Result<Exported, NotExported> {
    note(sv, leave, "sds").await?;
    let folder = tempfile::Builder::new().prefix(".sds-").tempdir_in(beside(to))?;
    let walk = Walk::begin(sv, leave).await?;
    let ids = Ids::new(&sv.subjects, "sds");
    let begin = |name: &str, header: &[&str]| -> io::Result<Csv<BufWriter<File>>> {
        Csv::begin(BufWriter::new(File::create_new(folder.path().join(format!("{name}.csv")))?), header)
    };
    let mut orgs = begin("orgs", ORGS)?;
    for org in walk.orgs.values() {
        let parent = org.department.or(org.commune).and_then(|id| walk.org(id)).filter(|org| walk.holds(org));
        let kind = if org.kind == "school" || org.kind == "campus" { "school" } else { "district" };
        orgs.row(&[&ids.org(org.id), &org.name, kind, &parent.map(|org| ids.org(org.id)).unwrap_or_default()])?;
    }
    end(orgs)?;
    let mut sessions = begin("academicSessions", SESSIONS)?;
    for year in &walk.years {
        let (from, last) = (year.starts_on.0, year.ends_on.0);
        let (of, from, to) = (last.year().to_string(), from.to_string(), last.to_string());
        sessions.row(&[&year.code, &format!("Năm học {}", year.code), "schoolYear", &of, &from, &to])?;
    }
    end(sessions)?;
    let mut classes = begin("classes", CLASSES)?;
    let mut all: Vec<_> = walk.classes.values().collect();
    all.sort_unstable_by(|a, b| (a.org_id, &a.year, &a.code).cmp(&(b.org_id, &b.year, &b.code)));
    for class in all {
        classes.row(&[&ids.class(class.id), &ids.org(class.org_id), &class.code, &class.year, ""])?;
    }
    end(classes)?;

    let mut done = Exported::default();
    let (mut users, mut roles) = (begin("users", USERS)?, begin("roles", ROLES)?);
    let mut written = 0;
    done.people = walk
        .people(|all| {
            written += 1;
            told(written);
            let row = &all[0];
            let text = |value: &Option<String>| value.clone().unwrap_or_default();
            let id = ids.person(row.id);
            let own = row.upn.clone().or_else(|| row.sector_id.clone()).or_else(|| row.temporary_id.clone());
            let family = if row.family_name.is_empty() { &row.given_name } else { &row.family_name };
            let given = format!("{} {}", row.middle_name, row.given_name);
            let (upn, email, phone) = (text(&row.upn), text(&row.email), international(row.phone.as_deref()));
            users.row(&[&id, &own.unwrap_or_default(), given.trim(), family, "", &upn, &email, &phone, ""])?;
            done.rows += all.len() as u64;
            all.iter().try_for_each(|row| {
                let class = row.class_id.and_then(|id| walk.classes.get(&id));
                let grade = class.and_then(|class| class.grade).map(|grade| format!("{grade:02}")).unwrap_or_default();
                let year = class.map(|class| class.year.as_str()).unwrap_or_default();
                let primary = first(all).is_some_and(|first| first.affiliation_id == row.affiliation_id).to_string();
                let (org, from) = (ids.org(row.org_id), row.valid_from.0.to_string());
                roles.row(&[&id, &org, role(row), year, &grade, &primary, &from, ""])
            })
        })
        .await?;
    end(users)?;
    end(roles)?;
    let mut enrollments = begin("enrollments", ENROLLMENTS)?;
    // A teacher of a class is one once, also who teaches several subjects there or is its homeroom teacher besides. Only
    // teachers are remembered: twenty times as many are pupils, and nobody is a pupil of a class twice.
    let mut teaching = HashSet::new();
    walk.places(|place| {
        let role = if place.function == "pupil" { "student" } else { "teacher" };
        if role == "teacher" && !teaching.insert((place.class_id, place.person_id)) {
            return Ok(());
        }
        done.rows += 1;
        enrollments.row(&[&ids.class(place.class_id), &ids.person(place.person_id), role])
    })
    .await?;
    end(enrollments)?;
    fs::rename(folder.keep(), to)?;
    Ok(done)
}

fn end(table: Csv<BufWriter<File>>) -> io::Result<()> {
    table.end()?.into_inner().map_err(io::IntoInnerError::into_error)?.sync_all()
}

fn role(row: &MemberRow) -> &str {
    match row.role.as_str() {
        known @ ("student" | "teacher" | "principal" | "guardian") => known,
        _ => "staff",
    }
}

/// The digits of E.164: the country's in the place of the zero. Without the plus, which a spreadsheet takes for a formula.
fn international(phone: Option<&str>) -> String {
    let local = phone.and_then(|phone| phone.strip_prefix('0'));
    local.map(|rest| format!("84{rest}")).unwrap_or_default()
}
