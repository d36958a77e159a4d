//! An authorization request on its way through our pages: sealed, and bound to the browser it began in (R25).

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use serde::{Deserialize, Serialize};

use crate::{
    base::{clock::Moment, digest::Digest, secret::Token},
    services::Services,
};

const PURPOSE: &str = "authorization flow";
/// How long a sign-in page may stay open, in seconds.
const LONGEST_SECONDS: u64 = 24 * 3600;

/// A request and what was settled since it began.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Flow {
    /// The request's parameters, encoded.
    #[serde(rename = "r")]
    pub request: String,
    /// When it began.
    #[serde(rename = "t")]
    pub began: Moment,
    /// Whether the person chose the account.
    #[serde(rename = "c", default)]
    pub chosen: bool,
    /// Whether the person agreed in this flow.
    #[serde(rename = "a", default)]
    pub agreed_now: bool,
}

/// Why a sealed flow is not taken.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum FlowError {
    /// Not sealed by us.
    #[error("the page's request cannot be read")]
    Unreadable,
    /// It belongs to another browser: begin again from its request.
    #[error("the page was opened in another browser")]
    OtherBrowser(String),
    /// The page stayed open too long: begin again from its request.
    #[error("the page has expired")]
    Expired(String),
}

impl FlowError {
    /// The request begun anew, as if the app had just sent it: what was settled elsewhere or long ago, and when it began
    /// there, counts no more (R9, R25).
    pub fn anew(self, sv: &Services) -> Flow {
        match self {
            Self::OtherBrowser(request) | Self::Expired(request) => Flow::begin(sv, request),
            Self::Unreadable => Flow::begin(sv, String::new()),
        }
    }
}

impl Flow {
    /// A flow that begins now.
    pub fn begin(sv: &Services, request: String) -> Self {
        Self { request, began: sv.clock.now(), chosen: false, agreed_now: false }
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
        let envelope = (self, URL_SAFE_NO_PAD.encode(&browser.digest().bytes()[..16]));
        let json = serde_json::to_vec(&envelope).unwrap_or_default();
        URL_SAFE_NO_PAD.encode(sv.keys.flow.seal(PURPOSE, &json))
    }

    /// Opens what this browser was given.
    pub fn open(sv: &Services, sealed: &str, browser: Option<&Token>) -> Result<Self, FlowError> {
        let bytes = URL_SAFE_NO_PAD.decode(sealed).map_err(|_| FlowError::Unreadable)?;
        let json = sv.keys.flow.open(PURPOSE, &bytes).map_err(|_| FlowError::Unreadable)?;
        let (flow, owner): (Self, String) = serde_json::from_slice(&json).map_err(|_| FlowError::Unreadable)?;
        let ours = browser.is_some_and(|browser| {
            let digest: Digest = browser.digest();
            crate::base::secret::same(URL_SAFE_NO_PAD.encode(&digest.bytes()[..16]).as_bytes(), owner.as_bytes())
        });
        if !ours {
            return Err(FlowError::OtherBrowser(flow.request));
        }
        if sv.clock.now().since(flow.began).as_secs() > LONGEST_SECONDS {
            return Err(FlowError::Expired(flow.request));
        }
        Ok(flow)
    }
}
