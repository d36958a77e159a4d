//! What is kept of one person besides the rows of [`super::exporting`], for that person: what is recorded of them, what became
//! of their transfers, what they administer, which apps are told of them, the badges they had. Secrets are not read.

use serde_json::{Map, Value};

use super::{Doc, StoreError, Tx, scope::Scope};
use crate::base::{
    clock::Moment,
    id::{AccountId, PersonId},
};

row! {
    /// What is recorded of somebody beside the name and the day of birth.
    #[derive(Clone, Debug)]
    pub struct DescribedRow {
        /// `female` or `male`.
        pub sex: Option<String>,
        /// The language they chose.
        pub locale: Option<String>,
        /// Further OIDC standard claims.
        pub claims: Option<Doc<Map<String, Value>>>,
    }
}

row! {
    /// A transfer, whatever became of it.
    #[derive(Clone, Debug)]
    pub struct TransferRow {
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
    }
}

row! {
    /// A right to administer, held or held before.
    #[derive(Clone, Debug)]
    pub struct RightRow {
        /// `sector_admin`, `auditor`, `school_admin` or `help_desk`.
        pub role: String,
        /// The name of the org it holds over.
        pub org_name: String,
        /// Since when.
        pub granted_at: Moment,
        /// When it ended; `None` while it holds.
        pub ended_at: Option<Moment>,
    }
}

row! {
    /// An app that somebody agreed to.
    #[derive(Clone, Debug)]
    pub struct ConsentRow {
        /// The app.
        pub client_id: String,
        /// To which scopes.
        pub scope: String,
        /// To which single claims.
        pub claims: String,
        /// When.
        pub given_at: Moment,
    }
}

row! {
    /// An app that has good grants of somebody: those of one kind together.
    #[derive(Clone, Debug)]
    pub struct GrantedRow {
        /// The app.
        pub client_id: String,
        /// What it was given.
        pub scope: String,
        /// The first of them.
        pub since: Moment,
        /// When the last of them ends.
        pub until: Moment,
    }
}

row! {
    /// A badge, good or not.
    #[derive(Clone, Debug)]
    pub struct IssuedRow {
        /// When it was issued.
        pub issued_at: Moment,
        /// Until when it is good.
        pub expires_at: Moment,
        /// Since when too many wrong PINs keep it from being used.
        pub suspended_at: Option<Moment>,
        /// When somebody last signed in with it.
        pub last_used_at: Option<Moment>,
        /// When it ended before its time.
        pub ended_at: Option<Moment>,
        /// Why it did.
        pub end_reason: Option<String>,
    }
}

statements! {
    DESCRIBED = "SELECT sex, locale, claims FROM persons WHERE id = $1";
    TRANSFERS = concat!(scope!(),
        "SELECT f.name AS from_name, o.name AS to_name, t.state, t.reason, t.asked_at, t.decided_at
         FROM transfers t JOIN orgs f ON f.id = t.from_org JOIN orgs o ON o.id = t.to_org
         WHERE t.person_id = $5
           AND ($4 OR t.from_org IN (SELECT org FROM scope) OR t.to_org IN (SELECT org FROM scope)) ORDER BY t.id");
    RIGHTS = concat!(scope!(),
        "SELECT d.role, o.name AS org_name, d.granted_at, d.ended_at FROM delegations d JOIN orgs o ON o.id = d.org_id
         WHERE d.account_id = $5 AND ($4 OR d.org_id IN (SELECT org FROM scope)) ORDER BY d.granted_at, d.id");
    CONSENTS = "SELECT l.client_id, n.scope, n.claims, n.given_at FROM consents n JOIN clients l ON l.key = n.client_key
                WHERE n.account_id = $1 ORDER BY n.given_at, l.client_id";
    GRANTED = "SELECT l.client_id, g.scope, min(g.created_at) AS since, max(g.expires_at) AS until
               FROM grants g JOIN clients l ON l.key = g.client_key
               WHERE g.account_id = $1 AND g.ended_at IS NULL AND g.expires_at > $2
               GROUP BY l.client_id, g.scope ORDER BY since, l.client_id, g.scope";
    BADGES = "SELECT issued_at, expires_at, suspended_at, last_used_at, ended_at, end_reason FROM badges
              WHERE account_id = $1 ORDER BY issued_at, id";
}

/// What is recorded of somebody.
pub async fn described(tx: &mut Tx, person: PersonId) -> Result<Option<DescribedRow>, StoreError> {
    on_db!(tx, c => sqlx::query_as(DESCRIBED).bind(person).fetch_optional(&mut *c))
}

/// Somebody's transfers from or to the scope's schools.
pub async fn transfers(tx: &mut Tx, scope: &Scope, person: PersonId) -> Result<Vec<TransferRow>, StoreError> {
    on_db!(tx, c => sqlx::query_as(TRANSFERS)
        .bind(scope.account).bind(scope.org).bind(scope.today).bind(scope.whole).bind(person).fetch_all(&mut *c))
}

/// What somebody administers of the scope's orgs, and what they did before.
pub async fn rights(tx: &mut Tx, scope: &Scope, account: AccountId) -> Result<Vec<RightRow>, StoreError> {
    on_db!(tx, c => sqlx::query_as(RIGHTS)
        .bind(scope.account).bind(scope.org).bind(scope.today).bind(scope.whole).bind(account).fetch_all(&mut *c))
}

/// The apps that somebody agreed to.
pub async fn consents(tx: &mut Tx, account: AccountId) -> Result<Vec<ConsentRow>, StoreError> {
    on_db!(tx, c => sqlx::query_as(CONSENTS).bind(account).fetch_all(&mut *c))
}

/// The apps that have good grants of somebody.
pub async fn granted(tx: &mut Tx, account: AccountId, now: Moment) -> Result<Vec<GrantedRow>, StoreError> {
    on_db!(tx, c => sqlx::query_as(GRANTED).bind(account).bind(now).fetch_all(&mut *c))
}

/// The badges that somebody has and had.
pub async fn badges(tx: &mut Tx, account: AccountId) -> Result<Vec<IssuedRow>, StoreError> {
    on_db!(tx, c => sqlx::query_as(BADGES).bind(account).fetch_all(&mut *c))
}
