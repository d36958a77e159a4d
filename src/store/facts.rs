//! Facts about this installation: so far whether, and by which link, the first administrator may still be made.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};

use super::{StoreError, Tx};
use crate::base::{clock::Moment, digest::Digest};

const FIRST: &str = "first_administrator";
const CLOSED: &str = "closed";

statements! {
    OPEN = "INSERT INTO facts (name, value) VALUES ($1, $2)
            ON CONFLICT (name) DO UPDATE SET value = excluded.value WHERE facts.value <> 'closed'";
    CLOSE = "INSERT INTO facts (name, value) VALUES ($1, $2) ON CONFLICT (name) DO UPDATE SET value = excluded.value";
    SPEND = "UPDATE facts SET value = 'closed' WHERE name = $1 AND value = $2";
    READ = "SELECT value FROM facts WHERE name = $1";
}

/// The link by which the first administrator may be made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FirstLink {
    /// Digest of its token.
    pub digest: Digest,
    /// Until when it is good.
    pub until: Moment,
}

impl FirstLink {
    fn text(&self) -> String {
        format!("{} {}", self.until.micros(), URL_SAFE_NO_PAD.encode(self.digest.bytes()))
    }

    fn read(text: &str) -> Option<Self> {
        let (until, digest) = text.split_once(' ')?;
        let digest = Digest::from_slice(&URL_SAFE_NO_PAD.decode(digest).ok()?)?;
        Some(Self { digest, until: Moment::from_micros(until.parse().ok()?) })
    }
}

/// Opens the way for the first administrator by a link, in place of any before; false when it is closed for ever.
pub async fn open_first_administrator(tx: &mut Tx, link: &FirstLink) -> Result<bool, StoreError> {
    Ok(on_db!(tx, sqlx::query(OPEN).bind(FIRST).bind(link.text()))? == 1)
}

/// The link that is open; `None` when there is none, or never again one.
pub async fn first_administrator(tx: &mut Tx) -> Result<Option<FirstLink>, StoreError> {
    let row: Option<(String,)> = on_db!(tx, c => sqlx::query_as(READ).bind(FIRST).fetch_optional(&mut *c))?;
    Ok(row.and_then(|(text,)| FirstLink::read(&text)))
}

/// Spends the link: once, and the way is closed for ever.
pub async fn spend_first_administrator(tx: &mut Tx, link: &FirstLink) -> Result<bool, StoreError> {
    Ok(on_db!(tx, sqlx::query(SPEND).bind(FIRST).bind(link.text()))? == 1)
}

/// Closes the way for ever.
pub async fn close_first_administrator(tx: &mut Tx) -> Result<(), StoreError> {
    on_db!(tx, sqlx::query(CLOSE).bind(FIRST).bind(CLOSED)).map(drop)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_link_is_read_back_and_a_closed_way_holds_none() {
        let link = FirstLink { digest: Digest::of(b"x"), until: Moment::from_micros(17) };
        assert_eq!(FirstLink::read(&link.text()), Some(link));
        assert_eq!(FirstLink::read(CLOSED), None);
    }
}
