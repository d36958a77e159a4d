//! What a client that registers itself says of its certificates (RFC 8705 §2.1.2, §3.4), and whether they count here.

use super::{BadMetadata, Metadata};
use crate::protocol::{certificate::Name, confirmation::Binding, discovery::Offer};

impl Metadata {
    /// What its certificate must say: one thing, or nothing.
    pub(super) fn certificate(&self) -> Result<Option<Name>, BadMetadata> {
        let members = [
            ("subject_dn", &self.tls_client_auth_subject_dn),
            ("san_dns", &self.tls_client_auth_san_dns),
            ("san_uri", &self.tls_client_auth_san_uri),
            ("san_ip", &self.tls_client_auth_san_ip),
            ("san_email", &self.tls_client_auth_san_email),
        ];
        let bad = |kind, why| BadMetadata::of(&format!("tls_client_auth_{kind}"), why);
        let mut said = members.into_iter().filter_map(|(kind, text)| Some((kind, text.as_ref()?)));
        match (said.next(), said.next()) {
            (None, _) => Ok(None),
            (Some((kind, text)), None) => {
                let name = format!("{kind}={text}").parse();
                name.map(Some).map_err(|_| bad(kind, "is nothing that a certificate could say"))
            }
            (Some(_), Some((kind, _))) => {
                Err(bad(kind, "is one too many: exactly one tls_client_auth member says what the certificate must say"))
            }
        }
    }

    /// Which access tokens it takes.
    pub(super) fn binding(&self, offer: &Offer) -> Result<Binding, BadMetadata> {
        let member = "tls_client_certificate_bound_access_tokens";
        match (
            self.dpop_bound_access_tokens == Some(true),
            self.tls_client_certificate_bound_access_tokens == Some(true),
        ) {
            (false, false) => Ok(Binding::AsShown),
            (true, false) => Ok(Binding::Dpop),
            (false, true) if offer.certificates.is_some() => Ok(Binding::Certificate),
            (false, true) => {
                Err(BadMetadata::of(member, "is not offered: certificates of apps are not asked for here"))
            }
            (true, true) => Err(BadMetadata::of(member, "and dpop_bound_access_tokens exclude each other")),
        }
    }
}

/// Refuses a method for which nobody here would ask for a certificate, or vouch for it.
pub(super) fn require_offered(method: &str, offer: &Offer) -> Result<(), BadMetadata> {
    let bad =
        |why: &str| Err(BadMetadata::of("token_endpoint_auth_method", &format!("{method} is not offered: {why}")));
    match (method, &offer.certificates) {
        ("tls_client_auth" | "self_signed_tls_client_auth", None) => bad("certificates of apps are not asked for here"),
        ("tls_client_auth", Some(certificates)) if !certificates.vouched => {
            bad("no authority vouches for certificates here; self_signed_tls_client_auth is offered")
        }
        _ => Ok(()),
    }
}
