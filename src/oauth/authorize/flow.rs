//! A sign-in on its way through our pages: sealed, and bound to the browser it began in (R25).

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use serde::{Deserialize, Serialize};

use super::request;
use crate::{
    base::{
        clock::Moment,
        secret::{Token, same},
    },
    i18n::Locale,
    oauth::carried::{Carried, LONGEST_SECONDS},
    protocol::error::Refusal,
    services::Services,
};

const PURPOSE: &str = "authorization flow";
/// The page a sign-in leads to when nothing else was asked for.
const PORTAL: &str = "/portal";

/// Where a sign-in leads, and what was settled since it began.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Flow {
    /// Where to.
    #[serde(rename = "g")]
    pub goal: Goal,
    /// When it began.
    #[serde(rename = "t")]
    pub began: Moment,
    /// The language its pages speak: the person's choice, or else the app's (`ui_locales`).
    #[serde(rename = "l", default, skip_serializing_if = "Option::is_none")]
    pub language: Option<Locale>,
    /// Whether the person chose the account.
    #[serde(rename = "c", default, skip_serializing_if = "is_not")]
    pub chosen: bool,
    /// Whether the person agreed in this flow.
    #[serde(rename = "a", default, skip_serializing_if = "is_not")]
    pub agreed_now: bool,
}

/// Where a sign-in leads.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Goal {
    /// Back to an app, by its authorization request.
    App(Carried),
    /// To a page of ours, by its path and query.
    Page(String),
}

/// Why a sealed flow is not taken. What had been settled in it is not handed on.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum FlowError {
    /// Not sealed by us.
    #[error("the page's request cannot be read")]
    Unreadable,
    /// It belongs to another browser: begin again with where it led, in its language.
    #[error("the page was opened in another browser")]
    OtherBrowser(Goal, Option<Locale>),
    /// The page stayed open too long: the same.
    #[error("the page has expired")]
    Expired(Goal, Option<Locale>),
}

impl FlowError {
    /// The flow that begins anew in its place; to the portal when where it led cannot be read.
    pub fn anew(self, sv: &Services) -> Flow {
        match self {
            Self::OtherBrowser(goal, language) | Self::Expired(goal, language) => Flow::begin(sv, goal, language),
            Self::Unreadable => Flow::to_portal(sv),
        }
    }
}

impl Flow {
    /// A sign-in that leads to the portal.
    pub fn to_portal(sv: &Services) -> Self {
        Self::to_page(sv, PORTAL.to_owned())
    }

    /// A sign-in that leads to a page of ours.
    pub fn to_page(sv: &Services, path: String) -> Self {
        Self::begin(sv, Goal::Page(path), None)
    }

    /// An app's request as it arrived in an address.
    pub async fn arrived(sv: &Services, query: &str) -> Result<Self, Refusal> {
        let request = Carried::arrived(sv, &request::fetched(sv, query).await).await?;
        let flow = Self::begin(sv, Goal::App(request), None);
        let asked = request::resolve(sv, &flow).await.ok();
        let language = asked.and_then(|asked| asked.params.get("ui_locales").and_then(Locale::of));
        Ok(Self { language, ..flow })
    }

    /// The same as if it had just arrived: nothing that was settled before counts (R9, R25).
    pub fn anew(self, sv: &Services) -> Self {
        Self::begin(sv, self.goal, self.language)
    }

    fn begin(sv: &Services, goal: Goal, language: Option<Locale>) -> Self {
        Self { goal, began: sv.clock.now(), language, chosen: false, agreed_now: false }
    }

    /// The person wants to read it in this language.
    pub const fn in_language(mut self, language: Locale) -> Self {
        self.language = Some(language);
        self
    }

    /// The person chose the account that is signed in.
    pub const fn chosen(mut self) -> Self {
        self.chosen = true;
        self
    }

    /// The person agreed.
    pub const fn agreed(mut self) -> Self {
        self.agreed_now = true;
        self
    }

    /// For a hidden field or an address, good in the browser that holds `browser` in a cookie.
    pub fn seal(&self, sv: &Services, browser: &Token) -> String {
        let json = serde_json::to_vec(&(self, owner(browser))).unwrap_or_default();
        URL_SAFE_NO_PAD.encode(sv.keys.flow.seal(PURPOSE, &json))
    }

    /// Opens what this browser was given.
    pub fn open(sv: &Services, sealed: &str, browser: &Token) -> Result<Self, FlowError> {
        let bytes = URL_SAFE_NO_PAD.decode(sealed).map_err(|_| FlowError::Unreadable)?;
        let json = sv.keys.flow.open(PURPOSE, &bytes).map_err(|_| FlowError::Unreadable)?;
        let (flow, sealed_for): (Self, String) = serde_json::from_slice(&json).map_err(|_| FlowError::Unreadable)?;
        if !same(owner(browser).as_bytes(), sealed_for.as_bytes()) {
            return Err(FlowError::OtherBrowser(flow.goal, flow.language));
        }
        if sv.clock.now().since(flow.began).as_secs() > LONGEST_SECONDS {
            return Err(FlowError::Expired(flow.goal, flow.language));
        }
        Ok(flow)
    }
}

/// What was not settled need not be said.
#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde passes a reference")]
const fn is_not(settled: &bool) -> bool {
    !*settled
}

/// What a sealed flow says of its browser: half the digest of its name.
fn owner(browser: &Token) -> String {
    URL_SAFE_NO_PAD.encode(&browser.digest().bytes()[..16])
}
