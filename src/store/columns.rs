//! How our value types stand in a column: ids as UUID, instants as BIGINT, digests as bytes, documents and days as text.

use jiff::civil::Date;
use serde::{Serialize, de::DeserializeOwned};
use sqlx::{Database, Decode, Encode, Type, encode::IsNull, error::BoxDynError};
use uuid::Uuid;

use crate::{
    base::{
        clock::Moment,
        digest::Digest,
        id::{
            AccountId, AffiliationId, BadgeId, BatchId, ClassId, ClientKey, ContactId, DelegationId, EnrolmentId,
            EventId, FailureId, GrantId, IdentifierId, ImportId, JobId, KeyId, LineageId, OrgId, PersonId, RefreshId,
            RolloverId, SessionId, TransferId,
        },
    },
    model::account::AccountState,
};

macro_rules! column {
    ($($name:ty as $inner:ty, $to:expr, $from:expr;)*) => { $(
        impl<DB: Database> Type<DB> for $name where $inner: Type<DB> {
            fn type_info() -> DB::TypeInfo { <$inner>::type_info() }
            fn compatible(ty: &DB::TypeInfo) -> bool { <$inner>::compatible(ty) }
        }
        impl<'q, DB: Database> Encode<'q, DB> for $name where $inner: Encode<'q, DB> {
            fn encode_by_ref(&self, buf: &mut DB::ArgumentBuffer) -> Result<IsNull, BoxDynError> {
                let to: fn(&$name) -> $inner = $to;
                to(self).encode(buf)
            }
        }
        impl<'r, DB: Database> Decode<'r, DB> for $name where $inner: Decode<'r, DB> {
            fn decode(value: DB::ValueRef<'r>) -> Result<Self, BoxDynError> {
                let from: fn($inner) -> Result<$name, BoxDynError> = $from;
                from(<$inner>::decode(value)?)
            }
        }
    )* };
}

macro_rules! id_columns {
    ($($name:ident),*) => { column! { $($name as Uuid, |id| id.uuid(), |id| Ok(id.into());)* } };
}

id_columns!(
    AccountId,
    AffiliationId,
    BadgeId,
    BatchId,
    ImportId,
    ClassId,
    ClientKey,
    ContactId,
    DelegationId,
    EnrolmentId,
    EventId,
    FailureId,
    GrantId,
    IdentifierId,
    JobId,
    KeyId,
    LineageId,
    OrgId,
    PersonId,
    RefreshId,
    RolloverId,
    SessionId,
    TransferId
);

column! {
    Moment as i64, |at| at.micros(), |micros| Ok(Moment::from_micros(micros));
    Digest as Vec<u8>, |digest| digest.bytes().to_vec(),
        |bytes| Digest::from_slice(&bytes).ok_or_else(|| "a digest has 32 bytes".into());
    Day as String, |day| day.0.to_string(), |text| Ok(Day(text.parse()?));
    AccountState as String, |state| state.as_str().to_owned(),
        |name| AccountState::named(&name).ok_or_else(|| "no account is in a state of that name".into());
    Posts as String, |posts| posts.0.clone(), |text| Ok(Posts(text));
}

/// A calendar day as ISO text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Day(pub Date);

/// A JSON document in a text column.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Doc<T>(pub T);

impl<T, DB: Database> Type<DB> for Doc<T>
where
    String: Type<DB>,
{
    fn type_info() -> DB::TypeInfo {
        String::type_info()
    }
    fn compatible(ty: &DB::TypeInfo) -> bool {
        String::compatible(ty)
    }
}

impl<'q, T: Serialize, DB: Database> Encode<'q, DB> for Doc<T>
where
    String: Encode<'q, DB>,
{
    fn encode_by_ref(&self, buf: &mut DB::ArgumentBuffer) -> Result<IsNull, BoxDynError> {
        serde_json::to_string(&self.0)?.encode(buf)
    }
}

impl<'r, T: DeserializeOwned, DB: Database> Decode<'r, DB> for Doc<T>
where
    &'r str: Decode<'r, DB>,
{
    fn decode(value: DB::ValueRef<'r>) -> Result<Self, BoxDynError> {
        Ok(Self(serde_json::from_str(<&str>::decode(value)?)?))
    }
}

/// The column `posts`: the active roles of the person of `accounts a`, at open orgs.
macro_rules! posts {
    () => {
        "coalesce((SELECT string_agg(f.role || ' ' || coalesce(o.code, ''), '|')
                   FROM affiliations f JOIN orgs o ON o.id = f.org_id
                   WHERE f.person_id = a.person_id AND f.status = 'active' AND o.status = 'active'), '') AS posts"
    };
}

/// A person's active roles at open orgs, read with the row they are asked for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Posts(String);

impl Posts {
    /// Each role, with the org's code.
    pub fn iter(&self) -> impl Iterator<Item = (&str, Option<&str>)> {
        let posts = self.0.split('|').filter_map(|post| post.split_once(' '));
        posts.map(|(role, code)| (role, Some(code).filter(|code| !code.is_empty())))
    }
}
