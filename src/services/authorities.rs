//! The authorities that vouch for what the certificates of clients say (RFC 8705 §2.1).

use std::{sync::Arc, time::Duration};

use rustls::{
    RootCertStore,
    crypto::aws_lc_rs,
    pki_types::{CertificateDer, UnixTime, pem::PemObject},
    server::{WebPkiClientVerifier, danger::ClientCertVerifier},
};

use crate::{base::clock::Moment, protocol::certificate::Shown};

/// Authorities of clients' certificates.
#[derive(Clone, Debug)]
pub struct Authorities(Arc<dyn ClientCertVerifier>);

impl Authorities {
    /// Those in a PEM text; nothing when it holds none.
    pub fn read(pem: &[u8]) -> Option<Self> {
        let mut roots = RootCertStore::empty();
        for certificate in CertificateDer::pem_slice_iter(pem) {
            roots.add(certificate.ok()?).ok()?;
        }
        let provider = Arc::new(aws_lc_rs::default_provider());
        WebPkiClientVerifier::builder_with_provider(Arc::new(roots), provider).build().ok().map(Self)
    }

    /// Whether one of them vouches for a certificate now.
    pub fn vouch_for(&self, shown: &Shown, now: Moment) -> bool {
        let chain: Vec<_> = shown.chain().iter().map(|der| CertificateDer::from(der.as_slice())).collect();
        let [own, between @ ..] = chain.as_slice() else { return false };
        let now = UnixTime::since_unix_epoch(Duration::from_secs(u64::try_from(now.seconds()).unwrap_or(0)));
        self.0.verify_client_cert(own, between, now).is_ok()
    }
}
