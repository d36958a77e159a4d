//! Who may administer which orgs, and what follows from it for a person or an org.
//!
//! A right holds over an org and everything below it by the edges of today. Over the whole sector it holds where the org
//! is a department or a ministry that nothing lies above: then also over people who are at no school.

use super::{Day, StoreError, Tx, accounts, facts};
use crate::base::{
    clock::Moment,
    id::{AccountId, ClassId, DelegationId, OrgId, PersonId},
};

row! {
    /// A right that somebody holds now.
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub struct HeldRow {
        /// Its row.
        pub id: DelegationId,
        /// `sector_admin`, `auditor`, `school_admin` or `help_desk`.
        pub role: String,
        /// Over which org.
        pub org_id: OrgId,
        /// The org's code.
        pub org_code: Option<String>,
        /// The org's name.
        pub org_name: String,
        /// Whether it holds over the whole sector.
        pub whole: bool,
    }
}

row! {
    /// A right, and whose it is.
    #[derive(Clone, Debug)]
    pub struct HolderRow {
        /// Whose.
        pub person_id: PersonId,
        /// `sector_admin`, `auditor`, `school_admin` or `help_desk`.
        pub role: String,
        /// Over which org.
        pub org_id: OrgId,
    }
}

/// Who asks, and on which day.
#[derive(Clone, Copy, Debug)]
pub struct Asking {
    /// Their account.
    pub account: AccountId,
    /// Today.
    pub today: Day,
}

/// What decides whether somebody may do something to a person.
#[derive(Clone, Debug)]
pub struct Facts {
    /// The asker's roles over the person, each with the org it is held over, `None` for the whole sector; the widest first.
    pub rights: Vec<(String, Option<OrgId>)>,
    /// The school of the class that the asker teaches, where the person is a pupil of it and nothing but a pupil.
    pub own_pupil: Option<OrgId>,
    /// The person's own rights, each with the asker's roles over its org.
    pub theirs: Vec<(String, Vec<String>)>,
    /// Of a suspended account: over which org the suspension was made, `None` for the whole sector, and the asker's roles
    /// there.
    pub suspension: Option<(Option<OrgId>, Vec<String>)>,
}

statements! {
    DELEGATE = "INSERT INTO delegations (id, account_id, org_id, role, granted_by, granted_at) VALUES ($1, $2, $3, $4, $5, $6)
                ON CONFLICT DO NOTHING";
    STANDING = "SELECT id FROM delegations WHERE account_id = $1 AND org_id = $2 AND role = $3 AND ended_at IS NULL";
    END = "UPDATE delegations SET ended_at = $2 WHERE account_id = $1 AND org_id = $3 AND role = $4 AND ended_at IS NULL";
    HELD = "SELECT d.id, d.role, d.org_id, o.code AS org_code, o.name AS org_name,
                   o.kind IN ('department', 'ministry') AND NOT EXISTS (SELECT 1 FROM org_edges e WHERE e.child = o.id
                       AND e.valid_from <= $2 AND (e.valid_to IS NULL OR e.valid_to > $2)) AS whole
            FROM delegations d JOIN orgs o ON o.id = d.org_id
            WHERE d.account_id = $1 AND d.ended_at IS NULL AND o.status = 'active' ORDER BY d.granted_at, d.id";
    ACCOUNT_OF = "SELECT id FROM accounts WHERE person_id = $1 AND state <> 'purged'";
    OVER_PERSON = "WITH RECURSIVE above (org) AS (
                       SELECT org_id FROM affiliations WHERE person_id = $1 AND status = 'active'
                       UNION SELECT e.parent FROM above a JOIN org_edges e ON e.child = a.org
                             WHERE e.valid_from <= $3 AND (e.valid_to IS NULL OR e.valid_to > $3))
                   SELECT d.role, d.org_id FROM delegations d JOIN orgs o ON o.id = d.org_id
                   WHERE d.account_id = $2 AND d.ended_at IS NULL AND o.status = 'active' AND d.org_id IN (SELECT org FROM above)
                   ORDER BY CASE o.kind WHEN 'ministry' THEN 0 WHEN 'department' THEN 1 WHEN 'commune' THEN 2
                                WHEN 'school' THEN 3 ELSE 4 END, d.granted_at, d.id";
    OVER_ORG = "WITH RECURSIVE above (org) AS (
                    SELECT id FROM orgs WHERE id = $1
                    UNION SELECT e.parent FROM above a JOIN org_edges e ON e.child = a.org
                          WHERE e.valid_from <= $3 AND (e.valid_to IS NULL OR e.valid_to > $3))
                SELECT d.role, d.org_id FROM delegations d JOIN orgs o ON o.id = d.org_id
                WHERE d.account_id = $2 AND d.ended_at IS NULL AND o.status = 'active' AND d.org_id IN (SELECT org FROM above)
                ORDER BY CASE o.kind WHEN 'ministry' THEN 0 WHEN 'department' THEN 1 WHEN 'commune' THEN 2
                             WHEN 'school' THEN 3 ELSE 4 END, d.granted_at, d.id";
    ORG_OF_CLASS = "SELECT org_id FROM class_years WHERE id = $1";
    TEACHES_CLASS = "SELECT mine.function = 'homeroom' FROM enrolments mine JOIN affiliations teacher ON teacher.id = mine.affiliation_id
                     WHERE mine.class_id = $1 AND mine.function IN ('homeroom', 'subject') AND mine.valid_to IS NULL
                       AND teacher.person_id = $2 AND teacher.status = 'active' ORDER BY mine.function LIMIT 1";
    TEACHES = "SELECT y.org_id FROM affiliations pupil
               JOIN enrolments theirs ON theirs.affiliation_id = pupil.id AND theirs.function = 'pupil' AND theirs.valid_to IS NULL
               JOIN class_years y ON y.id = theirs.class_id
               JOIN enrolments mine ON mine.class_id = y.id AND mine.function IN ('homeroom', 'subject') AND mine.valid_to IS NULL
               JOIN affiliations teacher ON teacher.id = mine.affiliation_id
               WHERE pupil.person_id = $1 AND pupil.role = 'student' AND pupil.status = 'active'
                 AND teacher.person_id = $2 AND teacher.status = 'active' ORDER BY y.year DESC, y.code, y.id LIMIT 1";
    ROLES_OF = "SELECT DISTINCT role FROM affiliations WHERE person_id = $1 AND status = 'active'";
}

/// A right to administer an org's subtree.
#[derive(Clone, Debug)]
pub struct NewDelegation {
    /// Its row.
    pub id: DelegationId,
    /// Whose.
    pub account: AccountId,
    /// Over which org and what is below it.
    pub org: OrgId,
    /// `sector_admin`, `auditor`, `school_admin` or `help_desk`.
    pub role: &'static str,
    /// By whom; `None`: by the command line.
    pub granted_by: Option<AccountId>,
}

/// Gives an administrative right; false when it was there. With the first one over a sector the way in for the first
/// administrator is closed for ever (R43).
pub async fn delegate(tx: &mut Tx, new: &NewDelegation, now: Moment) -> Result<bool, StoreError> {
    let added = on_db!(
        tx,
        sqlx::query(DELEGATE)
            .bind(new.id)
            .bind(new.account)
            .bind(new.org)
            .bind(new.role)
            .bind(new.granted_by)
            .bind(now)
    )?;
    if new.role == "sector_admin" {
        facts::close_first_administrator(tx).await?;
    }
    Ok(added == 1)
}

/// The row by which somebody holds a right now.
pub async fn standing(tx: &mut Tx, right: &NewDelegation) -> Result<Option<DelegationId>, StoreError> {
    let row: Option<(DelegationId,)> = on_db!(tx, c => sqlx::query_as(STANDING)
        .bind(right.account).bind(right.org).bind(right.role).fetch_optional(&mut *c))?;
    Ok(row.map(|(id,)| id))
}

/// Takes an administrative right; false when it was not there.
pub async fn end(tx: &mut Tx, account: AccountId, org: OrgId, role: &str, now: Moment) -> Result<bool, StoreError> {
    Ok(on_db!(tx, sqlx::query(END).bind(account).bind(now).bind(org).bind(role))? == 1)
}

/// What somebody administers on a day.
pub async fn held(tx: &mut Tx, account: AccountId, today: Day) -> Result<Vec<HeldRow>, StoreError> {
    on_db!(tx, c => sqlx::query_as(HELD).bind(account).bind(today).fetch_all(&mut *c))
}

/// The rights of these people that hold.
pub async fn of_people(tx: &mut Tx, people: &[PersonId]) -> Result<Vec<HolderRow>, StoreError> {
    Ok(select_many!(
        tx,
        people,
        "SELECT a.person_id, d.role, d.org_id FROM accounts a JOIN delegations d ON d.account_id = a.id \
         JOIN orgs o ON o.id = d.org_id WHERE d.ended_at IS NULL AND o.status = 'active' AND a.person_id IN (",
        ")",
        |b, id| b.push_bind(*id)
    ))
}

/// The account of a person who is not purged.
pub async fn account_of(tx: &mut Tx, person: PersonId) -> Result<Option<AccountId>, StoreError> {
    let row: Option<(AccountId,)> = on_db!(tx, c => sqlx::query_as(ACCOUNT_OF).bind(person).fetch_optional(&mut *c))?;
    Ok(row.map(|(id,)| id))
}

/// The asker's roles over an org.
pub async fn over_org(tx: &mut Tx, asking: Asking, org: OrgId) -> Result<Vec<String>, StoreError> {
    Ok(rights_over_org(tx, asking, org).await?.into_iter().map(|(role, _)| role).collect())
}

/// The asker's roles over an org, each with the org it is held over, `None` for the whole sector; the widest first.
pub async fn rights_over_org(
    tx: &mut Tx,
    asking: Asking,
    org: OrgId,
) -> Result<Vec<(String, Option<OrgId>)>, StoreError> {
    let Asking { account, today } = asking;
    let below: Vec<(String, OrgId)> =
        on_db!(tx, c => sqlx::query_as(OVER_ORG).bind(org).bind(account).bind(today).fetch_all(&mut *c))?;
    let whole = over_everything(tx, asking).await?.map(|role| (role, None));
    Ok(whole.chain(below.into_iter().map(|(role, org)| (role, Some(org)))).collect())
}

/// The school of a class.
pub async fn org_of_class(tx: &mut Tx, class: ClassId) -> Result<Option<OrgId>, StoreError> {
    let row: Option<(OrgId,)> = on_db!(tx, c => sqlx::query_as(ORG_OF_CLASS).bind(class).fetch_optional(&mut *c))?;
    Ok(row.map(|(org,)| org))
}

/// Whether somebody teaches a class now: as the homeroom teacher, or only a subject.
pub async fn teaches(tx: &mut Tx, class: ClassId, teacher: PersonId) -> Result<Option<bool>, StoreError> {
    let row: Option<(bool,)> =
        on_db!(tx, c => sqlx::query_as(TEACHES_CLASS).bind(class).bind(teacher).fetch_optional(&mut *c))?;
    Ok(row.map(|(homeroom,)| homeroom))
}

async fn over_everything(tx: &mut Tx, asking: Asking) -> Result<impl Iterator<Item = String>, StoreError> {
    let held = held(tx, asking.account, asking.today).await?;
    Ok(held.into_iter().filter(|row| row.whole).map(|row| row.role))
}

/// What decides whether the asker, who is the person `me`, may do something to a person.
pub async fn over_person(tx: &mut Tx, asking: Asking, me: PersonId, person: PersonId) -> Result<Facts, StoreError> {
    let Asking { account, today } = asking;
    let below: Vec<(String, OrgId)> =
        on_db!(tx, c => sqlx::query_as(OVER_PERSON).bind(person).bind(account).bind(today).fetch_all(&mut *c))?;
    let whole: Vec<String> = over_everything(tx, asking).await?.collect();
    let rights = whole.iter().map(|role| (role.clone(), None));
    let rights = rights.chain(below.into_iter().map(|(role, org)| (role, Some(org)))).collect();
    let taught: Option<(OrgId,)> =
        on_db!(tx, c => sqlx::query_as(TEACHES).bind(person).bind(me).fetch_optional(&mut *c))?;
    let is = texts(on_db!(tx, c => sqlx::query_as(ROLES_OF).bind(person).fetch_all(&mut *c))?);
    let mut theirs = Vec::new();
    if let Some(account) = account_of(tx, person).await? {
        for right in held(tx, account, asking.today).await? {
            theirs.push((right.role, over_org(tx, asking, right.org_id).await?));
        }
    }
    let suspension = match accounts::suspension(tx, person).await? {
        Some(Some(org)) => Some((Some(org), over_org(tx, asking, org).await?)),
        Some(None) => Some((None, whole)),
        None => None,
    };
    Ok(Facts { rights, own_pupil: taught.map(|(school,)| school).filter(|_| is == ["student"]), theirs, suspension })
}

fn texts(rows: Vec<(String,)>) -> Vec<String> {
    rows.into_iter().map(|(text,)| text).collect()
}
