//! Who calls, and by which scope: known before anything else of a request is looked at.

use std::marker::PhantomData;

use axum::{
    extract::FromRequestParts,
    http::{HeaderValue, header, request::Parts},
};

use super::{
    document,
    given::NoQuery,
    once::Key,
    problem::{self, Problem},
};
use crate::{
    admin::classroom,
    base::{digest::Digest, id::PersonId, secret::Token},
    http::{
        Shared,
        oauth::{Caller, challenges},
        visitor::Trace,
    },
    i18n::Locale,
    oauth::{
        dpop,
        resource::{ApiCaller, at_api},
    },
    protocol::{
        api::{ApiScope, METADATA_PATH},
        error::Refusal,
    },
    services::authority::{Denied, FRESH, Standing},
};

/// Somebody who calls with a token that has the scope.
pub(super) struct By<S> {
    pub(super) sv: Shared,
    pub(super) standing: Standing,
    /// Who calls.
    pub(super) person: PersonId,
    /// The language that the caller likes best.
    pub(super) locale: Locale,
    /// Of what the caller holds already.
    pub(super) if_none_match: Option<HeaderValue>,
    /// Names the request, so that sent twice it is one.
    pub(super) form: Token,
    /// Under what its answer is kept, if it has a key.
    pub(super) keyed: Option<Digest>,
    /// Whether the token came with a proof of possession.
    proved: bool,
    scope: PhantomData<S>,
}

/// A scope that a handler needs.
pub(super) trait Needs {
    const SCOPE: ApiScope;
    /// Whether whoever teaches a class may ask, though they administer nothing (P11).
    const TEACHERS: bool = false;
}

macro_rules! scopes {
    ($($name:ident)*) => { $(
        #[doc = concat!("[`ApiScope::", stringify!($name), "`].")]
        pub(super) struct $name;
        impl Needs for $name {
            const SCOPE: ApiScope = ApiScope::$name;
        }
    )* };
}

scopes! {
    PeopleRead PeopleWrite PeopleExport ImportsWrite TransfersWrite SchoolsWrite RolloverWrite RolesWrite AuditRead
    JobsWrite ClientsWrite
}

/// The classes that one teaches.
pub(super) struct ClassesTaught;

impl Needs for ClassesTaught {
    const SCOPE: ApiScope = ApiScope::PeopleRead;
    const TEACHERS: bool = true;
}

/// Codes, slips and badges: of their pupils, teachers may too.
pub(super) struct CodesIssue;

impl Needs for CodesIssue {
    const SCOPE: ApiScope = ApiScope::CodesIssue;
    const TEACHERS: bool = true;
}

impl<S: Needs> FromRequestParts<Shared> for By<S> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, sv: &Shared) -> Result<Self, Problem> {
        let caller = who(parts, sv).await?;
        caller.require(S::SCOPE).map_err(|refusal| refused(sv, refusal, by_dpop(parts), Some(S::SCOPE)))?;
        // A service that administers nothing, too.
        let Some(person) = caller.person else { return Err(Denied::Missing.into()) };
        let standing = Standing::signed(sv, person.account, person.person, person.auth_time).await?;
        let standing = standing.from_address(parts.extensions.get::<Trace>().and_then(|trace| trace.address));
        // Whoever administers nothing finds nothing here (R38), as in the console; but for what is a teacher's.
        let administers = !standing.held().is_empty();
        let has_something = administers || S::TEACHERS && teaches(sv, person.person).await?;
        if !has_something {
            return Err(Denied::Missing.into());
        }
        // Here, and not in each handler, so that none can forget it.
        if !document::takes_query(parts) {
            NoQuery::from_request_parts(parts, sv).await?;
        }
        let key = parts.extensions.get::<Key>();
        Ok(Self {
            sv: sv.clone(),
            standing,
            person: person.person,
            locale: problem::locale(&parts.headers),
            if_none_match: parts.headers.get(header::IF_NONE_MATCH).cloned(),
            form: key.map_or_else(|| Token::random(&sv.entropy), |key| key.form(&caller)),
            keyed: key.map(|key| key.keyed(&caller)),
            proved: by_dpop(parts),
            scope: PhantomData,
        })
    }
}

async fn teaches(sv: &Shared, person: PersonId) -> Result<bool, Problem> {
    Ok(!classroom::own(sv, person).await?.is_empty())
}

/// Whose token a request carries. Asked twice within a request, it is the same: a proof of possession is good once.
pub(super) async fn who(parts: &mut Parts, sv: &Shared) -> Result<ApiCaller, Problem> {
    if let Some(known) = parts.extensions.get::<ApiCaller>() {
        return Ok(known.clone());
    }
    let Ok(caller) = Caller::from_request_parts(parts, sv).await;
    let presented = caller.presented();
    let found = match presented {
        Ok(presented) => at_api(sv, presented).await,
        Err(refusal) => Err(refusal),
    };
    let found = found.map_err(|refusal| refused(sv, refusal, by_dpop(parts), None))?;
    parts.extensions.insert(found.clone());
    Ok(found)
}

fn by_dpop(parts: &Parts) -> bool {
    let scheme = parts.headers.get(header::AUTHORIZATION).and_then(|value| value.as_bytes().get(..5));
    scheme.is_some_and(|scheme| scheme.eq_ignore_ascii_case(b"dpop "))
}

impl<S> By<S> {
    /// A permit that was not given; a stale sign-in is told how to become a fresh one (RFC 9470).
    pub(super) fn no(&self, no: impl Into<Problem>) -> Problem {
        let problem: Problem = no.into();
        if !problem.is_stale() {
            return problem;
        }
        let max_age = u32::try_from(FRESH.as_secs()).unwrap_or(u32::MAX);
        refused(&self.sv, Refusal::SignInTooOld { max_age }, self.proved, None)
    }
}

fn refused(sv: &Shared, refusal: Refusal, by_dpop: bool, scope: Option<ApiScope>) -> Problem {
    let metadata = format!("{}{METADATA_PATH}", sv.settings.issuer);
    let told = challenges(refusal, by_dpop, &metadata, scope.map(ApiScope::as_str));
    let wants_nonce = sv.settings.dpop_nonce || refusal == Refusal::DpopNonceNeeded;
    Problem::refused(refusal, told, wants_nonce.then(|| dpop::nonce(sv)))
}
