//! Two records of one person become one: what moves, what goes, and the record that leads from the pid that is gone.

use super::{StoreError, Tx};
use crate::base::{
    clock::Moment,
    id::{AccountId, PersonId},
};

/// Who goes on, and who turned out to be the same.
#[derive(Clone, Copy, Debug)]
pub struct Pair {
    /// The pid that stays.
    pub kept: PersonId,
    /// Their account.
    pub kept_account: AccountId,
    /// The pid that goes.
    pub gone: PersonId,
    /// Their account.
    pub gone_account: AccountId,
}

statements! {
    // A kind that the one who stays has is superseded of the other: nobody has two of a kind, and nothing is lost. A sector ID
    // takes the place of a temporary one, whoever had it.
    SUPERSEDE_GONE = "UPDATE identifiers SET status = 'superseded', superseded_at = $3 WHERE person_id = $2 AND status <> 'superseded'
        AND (EXISTS (SELECT 1 FROM identifiers k WHERE k.person_id = $1 AND k.type = identifiers.type AND k.status <> 'superseded')
             OR (type = 'temp' AND EXISTS (SELECT 1 FROM identifiers k WHERE k.person_id = $1 AND k.type = 'moet' AND k.status <> 'superseded')))";
    SUPERSEDE_KEPT = "UPDATE identifiers SET status = 'superseded', superseded_at = $3 WHERE person_id = $1 AND type = 'temp' AND status <> 'superseded'
        AND EXISTS (SELECT 1 FROM identifiers g WHERE g.person_id = $2 AND g.type = 'moet' AND g.status <> 'superseded')";
    IDENTIFIERS = "UPDATE identifiers SET person_id = $1 WHERE person_id = $2";
    ALIASES = "UPDATE sign_in_names SET kind = 'alias' WHERE account_id IN ($1, $2)";
    NAMES = "UPDATE sign_in_names SET account_id = $1 WHERE account_id = $2";
    NAMED = "UPDATE sign_in_names SET kind = 'sector_id' WHERE account_id = $1 AND name = (SELECT lower(i.value) FROM identifiers i
        JOIN accounts a ON a.person_id = i.person_id WHERE a.id = $1 AND i.type IN ('moet', 'temp') AND i.status <> 'superseded'
        ORDER BY i.type LIMIT 1)";
    SAME_CONTACTS = "DELETE FROM contacts WHERE person_id = $2
        AND EXISTS (SELECT 1 FROM contacts k WHERE k.person_id = $1 AND k.kind = contacts.kind)";
    CONTACTS = "UPDATE contacts SET person_id = $1 WHERE person_id = $2";
    DEMOTE = "UPDATE affiliations SET is_primary = FALSE WHERE person_id = $1 AND is_primary";
    AFFILIATIONS = "UPDATE affiliations SET person_id = $1, updated_at = $3 WHERE person_id = $2";
    CLOSE_TRANSFERS = "UPDATE transfers SET state = 'expired', decided_at = $2 WHERE person_id = $1 AND state = 'waiting'";
    TRANSFERS = "UPDATE transfers SET person_id = $1 WHERE person_id = $2";
    MARKS = "DELETE FROM rollover_marks WHERE person_id = $1";
    MOVES = "UPDATE rollover_moves SET person_id = $1 WHERE person_id = $2";
    FORWARD = "INSERT INTO merged_persons (person_id, account_id, into_id, merged_by, merged_at) VALUES ($1, $2, $3, $4, $5)";
    FORWARDED = "UPDATE merged_persons SET into_id = $1 WHERE into_id = $2";
    INTO = "SELECT into_id FROM merged_persons WHERE person_id = $1";
    FROM = "SELECT account_id FROM merged_persons WHERE into_id = $1 ORDER BY merged_at DESC LIMIT 20";
    TOUCH = "UPDATE persons SET imprint = NULL, updated_at = $2 WHERE id = $1";
    RIGHTS = "SELECT 1 FROM delegations WHERE account_id = $1 AND ended_at IS NULL LIMIT 1";
}

/// Whether somebody administers something.
pub async fn has_rights(tx: &mut Tx, account: AccountId) -> Result<bool, StoreError> {
    let row: Option<(i32,)> = on_db!(tx, c => sqlx::query_as(RIGHTS).bind(account).fetch_optional(&mut *c))?;
    Ok(row.is_some())
}

/// Everything that is told of the one who goes is told of the one who stays. What is left of them afterwards is a person
/// with nothing, for [`super::purge::emptied`].
pub async fn take_over(tx: &mut Tx, pair: &Pair, now: Moment) -> Result<(), StoreError> {
    let Pair { kept, kept_account, gone, gone_account } = *pair;
    for statement in [SUPERSEDE_GONE, SUPERSEDE_KEPT] {
        on_db!(tx, sqlx::query(statement).bind(kept).bind(gone).bind(now))?;
    }
    on_db!(tx, sqlx::query(IDENTIFIERS).bind(kept).bind(gone))?;
    for statement in [ALIASES, NAMES] {
        on_db!(tx, sqlx::query(statement).bind(kept_account).bind(gone_account))?;
    }
    on_db!(tx, sqlx::query(NAMED).bind(kept_account))?;
    for statement in [SAME_CONTACTS, CONTACTS] {
        on_db!(tx, sqlx::query(statement).bind(kept).bind(gone))?;
    }
    on_db!(tx, sqlx::query(DEMOTE).bind(gone))?;
    on_db!(tx, sqlx::query(AFFILIATIONS).bind(kept).bind(gone).bind(now))?;
    on_db!(tx, sqlx::query(CLOSE_TRANSFERS).bind(gone).bind(now))?;
    on_db!(tx, sqlx::query(MARKS).bind(gone))?;
    for statement in [TRANSFERS, MOVES, FORWARDED] {
        on_db!(tx, sqlx::query(statement).bind(kept).bind(gone))?;
    }
    on_db!(tx, sqlx::query(TOUCH).bind(kept).bind(now)).map(drop)
}

/// From now on the pid that is gone leads to the one that stays.
pub async fn forward(tx: &mut Tx, pair: &Pair, by: Option<AccountId>, now: Moment) -> Result<(), StoreError> {
    on_db!(tx, sqlx::query(FORWARD).bind(pair.gone).bind(pair.gone_account).bind(pair.kept).bind(by).bind(now))
        .map(drop)
}

/// Who goes on for a pid that is gone.
pub async fn into(tx: &mut Tx, gone: PersonId) -> Result<Option<PersonId>, StoreError> {
    let row: Option<(PersonId,)> = on_db!(tx, c => sqlx::query_as(INTO).bind(gone).fetch_optional(&mut *c))?;
    Ok(row.map(|(person,)| person))
}

/// The accounts that went into somebody's: what happened to them is part of the history.
pub async fn accounts_of(tx: &mut Tx, kept: PersonId) -> Result<Vec<AccountId>, StoreError> {
    let rows: Vec<(AccountId,)> = on_db!(tx, c => sqlx::query_as(FROM).bind(kept).fetch_all(&mut *c))?;
    Ok(rows.into_iter().map(|(account,)| account).collect())
}
