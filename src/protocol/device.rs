//! Device authorization (RFC 8628): what a device without a keyboard asks, the letters that a person types for it on a
//! phone, and what the device is told when it asks again.

use std::{fmt, time::Duration};

use serde::Serialize;

use super::{
    client::{Client, GrantKind},
    error::Refusal,
    params::Params,
    scope::Scopes,
    target::Resources,
};
use crate::base::{
    clock::Moment,
    entropy::Entropy,
    letters::{self, ALPHABET, Misread},
};

/// How long a device shows its letters before it must ask for others.
pub const CODE_LIFE: Duration = Duration::from_mins(10);
/// How long a device waits between questions, until it is told to wait longer.
pub const PAUSE: Duration = Duration::from_secs(5);
/// How much longer it waits each time that it asked too soon (§3.5).
const LONGER: Duration = Duration::from_secs(5);
/// 18⁸ is more than 2³³: enough for ten minutes and a handful of guesses per account.
const LETTERS: usize = 8;

/// How long a device is let in: the session ends with the lesson.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lesson {
    /// 45 minutes.
    Single,
    /// 90 minutes.
    Double,
}

impl Lesson {
    /// The longest.
    pub const LONGEST: Duration = Duration::from_mins(90);

    /// As the page's form names it.
    pub fn named(minutes: &str) -> Option<Self> {
        match minutes {
            "45" => Some(Self::Single),
            "90" => Some(Self::Double),
            _ => None,
        }
    }

    /// How long it takes.
    pub const fn span(self) -> Duration {
        match self {
            Self::Single => Duration::from_mins(45),
            Self::Double => Self::LONGEST,
        }
    }
}

/// A device authorization request (§3.1).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DeviceAsk {
    /// What is asked for, as at the authorization endpoint; never what would outlive the lesson.
    pub scopes: Scopes,
    /// Whom access tokens are to be for (RFC 8707).
    pub resources: Resources,
}

impl DeviceAsk {
    /// Reads the request of a client that has proved itself.
    pub fn parse(params: &Params, client: &Client) -> Result<Self, Refusal> {
        params.check()?;
        client.require(GrantKind::DeviceCode)?;
        let asked: Scopes = params.need("scope")?.parse().map_err(|_| Refusal::InvalidParameter("scope"))?;
        if !asked.has("openid") {
            return Err(Refusal::OpenidMissing);
        }
        let scopes = asked.both(&client.scopes).without("offline_access");
        if scopes.has("openid") {
            Ok(Self { scopes, resources: Resources::asked(params)? })
        } else {
            Err(Refusal::ScopeNotAllowed)
        }
    }
}

/// The answer (§3.2).
#[derive(Clone, Debug, Serialize)]
pub struct DeviceResponse {
    /// What the device asks for its tokens with.
    pub device_code: String,
    /// What it shows.
    pub user_code: String,
    /// Where people type that.
    pub verification_uri: String,
    /// The same with the letters in it, for a QR code.
    pub verification_uri_complete: String,
    /// Seconds.
    pub expires_in: u64,
    /// Seconds between questions.
    pub interval: u64,
}

/// The letters that a device shows.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct UserCode([u8; LETTERS]);

impl UserCode {
    /// New letters.
    pub fn random(entropy: &Entropy) -> Self {
        Self(std::array::from_fn(|_| u8::try_from(letters::random(entropy)).unwrap_or(ALPHABET[0])))
    }

    /// Reads what a person typed (§6.1): in any case, with spaces, dots and dashes anywhere.
    pub fn read(typed: &str) -> Result<Self, Misread> {
        let places = letters::read::<LETTERS>(typed)?;
        Ok(Self(places.map(|place| ALPHABET[usize::from(place)])))
    }

    /// Its letters, for a digest.
    pub const fn bytes(&self) -> &[u8] {
        &self.0
    }
}

impl fmt::Display for UserCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let half = |letters: &[u8]| letters.iter().map(|letter| char::from(*letter)).collect::<String>();
        write!(f, "{}-{}", half(&self.0[..LETTERS / 2]), half(&self.0[LETTERS / 2..]))
    }
}

impl fmt::Debug for UserCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("UserCode(…)")
    }
}

/// What is known of a device code when its device asks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Standing {
    /// When it ends.
    pub expires_at: Moment,
    /// What somebody answered.
    pub answer: Option<Answered>,
    /// Whether it was exchanged.
    pub spent: bool,
    /// How it has asked so far, if it has.
    pub rhythm: Option<Rhythm>,
}

/// When a device asked last, and how long it must wait until it asks again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rhythm {
    /// When it asked last.
    pub asked_at: Moment,
    /// How long it must wait.
    pub pause: Duration,
}

/// What somebody answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Answered {
    /// Let it in.
    Yes,
    /// Keep it out.
    No,
}

/// What comes of a question.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Poll {
    /// Nothing yet.
    Wait {
        /// What the device is told: pending, or too soon.
        refusal: Refusal,
        /// From now on.
        rhythm: Rhythm,
    },
    /// Exchange it.
    Redeem,
    /// It was exchanged before: what came of that ends, as with a code of the authorization endpoint.
    Replayed,
    /// It leads to nothing any more.
    Refuse(Refusal),
}

/// What a device is told that asks for its tokens (§3.5).
pub fn poll(standing: &Standing, now: Moment) -> Poll {
    let wait = |refusal, pause| Poll::Wait { refusal, rhythm: Rhythm { asked_at: now, pause } };
    match standing.answer {
        _ if standing.spent => Poll::Replayed,
        Some(Answered::No) => Poll::Refuse(Refusal::Declined),
        _ if standing.expires_at <= now => Poll::Refuse(Refusal::DeviceCodeExpired),
        Some(Answered::Yes) => Poll::Redeem,
        None => match standing.rhythm {
            Some(last) if now.since(last.asked_at) < last.pause => wait(Refusal::SlowDown, last.pause + LONGER),
            Some(last) => wait(Refusal::AuthorizationPending, last.pause),
            None => wait(Refusal::AuthorizationPending, PAUSE),
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn eight_letters_are_read_however_they_are_typed() {
        let code = UserCode::random(&Entropy::danger_seeded(1));
        let shown = code.to_string();
        assert_eq!((shown.len(), shown.find('-')), (9, Some(4)));
        let spaced: String = shown.chars().flat_map(|c| [c, ' ']).collect();
        for typed in [shown.clone(), shown.to_lowercase(), shown.replace('-', ""), shown.replace('-', " – "), spaced]
        {
            assert_eq!(UserCode::read(&typed), Ok(code), "{typed}");
        }
        assert!(!format!("{code:?}").contains(&shown));
    }

    #[test]
    fn what_is_no_code_is_told_why() {
        assert_eq!(UserCode::read("BCFG-HJK"), Err(Misread::Length(7)));
        assert_eq!(UserCode::read("BCFG-HJKL-M"), Err(Misread::Length(9)));
        assert_eq!(UserCode::read("BCFG-HJK1"), Err(Misread::Letter('1')));
        assert_eq!(UserCode::read("BCFG-HJKA"), Err(Misread::Letter('A')));
        for mangled in ["BCFG-HJKư", "BCFG-HJKđ", "BCFG-HJK\u{301}L"] {
            assert_eq!(UserCode::read(mangled), Err(Misread::InputMethod), "{mangled}");
        }
    }

    proptest::proptest! {
        #[test]
        fn no_text_panics_and_what_is_read_is_shown_the_same(typed in ".{0,40}") {
            if let Ok(code) = UserCode::read(&typed) {
                proptest::prop_assert_eq!(UserCode::read(&code.to_string()), Ok(code));
            }
        }
    }

    fn pending() -> Standing {
        let expires_at = Moment::from_seconds(600);
        let rhythm = Some(Rhythm { asked_at: Moment::from_seconds(100), pause: PAUSE });
        Standing { expires_at, answer: None, spent: false, rhythm }
    }

    #[test]
    fn a_device_that_asks_too_soon_waits_longer_each_time() {
        let told = |standing: &Standing, seconds| match poll(standing, Moment::from_seconds(seconds)) {
            Poll::Wait { refusal, rhythm } => (refusal, rhythm.asked_at.seconds(), rhythm.pause),
            other => panic!("{other:?}"),
        };
        assert_eq!(told(&pending(), 105), (Refusal::AuthorizationPending, 105, PAUSE));
        assert_eq!(told(&pending(), 104), (Refusal::SlowDown, 104, PAUSE * 2));
        let first = Standing { rhythm: None, ..pending() };
        assert_eq!(told(&first, 1), (Refusal::AuthorizationPending, 1, PAUSE));
    }

    #[test]
    fn an_answer_counts_in_time_and_once() {
        let yes = Standing { answer: Some(Answered::Yes), ..pending() };
        // Whoever is let in need not wait.
        assert_eq!(poll(&yes, Moment::from_seconds(101)), Poll::Redeem);
        assert_eq!(poll(&yes, Moment::from_seconds(600)), Poll::Refuse(Refusal::DeviceCodeExpired));
        assert_eq!(poll(&Standing { spent: true, ..yes }, Moment::from_seconds(101)), Poll::Replayed);
        let no = Standing { answer: Some(Answered::No), ..pending() };
        assert_eq!(poll(&no, Moment::from_seconds(101)), Poll::Refuse(Refusal::Declined));
        assert_eq!(poll(&no, Moment::from_seconds(700)), Poll::Refuse(Refusal::Declined));
    }
}
