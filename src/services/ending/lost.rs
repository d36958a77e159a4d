//! Access that rests on what somebody is: when the last affiliation ends that lets them use an app, so does the app's
//! access, in the same transaction (invariant 9, R15).

use std::{
    collections::{HashMap, HashSet},
    sync::Arc,
};

use super::notice::Notice;
use crate::{
    base::{
        clock::Moment,
        id::{ClientKey, GrantId, Ids, PersonId},
    },
    protocol::client::Client,
    services::Services,
    store::{
        StoreError, Tx,
        contexts::{self, PostRow},
        grants::{self, OpenRow},
        jobs, sessions,
    },
};

/// The registered apps as they are now, for a write that has to judge by them.
#[derive(Clone, Debug)]
pub struct Apps {
    all: HashMap<ClientKey, Arc<Client>>,
    ids: Ids,
    now: Moment,
}

impl Services {
    /// The apps as they are now.
    pub fn apps(&self) -> Apps {
        let all = self.clients.all().into_iter().map(|client| (client.key, client)).collect();
        Apps { all, ids: self.ids.clone(), now: self.clock.now() }
    }
}

impl Apps {
    /// Ends what these people may not have any more, after a change to what they are or to their accounts: the grants
    /// of apps that admit none of their active affiliations, and everything of an account that is not active. The
    /// apps are told by jobs. How many grants ended.
    pub async fn end_lost(&self, tx: &mut Tx, people: &[PersonId]) -> Result<u64, StoreError> {
        sessions::end_of_inactive(tx, people, self.now).await?;
        let open = grants::open_of(tx, people, self.now).await?;
        if open.is_empty() {
            return Ok(0);
        }
        let holders: HashSet<PersonId> = open.iter().map(|row| row.person_id).collect();
        let posts = contexts::posts(tx, &holders.into_iter().collect::<Vec<_>>()).await?;
        let lost: Vec<&OpenRow> = open.iter().filter(|row| !self.may_keep(row, &posts)).collect();
        let ended = grants::end_all(tx, &lost.iter().map(|row| row.id).collect::<Vec<GrantId>>(), self.now).await?;
        let notices: HashMap<_, _> =
            lost.iter().filter_map(|row| Some(((row.client_key, row.session_id), self.notice(row)?))).collect();
        let jobs: Vec<_> = notices.values().map(|notice| notice.job(&self.ids, self.now, self.now)).collect();
        jobs::add_all(tx, &jobs).await?;
        Ok(ended)
    }

    fn may_keep(&self, grant: &OpenRow, posts: &[PostRow]) -> bool {
        let theirs = posts.iter().filter(|post| post.person_id == grant.person_id).map(PostRow::place);
        let client = self.all.get(&grant.client_key);
        grant.account_state.lets_in() && client.is_some_and(|client| client.audience.admits_any(theirs))
    }

    fn notice(&self, grant: &OpenRow) -> Option<Notice> {
        self.all.get(&grant.client_key)?.backchannel_logout_uri.as_ref()?;
        Some(Notice { client: grant.client_key, person: grant.person_id, session: grant.session_id })
    }
}
