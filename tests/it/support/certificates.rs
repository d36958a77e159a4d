//! Authorities and certificates of the tests' own, and clients that trust them.

use std::{fs, net::SocketAddr, path::Path, sync::Arc};

use phuong::{
    config::Files,
    http::{Asks, Tls},
};
use rcgen::{BasicConstraints, CertificateParams, DnType, IsCa, Issuer, KeyPair};
use rustls::{
    ClientConfig, ConfigBuilder, RootCertStore, SupportedProtocolVersion,
    client::WantsClientCert,
    crypto::aws_lc_rs,
    pki_types::{CertificateDer, PrivateKeyDer, pem::PemObject},
};
use tokio::net::TcpStream;
use tokio_rustls::{TlsConnector, client::TlsStream};

/// Somebody who signs certificates.
pub(crate) struct Authority {
    issuer: Issuer<'static, KeyPair>,
    /// Its own certificate.
    pub(crate) pem: String,
}

/// A certificate and its private key, in PEM.
#[derive(Clone)]
pub(crate) struct Certified {
    pub(crate) cert: String,
    pub(crate) key: String,
}

impl Authority {
    pub(crate) fn new(name: &str) -> Self {
        let mut params = CertificateParams::default();
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        params.distinguished_name.push(DnType::CommonName, name);
        let key = KeyPair::generate().unwrap();
        let pem = params.self_signed(&key).unwrap().pem();
        Self { issuer: Issuer::new(params, key), pem }
    }

    /// A certificate for a server of this name.
    pub(crate) fn server(&self, name: &str) -> Certified {
        self.certify(&CertificateParams::new([name.to_owned()]).unwrap())
    }

    pub(crate) fn certify(&self, params: &CertificateParams) -> Certified {
        let key = KeyPair::generate().unwrap();
        let cert = params.signed_by(&key, &self.issuer).unwrap();
        Certified { cert: cert.pem(), key: key.serialize_pem() }
    }

    /// TLS with a certificate of this authority's, from files in a folder.
    pub(crate) fn tls(&self, folder: &Path) -> Tls {
        Tls::open(self.server("localhost").write(folder), Asks::Nothing).unwrap()
    }

    /// A client that trusts this authority, and nobody else.
    pub(crate) fn client(&self, versions: &[&'static SupportedProtocolVersion]) -> ClientConfig {
        self.trusting(versions).with_no_client_auth()
    }

    /// The same, which shows a certificate when it is asked.
    pub(crate) fn client_with(
        &self,
        shown: &Certified,
        versions: &[&'static SupportedProtocolVersion],
    ) -> ClientConfig {
        let key = PrivateKeyDer::from_pem_slice(shown.key.as_bytes()).unwrap();
        self.trusting(versions).with_client_auth_cert(vec![shown.der()], key).unwrap()
    }

    fn trusting(&self, versions: &[&'static SupportedProtocolVersion]) -> ConfigBuilder<ClientConfig, WantsClientCert> {
        let mut roots = RootCertStore::empty();
        roots.add(CertificateDer::from_pem_slice(self.pem.as_bytes()).unwrap()).unwrap();
        let config = ClientConfig::builder_with_provider(Arc::new(aws_lc_rs::default_provider()));
        config.with_protocol_versions(versions).unwrap().with_root_certificates(roots)
    }
}

impl Certified {
    /// A certificate that nobody vouches for.
    pub(crate) fn by_itself(params: &CertificateParams, key: &KeyPair) -> Self {
        Self { cert: params.self_signed(key).unwrap().pem(), key: key.serialize_pem() }
    }

    /// Puts both into files.
    pub(crate) fn write(&self, folder: &Path) -> Files {
        let files = Files { cert: folder.join("cert.pem"), key: folder.join("key.pem") };
        fs::write(&files.cert, &self.cert).unwrap();
        fs::write(&files.key, &self.key).unwrap();
        files
    }

    pub(crate) fn der(&self) -> CertificateDer<'static> {
        CertificateDer::from_pem_slice(self.cert.as_bytes()).unwrap()
    }
}

/// A connection to localhost at that port.
pub(crate) async fn connect(at: SocketAddr, config: ClientConfig) -> std::io::Result<TlsStream<TcpStream>> {
    let stream = TcpStream::connect(at).await?;
    TlsConnector::from(Arc::new(config)).connect("localhost".try_into().unwrap(), stream).await
}
