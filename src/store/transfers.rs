//! Transfers of pupils between schools: asked for, decided, and listed within somebody's reach (R38).

use super::{StoreError, Tx, scope::Scope};
use crate::base::{
    clock::Moment,
    id::{AccountId, OrgId, PersonId, TransferId},
};

/// A request to be recorded.
#[derive(Clone, Debug)]
pub struct NewTransfer {
    /// Its row.
    pub id: TransferId,
    /// Who is to go.
    pub person: PersonId,
    /// From there.
    pub from: OrgId,
    /// To here.
    pub to: OrgId,
    /// The sector ID by which the school asks, if by one: all that it is told of who it is, until they come.
    pub asked_as: Option<String>,
}

row! {
    /// A request, as whoever decides sees it.
    #[derive(Clone, Copy, Debug)]
    pub struct AskedRow {
        /// Who is to go.
        pub person_id: PersonId,
        /// From there.
        pub from_org: OrgId,
        /// To here.
        pub to_org: OrgId,
    }
}

row! {
    /// A request in a list.
    #[derive(Clone, Debug)]
    pub struct ListedRow {
        /// Its row.
        pub id: TransferId,
        /// Who goes, where the reader may know.
        pub person_id: Option<PersonId>,
        /// The name, where the reader may know it.
        pub full_name: Option<String>,
        /// The sector ID, or a temporary one.
        pub sector_id: Option<String>,
        /// The ID by which the school asked.
        pub asked_as: Option<String>,
        /// The name when it was decided.
        pub was_called: Option<String>,
        /// The sector ID then.
        pub was_known_as: Option<String>,
        /// The name of the school that is left.
        pub from_name: String,
        /// The name of the school that is entered.
        pub to_name: String,
        /// What became of it.
        pub state: String,
        /// Why it was declined.
        pub reason: Option<String>,
        /// When it was asked for.
        pub asked_at: Moment,
        /// When it was decided.
        pub decided_at: Option<Moment>,
        /// Whether the pupil leaves a school of the scope.
        pub leaves: bool,
        /// Whether the pupil comes to one.
        pub comes: bool,
        /// Whether the pupil is within the scope now.
        pub seen: bool,
    }
}

/// How a request ends.
#[derive(Clone, Debug)]
pub struct Verdict {
    /// Which.
    pub id: TransferId,
    /// `approved`, `declined`, `withdrawn` or `expired`.
    pub state: &'static str,
    /// Why, when declined.
    pub reason: Option<String>,
    /// By whom, if by somebody.
    pub by: Option<AccountId>,
    /// Now.
    pub now: Moment,
}

/// Whether a list is of those who leave the scope's schools, or of those who come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Side {
    /// To one of the scope's schools.
    In,
    /// From one of them.
    Out,
}

/// Which requests are listed.
#[derive(Clone, Copy, Debug)]
pub struct Wanted {
    /// Within which schools.
    pub scope: Scope,
    /// On which side they are.
    pub side: Side,
    /// Those that wait, or those that were decided.
    pub waiting: bool,
    /// Older than this one; [`TransferId`]s grow with time.
    pub before: TransferId,
    /// So many.
    pub most: i64,
}

// Pieces of the statements below. Macros, because a statement is a literal.

macro_rules! leaves {
    () => {
        "($4 OR t.from_org IN (SELECT org FROM scope))"
    };
}

macro_rules! comes {
    () => {
        "($4 OR t.to_org IN (SELECT org FROM scope))"
    };
}

/// The sector ID, or the temporary one, of the pupil of a request.
macro_rules! known_as {
    ($person:literal) => {
        concat!(
            "(SELECT i.value FROM identifiers i WHERE i.person_id = ",
            $person,
            " AND i.type IN ('moet', 'temp')
              AND i.status <> 'superseded' ORDER BY i.type LIMIT 1)"
        )
    };
}

/// What is shown of a request.
macro_rules! shown {
    () => {
        concat!(
            scope!(),
            "SELECT t.id, t.person_id, p.full_name, ",
            known_as!("t.person_id"),
            " AS sector_id, t.asked_as, t.was_called, t.was_known_as,
                    f.name AS from_name, o.name AS to_name, t.state, t.reason, t.asked_at, t.decided_at, ",
            leaves!(),
            " AS leaves, ",
            comes!(),
            " AS comes, ($4 OR EXISTS (SELECT 1 FROM affiliations a WHERE a.person_id = t.person_id AND a.status = 'active'
                                        AND a.org_id IN (SELECT org FROM scope))) AS seen
             FROM transfers t JOIN persons p ON p.id = t.person_id JOIN orgs f ON f.id = t.from_org JOIN orgs o ON o.id = t.to_org "
        )
    };
}

/// Which requests of a side are listed: $5 whether they wait, $6 before which, $7 how many.
macro_rules! listed {
    () => {
        "AND (t.state = 'waiting') = $5 AND t.id < $6 ORDER BY t.id DESC LIMIT $7"
    };
}

statements! {
    ASK = "INSERT INTO transfers (id, person_id, from_org, to_org, asked_as, state, asked_by, asked_at, expires_at)
           VALUES ($1, $2, $3, $4, $5, 'waiting', $6, $7, $8) ON CONFLICT DO NOTHING";
    DONE = concat!("INSERT INTO transfers (id, person_id, from_org, to_org, asked_as, was_called, was_known_as, state, asked_by, asked_at,
                           decided_at, expires_at)
            VALUES ($1, $2, $3, $4, $5, (SELECT full_name FROM persons WHERE id = $2), ", known_as!("$2"), ", 'approved', $6, $7, $7, $7)");
    WAITS = "SELECT id FROM transfers WHERE person_id = $1 AND to_org = $2 AND state = 'waiting'";
    FIND = "SELECT person_id, from_org, to_org FROM transfers WHERE id = $1";
    DECIDE = concat!("UPDATE transfers SET state = $2, reason = $3, decided_by = $4, decided_at = $5,
                      was_called = (SELECT p.full_name FROM persons p WHERE p.id = transfers.person_id),
                      was_known_as = ", known_as!("transfers.person_id"), " WHERE id = $1 AND state = 'waiting'");
    DUE = "SELECT id FROM transfers WHERE state = 'waiting' AND expires_at <= $1 ORDER BY expires_at LIMIT $2";
    // Continuing education beside the school, since before it was left, keeps nobody; nor does it to be a guardian.
    RELEASED = "SELECT t.id FROM transfers t JOIN orgs o ON o.id = t.to_org AND o.status = 'active' WHERE t.state = 'waiting'
                AND NOT EXISTS (SELECT 1 FROM affiliations f WHERE f.person_id = t.person_id AND f.org_id = t.from_org
                                AND f.role = 'student' AND f.status = 'active')
                AND EXISTS (SELECT 1 FROM affiliations f WHERE f.person_id = t.person_id AND f.org_id = t.from_org
                            AND f.role = 'student' AND f.end_reason IN ('transferred', 'completed')
                            AND NOT EXISTS (SELECT 1 FROM affiliations l WHERE l.person_id = t.person_id AND l.role <> 'guardian'
                                            AND (NOT l.exempt OR l.valid_from >= f.valid_to)
                                            AND (l.status = 'active' OR l.valid_to > f.valid_to
                                                 AND l.end_reason NOT IN ('transferred', 'completed'))))
                ORDER BY t.id LIMIT $1";
    LEAVING = concat!(shown!(), "WHERE ", leaves!(), " ", listed!());
    COMING = concat!(shown!(), "WHERE ", comes!(), " ", listed!());
    SHOW = concat!(shown!(), "WHERE t.id = $5 AND (", leaves!(), " OR ", comes!(), ")");
    WAITING = concat!(scope!(), "SELECT (SELECT count(*) FROM transfers t WHERE t.state = 'waiting' AND ", comes!(), "),
        (SELECT count(*) FROM transfers t WHERE t.state = 'waiting' AND ", leaves!(), ")");
}

/// Records that a school asks for a pupil, until when; false when it waits for one already.
pub async fn ask(
    tx: &mut Tx,
    new: &NewTransfer,
    by: Option<AccountId>,
    (now, until): (Moment, Moment),
) -> Result<bool, StoreError> {
    let NewTransfer { id, person, from, to, asked_as } = new;
    let asked = on_db!(
        tx,
        sqlx::query(ASK)
            .bind(id)
            .bind(person)
            .bind(from)
            .bind(to)
            .bind(asked_as.as_deref())
            .bind(by)
            .bind(now)
            .bind(until)
    )?;
    Ok(asked == 1)
}

/// The request of a school for a pupil that waits.
pub async fn waits(tx: &mut Tx, person: PersonId, to: OrgId) -> Result<Option<TransferId>, StoreError> {
    let row: Option<(TransferId,)> =
        on_db!(tx, c => sqlx::query_as(WAITS).bind(person).bind(to).fetch_optional(&mut *c))?;
    Ok(row.map(|(id,)| id))
}

/// Records what files have found, but for what waits already and for what was declined after `lately`: the same file is
/// read every week.
pub async fn ask_all(
    tx: &mut Tx,
    rows: &[NewTransfer],
    (lately, now, until): (Moment, Moment, Moment),
) -> Result<u64, StoreError> {
    const ASK_MANY: &str =
        "INSERT INTO transfers (id, person_id, from_org, to_org, asked_as, state, asked_at, expires_at)
        SELECT v.column1, v.column2, v.column3, v.column4, v.column5, 'waiting', v.column6, v.column7 FROM (";
    const UNLESS: &str = ") AS v WHERE NOT EXISTS (SELECT 1 FROM transfers t WHERE t.person_id = v.column2
        AND t.from_org = v.column3 AND t.to_org = v.column4 AND (t.state = 'waiting' OR (t.state = 'declined' AND t.decided_at > v.column8)))
        ON CONFLICT DO NOTHING";
    Ok(insert_many!(tx, rows, ASK_MANY, UNLESS, |b, row| b
        .push_bind(row.id)
        .push_bind(row.person)
        .push_bind(row.from)
        .push_bind(row.to)
        .push_bind(row.asked_as.as_deref())
        .push_bind(now)
        .push_bind(until)
        .push_bind(lately)))
}

/// Records a transfer that nobody had to decide: the pupil had been released.
pub async fn done(tx: &mut Tx, new: &NewTransfer, by: Option<AccountId>, now: Moment) -> Result<(), StoreError> {
    let NewTransfer { id, person, from, to, asked_as } = new;
    on_db!(tx, sqlx::query(DONE).bind(id).bind(person).bind(from).bind(to).bind(asked_as.as_deref()).bind(by).bind(now))
        .map(drop)
}

/// A request.
pub async fn find(tx: &mut Tx, id: TransferId) -> Result<Option<AskedRow>, StoreError> {
    on_db!(tx, c => sqlx::query_as(FIND).bind(id).fetch_optional(&mut *c))
}

/// Which of these requests there are.
pub async fn known(tx: &mut Tx, ids: &[TransferId]) -> Result<Vec<TransferId>, StoreError> {
    let rows: Vec<(TransferId,)> =
        select_many!(tx, ids, "SELECT id FROM transfers WHERE id IN (", ")", |b, id| b.push_bind(*id));
    Ok(rows.into_iter().map(|(id,)| id).collect())
}

/// Ends a request that waits; false when it waits no more.
pub async fn decide(tx: &mut Tx, verdict: &Verdict) -> Result<bool, StoreError> {
    let decided = on_db!(
        tx,
        sqlx::query(DECIDE)
            .bind(verdict.id)
            .bind(verdict.state)
            .bind(verdict.reason.as_deref())
            .bind(verdict.by)
            .bind(verdict.now)
    )?;
    Ok(decided == 1)
}

/// What was asked for of people who have gone elsewhere meanwhile is for nobody to decide any more. Which requests, of whom,
/// from which school to which.
pub async fn overtaken(
    tx: &mut Tx,
    people: &[PersonId],
    now: Moment,
) -> Result<Vec<(TransferId, PersonId, OrgId, OrgId)>, StoreError> {
    const OVERTAKEN: &str = "UPDATE transfers AS t SET state = 'expired', decided_at = v.column2 FROM (";
    const GONE: &str = ") AS v WHERE t.person_id = v.column1 AND t.state = 'waiting'
        AND NOT EXISTS (SELECT 1 FROM affiliations f WHERE f.person_id = t.person_id AND f.org_id = t.from_org
                        AND f.role = 'student' AND f.status = 'active')
        AND EXISTS (SELECT 1 FROM affiliations f WHERE f.person_id = t.person_id AND f.status = 'active' AND f.role <> 'guardian'
                    AND (NOT f.exempt OR f.valid_from >= coalesce(
                        (SELECT max(s.valid_to) FROM affiliations s WHERE s.person_id = t.person_id AND s.org_id = t.from_org
                         AND s.role = 'student'), '')))
        RETURNING id, person_id, from_org, to_org";
    Ok(select_many!(tx, people, OVERTAKEN, GONE, |b, person| b.push_bind(*person).push_bind(now)))
}

/// Requests that nobody decided in time.
pub async fn due(tx: &mut Tx, now: Moment, most: i64) -> Result<Vec<TransferId>, StoreError> {
    let rows: Vec<(TransferId,)> = on_db!(tx, c => sqlx::query_as(DUE).bind(now).bind(most).fetch_all(&mut *c))?;
    Ok(rows.into_iter().map(|(id,)| id).collect())
}

/// Requests for pupils whom their school has let go meanwhile, the oldest first.
pub async fn released(tx: &mut Tx, most: i64) -> Result<Vec<TransferId>, StoreError> {
    let rows: Vec<(TransferId,)> = on_db!(tx, c => sqlx::query_as(RELEASED).bind(most).fetch_all(&mut *c))?;
    Ok(rows.into_iter().map(|(id,)| id).collect())
}

/// Requests of the scope's schools, the latest first.
pub async fn list(tx: &mut Tx, wanted: &Wanted) -> Result<Vec<ListedRow>, StoreError> {
    let statement = if wanted.side == Side::Out { LEAVING } else { COMING };
    let Wanted { scope, waiting, before, most, .. } = wanted;
    on_db!(tx, c => sqlx::query_as(statement)
        .bind(scope.account).bind(scope.org).bind(scope.today).bind(scope.whole)
        .bind(*waiting).bind(*before).bind(*most).fetch_all(&mut *c))
}

/// A request of the scope's schools, on either side.
pub async fn show(tx: &mut Tx, scope: &Scope, id: TransferId) -> Result<Option<ListedRow>, StoreError> {
    on_db!(tx, c => sqlx::query_as(SHOW)
        .bind(scope.account).bind(scope.org).bind(scope.today).bind(scope.whole).bind(id).fetch_optional(&mut *c))
}

/// How many requests of the scope's schools wait: to them, and from them.
pub async fn waiting(tx: &mut Tx, scope: &Scope) -> Result<(i64, i64), StoreError> {
    on_db!(tx, c => sqlx::query_as(WAITING)
        .bind(scope.account).bind(scope.org).bind(scope.today).bind(scope.whole).fetch_one(&mut *c))
}
