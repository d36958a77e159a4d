//! A school asks for a pupil.

use jiff::civil::Date;
use serde_json::json;

use super::{SOURCE, pupil, pupils_post};
use crate::{
    base::{
        clock::Moment,
        id::{AccountId, AffiliationId, OrgId, PersonId, TransferId},
    },
    model::{
        affiliation::{Post, State},
        membership::Standing,
        role::Role,
        sector_id::SectorId,
        transfer::PATIENCE,
    },
    people::following::Following,
    services::{
        Services,
        audit::{self, Scribe},
        authority::{AskTransfer, Denied, Permit, Reach},
        limits::{Claims, Limiter, RowKey},
    },
    store::{
        StoreError, Tx, accounts, attempts, memberships,
        transfers::{self, NewTransfer},
    },
};

/// Whom a school asks for.
#[derive(Clone, Debug)]
pub struct Claim {
    /// The school.
    pub school: OrgId,
    /// The pupil's sector ID, or a temporary one.
    pub sector_id: SectorId,
    /// Their day of birth.
    pub born: Date,
}

/// What came of it, and the request that tells of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Asked {
    /// The school where the pupil is has to decide; asked before, it is the same request.
    Waiting(Option<TransferId>),
    /// The pupil had been released, and is at the school now. No request tells of who came back to their school.
    Came(Option<TransferId>),
}

/// Why nobody was asked for.
#[derive(Debug, thiserror::Error)]
pub enum NotAsked {
    /// There is no pupil of this sector ID and birth date.
    #[error("there is no pupil with this sector ID and birth date")]
    Missing,
    /// Too many wrong pairs: not before this moment.
    #[error("too many wrong pairs of sector ID and birth date")]
    Slow(Moment),
    /// The pupil is at the school.
    #[error("the pupil is at this school already")]
    Here,
    /// There is no such open school.
    #[error("there is no such open school")]
    NoSchool,
    /// It was allowed a moment ago.
    #[error(transparent)]
    Denied(#[from] Denied),
    /// The database.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Asks for a pupil, or claims one who was released. Asked twice, it is one request.
pub async fn ask(sv: &Services, leave: &Permit<AskTransfer, Reach>, claim: &Claim) -> Result<Asked, NotAsked> {
    let turn = Turn {
        leave: leave.clone(),
        scribe: leave.scribe(sv).by_right_over(Some(claim.school)),
        budget: leave.account().map(|account| Limiter::new(&sv.keys.cookies).claims(account)),
        school: claim.school,
        born: claim.born,
        sector_id: claim.sector_id.clone(),
        id: sv.ids.next(),
        role: sv.ids.next(),
        following: Following::of(sv, &leave.by()),
        now: sv.clock.now(),
    };
    sv.store.write(turn, async |tx: &mut Tx, turn: &Turn| turn.run(tx).await).await?
}

struct Turn {
    leave: Permit<AskTransfer, Reach>,
    scribe: Scribe,
    /// Where wrong claims are counted; the command line's are not.
    budget: Option<RowKey>,
    school: OrgId,
    born: Date,
    sector_id: SectorId,
    id: TransferId,
    role: AffiliationId,
    following: Following,
    now: Moment,
}

/// A pupil as they were found.
struct Found {
    person: PersonId,
    account: AccountId,
    standing: Standing,
    /// The school where they are, or were last.
    school: OrgId,
    released: bool,
}

impl Turn {
    async fn run(&self, tx: &mut Tx) -> Result<Result<Asked, NotAsked>, StoreError> {
        if let Err(denied) = self.leave.again_at(tx, self.school, self.now).await? {
            return Ok(Err(denied.into()));
        }
        let Some(post) = pupils_post(tx, self.school).await? else { return Ok(Err(NotAsked::NoSchool)) };
        let mut claims = self.claims(tx).await?;
        let free_at = claims.free_at(self.now);
        if free_at > self.now {
            return Ok(Err(NotAsked::Slow(free_at)));
        }
        let Some(found) = self.find(tx).await? else {
            claims.wrong(self.now);
            self.keep(tx, &claims).await?;
            return Ok(Err(NotAsked::Missing));
        };
        match (found.released, found.school == self.school) {
            (true, _) => self.claim(tx, found, post).await,
            (false, true) => Ok(Err(NotAsked::Here)),
            (false, false) => self.wait(tx, &found).await.map(Ok),
        }
    }

    async fn claims(&self, tx: &mut Tx) -> Result<Claims, StoreError> {
        let Some(budget) = &self.budget else { return Ok(Claims::default()) };
        let kept = attempts::lock(tx, budget.bytes(), "", self.now).await?;
        Ok(serde_json::from_str(&kept).unwrap_or_default())
    }

    async fn keep(&self, tx: &mut Tx, claims: &Claims) -> Result<(), StoreError> {
        let Some(budget) = &self.budget else { return Ok(()) };
        attempts::keep(tx, budget.bytes(), &serde_json::to_string(claims).unwrap_or_default()).await
    }

    /// The pupil of this sector ID, or whose it was before it was replaced, and of this birth date; nobody else, whoever works
    /// in the sector included.
    async fn find(&self, tx: &mut Tx) -> Result<Option<Found>, StoreError> {
        let Some(named) = accounts::by_name(tx, &self.sector_id.sign_in_name()).await? else { return Ok(None) };
        let (person, account) = (named.person_id, named.account_id);
        memberships::hold(tx, &[person]).await?;
        let born = accounts::holder(tx, account).await?.and_then(|holder| holder.birth_date);
        let standing = memberships::standing(tx, person, self.now.day()).await?;
        let employed = standing.active().any(|role| role.post.is_employment());
        if born.map(|day| day.0) != Some(self.born) || employed {
            return Ok(None);
        }
        let was = |state| if let State::Ended { on, .. } = state { Some(on) } else { None };
        let last = standing.all().filter(|role| role.post.role == Role::Student).max_by_key(|r| (was(r.state), r.id));
        let (there, released) = (pupil(&standing), pupil(&standing).is_none());
        let school = there.or(last).map(|role| role.post.org);
        Ok(school.map(|school| Found { person, account, standing, school, released }))
    }

    async fn wait(&self, tx: &mut Tx, found: &Found) -> Result<Asked, StoreError> {
        if transfers::ask(tx, &self.row(found), self.leave.account(), (self.now, self.now + PATIENCE)).await? {
            let detail = json!({ "transfer": self.id, "from": found.school, "to": self.school });
            self.scribe.note(tx, "transfer.asked", audit::account(found.account), &detail).await?;
            return Ok(Asked::Waiting(Some(self.id)));
        }
        Ok(Asked::Waiting(transfers::waits(tx, found.person, self.school).await?))
    }

    async fn claim(&self, tx: &mut Tx, found: Found, post: Post) -> Result<Result<Asked, NotAsked>, StoreError> {
        let row = self.row(&found);
        let Found { person, account, mut standing, school, .. } = found;
        // Nothing is in the way of a pupil who is at no school and works nowhere.
        if standing.begin(post, self.now.day(), self.role).is_err() {
            return Ok(Err(NotAsked::Missing));
        }
        let changes: Vec<_> = standing.changes().into_iter().map(|change| (person, change)).collect();
        memberships::apply(tx, &changes, SOURCE, self.now).await?;
        let moved = school != self.school;
        if moved {
            transfers::done(tx, &row, self.leave.account(), self.now).await?;
        }
        let detail = json!({ "transfer": self.id, "from": school, "to": self.school });
        self.scribe.note(tx, "transfer.claimed", audit::account(account), &detail).await?;
        self.following.settle(tx, &[(person, standing.presence())]).await?;
        Ok(Ok(Asked::Came(moved.then_some(self.id))))
    }

    fn row(&self, found: &Found) -> NewTransfer {
        let asked_as = Some(self.sector_id.to_string());
        NewTransfer { id: self.id, person: found.person, from: found.school, to: self.school, asked_as }
    }
}
