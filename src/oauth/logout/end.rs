//! Ending the session at a decision: its apps are told by us, and in the person's own browser (Front-Channel Logout 1.0).

use std::sync::Arc;

use url::Url;

use super::Decision;
use crate::{
    services::{
        Services,
        ending::{Ended, Told},
    },
    store::{StoreError, sessions::SessionRow},
};

/// How an app was left.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Left {
    /// It confirmed, or asked for the sign-out itself.
    Confirmed,
    /// Its page is loaded in the browser, which tells nobody what came of it.
    InBrowser,
    /// It did not confirm, or cannot be told at all.
    Open,
}

/// What is left to do and to tell when a session has ended.
#[derive(Clone, Debug, Default)]
pub struct Farewell {
    /// Each app of the session by name, and how it was left.
    pub apps: Vec<(String, Left)>,
    /// The apps' own pages, which the browser must load before it goes on.
    pub frames: Vec<Url>,
    /// Where it goes on.
    pub landing: Option<String>,
}

impl Farewell {
    /// Where the browser goes on by itself; nowhere when the person has to be told first that an app may be open.
    pub fn goes_on(&self) -> Option<&str> {
        let silent = self.apps.iter().all(|(_, left)| *left != Left::Open);
        self.landing.as_deref().filter(|_| silent)
    }
}

/// Ends the session, if there is one, and tells its apps.
pub async fn end(sv: &Arc<Services>, decision: Decision, session: Option<&SessionRow>) -> Result<Farewell, StoreError> {
    let mut farewell = Farewell { landing: decision.landing, ..Farewell::default() };
    let Some(session) = session else { return Ok(farewell) };
    let asked = decision.client.map(|client| client.key);
    for told in sv.end_session(Ended::from(session)).await? {
        let frame = page(sv, &told, session);
        let left = match &frame {
            // The app that asked has ended its own session, whether or not it takes notices.
            _ if told.confirmed || asked == Some(told.client) => Left::Confirmed,
            Some(_) => Left::InBrowser,
            None => Left::Open,
        };
        farewell.apps.push((told.app, left));
        farewell.frames.extend(frame);
    }
    Ok(farewell)
}

/// The app's own page for this session.
fn page(sv: &Services, told: &Told, session: &SessionRow) -> Option<Url> {
    let client = sv.clients.by_key(told.client)?;
    let sid = sv.subjects.session(&client.subject, session.id);
    Some(client.frontchannel_logout.as_ref()?.page(&sv.settings.issuer, &sid))
}
