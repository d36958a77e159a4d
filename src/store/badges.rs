//! Badges: who has one, and how each ends. What is kept of a badge's token is its hash.

use sqlx::QueryBuilder;

use super::{StoreError, Tx, bulk};
use crate::base::{
    clock::Moment,
    digest::Digest,
    id::{AccountId, AffiliationId, BadgeId, ClassId, PersonId},
};

/// A badge to be issued.
#[derive(Clone, Debug)]
pub struct NewBadge {
    /// Its row.
    pub id: BadgeId,
    /// Whose.
    pub account: AccountId,
    /// In which role of theirs.
    pub affiliation: AffiliationId,
    /// Of its token.
    pub digest: Digest,
    /// Until when it is good.
    pub until: Moment,
}

row! {
    /// The badge that somebody has now.
    #[derive(Clone, Debug)]
    pub struct BadgeRow {
        /// Its row.
        pub id: BadgeId,
        /// Whose account.
        pub account_id: AccountId,
        /// Whose it is.
        pub person_id: PersonId,
        /// When it was issued.
        pub issued_at: Moment,
        /// Until when it is good.
        pub expires_at: Moment,
        /// Since when too many wrong PINs keep it from being used.
        pub suspended_at: Option<Moment>,
        /// When somebody last signed in with it.
        pub last_used_at: Option<Moment>,
    }
}

/// The columns of a [`BadgeRow`], of badges that are good but for a suspension: their role holds, and their time is not over.
// The index on `expires_at` is for whoever deletes what is old; nearly every badge is in time.
macro_rules! current {
    ($rest:literal) => {
        concat!(
            "SELECT b.id, b.account_id, a.person_id, b.issued_at, b.expires_at, b.suspended_at, b.last_used_at
             FROM badges b JOIN accounts a ON a.id = b.account_id
             JOIN affiliations f ON f.id = b.affiliation_id AND f.person_id = a.person_id AND f.status = 'active'
             WHERE b.ended_at IS NULL AND b.expires_at - 0 > $1 AND ",
            $rest
        )
    };
}

statements! {
    OF_PERSON = current!("a.person_id = $2");
    BY_DIGEST = current!("b.digest = $2");
    OF_CLASS = current!("f.id IN (SELECT e.affiliation_id FROM enrolments e WHERE e.class_id = $2 AND e.function = 'pupil'
                                    AND e.valid_to IS NULL)");
    VOID = "UPDATE badges SET ended_at = $2, end_reason = 'voided' WHERE account_id = $1 AND ended_at IS NULL";
    END = "UPDATE badges SET ended_at = $2, end_reason = 'role_ended' WHERE account_id = $1 AND ended_at IS NULL";
    REVIVE = "UPDATE badges SET ended_at = NULL, end_reason = NULL WHERE id = $1";
    PURGE = "DELETE FROM badges WHERE expires_at < $1";
}

/// Issues badges; those that these people had are worth nothing from now on.
pub async fn issue(tx: &mut Tx, new: &[NewBadge], now: Moment) -> Result<(), StoreError> {
    for some in new.chunks(bulk::ROWS) {
        on_db!(tx, c => async {
            let mut query = QueryBuilder::new("UPDATE badges SET end_reason = 'replaced', ended_at = ");
            query.push_bind(now).push(" WHERE ended_at IS NULL AND account_id IN (");
            let accounts: Vec<AccountId> = some.iter().map(|badge| badge.account).collect();
            bulk::list(&mut query, &accounts).build().execute(&mut *c).await.map(|done| done.rows_affected())
        })?;
    }
    insert_many!(
        tx,
        new,
        "INSERT INTO badges (id, account_id, affiliation_id, digest, issued_at, expires_at, wrong_pins) ",
        |b, row| {
            b.push_bind(row.id);
            b.push_bind(row.account);
            b.push_bind(row.affiliation);
            b.push_bind(row.digest);
            b.push_bind(now);
            b.push_bind(row.until);
            b.push_bind(0_i64)
        }
    );
    Ok(())
}

/// How many of these badges are worth nothing by now.
pub async fn overtaken(tx: &mut Tx, issued: &[BadgeId]) -> Result<u64, StoreError> {
    let found: Vec<(BadgeId,)> =
        select_many!(tx, issued, "SELECT id FROM badges WHERE ended_at IS NULL AND id IN (", ")", |b, id| b
            .push_bind(*id));
    Ok(issued.len().saturating_sub(found.len()) as u64)
}

/// The badge that somebody has.
pub async fn of_person(tx: &mut Tx, person: PersonId, now: Moment) -> Result<Option<BadgeRow>, StoreError> {
    on_db!(tx, c => sqlx::query_as(OF_PERSON).bind(now).bind(person).fetch_optional(&mut *c))
}

/// The badges of a class.
pub async fn of_class(tx: &mut Tx, class: ClassId, now: Moment) -> Result<Vec<BadgeRow>, StoreError> {
    on_db!(tx, c => sqlx::query_as(OF_CLASS).bind(now).bind(class).fetch_all(&mut *c))
}

/// The badge that a token is of.
pub async fn by_digest(tx: &mut Tx, digest: Digest, now: Moment) -> Result<Option<BadgeRow>, StoreError> {
    on_db!(tx, c => sqlx::query_as(BY_DIGEST).bind(now).bind(digest).fetch_optional(&mut *c))
}

/// Makes somebody's badge worthless; false when there was none.
pub async fn void(tx: &mut Tx, account: AccountId, now: Moment) -> Result<bool, StoreError> {
    Ok(on_db!(tx, sqlx::query(VOID).bind(account).bind(now))? > 0)
}

/// Ends the badges of people whose role is over, and those of pupils who took up work.
pub async fn end_lost(tx: &mut Tx, people: &[PersonId], now: Moment) -> Result<Vec<AccountId>, StoreError> {
    let lost: Vec<(AccountId,)> = select_many!(
        tx,
        people,
        "SELECT b.account_id FROM badges b JOIN accounts a ON a.id = b.account_id
         LEFT JOIN affiliations f ON f.id = b.affiliation_id AND f.person_id = a.person_id AND f.status = 'active'
         WHERE b.ended_at IS NULL AND (f.id IS NULL OR f.role = 'student' AND EXISTS (
             SELECT 1 FROM affiliations w WHERE w.person_id = a.person_id AND w.status = 'active'
             AND w.role IN ('teacher', 'staff', 'principal'))) AND a.person_id IN (",
        ")",
        |b, person| b.push_bind(*person)
    );
    for (account,) in &lost {
        on_db!(tx, sqlx::query(END).bind(*account).bind(now))?;
    }
    Ok(lost.into_iter().map(|(account,)| account).collect())
}

/// Makes badges good again that ended with a role which is in force again, in time: not of whoever was given another since,
/// nor of a pupil who works.
pub async fn revive(tx: &mut Tx, people: &[PersonId], now: Moment) -> Result<Vec<AccountId>, StoreError> {
    let back: Vec<(BadgeId, AccountId, Moment)> = select_many!(
        tx,
        people,
        "SELECT b.id, b.account_id, b.expires_at FROM badges b JOIN accounts a ON a.id = b.account_id
         JOIN affiliations f ON f.id = b.affiliation_id AND f.person_id = a.person_id AND f.status = 'active'
         WHERE b.end_reason = 'role_ended' AND NOT EXISTS (
             SELECT 1 FROM badges o WHERE o.account_id = b.account_id AND o.id <> b.id AND o.issued_at >= b.issued_at)
         AND NOT (f.role = 'student' AND EXISTS (
             SELECT 1 FROM affiliations w WHERE w.person_id = a.person_id AND w.status = 'active'
             AND w.role IN ('teacher', 'staff', 'principal'))) AND a.person_id IN (",
        ")",
        |b, person| b.push_bind(*person)
    );
    let back: Vec<_> = back.into_iter().filter(|(_, _, until)| *until > now).collect();
    for (id, ..) in &back {
        on_db!(tx, sqlx::query(REVIVE).bind(*id))?;
    }
    Ok(back.into_iter().map(|(_, account, _)| account).collect())
}

/// Forgets badges whose time was over before.
pub async fn purge(tx: &mut Tx, before: Moment) -> Result<u64, StoreError> {
    on_db!(tx, sqlx::query(PURGE).bind(before))
}
