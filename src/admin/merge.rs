//! Two records that a human knows to be one person become one: the pid that stays keeps its account, and all that is told of
//! the other is told of it. The pid that goes leads there, and is never given again (R42).
//!
//! It refuses what would break a rule of the model: a pupil of two schools, a pupil who works, two records of which one
//! administers something or is suspended. Those are for somebody to settle first.

use serde_json::json;

use crate::{
    base::{
        clock::Moment,
        id::{EnrolmentId, Ids, PersonId},
    },
    model::{
        account::AccountState,
        affiliation::{EndReason, Function, Seat},
        membership::{Cannot, Change, Standing},
    },
    people::following::Following,
    services::{
        Services,
        audit::{self, Scribe},
        authority::{Denied, MergePeople, Permit, Subject},
        ending::{Due, EndingOfAccount},
    },
    store::{
        StoreError, Tx, accounts, memberships,
        merges::{self, Pair},
        purge,
    },
};

/// Where what is recorded by a merge comes from.
const SOURCE: &str = "merge";

/// Why two records did not become one.
#[derive(Debug, thiserror::Error)]
pub enum NotMerged {
    /// It is one record already.
    #[error("this is the same record")]
    Same,
    /// Together they would be what nobody can be.
    #[error(transparent)]
    Cannot(#[from] Cannot),
    /// The one that would go administers something.
    #[error("the record that would go holds administrative rights")]
    HoldsRights,
    /// The one that would go is suspended.
    #[error("the record that would go is suspended")]
    Suspended,
    /// Not theirs to do.
    #[error(transparent)]
    Denied(#[from] Denied),
    /// The database.
    #[error(transparent)]
    Store(#[from] StoreError),
}

struct Turn {
    kept: Permit<MergePeople, Subject>,
    gone: Permit<MergePeople, Subject>,
    pair: Pair,
    ids: Ids,
    scribe: Scribe,
    sessions: EndingOfAccount,
    following: Following,
    now: Moment,
}

/// Makes two records one. Done before, there is nothing to be done.
pub async fn merge(
    sv: &Services,
    kept: &Permit<MergePeople, Subject>,
    gone: &Permit<MergePeople, Subject>,
) -> Result<(), NotMerged> {
    let (stays, goes) = (*kept.place(), *gone.place());
    if stays.person == goes.person {
        return Err(NotMerged::Same);
    }
    let turn = Turn {
        kept: kept.clone(),
        gone: gone.clone(),
        pair: Pair { kept: stays.person, kept_account: stays.account, gone: goes.person, gone_account: goes.account },
        ids: sv.ids.clone(),
        scribe: kept.scribe(sv),
        sessions: sv.ending_of_account(goes.account, None).await?,
        following: Following::of(sv, &kept.by()),
        now: sv.clock.now(),
    };
    let due = sv.store.write(turn, async |tx: &mut Tx, turn: &Turn| turn.run(tx).await).await??;
    sv.tell_all(&due).await;
    Ok(())
}

impl Turn {
    async fn run(&self, tx: &mut Tx) -> Result<Result<Vec<Due>, NotMerged>, StoreError> {
        let Pair { kept, gone, gone_account, .. } = self.pair;
        // In the order of their keys, as everybody holds two people.
        memberships::hold(tx, &[kept, gone]).await?;
        let mut over = None;
        for leave in [&self.gone, &self.kept] {
            match leave.again(tx, self.now).await? {
                Ok(right) => over = right,
                Err(denied) => return Ok(Err(denied.into())),
            }
        }
        if merges::has_rights(tx, gone_account).await? {
            return Ok(Err(NotMerged::HoldsRights));
        }
        if accounts::activation(tx, gone_account).await?.is_some_and(|(state, _)| state == AccountState::Suspended) {
            return Ok(Err(NotMerged::Suspended));
        }
        if let Err(cannot) = self.unite(tx).await? {
            return Ok(Err(cannot.into()));
        }
        let due = self.sessions.run(tx).await?;
        let scribe = self.scribe.by_right_over(over);
        for (id, from, to) in merges::asked_twice(tx, &self.pair, self.now).await? {
            let detail = json!({ "transfer": id, "from": from, "to": to });
            scribe.note(tx, "transfer.expired", audit::account(self.pair.kept_account), &detail).await?;
        }
        let filled = merges::take_over(tx, &self.pair, &self.ids, self.now).await?;
        purge::emptied(tx, gone, gone_account).await?;
        merges::forward(tx, &self.pair, self.kept.account(), self.now).await?;
        self.settle(tx).await?;
        self.note(tx, &scribe, &filled).await?;
        Ok(Ok(due))
    }

    /// What both are at one place, the one who stays is; everything else fits beside it, or nothing is done.
    async fn unite(&self, tx: &mut Tx) -> Result<Result<(), Cannot>, StoreError> {
        let today = self.now.day();
        let mut stays = memberships::standing(tx, self.pair.kept, today).await?;
        let mut goes = memberships::standing(tx, self.pair.gone, today).await?;
        for role in goes.active().copied().collect::<Vec<_>>() {
            match stays.at(role.post.org, role.post.role).map(|there| there.id) {
                Some(there) => {
                    let seats: Vec<Seat> = goes.seats(role.id).map(|seat| seat.seat.clone()).collect();
                    let placed = stays.seats(there).next().is_some();
                    // A pupil has one place, and keeps theirs; who teaches goes on in the classes of both.
                    for seat in seats.into_iter().filter(|seat| !(placed && seat.function == Function::Pupil)) {
                        let fresh: EnrolmentId = self.ids.next();
                        if let Err(cannot) = stays.enrol(there, seat, today, fresh) {
                            return Ok(Err(cannot));
                        }
                    }
                    // It was active a line ago.
                    let _ = goes.end(role.id, EndReason::Mistaken, today);
                }
                // Who works is a pupil no more, on whichever record that stands.
                None if role.post.is_schooling() && stays.active().any(|other| other.post.is_employment()) => {
                    let _ = goes.end(role.id, EndReason::Employed, today);
                }
                None => {
                    if let Some(pupil) = stays.schooling().map(|pupil| pupil.id).filter(|_| role.post.is_employment()) {
                        let _ = stays.end(pupil, EndReason::Employed, today);
                    }
                    if let Err(cannot) = stays.may_hold(role.post) {
                        return Ok(Err(cannot));
                    }
                }
            }
        }
        self.apply(tx, self.pair.kept, &stays).await?;
        self.apply(tx, self.pair.gone, &goes).await?;
        Ok(Ok(()))
    }

    async fn apply(&self, tx: &mut Tx, person: PersonId, standing: &Standing) -> Result<(), StoreError> {
        let changes: Vec<(PersonId, Change)> = standing.changes().into_iter().map(|change| (person, change)).collect();
        memberships::apply(tx, &changes, SOURCE, self.now).await
    }

    /// One of all roles is the main one, and account and apps follow.
    async fn settle(&self, tx: &mut Tx) -> Result<(), StoreError> {
        let mut standing = memberships::standing(tx, self.pair.kept, self.now.day()).await?;
        standing.settle();
        self.apply(tx, self.pair.kept, &standing).await?;
        self.following.settle(tx, &[(self.pair.kept, standing.presence())]).await
    }

    /// What the one who goes had and the other lacked is named, not told.
    async fn note(&self, tx: &mut Tx, scribe: &Scribe, filled: &[&str]) -> Result<(), StoreError> {
        let Pair { kept, kept_account, gone, gone_account } = self.pair;
        let taken = json!({ "person": gone, "account": gone_account, "filled": filled });
        scribe.note(tx, "person.merged", audit::account(kept_account), &taken).await?;
        let left = json!({ "person": kept, "account": kept_account });
        scribe.note(tx, "person.merged_into", audit::account(gone_account), &left).await
    }
}

/// Who goes on for a pid that is gone; `None` for any other.
pub async fn forwarded(sv: &Services, gone: PersonId) -> Result<Option<PersonId>, StoreError> {
    sv.store.read(gone, async |tx: &mut Tx, gone: &PersonId| merges::into(tx, *gone).await).await
}
