//! The people who signed in on a device that is their own, five at most, so that brothers and sisters who share a
//! telephone go from one to the other (P4). What is remembered travels in a sealed cookie of that browser.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use serde::{Deserialize, Serialize};

use super::session;
use crate::{
    base::{
        digest::Digest,
        id::AccountId,
        secret::{Token, same},
    },
    people::release::Profile,
    services::Services,
    store::{StoreError, Tx, accounts, sessions::SessionRow},
};

const PURPOSE: &str = "remembered accounts";
/// How many are remembered.
const MOST: usize = 5;

/// Who is remembered, the latest first.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Remembered(Vec<Entry>);

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Entry {
    #[serde(rename = "a")]
    account: AccountId,
    /// The cookie of the session, perhaps ended by now.
    #[serde(rename = "s")]
    cookie: String,
}

/// Somebody who is remembered.
#[derive(Clone, Debug)]
pub struct Person {
    /// Opaque; names them on a form.
    pub handle: String,
    /// What they sign in with.
    pub sign_in_name: String,
    /// Their name.
    pub name: String,
    /// Their class or school.
    pub place: String,
    /// Their session and its cookie, if it lives.
    pub live: Option<(Token, SessionRow)>,
}

impl Remembered {
    /// What a browser's cookie says; nothing when it is not this browser's.
    pub fn open(sv: &Services, sealed: &str, browser: &Token) -> Self {
        let read = || {
            let json = sv.keys.flow.open(PURPOSE, &URL_SAFE_NO_PAD.decode(sealed).ok()?).ok()?;
            let (entries, owner): (Vec<Entry>, Digest) = serde_json::from_slice(&json).ok()?;
            owner.matches(&browser.digest()).then_some(Self(entries))
        };
        read().unwrap_or_default()
    }

    /// The cookie's text for this browser.
    pub fn seal(&self, sv: &Services, browser: &Token) -> String {
        let json = serde_json::to_vec(&(&self.0, browser.digest())).unwrap_or_default();
        URL_SAFE_NO_PAD.encode(sv.keys.flow.seal(PURPOSE, &json))
    }

    /// Whether nobody is.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Remembers who has just signed in; the one who was here longest ago makes room.
    pub fn keep(&mut self, account: AccountId, cookie: &Token) {
        self.0.retain(|entry| entry.account != account);
        self.0.insert(0, Entry { account, cookie: cookie.expose().to_owned() });
        self.0.truncate(MOST);
    }

    /// Whether this account is remembered.
    pub fn knows(&self, account: AccountId) -> bool {
        self.0.iter().any(|entry| entry.account == account)
    }

    /// Who they are now. An account that has gone is left out.
    pub async fn people(&self, sv: &Services) -> Result<Vec<Person>, StoreError> {
        let mut people = Vec::new();
        for entry in &self.0 {
            people.extend(person(sv, entry).await?);
        }
        Ok(people)
    }

    /// The one that a form names.
    pub async fn named(&self, sv: &Services, handle: &str) -> Result<Option<Person>, StoreError> {
        let entry = self.0.iter().find(|entry| same(handle_of(sv, entry.account).as_bytes(), handle.as_bytes()));
        match entry {
            Some(entry) => person(sv, entry).await,
            None => Ok(None),
        }
    }
}

async fn person(sv: &Services, entry: &Entry) -> Result<Option<Person>, StoreError> {
    let known = sv
        .store
        .read(entry.account, async |tx: &mut Tx, account: &AccountId| {
            Ok((accounts::holder(tx, *account).await?, accounts::names(tx, *account).await?))
        })
        .await?;
    let (Some(holder), names) = known else { return Ok(None) };
    let profile = Profile::read(sv, holder.person_id).await?;
    let cookie = Token::presented(&entry.cookie);
    // A session whose cookie became another's would not be this person's.
    let live = session::find(sv, &cookie).await?.filter(|row| row.account_id == entry.account);
    Ok(Some(Person {
        handle: handle_of(sv, entry.account),
        sign_in_name: names.into_iter().next().unwrap_or_default(),
        name: holder.full_name,
        place: profile.as_ref().map(Profile::place).unwrap_or_default(),
        live: live.map(|row| (cookie, row)),
    }))
}

fn handle_of(sv: &Services, account: AccountId) -> String {
    let mac = sv.keys.cookies.mac(&[b"remembered", account.uuid().as_bytes()]);
    URL_SAFE_NO_PAD.encode(&mac[..16])
}
