//! The key-encryption key: 256 random bits in a file (folder 0700, file 0600), in an environment variable, or in a
//! systemd credential. It is in no backup and never in the database.

use std::{
    fs,
    io::Write,
    os::unix::fs::{DirBuilderExt, OpenOptionsExt, PermissionsExt},
    path::{Path, PathBuf},
};

use base64::{Engine, engine::general_purpose::STANDARD};
use zeroize::Zeroizing;

use crate::base::{digest::MacKey, entropy::Entropy};

const FILE: &str = "kek";

/// The key-encryption key.
#[derive(Clone, Debug)]
pub struct Kek(MacKey);

/// Why there is no usable key-encryption key.
#[derive(Debug, thiserror::Error)]
pub enum KekError {
    /// There is none.
    #[error("no key-encryption key in {0}: run `phuong init`, or restore the file from where you keep it")]
    Missing(PathBuf),
    /// Others than the owner may read it.
    #[error("{0} may be read by others (mode {1:o}): run `chmod {2:o} {0}`")]
    TooOpen(PathBuf, u32, u32),
    /// The text is no key.
    #[error("{0} does not hold a key of 32 bytes in base64")]
    Malformed(String),
    /// The file system.
    #[error("{0}: {1}")]
    File(PathBuf, std::io::Error),
}

impl Kek {
    /// The key from base64 text, as an environment variable or a credential holds it; `from` names where for the error.
    pub fn from_text(text: &str, from: &str) -> Result<Self, KekError> {
        let malformed = || KekError::Malformed(from.to_owned());
        let bytes = Zeroizing::new(STANDARD.decode(text.trim()).map_err(|_| malformed())?);
        let bytes: [u8; 32] = bytes.as_slice().try_into().map_err(|_| malformed())?;
        Ok(Self(MacKey::from_bytes(bytes)))
    }

    /// The key in the folder `dir`, refused when others could read it.
    pub fn read(dir: &Path) -> Result<Self, KekError> {
        let path = dir.join(FILE);
        if !path.exists() {
            return Err(KekError::Missing(dir.to_owned()));
        }
        private(dir, 0o700)?;
        private(&path, 0o600)?;
        let text = Zeroizing::new(fs::read_to_string(&path).map_err(|e| KekError::File(path.clone(), e))?);
        Self::from_text(&text, &path.display().to_string())
    }

    /// The key in `dir`, made when there is none. An existing one is never overwritten.
    pub fn read_or_create(dir: &Path, entropy: &Entropy) -> Result<Self, KekError> {
        match Self::read(dir) {
            Err(KekError::Missing(_)) => {
                Self::create(dir, entropy).map_err(|e| KekError::File(dir.to_owned(), e))?;
                Self::read(dir)
            }
            outcome => outcome,
        }
    }

    /// Temp → fsync → rename → fsync the folder, so that a crash leaves a whole key or none.
    fn create(dir: &Path, entropy: &Entropy) -> std::io::Result<()> {
        fs::DirBuilder::new().recursive(true).mode(0o700).create(dir)?;
        fs::set_permissions(dir, fs::Permissions::from_mode(0o700))?;
        let text = Zeroizing::new(STANDARD.encode(Zeroizing::new(entropy.bytes::<32>()).as_slice()));
        let temporary = dir.join(".kek.new");
        let mut file = fs::OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(&temporary)?;
        file.write_all(text.as_bytes())?;
        file.sync_all()?;
        fs::rename(&temporary, dir.join(FILE))?;
        fs::File::open(dir)?.sync_all()
    }

    /// The key for one use.
    pub fn derive(&self, purpose: &str) -> MacKey {
        self.0.derive(purpose)
    }
}

fn private(path: &Path, wanted: u32) -> Result<(), KekError> {
    let mode = fs::metadata(path).map_err(|e| KekError::File(path.to_owned(), e))?.permissions().mode() & 0o777;
    if mode & 0o077 == 0 { Ok(()) } else { Err(KekError::TooOpen(path.to_owned(), mode, wanted)) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_made_once_and_read_again() {
        let root = tempfile::tempdir().unwrap();
        let dir = root.path().join("keys");
        assert!(matches!(Kek::read(&dir), Err(KekError::Missing(_))));
        let made = Kek::read_or_create(&dir, &Entropy::danger_seeded(1)).unwrap();
        let again = Kek::read_or_create(&dir, &Entropy::danger_seeded(2)).unwrap();
        assert_eq!(made.derive("x").expose(), again.derive("x").expose());
        assert_eq!(fs::metadata(dir.join(FILE)).unwrap().permissions().mode() & 0o777, 0o600);
    }

    #[test]
    fn a_key_that_others_may_read_is_refused() {
        let root = tempfile::tempdir().unwrap();
        let dir = root.path().join("keys");
        Kek::read_or_create(&dir, &Entropy::danger_seeded(1)).unwrap();
        fs::set_permissions(dir.join(FILE), fs::Permissions::from_mode(0o640)).unwrap();
        assert!(matches!(Kek::read(&dir), Err(KekError::TooOpen(_, 0o640, 0o600))));
    }
}
