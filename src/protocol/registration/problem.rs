//! What may be wrong with a registration, as whoever registers an app is told.

use crate::protocol::{frontchannel::BadFrontChannel, redirect::BadRedirect, scope::KNOWN};

/// One thing that is wrong with a registration.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RegistrationProblem {
    /// It needs a name.
    #[error("an app needs a name")]
    NoName,
    /// Its id has characters that a URL or a header would spoil.
    #[error("the client id may hold letters, digits, and . _ - only, 1 to 100 of them")]
    ClientId,
    /// Answers must be able to go somewhere.
    #[error("a {0} client needs at least one --redirect-uri")]
    NoRedirectUri(&'static str),
    /// RFC 8707 §2.
    #[error("--resource {0}: must be an absolute address without a part after #")]
    Resource(String),
    /// A board stands somewhere.
    #[error("a board needs --at-school: the code of the school it stands in")]
    NoSchool,
    /// Only a board does.
    #[error("--at-school is for --kind board; the schools that may use an app are named by --school")]
    IdleSchool,
    /// A board has no browser that could be sent back to it.
    #[error("a board has no redirect URI: people let it in from their phones")]
    BoardWithRedirect,
    /// A service has no browser.
    #[error("a service client has no redirect URI: nobody signs in to it")]
    ServiceWithRedirect,
    /// A redirect URI.
    #[error("redirect URI {0}")]
    RedirectUri(BadRedirect),
    /// An address for after signing out.
    #[error("post-logout redirect URI {0}")]
    PostLogoutUri(BadRedirect),
    /// Another address.
    #[error("{0} must be an https address (http only for localhost)")]
    Address(&'static str),
    /// The address of front-channel logout.
    #[error("--frontchannel-logout-uri {0}")]
    FrontChannel(#[from] BadFrontChannel),
    /// The method does not exist, or not for this kind.
    #[error("--auth-method {0} does not fit this kind of client")]
    AuthMethod(String),
    /// PKCE is all that a public client has, and FAPI 2.0 wants it.
    #[error("--pkce danger-none is for apps that keep a secret and are not held to fapi2")]
    PkceNeeded,
    /// What is proven by keys needs them.
    #[error("private_key_jwt and self_signed_tls_client_auth need --jwks-uri (or keys)")]
    NoKeys,
    /// What is proven by a certificate needs to be known by it.
    #[error("tls_client_auth needs --certificate, which says what its certificate must say")]
    NoCertificate,
    /// A certificate that nothing would be proven with.
    #[error("--certificate is of no use with {0}; leave it out, or name --auth-method tls_client_auth")]
    IdleCertificate(&'static str),
    /// FAPI 2.0 wants something else.
    #[error("--profile fapi2 needs {0}")]
    Fapi(&'static str),
    /// A sector of subjects that are the same everywhere.
    #[error("--sector is of no use with --subject public; leave one of them out")]
    IdleSector,
    /// A scope that does not exist.
    #[error("unknown scope {0}; known: {known}", known = KNOWN.join(" "))]
    Scope(String),
    /// A role that does not exist.
    #[error("unknown role {0}; known: student teacher staff principal guardian")]
    Role(String),
}
