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

use super::asking::Asking;
use crate::{
    base::digest::{Digest, Hashing},
    config::Files,
    protocol::certificate::Shown,
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
    asks: Asks,
    held: RwLock<Held>,
}

#[derive(Clone, Debug)]
struct Held {
    config: Arc<ServerConfig>,
    /// The files' content when they were last looked at, good or bad.
    seen: Digest,
}

/// Whether clients are asked for certificates. Browsers would ask the person, so they never are where browsers come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Asks {
    /// They are not.
    Nothing,
    /// They are, and may have none (RFC 8705).
    Certificates,
}

/// The certificate that was shown when a connection began: a request's, by the handshake and by nothing else.
#[derive(Clone, Debug)]
pub(super) struct ClientCertificate(pub(super) Arc<Shown>);

impl Tls {
    /// Reads the files.
    pub fn open(files: Files, asks: Asks) -> Result<Self, TlsError> {
        let content = Content::of(&files);
        let held = Held { seen: content.digest(), config: Arc::new(content.config(&files, asks)?) };
        Ok(Self { files, asks, held: RwLock::new(held) })
    }

    /// Looks at the files again. What does not work is logged once and not used.
    pub fn look_again(&self) {
        let (content, held) = (Content::of(&self.files), self.held());
        let seen = content.digest();
        if seen == held.seen {
            return;
        }
        let config = match content.config(&self.files, self.asks) {
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

    /// Shakes hands; the certificate that was shown, if it is one.
    pub(super) async fn accept(
        &self,
        stream: TcpStream,
    ) -> io::Result<(TlsStream<TcpStream>, Option<ClientCertificate>)> {
        let stream = TlsAcceptor::from(self.held().config).accept(stream).await?;
        let chain = stream.get_ref().1.peer_certificates().unwrap_or_default();
        let shown = Shown::read(chain.iter().map(|der| der.to_vec()).collect());
        Ok((stream, shown.map(|shown| ClientCertificate(Arc::new(shown)))))
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

    fn config(self, files: &Files, asks: Asks) -> Result<ServerConfig, TlsError> {
        let (cert, key) = (self.cert?, self.key?);
        let chain: Result<Vec<_>, _> = CertificateDer::pem_slice_iter(&cert).collect();
        let chain = chain.ok().filter(|chain| !chain.is_empty());
        let chain = chain.ok_or_else(|| TlsError::NoCertificate(files.cert.clone()))?;
        let key = PrivateKeyDer::from_pem_slice(&key).map_err(|_| TlsError::NoKey(files.key.clone()))?;
        let unusable = |why| TlsError::Unusable { files: files.clone(), why };
        let provider = Arc::new(aws_lc_rs::default_provider());
        let asking = Asking(provider.signature_verification_algorithms);
        let config = ServerConfig::builder_with_provider(provider)
            .with_protocol_versions(&[&TLS13, &TLS12])
            .map_err(unusable)?;
        let config = match asks {
            Asks::Nothing => config.with_no_client_auth(),
            Asks::Certificates => config.with_client_cert_verifier(Arc::new(asking)),
        };
        let mut config = config.with_single_cert(chain, key).map_err(unusable)?;
        config.alpn_protocols = vec![b"http/1.1".to_vec()];
        Ok(config)
    }
}
