//! Looking through the audit trail: pages of it in either direction, by what is asked and within somebody's reach (R38).
//!
//! Rows grow with time, and so do their ids: a page is cut out of a span of ids. Whatever is rarest in the question says along
//! which index the page is walked; the rest is asked of each event on the way.

use super::{StoreError, Twin, Tx, audit::EventRow, scope::Within};
use crate::base::{
    clock::Moment,
    id::{AccountId, EventId, OrgId, PersonId},
};

row! {
    /// Whose account an event names.
    #[derive(Clone, Debug)]
    pub struct NamedRow {
        /// The account.
        pub account_id: AccountId,
        /// Its person.
        pub person_id: PersonId,
        /// The name.
        pub full_name: String,
    }
}

/// Along which index a page is walked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Way {
    /// The events themselves.
    Walk,
    /// Those about the asked subject.
    Subject,
    /// What the asked actor did to others.
    Actor,
    /// Those of the asked action, which is not among the two commonest.
    Action,
    /// What failed or was refused.
    Failed,
    /// What happened to the people of a small scope.
    People,
    /// What was done by rights over the orgs of a scope.
    Orgs,
}

/// A page that is asked for.
#[derive(Clone, Debug)]
pub struct Wanted {
    /// Where.
    pub within: Within,
    /// Between these two, without them.
    pub ids: (EventId, EventId),
    /// From the first moment to before the second.
    pub span: (Moment, Moment),
    /// By whom; empty: anybody.
    pub actor: String,
    /// To whom or what; empty: anything.
    pub subject: String,
    /// What; empty: everything.
    pub action: String,
    /// What failed or was refused, the rest, or (`None`) both.
    pub failed: Option<bool>,
    /// The oldest first; else the newest.
    pub forward: bool,
    /// So many.
    pub most: i64,
}

// Pieces of the statements below. Macros, because a statement is a literal.

macro_rules! failures {
    () => {
        "('sign_in.failed', 'device.refused', 'transfer.declined', 'transfer.expired')"
    };
}

/// Whether an event lies within the scope of $1 to $5: done by a right over one of its orgs, or to somebody who is there now
/// by no right over another. `$account` reads the account that the event is about.
macro_rules! visible {
    ($account:literal) => {
        concat!(
            "($4 OR e.org_id IN (SELECT org FROM scope) OR (e.org_id IS NULL AND EXISTS (
                SELECT 1 FROM accounts a JOIN affiliations f ON f.person_id = a.person_id
                WHERE a.id = CASE WHEN e.subject LIKE 'account:%' AND length(e.subject) = 44 THEN ",
            $account,
            " END AND f.status = 'active' AND f.org_id IN (SELECT org FROM scope))))"
        )
    };
}

macro_rules! columns {
    () => {
        "SELECT e.id, e.at, e.actor, e.action, e.subject, e.org_id, e.detail, e.address, e.mac, e.seq, e.chain FROM audit_events e "
    };
}

macro_rules! page {
    ($account:literal, $by:expr, $order:literal) => {
        concat!(
            scope_of_roles!(),
            columns!(),
            "WHERE ",
            $by,
            "e.id > $6 AND e.id < $7 AND e.at >= $8 AND e.at < $9 AND ($10 = '' OR e.actor = $10) AND ($11 = '' OR e.subject = $11)
             AND ($12 = '' OR e.action = $12) AND ($13 = 0 OR ($13 = 1) = (e.action IN ",
            failures!(),
            ")) AND ",
            visible!($account),
            " ORDER BY e.id ",
            $order,
            " LIMIT $14"
        )
    };
}

macro_rules! lite {
    ($by:expr, $order:literal) => {
        page!("unhex(replace(substr(e.subject, 9), '-', ''))", $by, $order)
    };
}

macro_rules! pg {
    ($by:expr, $order:literal) => {
        page!("substr(e.subject, 9)::uuid", $by, $order)
    };
}

macro_rules! way {
    ($by:expr, $order:literal) => {
        Twin { sqlite: lite!($by, $order), postgres: pg!($by, $order) }
    };
}

macro_rules! people {
    ($order:literal) => {
        Twin {
            sqlite: lite!(
                "e.subject IN (SELECT 'account:' || lower(substr(hex(a.id), 1, 8) || '-' || substr(hex(a.id), 9, 4) || '-' ||
                    substr(hex(a.id), 13, 4) || '-' || substr(hex(a.id), 17, 4) || '-' || substr(hex(a.id), 21))
                    FROM affiliations f JOIN accounts a ON a.person_id = f.person_id
                    WHERE f.status = 'active' AND f.org_id IN (SELECT org FROM scope)) AND ",
                $order
            ),
            postgres: pg!(
                "e.subject IN (SELECT 'account:' || a.id::text
                    FROM affiliations f JOIN accounts a ON a.person_id = f.person_id
                    WHERE f.status = 'active' AND f.org_id IN (SELECT org FROM scope)) AND ",
                $order
            ),
        }
    };
}

twins! {
    WALK = way!("", "DESC");
    WALK_ON = way!("", "ASC");
    SUBJECT = way!("e.subject = $11 AND ", "DESC");
    SUBJECT_ON = way!("e.subject = $11 AND ", "ASC");
    ACTOR = way!("e.actor = $10 AND e.actor <> e.subject AND ", "DESC");
    ACTOR_ON = way!("e.actor = $10 AND e.actor <> e.subject AND ", "ASC");
    ACTION = way!("e.action = $12 AND e.action NOT IN ('session.began', 'session.ended') AND ", "DESC");
    ACTION_ON = way!("e.action = $12 AND e.action NOT IN ('session.began', 'session.ended') AND ", "ASC");
    FAILED = way!(concat!("e.action IN ", failures!(), " AND "), "DESC");
    FAILED_ON = way!(concat!("e.action IN ", failures!(), " AND "), "ASC");
    PEOPLE = people!("DESC");
    PEOPLE_ON = people!("ASC");
    ORGS = way!("e.org_id IS NOT NULL AND e.org_id IN (SELECT org FROM scope) AND ", "DESC");
    ORGS_ON = way!("e.org_id IS NOT NULL AND e.org_id IN (SELECT org FROM scope) AND ", "ASC");
    ONE = Twin {
        sqlite: concat!(scope_of_roles!(), columns!(), "WHERE e.id = $6 AND ",
                        visible!("unhex(replace(substr(e.subject, 9), '-', ''))")),
        postgres: concat!(scope_of_roles!(), columns!(), "WHERE e.id = $6 AND ", visible!("substr(e.subject, 9)::uuid")),
    };
}

statements! {
    HEADS = concat!(scope_of_roles!(), "SELECT count(*) FROM (SELECT 1 FROM affiliations f
        WHERE f.status = 'active' AND f.org_id IN (SELECT org FROM scope) LIMIT $6) AS few WHERE NOT $4");
}

/// A page of events along a way, in the order that was asked for.
pub async fn page(tx: &mut Tx, wanted: &Wanted, way: Way) -> Result<Vec<EventRow>, StoreError> {
    let twin = match (way, wanted.forward) {
        (Way::Walk, false) => WALK,
        (Way::Walk, true) => WALK_ON,
        (Way::Subject, false) => SUBJECT,
        (Way::Subject, true) => SUBJECT_ON,
        (Way::Actor, false) => ACTOR,
        (Way::Actor, true) => ACTOR_ON,
        (Way::Action, false) => ACTION,
        (Way::Action, true) => ACTION_ON,
        (Way::Failed, false) => FAILED,
        (Way::Failed, true) => FAILED_ON,
        (Way::People, false) => PEOPLE,
        (Way::People, true) => PEOPLE_ON,
        (Way::Orgs, false) => ORGS,
        (Way::Orgs, true) => ORGS_ON,
    };
    let sql = twin.on(tx);
    let Within { scope, roles } = &wanted.within;
    let failed: i64 = match wanted.failed {
        None => 0,
        Some(true) => 1,
        Some(false) => 2,
    };
    on_db!(tx, c => sqlx::query_as(sql).bind(scope.account).bind(scope.org).bind(scope.today).bind(scope.whole)
        .bind(roles.as_str()).bind(wanted.ids.0).bind(wanted.ids.1).bind(wanted.span.0).bind(wanted.span.1)
        .bind(wanted.actor.as_str()).bind(wanted.subject.as_str()).bind(wanted.action.as_str()).bind(failed)
        .bind(wanted.most).fetch_all(&mut *c))
}

/// One event within a scope.
pub async fn one(tx: &mut Tx, within: &Within, id: EventId) -> Result<Option<EventRow>, StoreError> {
    let (sql, Within { scope, roles }) = (ONE.on(tx), within);
    on_db!(tx, c => sqlx::query_as(sql).bind(scope.account).bind(scope.org).bind(scope.today).bind(scope.whole)
        .bind(roles.as_str()).bind(id).fetch_optional(&mut *c))
}

/// How many people a scope has, counted to `most`; of the whole sector none, since nobody needs to know.
pub async fn heads(tx: &mut Tx, within: &Within, most: i64) -> Result<i64, StoreError> {
    let Within { scope, roles } = within;
    let (count,): (i64,) = on_db!(tx, c => sqlx::query_as(HEADS).bind(scope.account).bind(scope.org).bind(scope.today)
        .bind(scope.whole).bind(roles.as_str()).bind(most).fetch_one(&mut *c))?;
    Ok(count)
}

/// The codes of these orgs, where they have one, and what they are called.
pub async fn org_names(tx: &mut Tx, orgs: &[OrgId]) -> Result<Vec<(OrgId, Option<String>, String)>, StoreError> {
    Ok(select_many!(tx, orgs, "SELECT id, code, name FROM orgs WHERE id IN (", ")", |b, org| b.push_bind(*org)))
}

/// What the people of these accounts are called.
pub async fn names(tx: &mut Tx, accounts: &[AccountId]) -> Result<Vec<NamedRow>, StoreError> {
    Ok(select_many!(
        tx,
        accounts,
        "SELECT a.id AS account_id, a.person_id, p.full_name FROM accounts a JOIN persons p ON p.id = a.person_id WHERE a.id IN (",
        ")",
        |b, account| b.push_bind(*account)
    ))
}
