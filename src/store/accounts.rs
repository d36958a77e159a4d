//! Accounts as sign-in sees them: names, passwords, states, activation.

use super::{Day, StoreError, Tx};
use crate::{
    base::{
        clock::Moment,
        id::{AccountId, OrgId, PersonId, SessionId},
    },
    model::account::AccountState,
};

row! {
    /// What a sign-in name leads to.
    #[derive(Clone, Debug)]
    pub struct Credential {
        /// The account.
        pub account_id: AccountId,
        /// The person.
        pub person_id: PersonId,
        /// The account's state.
        pub state: AccountState,
        /// The password's PHC string; `None` when none was set yet.
        pub phc: Option<String>,
        /// Whether a new password must be chosen at the next sign-in.
        pub must_change: Option<bool>,
        /// When it was set.
        pub set_at: Option<Moment>,
        /// How many activation codes were issued.
        pub activation_issue: i64,
        /// Until when the last one is good.
        pub activation_expires_at: Option<Moment>,
    }
}

row! {
    /// An account and what is known of its person when a password is judged.
    #[derive(Clone, Debug)]
    pub struct Holder {
        /// The account.
        pub account_id: AccountId,
        /// The person.
        pub person_id: PersonId,
        /// The account's state.
        pub state: AccountState,
        /// Why it is in that state, where somebody said.
        pub state_reason: Option<String>,
        /// The person's name.
        pub full_name: String,
        /// The day of birth.
        pub birth_date: Option<Day>,
        /// `female` or `male`.
        pub sex: Option<String>,
        /// The password's PHC string.
        pub phc: Option<String>,
    }
}

row! {
    /// An account, as whoever decides what becomes of it sees it.
    #[derive(Clone, Debug)]
    pub struct AccountRow {
        /// Its row.
        pub id: AccountId,
        /// Whose.
        pub person_id: PersonId,
        /// Its state.
        pub state: AccountState,
        /// Whether credentials were chosen.
        pub activated: bool,
        /// When something happens to it by itself.
        pub due_at: Option<Moment>,
    }
}

statements! {
    BY_NAME = "SELECT n.account_id, a.person_id, a.state, p.phc, p.must_change, p.set_at, a.activation_issue, a.activation_expires_at
               FROM sign_in_names n JOIN accounts a ON a.id = n.account_id LEFT JOIN passwords p ON p.account_id = a.id
               WHERE n.name = $1";
    HOLDER = "SELECT a.id AS account_id, a.person_id, a.state, a.state_reason, p.full_name, p.birth_date, p.sex, w.phc
              FROM accounts a JOIN persons p ON p.id = a.person_id LEFT JOIN passwords w ON w.account_id = a.id WHERE a.id = $1";
    DUE = "SELECT person_id FROM accounts WHERE due_at <= $1 ORDER BY due_at LIMIT $2";
    PUT_OFF = "UPDATE accounts SET due_at = $2 WHERE person_id = $1 AND due_at < $2";
    ACTIVATION = "SELECT state, activation_issue, activation_expires_at FROM accounts WHERE id = $1";
    OF_PERSON = "SELECT id FROM accounts WHERE person_id = $1";
    NAMES = "SELECT name FROM sign_in_names WHERE account_id = $1 ORDER BY kind DESC, name";
    SET_PASSWORD = "INSERT INTO passwords (account_id, phc, must_change, set_at) VALUES ($1, $2, $3, $4)
                    ON CONFLICT (account_id) DO UPDATE SET phc = excluded.phc, must_change = excluded.must_change, set_at = excluded.set_at";
    CHANGE_PASSWORD = "UPDATE passwords SET phc = $3, must_change = $4, set_at = $5 WHERE account_id = $1 AND phc = $2
                       AND EXISTS (SELECT 1 FROM sessions s JOIN accounts a ON a.id = s.account_id
                                   WHERE s.id = $6 AND s.account_id = $1 AND s.ended_at IS NULL AND s.expires_at > $5
                                     AND a.state = 'active')";
    REQUIRE_CHANGE = "UPDATE passwords SET must_change = $2 WHERE account_id = $1 AND phc = $3";
    UPGRADE = "UPDATE passwords SET phc = $3 WHERE account_id = $1 AND phc = $2";
    TRANSITION = "UPDATE accounts SET state = $3, state_reason = $4, suspended_over = $5, updated_at = $6
                  WHERE id = $1 AND state = $2";
    SUSPENSION = "SELECT suspended_over FROM accounts WHERE person_id = $1 AND state = 'suspended'";
    HOLD = "UPDATE accounts SET state = state WHERE id = $1";
    ISSUE = "UPDATE accounts SET activation_issue = activation_issue + 1, activation_expires_at = $2, updated_at = $3,
                    state = CASE WHEN state = 'provisional' THEN 'pending' ELSE state END
             WHERE id = $1 AND state IN ('provisional', 'pending', 'active') RETURNING activation_issue";
    SPEND_ISSUE = "UPDATE accounts SET activation_expires_at = NULL, state = 'active', updated_at = $3
                   WHERE id = $1 AND activation_issue = $2 AND activation_expires_at > $3 AND state IN ('pending', 'active')";
    VOID_ISSUE = "UPDATE accounts SET activation_expires_at = NULL, updated_at = $2
                  WHERE id = $1 AND activation_expires_at > $2";
    OPEN = "UPDATE accounts SET activation_expires_at = NULL, state = 'active', updated_at = $2
            WHERE id = $1 AND state IN ('pending', 'active')";
}

/// What a canonical sign-in name leads to.
pub async fn by_name(tx: &mut Tx, name: &str) -> Result<Option<Credential>, StoreError> {
    on_db!(tx, c => sqlx::query_as(BY_NAME).bind(name).fetch_optional(&mut *c))
}

/// An account and its person.
pub async fn holder(tx: &mut Tx, account: AccountId) -> Result<Option<Holder>, StoreError> {
    on_db!(tx, c => sqlx::query_as(HOLDER).bind(account).fetch_optional(&mut *c))
}

/// An account's state, and the number of its last activation code with its time, while there is one to be used.
pub async fn activation(
    tx: &mut Tx,
    account: AccountId,
) -> Result<Option<(AccountState, Option<(i64, Moment)>)>, StoreError> {
    let row: Option<(AccountState, i64, Option<Moment>)> =
        on_db!(tx, c => sqlx::query_as(ACTIVATION).bind(account).fetch_optional(&mut *c))?;
    Ok(row.map(|(state, issue, until)| (state, until.map(|until| (issue, until)))))
}

/// Until the write ends, whoever else holds the account or changes its state waits. To be taken before its sessions are
/// touched, by whoever ends all of them and by whoever opens one from another: each sees what the other did.
pub async fn hold(tx: &mut Tx, account: AccountId) -> Result<(), StoreError> {
    on_db!(tx, sqlx::query(HOLD).bind(account)).map(drop)
}

/// The account of a person.
pub async fn of_person(tx: &mut Tx, person: PersonId) -> Result<Option<AccountId>, StoreError> {
    let row: Option<(AccountId,)> = on_db!(tx, c => sqlx::query_as(OF_PERSON).bind(person).fetch_optional(&mut *c))?;
    Ok(row.map(|(id,)| id))
}

/// The names an account signs in with, its sector ID first.
pub async fn names(tx: &mut Tx, account: AccountId) -> Result<Vec<String>, StoreError> {
    let rows: Vec<(String,)> = on_db!(tx, c => sqlx::query_as(NAMES).bind(account).fetch_all(&mut *c))?;
    Ok(rows.into_iter().map(|(name,)| name).collect())
}

/// A change of a password by whoever proved the old one, in a session.
#[derive(Clone, Debug)]
pub struct PasswordChange {
    /// The account.
    pub account: AccountId,
    /// The session.
    pub session: SessionId,
    /// The PHC string against which the old password was proved.
    pub old: String,
    /// The new one.
    pub new: String,
    /// Now.
    pub now: Moment,
}

/// Changes a password; false when it is not the one that was proved any more, or the session or the account has ended:
/// its owner was faster.
pub async fn change_password(tx: &mut Tx, change: &PasswordChange) -> Result<bool, StoreError> {
    let changed = on_db!(
        tx,
        sqlx::query(CHANGE_PASSWORD)
            .bind(change.account)
            .bind(change.old.as_str())
            .bind(change.new.as_str())
            .bind(false)
            .bind(change.now)
            .bind(change.session)
    )?;
    Ok(changed == 1)
}

/// Sets a password, whatever it was before.
pub async fn set_password(
    tx: &mut Tx,
    account: AccountId,
    phc: &str,
    must_change: bool,
    now: Moment,
) -> Result<(), StoreError> {
    on_db!(tx, sqlx::query(SET_PASSWORD).bind(account).bind(phc).bind(must_change).bind(now)).map(drop)
}

/// The password opens nothing any more before another one was chosen; one that was chosen meanwhile is left alone.
pub async fn require_change(tx: &mut Tx, account: AccountId, phc: &str) -> Result<(), StoreError> {
    on_db!(tx, sqlx::query(REQUIRE_CHANGE).bind(account).bind(true).bind(phc)).map(drop)
}

/// Replaces a hash by a costlier one of the same password, unless the password has changed meanwhile.
pub async fn upgrade(tx: &mut Tx, account: AccountId, old: &str, new: &str) -> Result<(), StoreError> {
    on_db!(tx, sqlx::query(UPGRADE).bind(account).bind(old).bind(new)).map(drop)
}

/// A change of an account's state.
#[derive(Clone, Debug)]
pub struct Transition {
    /// The account.
    pub account: AccountId,
    /// From.
    pub from: AccountState,
    /// To.
    pub to: AccountState,
    /// Why, in an administrator's words.
    pub reason: Option<String>,
    /// Of a suspension: over which org the right is held by which it is made; `None`: over the whole sector.
    pub over: Option<OrgId>,
    /// Now.
    pub now: Moment,
}

/// Changes a state; false when the account was not in the state it was to come from.
pub async fn transition(tx: &mut Tx, change: &Transition) -> Result<bool, StoreError> {
    let changed = on_db!(
        tx,
        sqlx::query(TRANSITION)
            .bind(change.account)
            .bind(change.from)
            .bind(change.to)
            .bind(change.reason.as_deref())
            .bind(change.over)
            .bind(change.now)
    )?;
    Ok(changed == 1)
}

/// Of whoever is suspended: the org of [`Transition::over`].
pub async fn suspension(tx: &mut Tx, person: PersonId) -> Result<Option<Option<OrgId>>, StoreError> {
    let row: Option<(Option<OrgId>,)> =
        on_db!(tx, c => sqlx::query_as(SUSPENSION).bind(person).fetch_optional(&mut *c))?;
    Ok(row.map(|(over,)| over))
}

const OF_PEOPLE: &str = "SELECT a.id, a.person_id, a.state, w.account_id IS NOT NULL AS activated, a.due_at
    FROM accounts a LEFT JOIN passwords w ON w.account_id = a.id WHERE a.person_id IN (";

/// The accounts of people.
pub async fn of_people(tx: &mut Tx, people: &[PersonId]) -> Result<Vec<AccountRow>, StoreError> {
    Ok(select_many!(tx, people, OF_PEOPLE, ")", |b, person| b.push_bind(*person)))
}

/// What becomes of an account because of where its person is.
#[derive(Clone, Copy, Debug)]
pub struct Course {
    /// The account.
    pub account: AccountId,
    /// The state it is in.
    pub from: AccountState,
    /// The state it comes to; may be the same.
    pub to: AccountState,
    /// When something happens to it by itself.
    pub due_at: Option<Moment>,
}

/// Lets accounts take their course; those that are not in the state they were to come from stay as they are. Which took it.
pub async fn take_course(tx: &mut Tx, rows: &[Course], now: Moment) -> Result<Vec<AccountId>, StoreError> {
    let taken: Vec<(AccountId,)> = select_many!(
        tx,
        rows,
        "UPDATE accounts AS a SET state = v.column3, due_at = v.column4, updated_at = v.column5 FROM (",
        ") AS v WHERE a.id = v.column1 AND a.state = v.column2 RETURNING id",
        |b, row| b.push_bind(row.account).push_bind(row.from).push_bind(row.to).push_bind(row.due_at).push_bind(now)
    );
    Ok(taken.into_iter().map(|(account,)| account).collect())
}

/// Some of the people to whose accounts something is due.
pub async fn due(tx: &mut Tx, now: Moment, most: i64) -> Result<Vec<PersonId>, StoreError> {
    let rows: Vec<(PersonId,)> = on_db!(tx, c => sqlx::query_as(DUE).bind(now).bind(most).fetch_all(&mut *c))?;
    Ok(rows.into_iter().map(|(person,)| person).collect())
}

/// What is due to somebody's account is due later.
pub async fn put_off(tx: &mut Tx, person: PersonId, until: Moment) -> Result<(), StoreError> {
    on_db!(tx, sqlx::query(PUT_OFF).bind(person).bind(until)).map(drop)
}

/// Issues a new activation code, which ends the one before; its number. `None` when the account's state has none.
pub async fn issue_activation(
    tx: &mut Tx,
    account: AccountId,
    until: Moment,
    now: Moment,
) -> Result<Option<i64>, StoreError> {
    let row: Option<(i64,)> =
        on_db!(tx, c => sqlx::query_as(ISSUE).bind(account).bind(until).bind(now).fetch_optional(&mut *c))?;
    Ok(row.map(|(issue,)| issue))
}

/// Issues new activation codes to many, each good until its moment; of each the number. Those whose account's state has
/// none are left out.
pub async fn issue_activations(
    tx: &mut Tx,
    rows: &[(AccountId, Moment)],
    now: Moment,
) -> Result<Vec<(AccountId, i64)>, StoreError> {
    Ok(select_many!(
        tx,
        rows,
        "UPDATE accounts AS a SET activation_issue = activation_issue + 1, activation_expires_at = v.column2,
             updated_at = v.column3, state = CASE WHEN state = 'provisional' THEN 'pending' ELSE state END
         FROM (",
        ") AS v WHERE a.id = v.column1 AND a.state IN ('provisional', 'pending', 'active') RETURNING id, activation_issue",
        |b, row| b.push_bind(row.0).push_bind(row.1).push_bind(now)
    ))
}

/// How many of these are not the accounts' last activation codes any more, or were used: another was issued.
pub async fn overtaken(tx: &mut Tx, issued: &[(AccountId, i64)]) -> Result<usize, StoreError> {
    let rows: Vec<(AccountId,)> = select_many!(
        tx,
        issued,
        "SELECT a.id FROM (",
        ") AS v JOIN accounts a ON a.id = v.column1 WHERE a.activation_issue <> v.column2",
        |b, row| b.push_bind(row.0).push_bind(row.1)
    );
    Ok(rows.len())
}

/// Spends an activation code: once, the last one issued, in its time.
pub async fn spend_activation(tx: &mut Tx, account: AccountId, issue: i64, now: Moment) -> Result<bool, StoreError> {
    Ok(on_db!(tx, sqlx::query(SPEND_ISSUE).bind(account).bind(issue).bind(now))? == 1)
}

/// Makes an account's activation code worthless; false when there was none that was good.
pub async fn void_activation(tx: &mut Tx, account: AccountId, now: Moment) -> Result<bool, StoreError> {
    Ok(on_db!(tx, sqlx::query(VOID_ISSUE).bind(account).bind(now))? == 1)
}

/// Opens an account by another code than its activation code, which ends; false when its state does not allow it.
pub async fn open(tx: &mut Tx, account: AccountId, now: Moment) -> Result<bool, StoreError> {
    Ok(on_db!(tx, sqlx::query(OPEN).bind(account).bind(now))? == 1)
}
