//! Under which key each row is kept: keyed digests, so that the table names no person, address or password.

use crate::base::{digest::MacKey, id::AccountId};

use super::AddressBlock;

/// The key of a row: 32 bytes that mean nothing without the server key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct RowKey([u8; 32]);

impl RowKey {
    /// Its bytes, as the store keeps them.
    pub const fn bytes(&self) -> &[u8; 32] {
        &self.0
    }

    pub(super) const fn short(&self) -> u32 {
        u32::from_be_bytes([self.0[0], self.0[1], self.0[2], self.0[3]])
    }
}

/// Makes the keys.
#[derive(Clone, Debug)]
pub struct Limiter(MacKey);

impl Limiter {
    /// From a server key; a key of its own is derived for this purpose.
    pub fn new(server: &MacKey) -> Self {
        Self(server.derive("limits"))
    }

    /// Of an account, by whichever of its names, badge or code it was tried (R29).
    pub fn account(&self, account: AccountId) -> RowKey {
        self.key(b"account", account.uuid().as_bytes())
    }

    /// Of a canonical sign-in name that nobody has: counted like one that somebody has (R31).
    pub fn unknown(&self, name: &str) -> RowKey {
        self.key(b"name", name.as_bytes())
    }

    /// Of a device that an account knows.
    pub fn device(&self, nonce: &[u8; 16]) -> RowKey {
        self.key(b"device", nonce)
    }

    /// Of an address.
    pub fn address(&self, block: AddressBlock) -> RowKey {
        self.key(b"address", block.bytes())
    }

    /// Of a password, told from others by 16 bits only: enough to see one tried on many accounts, too little to find
    /// it out even for someone who has both the table and the key.
    pub fn password(&self, password: &str) -> RowKey {
        let sketch = self.0.mac(&[b"sketch", password.as_bytes()]);
        self.key(b"password", &sketch[..2])
    }

    /// Of an address's registrations of apps.
    pub fn registrations(&self, block: AddressBlock) -> RowKey {
        self.key(b"registrations", block.bytes())
    }

    /// Of an account's guesses at what devices show.
    pub fn guesses(&self, account: AccountId) -> RowKey {
        self.key(b"guesses", account.uuid().as_bytes())
    }

    /// Of an account's wrong claims to pupils of other schools.
    pub fn claims(&self, account: AccountId) -> RowKey {
        self.key(b"claims", account.uuid().as_bytes())
    }

    fn key(&self, kind: &[u8], what: &[u8]) -> RowKey {
        RowKey(self.0.mac(&[kind, what]))
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn keys_of_different_kinds_never_meet() {
        let limiter = Limiter::new(&MacKey::from_bytes([1; 32]));
        let id = uuid::Uuid::from_bytes([7; 16]);
        let text = std::str::from_utf8(id.as_bytes()).unwrap();
        let keys = [limiter.account(id.into()), limiter.device(id.as_bytes()), limiter.unknown(text)];
        assert_eq!(keys.into_iter().collect::<HashSet<_>>().len(), 3);
    }

    #[test]
    fn r50_a_passwords_row_is_shared_by_many_passwords() {
        let limiter = Limiter::new(&MacKey::from_bytes([1; 32]));
        let rows: HashSet<_> = (0..200_000).map(|n| limiter.password(&n.to_string())).collect();
        assert!((60_000..=65_536).contains(&rows.len()), "{}", rows.len());
        assert_eq!(limiter.password("a"), limiter.password("a"));
    }
}
