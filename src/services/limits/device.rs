//! Device cookies: what a browser keeps to show that an account has signed in from it before.
//!
//! One cookie holds up to twenty entries, each `nonce ‖ issued ‖ HMAC(account, nonce, issued)` in base64url. An entry
//! does not name its account: whoever looks at a shared browser's cookie learns nobody's id.

use std::time::Duration;

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};

use crate::base::{clock::Moment, digest::MacKey, entropy::Entropy, id::AccountId, secret::same};

/// How long a device stays known after the last sign-in.
const LIFE: Duration = Duration::from_hours(24 * 180);
/// Accounts that one browser may know.
const MOST: usize = 20;
/// How far a node's clock may be ahead.
const SKEW: Duration = Duration::from_mins(5);
const LENGTH: usize = 16 + 8 + 32;

/// The entries of a browser's cookie, newest first; not yet believed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DeviceCookies(Vec<Entry>);

#[derive(Clone, Debug, PartialEq, Eq)]
struct Entry {
    nonce: [u8; 16],
    issued: Moment,
    mac: [u8; 32],
}

/// A device that an account is known to have signed in from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Known {
    /// Names the device's row of attempts.
    pub nonce: [u8; 16],
}

impl DeviceCookies {
    /// Reads a cookie; what is not an entry is left out, and so is all beyond the twentieth.
    pub fn read(cookie: &str) -> Self {
        Self(cookie.split('.').take(MOST).filter_map(Entry::read).collect())
    }

    /// The cookie's text; empty when nothing is left.
    pub fn text(&self) -> String {
        self.0.iter().map(Entry::text).collect::<Vec<_>>().join(".")
    }

    /// Whether this browser is one of the account's.
    pub fn known(&self, key: &MacKey, account: AccountId, now: Moment) -> Option<Known> {
        let entry = self.0.iter().find(|entry| entry.is_for(key, account) && entry.is_current(now))?;
        Some(Known { nonce: entry.nonce })
    }

    /// Remembers an account that has just signed in: 180 days from now, in place of an earlier entry of its own. The
    /// oldest makes room when there are more than twenty.
    pub fn remember(&mut self, key: &MacKey, account: AccountId, entropy: &Entropy, now: Moment) {
        self.0.retain(|entry| entry.is_current(now) && !entry.is_for(key, account));
        self.0.insert(0, Entry::issue(key, account, entropy.bytes(), now));
        self.0.truncate(MOST);
    }

    /// Forgets an account on this browser.
    pub fn forget(&mut self, key: &MacKey, account: AccountId) {
        self.0.retain(|entry| !entry.is_for(key, account));
    }
}

impl Entry {
    fn issue(key: &MacKey, account: AccountId, nonce: [u8; 16], issued: Moment) -> Self {
        Self { nonce, issued, mac: mac(key, account, &nonce, issued) }
    }

    fn read(text: &str) -> Option<Self> {
        let bytes: [u8; LENGTH] = URL_SAFE_NO_PAD.decode(text).ok()?.try_into().ok()?;
        let (nonce, rest) = bytes.split_first_chunk::<16>()?;
        let (issued, mac) = rest.split_first_chunk::<8>()?;
        let mac: &[u8; 32] = mac.first_chunk()?;
        Some(Self { nonce: *nonce, issued: Moment::from_micros(i64::from_be_bytes(*issued)), mac: *mac })
    }

    fn text(&self) -> String {
        URL_SAFE_NO_PAD.encode([&self.nonce[..], &self.issued.micros().to_be_bytes(), &self.mac].concat())
    }

    fn is_for(&self, key: &MacKey, account: AccountId) -> bool {
        same(&self.mac, &mac(key, account, &self.nonce, self.issued))
    }

    fn is_current(&self, now: Moment) -> bool {
        self.issued <= now + SKEW && now.since(self.issued) < LIFE
    }
}

fn mac(key: &MacKey, account: AccountId, nonce: &[u8; 16], issued: Moment) -> [u8; 32] {
    key.mac(&[b"device", account.uuid().as_bytes(), nonce, &issued.micros().to_be_bytes()])
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn account(n: u8) -> AccountId {
        uuid::Uuid::from_bytes([n; 16]).into()
    }

    fn now() -> Moment {
        Moment::from_seconds(1_800_000_000)
    }

    fn key() -> MacKey {
        MacKey::from_bytes([5; 32])
    }

    #[test]
    fn r30_a_device_is_known_to_its_own_accounts_for_180_days() {
        let (key, entropy) = (key(), Entropy::danger_seeded(1));
        let mut cookies = DeviceCookies::default();
        cookies.remember(&key, account(1), &entropy, now());
        cookies.remember(&key, account(2), &entropy, now());
        let cookies = DeviceCookies::read(&cookies.text());
        let known = |n, at| cookies.known(&key, account(n), at).is_some();
        assert!(known(1, now()) && known(2, now()) && !known(3, now()));
        assert!(known(1, now() + LIFE - Duration::from_secs(1)) && !known(1, now() + LIFE));
        assert!(!known(1, now() - Duration::from_hours(1)), "an entry from the future");
        assert!(cookies.known(&MacKey::from_bytes([6; 32]), account(1), now()).is_none());
    }

    #[test]
    fn a_browser_knows_twenty_accounts_and_the_oldest_makes_room() {
        let (key, entropy) = (key(), Entropy::danger_seeded(1));
        let mut cookies = DeviceCookies::default();
        for n in 0..25 {
            cookies.remember(&key, account(n), &entropy, now() + Duration::from_secs(n.into()));
            cookies.remember(&key, account(n), &entropy, now() + Duration::from_secs(n.into()));
        }
        assert_eq!(cookies.0.len(), MOST);
        assert!(cookies.text().len() < 2_000, "it fits into a cookie");
        assert!(cookies.known(&key, account(4), now()).is_none());
        assert!(cookies.known(&key, account(5), now()).is_some());
        cookies.forget(&key, account(5));
        assert!(cookies.known(&key, account(5), now()).is_none());
    }

    #[test]
    fn r30_an_entry_with_any_character_changed_is_not_believed() {
        let mut cookies = DeviceCookies::default();
        cookies.remember(&key(), account(1), &Entropy::danger_seeded(1), now());
        let text = cookies.text();
        for (at, with) in (0..text.len()).flat_map(|at| (b' '..=b'~').map(move |with| (at, char::from(with)))) {
            let mut forged = text.clone();
            forged.replace_range(at..=at, with.encode_utf8(&mut [0; 4]));
            let known = DeviceCookies::read(&forged).known(&key(), account(1), now()).is_some();
            assert_eq!(known, forged == text, "{with:?} at {at}");
        }
    }

    proptest! {
        #[test]
        fn r55_any_text_is_read_and_believed_by_nobody(text in "\\PC{0,300}") {
            prop_assert!(DeviceCookies::read(&text).known(&key(), account(1), now()).is_none());
        }
    }
}
