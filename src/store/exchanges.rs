//! Codes given and redeemed and refresh tokens rotated, many in each statement: the plain cases of the hottest writes.
//!
//! What is plain of a token stands in the guards: in time, of this client, unspent, its grant good, the key that it
//! is bound to shown, and for a code the redirect URI and the challenge that fit. Whether its person may still use the app,
//! whoever presents it says ([`Fits`]) of the grant as it was read just before: what ends a person's access ends the grant
//! as well, and that is a guard. Whatever else may be said of a token is decided one by one, above.
//!
//! Spending tokens and giving the next is one way to the database and back. When its answer is lost, nobody asks again: the
//! token would be found spent, and its grant would end as if it had been stolen (R10).

use std::{collections::HashMap, fmt, sync::Arc};

use sqlx::{AssertSqlSafe, QueryBuilder, Row, SqlSafeStr, SqlStr};

use super::{
    Conn, Store, StoreError, Twin, Tx, bulk,
    grants::{CodeRow, GrantRow, NewCode, NewGrant, RefreshRow, grant},
};
use crate::{
    base::{clock::Moment, digest::Digest},
    protocol::client::Client,
};

/// A client, and its word on a grant: nothing is spent for one that does not fit.
#[derive(Clone)]
pub struct Fits {
    /// Who presents.
    pub client: Arc<Client>,
    /// The rule.
    pub rule: fn(&GrantRow, &Client) -> bool,
}

impl fmt::Debug for Fits {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.client.client_id.fmt(f)
    }
}

/// A code that is presented.
#[derive(Clone, Debug)]
pub struct Redemption {
    /// Its digest.
    pub code: Digest,
    /// By which client, for which grants.
    pub by: Fits,
    /// With which redirect URI.
    pub redirect_uri: Option<String>,
    /// With the verifier of which challenge.
    pub challenge: Option<String>,
    /// Digest of the refresh token to be given with it.
    pub refresh: Option<Digest>,
    /// Thumbprint of the key that was shown.
    pub key: Option<Digest>,
    /// The key that the refresh token is to be bound to.
    pub bind: Option<Digest>,
    /// Now.
    pub now: Moment,
}

/// A refresh token that is presented.
#[derive(Clone, Debug)]
pub struct Rotation {
    /// Its digest.
    pub presented: Digest,
    /// Digest of what takes its place.
    pub successor: Digest,
    /// By which client, for which grants.
    pub by: Fits,
    /// Thumbprint of the key that was shown.
    pub key: Option<Digest>,
    /// The key that a successor of an unbound token is to be bound to.
    pub bind: Option<Digest>,
    /// Now.
    pub now: Moment,
}

/// What is presented, and by whom.
trait Presented {
    fn token(&self) -> Digest;
    fn by(&self) -> &Fits;
}

impl Presented for Redemption {
    fn token(&self) -> Digest {
        self.code
    }
    fn by(&self) -> &Fits {
        &self.by
    }
}

impl Presented for Rotation {
    fn token(&self) -> Digest {
        self.presented
    }
    fn by(&self) -> &Fits {
        &self.by
    }
}

/// One gift's values: the columns of its grant, then those of its code.
macro_rules! gift {
    () => {
        "($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20)"
    };
}

macro_rules! grants_given {
    () => {
        "INSERT INTO grants (id, client_key, account_id, session_id, scope, claims, offline, created_at, expires_at, auth_time,
                             acr, amr, context, resources)
         SELECT column1, column2, column3, column4, column5, column6, column7, column8, column9, column10, column11,
                column12, column13, column20 FROM v WHERE TRUE ON CONFLICT DO NOTHING"
    };
}

macro_rules! codes_given {
    () => {
        "INSERT INTO codes (digest, grant_id, client_key, redirect_uri, challenge, nonce, expires_at, bound_key)
         SELECT column14, column1, column2, column15, column16, column17, column18, column19 FROM v WHERE TRUE
         ON CONFLICT DO NOTHING"
    };
}

/// The grants behind unspent tokens; ends with `IN (`.
macro_rules! behind {
    ($table:literal) => {
        concat!(
            grant!("t.digest, "),
            " JOIN ",
            $table,
            " t ON t.grant_id = g.id WHERE t.spent_at IS NULL AND t.digest IN ("
        )
    };
}

/// One redemption's values: code, client, redirect URI, challenge, now, refresh token, key shown, key to bind to.
macro_rules! redemption {
    () => {
        "($1, $2, $3, $4, $5, $6, $7, $8)"
    };
}

macro_rules! plain_code {
    () => {
        "t.digest = v.column1 AND t.client_key = v.column2 AND t.spent_at IS NULL AND t.expires_at > v.column5
         AND (t.redirect_uri IS NULL OR t.redirect_uri = v.column3) AND t.challenge IS NOT DISTINCT FROM v.column4
         AND (t.bound_key IS NULL OR t.bound_key = v.column7)
         AND EXISTS (SELECT 1 FROM grants g JOIN sessions s ON s.id = g.session_id
                     WHERE g.id = t.grant_id AND g.ended_at IS NULL AND s.ended_at IS NULL)"
    };
}

/// One rotation's values: token, successor, client, now, key shown, key to bind to.
macro_rules! rotation {
    () => {
        "($1, $2, $3, $4, $5, $6)"
    };
}

macro_rules! plain_refresh {
    () => {
        "t.digest = v.column1 AND t.client_key = v.column3 AND t.spent_at IS NULL AND t.expires_at > v.column4
         AND (t.bound_key IS NULL OR t.bound_key = v.column5)
         AND EXISTS (SELECT 1 FROM grants g JOIN sessions s ON s.id = g.session_id
                     WHERE g.id = t.grant_id AND g.ended_at IS NULL AND g.expires_at > v.column4
                     AND (g.offline OR s.ended_at IS NULL AND s.expires_at > v.column4))"
    };
}

/// Spends what is plain of `v` and gives what follows it. SQLite cannot give what an `UPDATE` returns: there a script
/// gives first, to the same rows.
macro_rules! exchange {
    ($values:ident, $plain:ident, $table:literal, $spend:literal, $give:literal, $joined:literal) => {
        Twin {
            sqlite: concat!(
                "SAVEPOINT exchange; WITH v AS (VALUES ",
                $values!(),
                ") INSERT INTO refresh_tokens (digest, grant_id, client_key, scope, issued_at, expires_at, bound_key)
                 SELECT ",
                $give,
                " FROM v CROSS JOIN ",
                $table,
                " t ",
                $joined,
                " AND ",
                $plain!(),
                "; WITH v AS (VALUES ",
                $values!(),
                ") UPDATE ",
                $table,
                " AS t SET ",
                $spend,
                " FROM v WHERE ",
                $plain!(),
                " RETURNING *; RELEASE exchange"
            ),
            postgres: concat!(
                "WITH v AS (VALUES ",
                $values!(),
                "), spent AS (UPDATE ",
                $table,
                " AS t SET ",
                $spend,
                " FROM v WHERE ",
                $plain!(),
                " RETURNING t.*),
                 given AS (INSERT INTO refresh_tokens (digest, grant_id, client_key, scope, issued_at, expires_at, bound_key)
                 SELECT ",
                $give,
                " FROM v CROSS JOIN spent t ",
                $joined,
                " AND t.digest = v.column1)
                 SELECT * FROM spent"
            ),
        }
    };
}

twins! {
    GIVE = Twin {
        sqlite: concat!(
            "SAVEPOINT gift; WITH v AS (VALUES ",
            gift!(),
            ") ",
            grants_given!(),
            "; WITH v AS (VALUES ",
            gift!(),
            ") ",
            codes_given!(),
            "; RELEASE gift"
        ),
        postgres: concat!("WITH v AS (VALUES ", gift!(), "), given AS (", grants_given!(), ") ", codes_given!()),
    };
    REDEEM = exchange!(
        redemption,
        plain_code,
        "codes",
        "spent_at = v.column5",
        "v.column6, g.id, g.client_key, g.scope, v.column5, g.expires_at, v.column8",
        "JOIN grants g ON g.id = t.grant_id WHERE v.column6 IS NOT NULL"
    );
    ROTATE = exchange!(
        rotation,
        plain_refresh,
        "refresh_tokens",
        "spent_at = v.column4, successor = v.column2",
        "v.column2, t.grant_id, t.client_key, t.scope, v.column4, t.expires_at, COALESCE(t.bound_key, v.column6)",
        "WHERE TRUE"
    );
}

/// Gives grants and their codes, those that are not there yet.
pub async fn give(tx: &mut Tx, all: &[(NewGrant, NewCode)]) -> Result<(), StoreError> {
    let (text, times) = for_rows(GIVE, tx, gift!(), all.len());
    on_db!(tx, c => async {
        let mut query = sqlx::query(text.clone());
        for (grant, code) in (0..times).flat_map(|_| all) {
            query = query
                .bind(grant.id)
                .bind(grant.client)
                .bind(grant.account)
                .bind(grant.session)
                .bind(grant.scope.as_str())
                .bind(grant.claims.as_ref().map(super::Doc))
                .bind(grant.offline)
                .bind(grant.now)
                .bind(grant.expires_at)
                .bind(grant.auth_time)
                .bind(grant.acr.as_str())
                .bind(grant.amr.as_str())
                .bind(grant.context)
                .bind(code.digest)
                .bind(code.redirect_uri.as_deref())
                .bind(code.challenge.as_deref())
                .bind(code.nonce.as_deref())
                .bind(code.expires_at)
                .bind(code.bound_key)
                .bind(grant.resources.as_deref());
        }
        query.execute(&mut *c).await.map(drop)
    })
}

/// Spends the codes that are plainly good and gives their refresh tokens; each code with its grant, in order, and
/// nothing for the others.
pub async fn redeem(store: &Store, all: Vec<Redemption>) -> Result<Vec<Option<(CodeRow, GrantRow)>>, StoreError> {
    let (plain, grants) = plain(store, all, behind!("codes")).await?;
    if plain.is_empty() {
        return Ok(matched(Vec::new(), grants));
    }
    let spent = store.write_once(plain, async |tx: &mut Tx, plain: &Vec<Redemption>| {
        let (text, times) = for_rows(REDEEM, tx, redemption!(), plain.len());
        on_db!(tx, c => async {
            let mut query = sqlx::query_as(text.clone());
            for one in (0..times).flat_map(|_| plain) {
                query = query
                    .bind(one.code)
                    .bind(one.by.client.key)
                    .bind(one.redirect_uri.as_deref())
                    .bind(one.challenge.as_deref())
                    .bind(one.now)
                    .bind(one.refresh)
                    .bind(one.key)
                    .bind(one.bind);
            }
            query.fetch_all(&mut *c).await
        })
    });
    Ok(matched(spent.await?, grants))
}

/// Spends the refresh tokens that are plainly good for their successors; each as it was spent, with its grant, in
/// order, and nothing for the others.
pub async fn rotate(store: &Store, all: Vec<Rotation>) -> Result<Vec<Option<(RefreshRow, GrantRow)>>, StoreError> {
    let (plain, grants) = plain(store, all, behind!("refresh_tokens")).await?;
    if plain.is_empty() {
        return Ok(matched(Vec::new(), grants));
    }
    let spent = store.write_once(plain, async |tx: &mut Tx, plain: &Vec<Rotation>| {
        let (text, times) = for_rows(ROTATE, tx, rotation!(), plain.len());
        on_db!(tx, c => async {
            let mut query = sqlx::query_as(text.clone());
            for one in (0..times).flat_map(|_| plain) {
                query = query.bind(one.presented).bind(one.successor).bind(one.by.client.key).bind(one.now);
                query = query.bind(one.key).bind(one.bind);
            }
            query.fetch_all(&mut *c).await
        })
    });
    Ok(matched(spent.await?, grants))
}

/// What the database of `tx` is told of so many rows of values instead of one, and how often it is told them: a script
/// says them twice. SQLite looks for a value of a number among all that it knows, which takes a batch longer than its
/// writes; so there the values of many have none, and are bound as often as they stand there.
fn for_rows(twin: Twin, tx: &mut Tx, one: &str, rows: usize) -> (SqlStr, usize) {
    let text = twin.on(tx);
    if rows == 1 {
        return (text.into_sql_str(), 1);
    }
    let numbered = matches!(tx.conn(), Conn::Pg(_));
    let width = one.matches('$').count();
    let value = |at: usize| if numbered { format!("${}", at + 1) } else { "?".to_owned() };
    let row = |row: usize| {
        let values: Vec<String> = (row * width..(row + 1) * width).map(value).collect();
        format!("({})", values.join(", "))
    };
    let all: Vec<String> = (0..rows).map(row).collect();
    let times = if numbered { 1 } else { text.matches(one).count() };
    // Numbers and signs, and nothing that anybody sent.
    (AssertSqlSafe(text.replace(one, &all.join(", "))).into_sql_str(), times)
}

/// A row with its token's digest.
struct Of<T>(Digest, T);

impl<'r, R: Row, T> sqlx::FromRow<'r, R> for Of<T>
where
    &'static str: sqlx::ColumnIndex<R>,
    Digest: sqlx::Decode<'r, R::Database> + sqlx::Type<R::Database>,
    T: sqlx::FromRow<'r, R>,
{
    fn from_row(row: &'r R) -> Result<Self, sqlx::Error> {
        Ok(Self(row.try_get("digest")?, T::from_row(row)?))
    }
}

/// What is presented, in order, as far as its grant fits.
type Grants = Vec<Option<(Digest, GrantRow)>>;

/// Those whose grant is their client's and fits, each token once: whoever presents one a second time is not plain. A token
/// is spent for the one found here and for nobody who named it before. `behind` ends with `IN (`, for [`bulk::list`].
async fn plain<T: Presented>(store: &Store, all: Vec<T>, behind: &'static str) -> Result<(Vec<T>, Grants), StoreError> {
    let question = (behind.into_sql_str(), all.iter().map(T::token).collect());
    let found: Vec<Of<GrantRow>> = store
        .read(question, async |tx: &mut Tx, (behind, tokens): &(SqlStr, Vec<Digest>)| {
            on_db!(tx, c => bulk::list(&mut QueryBuilder::new(behind.as_str()), tokens).build_query_as().fetch_all(&mut *c))
        })
        .await?;
    let mut found: HashMap<Digest, GrantRow> = found.into_iter().map(|Of(token, grant)| (token, grant)).collect();
    let (mut plain, mut grants) = (Vec::new(), Vec::new());
    for one in all {
        let (token, Fits { client, rule }) = (one.token(), one.by());
        let fits = found.get(&token).is_some_and(|grant| grant.client_key == client.key && rule(grant, client));
        grants.push(if fits { found.remove(&token).map(|grant| (token, grant)) } else { None });
        plain.extend(fits.then_some(one));
    }
    Ok((plain, grants))
}

/// Each as it was spent, with its grant.
fn matched<T>(spent: Vec<Of<T>>, grants: Grants) -> Vec<Option<(T, GrantRow)>> {
    let mut spent: HashMap<Digest, T> = spent.into_iter().map(|Of(token, row)| (token, row)).collect();
    let mut row = |(token, grant)| spent.remove(&token).map(|row| (row, grant));
    grants.into_iter().map(|grant| grant.and_then(&mut row)).collect()
}
