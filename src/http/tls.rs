//! TLS of our own: handshakes, and a certificate that is read again while the server runs, so that a new one needs no
//! restart.
//!
//! Refuses to begin with files that do not work; once it serves, it keeps what it has until better ones are there.

use std::{
    fs, io,
    path::{Path, PathBuf},
    sync::{Arc, PoisonError, RwLock},
    time::Duration,
};

use rustls::{
    ServerConfig,
    crypto::aws_lc_rs,
    pki_types::{CertificateDer, PrivateKeyDer, pem::PemObject},
    version::{TLS12, TLS13},
};
use tokio::{net::TcpStream, sync::watch, time::timeout};
use tokio_rustls::{TlsAcceptor, server::TlsStream};
use zeroize::Zeroizing;

use crate::{
    base::digest::{Digest, Hashing},
    config::Files,
};

/// How often the files are looked at again.
const AGAIN: Duration = Duration::from_secs(10);

/// Why TLS cannot be served with the files as they are.
#[derive(Debug, thiserror::Error)]
pub enum TlsError {
    /// A file cannot be read.
    #[error("{path}: {why}", path = .0.display(), why = .1)]
    Unreadable(PathBuf, io::Error),
    /// It holds something else.
    #[error("{}: holds no certificate in PEM", .0.display())]
    NoCertificate(PathBuf),
    /// It holds something else.
    #[error("{}: holds no private key in PEM", .0.display())]
    NoKey(PathBuf),
    /// They do not belong together, or are of a kind that is not known here.
    #[error("{} and {}: {why}", .files.cert.display(), .files.key.display())]
    Unusable {
        /// The files.
        files: Files,
        /// What is wrong.
        why: rustls::Error,
    },
}

/// TLS with the certificate that is in the files now, or was when they last made sense.
#[derive(Debug)]
pub struct Tls {
    files: Files,
    held: RwLock<Held>,
}

#[derive(Clone, Debug)]
struct Held {
    config: Arc<ServerConfig>,
    /// The files' content when they were last looked at, good or bad.
    seen: Digest,
}

impl Tls {
    /// Reads the files.
    pub fn open(files: Files) -> Result<Self, TlsError> {
        let content = Content::of(&files);
        let held = Held { seen: content.digest(), config: Arc::new(content.config(&files)?) };
        Ok(Self { files, held: RwLock::new(held) })
    }

    /// Looks at the files again. What does not work is logged once and not used.
    pub fn look_again(&self) {
        let (content, held) = (Content::of(&self.files), self.held());
        let seen = content.digest();
        if seen == held.seen {
            return;
        }
        let config = match content.config(&self.files) {
            Ok(config) => {
                tracing::info!("the new certificate is in use");
                Arc::new(config)
            }
            Err(error) => {
                tracing::error!(%error, "the changed certificate cannot be used; the old one stays in use");
                held.config
            }
        };
        *self.held.write().unwrap_or_else(PoisonError::into_inner) = Held { config, seen };
    }

    /// Looks again and again, until told to stop.
    pub async fn watch(self: Arc<Self>, mut stop: watch::Receiver<bool>) {
        while timeout(AGAIN, stop.wait_for(|stop| *stop)).await.is_err() {
            let tls = self.clone();
            // The files may lie far away.
            let _ = tokio::task::spawn_blocking(move || tls.look_again()).await;
        }
    }

    /// Shakes hands.
    pub(super) async fn accept(&self, stream: TcpStream) -> io::Result<TlsStream<TcpStream>> {
        TlsAcceptor::from(self.held().config).accept(stream).await
    }

    fn held(&self) -> Held {
        self.held.read().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

/// What stands in the files now.
struct Content {
    cert: Result<Zeroizing<Vec<u8>>, TlsError>,
    key: Result<Zeroizing<Vec<u8>>, TlsError>,
}

impl Content {
    fn of(files: &Files) -> Self {
        let read = |path: &Path| {
            fs::read(path).map(Zeroizing::new).map_err(|error| TlsError::Unreadable(path.to_owned(), error))
        };
        Self { cert: read(&files.cert), key: read(&files.key) }
    }

    fn digest(&self) -> Digest {
        let mut all = Hashing::default();
        for file in [&self.cert, &self.key] {
            match file {
                Ok(bytes) => all.update(Digest::of(bytes).bytes()),
                Err(error) => all.update(error.to_string().as_bytes()),
            }
        }
        all.finish()
    }

    fn config(self, files: &Files) -> Result<ServerConfig, TlsError> {
        let (cert, key) = (self.cert?, self.key?);
        let chain: Result<Vec<_>, _> = CertificateDer::pem_slice_iter(&cert).collect();
        let chain = chain.ok().filter(|chain| !chain.is_empty());
        let chain = chain.ok_or_else(|| TlsError::NoCertificate(files.cert.clone()))?;
        let key = PrivateKeyDer::from_pem_slice(&key).map_err(|_| TlsError::NoKey(files.key.clone()))?;
        let unusable = |why| TlsError::Unusable { files: files.clone(), why };
        let config = ServerConfig::builder_with_provider(Arc::new(aws_lc_rs::default_provider()))
            .with_protocol_versions(&[&TLS13, &TLS12])
            .map_err(unusable)?;
        let mut config = config.with_no_client_auth().with_single_cert(chain, key).map_err(unusable)?;
        config.alpn_protocols = vec![b"http/1.1".to_vec()];
        Ok(config)
    }
}
