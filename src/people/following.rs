//! What follows when what people are has changed: their accounts lapse or wake, apps lose whom they admit no more, and no
//! school waits for whom another has.
//!
//! For one person and for an import alike: whoever applies changes of memberships settles them in the same write.

use std::{
    collections::{HashMap, HashSet},
    time::Duration,
};

use serde_json::json;

use crate::{
    base::{
        clock::Moment,
        id::{AccountId, PersonId},
    },
    model::{account::AccountState, membership::Presence, transfer::PATIENCE},
    services::{
        Services,
        audit::{self, Actor, Scribe},
        ending::Apps,
    },
    store::{
        StoreError, Tx,
        accounts::{self, AccountRow, Course},
        audit::Event,
        badges, transfers,
    },
};

/// What it takes to settle, prepared outside of the write.
#[derive(Clone, Debug)]
pub struct Following {
    apps: Apps,
    scribe: Scribe,
    now: Moment,
    kept: Duration,
}

impl Following {
    /// What follows from what this actor does now.
    pub fn of(sv: &Services, actor: &Actor) -> Self {
        Self { apps: sv.apps(), scribe: sv.scribe(actor), now: sv.clock.now(), kept: sv.settings.graduates_kept }
    }

    /// Settles what follows for these people, after their changes were applied.
    pub async fn settle(&self, tx: &mut Tx, people: &[(PersonId, Presence)]) -> Result<(), StoreError> {
        let presences: HashMap<PersonId, Presence> = people.iter().copied().collect();
        let everybody: Vec<PersonId> = presences.keys().copied().collect();
        let mut courses = Vec::new();
        for row in accounts::of_people(tx, &everybody).await? {
            let course = self.course(&row, presences[&row.person_id]);
            if course.to != row.state || course.due_at != row.due_at {
                courses.push(course);
            }
        }
        let taken: HashSet<AccountId> = accounts::take_course(tx, &courses, self.now).await?.into_iter().collect();
        let steps = courses.iter().filter(|course| course.from != course.to && taken.contains(&course.account));
        let events: Vec<_> = steps.map(|course| self.event(course)).collect();
        self.scribe.note_all(tx, &events).await?;
        self.overtake(tx, &everybody).await?;
        let ended = badges::end_lost(tx, &everybody, self.now).await?;
        let ended = ended
            .into_iter()
            .map(|account| self.scribe.event("account.badge_ended", audit::account(account), &json!({})));
        self.scribe.note_all(tx, &ended.collect::<Vec<_>>()).await?;
        self.apps.end_lost(tx, &everybody).await.map(drop)
    }

    /// Settles what follows when the end of roles was taken back, by whoever ended them: the badges that ended with them are
    /// good again.
    pub async fn restore(&self, tx: &mut Tx, people: &[PersonId]) -> Result<(), StoreError> {
        let revived = badges::revive(tx, people, self.now).await?;
        let revived = revived
            .into_iter()
            .map(|account| self.scribe.event("account.badge_revived", audit::account(account), &json!({})));
        self.scribe.note_all(tx, &revived.collect::<Vec<_>>()).await
    }

    /// No school waits any more for whom another has.
    pub async fn overtake(&self, tx: &mut Tx, people: &[PersonId]) -> Result<(), StoreError> {
        let ended = transfers::overtaken(tx, people, self.now).await?;
        let whose: Vec<PersonId> = ended.iter().map(|(_, person, ..)| *person).collect();
        let rows = accounts::of_people(tx, &whose).await?;
        let accounts: HashMap<PersonId, AccountId> = rows.into_iter().map(|row| (row.person_id, row.id)).collect();
        let events = ended.iter().filter_map(|(id, person, from, to)| {
            let detail = json!({ "transfer": id, "from": from, "to": to });
            // The asking school's, as the request is: whoever has the pupil now does not learn who else asked (R38).
            let scribe = self.scribe.by_right_over(Some(*to));
            Some(scribe.event("transfer.expired", audit::account(*accounts.get(person)?), &detail))
        });
        self.scribe.note_all(tx, &events.collect::<Vec<_>>()).await
    }

    fn event(&self, Course { account, from, to, .. }: &Course) -> Event {
        let action = if *to == AccountState::Dormant { "account.lapsed" } else { "account.woken" };
        let detail = json!({ "from": from.as_str(), "to": to.as_str() });
        self.scribe.event(action, audit::account(*account), &detail)
    }

    fn course(&self, row: &AccountRow, presence: Presence) -> Course {
        let from = row.state;
        let to = from.follow(presence, row.activated).unwrap_or(from);
        let due_at = match presence {
            Presence::Awaited if from.lapse().is_ok() => row.due_at.or(Some(self.now + PATIENCE)),
            Presence::Completed => row.due_at.or(Some(self.now + self.kept)),
            _ => None,
        };
        Course { account: row.id, from, to, due_at }
    }
}
