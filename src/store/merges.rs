//! Two records of one person become one: what moves, what goes, and the record that leads from the pid that is gone.

use super::{StoreError, Tx};
use crate::base::{
    clock::Moment,
    id::{AccountId, ContactId, Ids, OrgId, PersonId, TransferId},
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
    // What is known of the one who goes only: a document of no claims is none.
    EMPTY = "SELECT k.birth_date IS NULL AND g.birth_date IS NOT NULL, k.sex IS NULL AND g.sex IS NOT NULL,
                    k.locale IS NULL AND g.locale IS NOT NULL,
                    coalesce(k.claims, '{}') = '{}' AND coalesce(g.claims, '{}') <> '{}'
             FROM persons k, persons g WHERE k.id = $1 AND g.id = $2";
    FILL = "UPDATE persons SET birth_date = coalesce(birth_date, (SELECT g.birth_date FROM persons g WHERE g.id = $2)),
                   sex = coalesce(sex, (SELECT g.sex FROM persons g WHERE g.id = $2)),
                   locale = coalesce(locale, (SELECT g.locale FROM persons g WHERE g.id = $2)),
                   claims = coalesce(nullif(claims, '{}'), (SELECT g.claims FROM persons g WHERE g.id = $2))
            WHERE id = $1";
    // The same address of both is proven when it is of one.
    PROVEN = "UPDATE contacts SET verified = TRUE WHERE person_id = $1 AND NOT verified
        AND EXISTS (SELECT 1 FROM contacts g WHERE g.person_id = $2 AND g.kind = contacts.kind AND g.value = contacts.value AND g.verified)";
    SAME_CONTACTS = "DELETE FROM contacts WHERE person_id = $2
        AND EXISTS (SELECT 1 FROM contacts k WHERE k.person_id = $1 AND k.kind = contacts.kind AND k.value = contacts.value)";
    OTHER_CONTACTS = "SELECT id, kind FROM contacts WHERE person_id = $1 ORDER BY id";
    CONTACT = "UPDATE contacts SET person_id = $1, id = $3 WHERE id = $2";
    DEMOTE = "UPDATE affiliations SET is_primary = FALSE WHERE person_id = $1 AND is_primary";
    AFFILIATIONS = "UPDATE affiliations SET person_id = $1, updated_at = $3 WHERE person_id = $2";
    ASKED_TWICE = "UPDATE transfers SET state = 'expired', decided_at = $3 WHERE person_id = $2 AND state = 'waiting'
        AND EXISTS (SELECT 1 FROM transfers k WHERE k.person_id = $1 AND k.to_org = transfers.to_org AND k.state = 'waiting')
        RETURNING id, from_org, to_org";
    TRANSFERS = "UPDATE transfers SET person_id = $1 WHERE person_id = $2";
    // What a school said of its pupil is said of whoever they turned out to be, unless it said something of them too.
    MARKS = "UPDATE rollover_marks SET person_id = $1 WHERE person_id = $2
        AND NOT EXISTS (SELECT 1 FROM rollover_marks k WHERE k.person_id = $1 AND k.rollover_id = rollover_marks.rollover_id)";
    OTHER_MARKS = "DELETE FROM rollover_marks WHERE person_id = $1";
    MOVES = "UPDATE rollover_moves SET person_id = $1 WHERE person_id = $2";
    // Imports that are kept go on in the name of the account that stays, which is asked what it may do as anybody is.
    IMPORTS = "UPDATE import_tasks SET account_id = $1 WHERE account_id = $2";
    SCHEDULED = "UPDATE rollovers SET scheduled_by = $1 WHERE scheduled_by = $2";
    // Only rights that ended: nobody merges a record that holds one.
    RIGHTS_BEFORE = "UPDATE delegations SET account_id = $1 WHERE account_id = $2 AND ended_at IS NOT NULL";
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

/// A school that asked for both asks for one: what it asked for the one who goes ends, before [`take_over`]. Which requests,
/// from which school to which.
pub async fn asked_twice(tx: &mut Tx, pair: &Pair, now: Moment) -> Result<Vec<(TransferId, OrgId, OrgId)>, StoreError> {
    on_db!(tx, c => sqlx::query_as(ASKED_TWICE).bind(pair.kept).bind(pair.gone).bind(now).fetch_all(&mut *c))
}

/// Everything that is told of the one who goes is told of the one who stays: what the latter lacks is filled, and nothing
/// that is there is replaced. What is left of them afterwards is a person with nothing, for [`super::purge::emptied`]. The
/// names of what was filled.
pub async fn take_over(tx: &mut Tx, pair: &Pair, ids: &Ids, now: Moment) -> Result<Vec<&'static str>, StoreError> {
    let Pair { kept, kept_account, gone, gone_account } = *pair;
    for statement in [SUPERSEDE_GONE, SUPERSEDE_KEPT] {
        on_db!(tx, sqlx::query(statement).bind(kept).bind(gone).bind(now))?;
    }
    on_db!(tx, sqlx::query(IDENTIFIERS).bind(kept).bind(gone))?;
    for statement in [ALIASES, NAMES, IMPORTS, SCHEDULED, RIGHTS_BEFORE] {
        on_db!(tx, sqlx::query(statement).bind(kept_account).bind(gone_account))?;
    }
    on_db!(tx, sqlx::query(NAMED).bind(kept_account))?;
    let filled = fill(tx, pair, ids).await?;
    on_db!(tx, sqlx::query(DEMOTE).bind(gone))?;
    on_db!(tx, sqlx::query(AFFILIATIONS).bind(kept).bind(gone).bind(now))?;
    for statement in [TRANSFERS, MARKS, MOVES, FORWARDED] {
        on_db!(tx, sqlx::query(statement).bind(kept).bind(gone))?;
    }
    on_db!(tx, sqlx::query(OTHER_MARKS).bind(gone))?;
    on_db!(tx, sqlx::query(TOUCH).bind(kept).bind(now))?;
    Ok(filled)
}

/// What only the one who goes is recorded to be, and how only they are reached.
async fn fill(tx: &mut Tx, pair: &Pair, ids: &Ids) -> Result<Vec<&'static str>, StoreError> {
    let Pair { kept, gone, .. } = *pair;
    let (born, sex, locale, claims): (bool, bool, bool, bool) =
        on_db!(tx, c => sqlx::query_as(EMPTY).bind(kept).bind(gone).fetch_one(&mut *c))?;
    for statement in [FILL, PROVEN, SAME_CONTACTS] {
        on_db!(tx, sqlx::query(statement).bind(kept).bind(gone))?;
    }
    let contacts: Vec<(ContactId, String)> =
        on_db!(tx, c => sqlx::query_as(OTHER_CONTACTS).bind(gone).fetch_all(&mut *c))?;
    for (contact, _) in &contacts {
        // Of addresses that are as proven apps are told the eldest: that stays the one of whoever stays.
        on_db!(tx, sqlx::query(CONTACT).bind(kept).bind(*contact).bind(ids.next::<ContactId>()))?;
    }
    let moved = |kind: &str| contacts.iter().any(|(_, of)| of == kind);
    let filled = [
        ("birth_date", born),
        ("sex", sex),
        ("locale", locale),
        ("claims", claims),
        ("email", moved("email")),
        ("phone", moved("phone")),
    ];
    Ok(filled.into_iter().filter_map(|(name, is)| is.then_some(name)).collect())
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
