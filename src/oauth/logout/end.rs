//! Ending the session at a decision: its apps are told by us, and in the person's own browser (Front-Channel Logout 1.0).

use std::sync::Arc;

use url::Url;

use super::Decision;
use crate::{
    base::id::SessionId,
    services::{Services, ending::Told},
    store::StoreError,
};

/// How an app was left.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Left {
    /// It confirmed, or proved that it asked for the sign-out itself.
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
    /// Whether an app may be open to which the browser does not go.
    open_elsewhere: bool,
    /// The apps' own pages, which the browser must load before it goes on.
    pub frames: Vec<Url>,
    /// Where it goes on.
    pub landing: Option<String>,
}

impl Farewell {
    /// Where the browser goes on by itself; nowhere when the person has to be told first that an app may be open.
    pub fn goes_on(&self) -> Option<&str> {
        self.landing.as_deref().filter(|_| !self.open_elsewhere)
    }
}

/// Ends the session, if there is one, and tells its apps.
pub async fn end(sv: &Arc<Services>, decision: Decision) -> Result<Farewell, StoreError> {
    let mut farewell = Farewell { landing: decision.landing, ..Farewell::default() };
    let Some(ended) = decision.session else { return Ok(farewell) };
    let asked = decision.client.map(|client| client.key);
    for told in sv.end_session(ended).await? {
        let frame = page(sv, &told, ended.session);
        let asking = asked == Some(told.client);
        let left = match &frame {
            // An app that proved to ask has ended its own session, whether or not it takes notices. A mere name may stand in
            // a stranger's link.
            _ if told.confirmed || (asking && decision.proven) => Left::Confirmed,
            Some(_) => Left::InBrowser,
            None => Left::Open,
        };
        farewell.open_elsewhere |= left == Left::Open && !asking;
        farewell.apps.push((told.app, left));
        farewell.frames.extend(frame);
    }
    Ok(farewell)
}

/// The app's own page for this session.
fn page(sv: &Services, told: &Told, session: SessionId) -> Option<Url> {
    let client = sv.clients.by_key(told.client)?;
    let sid = sv.subjects.session(&client.subject, session);
    Some(client.frontchannel_logout.as_ref()?.page(&sv.settings.issuer, &sid))
}
