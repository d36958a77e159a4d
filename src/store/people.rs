//! Writing people, schools and classes: many rows a statement, so that half a million of them take minutes.

use sqlx::QueryBuilder;

use super::{Day, StoreError, Tx};
use crate::{
    base::{
        clock::Moment,
        id::{AccountId, AffiliationId, ClassId, ContactId, EnrolmentId, IdentifierId, LineageId, OrgId, PersonId},
    },
    model::{name::PersonName, sort::SortKey, text::SearchKey},
};

/// How many rows one statement carries: below SQLite's limit of 32,766 values for the widest table.
const ROWS: usize = 500;

/// An org to be added.
#[derive(Clone, Debug)]
pub struct NewOrg {
    /// Its row.
    pub id: OrgId,
    /// `department`, `commune`, `school`, …
    pub kind: &'static str,
    /// Its code.
    pub code: Option<String>,
    /// Its name.
    pub name: String,
    /// Its name, folded.
    pub search_key: String,
    /// Its levels, separated by commas.
    pub levels: String,
}

/// An edge between orgs.
#[derive(Clone, Debug)]
pub struct NewEdge {
    /// The lower one.
    pub child: OrgId,
    /// The higher one.
    pub parent: OrgId,
    /// `professional` or `administrative`.
    pub kind: &'static str,
    /// Since when.
    pub from: Day,
}

/// A class of a school year, with its lineage.
#[derive(Clone, Debug)]
pub struct NewClass {
    /// Its row.
    pub id: ClassId,
    /// Its line through the years.
    pub lineage: LineageId,
    /// Its school.
    pub org: OrgId,
    /// Its year.
    pub year: String,
    /// Its grade.
    pub grade: Option<i64>,
    /// What it is called.
    pub code: String,
}

/// A person to be added.
#[derive(Clone, Debug)]
pub struct NewPerson {
    /// Their row.
    pub id: PersonId,
    /// As written.
    pub name: PersonName,
    /// Day of birth.
    pub birth_date: Option<Day>,
    /// `female` or `male`.
    pub sex: Option<&'static str>,
    search: SearchKey,
    sort: SortKey,
}

impl NewPerson {
    /// A person; what they are found and sorted by is computed here, outside of any transaction.
    pub fn new(id: PersonId, name: PersonName, birth_date: Option<Day>, sex: Option<&'static str>) -> Self {
        let (search, sort) = (name.search_key(), SortKey::of(&name));
        Self { id, name, birth_date, sex, search, sort }
    }

    /// The words the person is found by, each once.
    fn words(&self) -> Vec<&str> {
        let mut words: Vec<&str> = self.search.tokens().collect();
        words.sort_unstable();
        words.dedup();
        words
    }
}

/// An identifier to be added to the ledger.
#[derive(Clone, Debug)]
pub struct NewIdentifier {
    /// Its row.
    pub id: IdentifierId,
    /// Whose.
    pub person: PersonId,
    /// `moet`, `temp`, `cccd`, …
    pub kind: &'static str,
    /// In clear, for what is not personal.
    pub value: Option<String>,
    /// Sealed, for what is.
    pub sealed: Option<Vec<u8>>,
    /// By what it is found.
    pub keyed: [u8; 32],
}

/// A contact to be added.
#[derive(Clone, Debug)]
pub struct NewContact {
    /// Its row.
    pub id: ContactId,
    /// Whose.
    pub person: PersonId,
    /// `email` or `phone`.
    pub kind: &'static str,
    /// The address or number.
    pub value: String,
}

/// A role to be begun.
#[derive(Clone, Debug)]
pub struct NewAffiliation {
    /// Its row.
    pub id: AffiliationId,
    /// Whose.
    pub person: PersonId,
    /// Where.
    pub org: OrgId,
    /// `student`, `teacher`, …
    pub role: &'static str,
    /// Whether it is the main one.
    pub primary: bool,
    /// Whether it may stand beside another main one.
    pub exempt: bool,
    /// Since when.
    pub from: Day,
}

/// A place in a class to be taken.
#[derive(Clone, Debug)]
pub struct NewEnrolment {
    /// Its row.
    pub id: EnrolmentId,
    /// The role it hangs from.
    pub affiliation: AffiliationId,
    /// The class.
    pub class: ClassId,
    /// `pupil`, `homeroom` or `subject`.
    pub function: &'static str,
    /// The subject, or nothing.
    pub subject: String,
    /// Since when.
    pub from: Day,
}

/// An account to be opened.
#[derive(Clone, Debug)]
pub struct NewAccount {
    /// Its row.
    pub id: AccountId,
    /// Whose.
    pub person: PersonId,
    /// The canonical name it signs in with.
    pub name: String,
}

/// Inserts rows, `ROWS` a statement; `$push` binds one row's values in the columns' order.
macro_rules! insert_many {
    ($tx:expr, $rows:expr, $into:literal, |$b:ident, $row:ident| $push:expr) => {
        for chunk in $rows.chunks(ROWS) {
            on_db!($tx, c => async {
                let mut query = QueryBuilder::new($into);
                query.push_values(chunk, |mut $b, $row| { $push; });
                query.build().execute(&mut *c).await.map(drop)
            })?;
        }
    };
}

/// Adds orgs.
pub async fn add_orgs(tx: &mut Tx, rows: &[NewOrg], now: Moment) -> Result<(), StoreError> {
    insert_many!(
        tx,
        rows,
        "INSERT INTO orgs (id, kind, code, name, search_key, levels, status, networks, created_at, updated_at) ",
        |b, row| b
            .push_bind(row.id)
            .push_bind(row.kind)
            .push_bind(row.code.as_deref())
            .push_bind(row.name.as_str())
            .push_bind(row.search_key.as_str())
            .push_bind(row.levels.as_str())
            .push("'active', '[]'")
            .push_bind(now)
            .push_bind(now)
    );
    Ok(())
}

/// Adds edges between orgs.
pub async fn add_edges(tx: &mut Tx, rows: &[NewEdge]) -> Result<(), StoreError> {
    insert_many!(tx, rows, "INSERT INTO org_edges (child, parent, kind, valid_from) ", |b, row| b
        .push_bind(row.child)
        .push_bind(row.parent)
        .push_bind(row.kind)
        .push_bind(row.from));
    Ok(())
}

/// Adds classes and their lineages.
pub async fn add_classes(tx: &mut Tx, rows: &[NewClass], now: Moment) -> Result<(), StoreError> {
    insert_many!(tx, rows, "INSERT INTO class_lineages (id, org_id, created_at) ", |b, row| b
        .push_bind(row.lineage)
        .push_bind(row.org)
        .push_bind(now));
    insert_many!(tx, rows, "INSERT INTO class_years (id, lineage_id, org_id, year, grade, code) ", |b, row| b
        .push_bind(row.id)
        .push_bind(row.lineage)
        .push_bind(row.org)
        .push_bind(row.year.as_str())
        .push_bind(row.grade)
        .push_bind(row.code.as_str()));
    Ok(())
}

/// Adds people, and the words they are found by.
pub async fn add_people(tx: &mut Tx, rows: &[NewPerson], now: Moment) -> Result<(), StoreError> {
    insert_many!(
        tx,
        rows,
        "INSERT INTO persons (id, full_name, family_name, middle_name, given_name, search_key, sort_key, birth_date, \
         sex, created_at, updated_at) ",
        |b, row| b
            .push_bind(row.id)
            .push_bind(row.name.as_str())
            .push_bind(row.name.parts().family)
            .push_bind(row.name.parts().middle)
            .push_bind(row.name.parts().given)
            .push_bind(row.search.as_str())
            .push_bind(row.sort.as_bytes())
            .push_bind(row.birth_date)
            .push_bind(row.sex)
            .push_bind(now)
            .push_bind(now)
    );
    let words: Vec<(&str, PersonId)> =
        rows.iter().flat_map(|row| row.words().into_iter().map(|word| (word, row.id))).collect();
    insert_many!(tx, words, "INSERT INTO person_words (word, person_id) ", |b, row| b
        .push_bind(row.0)
        .push_bind(row.1));
    Ok(())
}

/// Adds identifiers.
pub async fn add_identifiers(tx: &mut Tx, rows: &[NewIdentifier], source: &str, now: Moment) -> Result<(), StoreError> {
    insert_many!(
        tx,
        rows,
        "INSERT INTO identifiers (id, person_id, type, value, sealed, keyed, status, source, created_at) ",
        |b, row| b
            .push_bind(row.id)
            .push_bind(row.person)
            .push_bind(row.kind)
            .push_bind(row.value.as_deref())
            .push_bind(row.sealed.as_deref())
            .push_bind(row.keyed.as_slice())
            .push(if row.kind == "temp" { "'provisional'" } else { "'active'" })
            .push_bind(source)
            .push_bind(now)
    );
    Ok(())
}

/// Adds contacts.
pub async fn add_contacts(tx: &mut Tx, rows: &[NewContact], source: &str, now: Moment) -> Result<(), StoreError> {
    insert_many!(
        tx,
        rows,
        "INSERT INTO contacts (id, person_id, kind, value, verified, source, created_at) ",
        |b, row| b
            .push_bind(row.id)
            .push_bind(row.person)
            .push_bind(row.kind)
            .push_bind(row.value.as_str())
            .push_bind(false)
            .push_bind(source)
            .push_bind(now)
    );
    Ok(())
}

/// Begins roles.
pub async fn add_affiliations(
    tx: &mut Tx,
    rows: &[NewAffiliation],
    source: &str,
    now: Moment,
) -> Result<(), StoreError> {
    insert_many!(
        tx,
        rows,
        "INSERT INTO affiliations (id, person_id, org_id, role, status, is_primary, exempt, valid_from, source, \
         created_at, updated_at) ",
        |b, row| b
            .push_bind(row.id)
            .push_bind(row.person)
            .push_bind(row.org)
            .push_bind(row.role)
            .push("'active'")
            .push_bind(row.primary)
            .push_bind(row.exempt)
            .push_bind(row.from)
            .push_bind(source)
            .push_bind(now)
            .push_bind(now)
    );
    Ok(())
}

/// Takes places in classes.
pub async fn add_enrolments(tx: &mut Tx, rows: &[NewEnrolment]) -> Result<(), StoreError> {
    insert_many!(
        tx,
        rows,
        "INSERT INTO enrolments (id, affiliation_id, class_id, function, subject, valid_from) ",
        |b, row| b
            .push_bind(row.id)
            .push_bind(row.affiliation)
            .push_bind(row.class)
            .push_bind(row.function)
            .push_bind(row.subject.as_str())
            .push_bind(row.from)
    );
    Ok(())
}

/// Opens accounts, with a first activation code that is good until `until`.
pub async fn add_accounts(tx: &mut Tx, rows: &[NewAccount], until: Moment, now: Moment) -> Result<(), StoreError> {
    insert_many!(
        tx,
        rows,
        "INSERT INTO accounts (id, person_id, state, activation_issue, activation_expires_at, created_at, updated_at) ",
        |b, row| b
            .push_bind(row.id)
            .push_bind(row.person)
            .push("'pending', 1")
            .push_bind(until)
            .push_bind(now)
            .push_bind(now)
    );
    insert_many!(tx, rows, "INSERT INTO sign_in_names (name, account_id, kind, created_at) ", |b, row| b
        .push_bind(row.name.as_str())
        .push_bind(row.id)
        .push("'sector_id'")
        .push_bind(now));
    Ok(())
}

statements! {
    ADD_YEAR = "INSERT INTO school_years (code, starts_on, ends_on) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING";
    DELEGATE = "INSERT INTO delegations (id, account_id, org_id, role, granted_by, granted_at) VALUES ($1, $2, $3, $4, $5, $6)
                ON CONFLICT DO NOTHING";
}

/// Adds a school year, if it is not there.
pub async fn add_year(tx: &mut Tx, code: &str, starts: Day, ends: Day) -> Result<(), StoreError> {
    on_db!(tx, sqlx::query(ADD_YEAR).bind(code).bind(starts).bind(ends)).map(drop)
}

/// A right to administer an org's subtree.
#[derive(Clone, Debug)]
pub struct NewDelegation {
    /// Its row.
    pub id: crate::base::id::DelegationId,
    /// Whose.
    pub account: AccountId,
    /// Over which org and what is below it.
    pub org: OrgId,
    /// `sector_admin`, `auditor`, `school_admin` or `help_desk`.
    pub role: &'static str,
    /// By whom; `None`: by the command line.
    pub granted_by: Option<AccountId>,
}

/// Gives an administrative right; false when it was there.
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
    Ok(added == 1)
}
