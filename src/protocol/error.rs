//! Every reason we say no, and what each is called on the wire.

use super::dpop::BadProof;

/// A refusal. The log and the audit get its name, the caller the wire code and a fixed description; nothing the caller
/// sent is echoed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// R4.
    #[error("A parameter was given more than once")]
    RepeatedParameter,
    /// R53.
    #[error("A parameter is longer than allowed")]
    TooLong,
    /// R55.
    #[error("A parameter holds a NUL character")]
    NulCharacter,
    /// A request that was kept for its pages is not there any more.
    #[error("The request has expired; begin again")]
    RequestGone,
    /// A required parameter is missing.
    #[error("The parameter {0} is missing")]
    MissingParameter(&'static str),
    /// A parameter cannot be read or has a value that is not offered.
    #[error("The parameter {0} is not valid")]
    InvalidParameter(&'static str),
    /// R3.
    #[error("No such client is registered")]
    UnknownClient,
    /// R1, R3.
    #[error("redirect_uri is not one that was registered for this client")]
    UnregisteredRedirectUri,
    /// R15.
    #[error("This client is disabled")]
    ClientDisabled,
    /// R6.
    #[error("This response_type is not offered to this client")]
    ResponseTypeNotOffered,
    /// The response mode does not exist or is not offered.
    #[error("This response_mode is not offered")]
    ResponseModeNotOffered,
    /// R5.
    #[error("PKCE is required: send code_challenge with code_challenge_method S256")]
    PkceRequired,
    /// R5.
    #[error("code_challenge must be 43 characters of base64url, with code_challenge_method S256")]
    PkceMalformed,
    /// R16: nothing of what was asked for is allowed.
    #[error("None of the requested scopes is allowed for this client")]
    ScopeNotAllowed,
    /// The `openid` scope is missing.
    #[error("The scope openid is required")]
    OpenidMissing,
    /// RFC 9101: not signed by the client, not to us, or not in time.
    #[error("The request object is not valid")]
    RequestObjectInvalid,
    /// RFC 9101, RFC 9126: not registered, not pushed, expired or used.
    #[error("request_uri is not one that is known, or it has expired or was used; begin again")]
    RequestUriInvalid,
    /// RFC 9126 §6.
    #[error("This client must push its requests and come with their request_uri")]
    MustBePushed,
    /// RFC 9101 §10.5.
    #[error("This client must sign its requests")]
    MustBeSigned,
    /// Core 7.2.1.
    #[error("The registration parameter is not supported")]
    RegistrationNotSupported,
    /// prompt=none, and nobody is signed in as asked.
    #[error("Nobody is signed in, or not as asked")]
    LoginRequired,
    /// prompt=none, and the page would have something to ask.
    #[error("The request needs an answer from the person")]
    InteractionRequired,
    /// prompt=none, and the person has not consented.
    #[error("The person has not agreed to this yet")]
    ConsentRequired,
    /// prompt=none with prompt=select_account's meaning.
    #[error("The person must choose an account")]
    AccountSelectionRequired,
    /// An essential acr cannot be met (OpenID Connect Core Error Code unmet_authentication_requirements).
    #[error("The required authentication cannot be met")]
    AuthenticationUnmet,
    /// The person said no.
    #[error("The person declined")]
    Declined,
    /// The department's policy does not let this person use this app.
    #[error("Policy does not allow this person to use this application")]
    NotForThisPerson,
    /// Client authentication failed.
    #[error("Client authentication failed")]
    ClientAuthentication,
    /// Two ways of client authentication in one request (RFC 6749 §2.3).
    #[error("Use one method of client authentication")]
    TwoClientCredentials,
    /// R6: the password grant and anything else we do not know.
    #[error("This grant_type is not supported")]
    GrantTypeUnknown,
    /// The client is not registered for this grant.
    #[error("This grant_type is not allowed for this client")]
    GrantNotAllowed,
    /// R10: unknown, expired, used, another client's, another redirect_uri.
    #[error("The code is not valid")]
    CodeInvalid,
    /// R5, R10.
    #[error("code_verifier does not fit the challenge")]
    VerifierWrong,
    /// RFC 8628 §3.5: nobody has answered yet.
    #[error("Nobody has answered on the device page yet; ask again")]
    AuthorizationPending,
    /// RFC 8628 §3.5: asked too soon.
    #[error("Nobody has answered yet; wait five seconds longer between questions from now on")]
    SlowDown,
    /// RFC 8628 §3.5.
    #[error("The device code has expired; begin again")]
    DeviceCodeExpired,
    /// Unknown, used, another client's; or whoever let the device in may not any more.
    #[error("The device code is not valid")]
    DeviceCodeInvalid,
    /// Unknown, expired, another client's.
    #[error("The refresh token is not valid")]
    RefreshInvalid,
    /// R13: used before; owner or thief, the family ended.
    #[error("The refresh token was used before; sign in again")]
    RefreshReplayed,
    /// R15: the person's account does not sign in any more.
    #[error("The account is not active")]
    AccountInactive,
    /// R15, invariant 9: nothing that the person is now lets them use the app.
    #[error("The person may not use this application any more")]
    AccessEnded,
    /// R16.
    #[error("The requested scope exceeds what was granted")]
    ScopeExceeded,
    /// RFC 8693 §2.2.2: not good now, not this client's to exchange, or of no person.
    #[error("subject_token is not one that this client may exchange")]
    SubjectTokenInvalid,
    /// A resource that does not exist here (RFC 8707).
    #[error("The resource is not known, or not one that this client may call for this person")]
    UnknownResource,
    /// A token is for one resource server.
    #[error("Name one resource: an access token is for one of them")]
    ManyResources,
    /// No access token (RFC 6750 §3.1: then no error is named either).
    #[error("An access token is needed")]
    AccessTokenMissing,
    /// No valid access token (RFC 6750).
    #[error("The access token is expired, revoked or not valid")]
    AccessTokenInvalid,
    /// The access token lacks a scope.
    #[error("The access token lacks the scope this needs")]
    AccessTokenTooNarrow,
    /// RFC 9470 §3: the sign-in behind the access token is older than what is asked for may be told, in seconds.
    #[error("This is told for {max_age} seconds after a sign-in: have the person sign in again")]
    SignInTooOld {
        /// What to ask for with `max_age`.
        max_age: u32,
    },
    /// RFC 9449 §4.3: the DPoP proof, for this reason.
    #[error("The DPoP proof is not accepted: {0}")]
    DpopProof(BadProof),
    /// RFC 9449 §8: the proof must hold the nonce that comes with this answer.
    #[error("Put the nonce of the DPoP-Nonce header into the DPoP proof and try again")]
    DpopNonceNeeded,
    /// RFC 8705 §3: the client takes tokens that are bound to its certificate, and shows none.
    #[error("This client must show its certificate, at the addresses of mtls_endpoint_aliases")]
    CertificateMissing,
    /// What is presented is bound to a key that whoever presents it does not show to hold.
    #[error("This is bound to another key than the one that was shown")]
    WrongKey,
    /// An access token that is bound to a key is presented without showing the key (RFC 9449 §7.2, RFC 8705 §3).
    #[error("The access token is bound to a key, which must be shown with it")]
    AccessTokenBound,
    /// Apps do not register themselves here (RFC 7591 is off).
    #[error("Applications do not register themselves here; ask the provider")]
    RegistrationOff,
    /// As many apps registered themselves as may.
    #[error("No more applications can register themselves for now; ask the provider")]
    RegistrationsFull,
    /// An address registered or changed as many as it may for now, or tried as many tokens (R53).
    #[error("So many registrations came from this address that it must wait; try again when Retry-After says")]
    RegistrationsTooOften {
        /// For how long.
        seconds: u64,
    },
    /// The request's body is not a form.
    #[error("Send the parameters as application/x-www-form-urlencoded")]
    NotAForm,
    /// Too many sign-ins at once.
    #[error("The server is busy; try again shortly")]
    Busy,
    /// The database is out of reach or full: nothing is wrong with the request.
    #[error("The service is not available for the moment; try again shortly")]
    Unavailable,
    /// A fault of ours.
    #[error("Something went wrong here")]
    Fault,
}

impl Refusal {
    /// The code on the wire (RFC 6749 §4.1.2.1, §5.2; Core 3.1.2.6; RFC 6750 §3.1; RFC 8628 §3.5; RFC 8707 §2; RFC 9449 §5).
    pub const fn code(self) -> &'static str {
        match self {
            Self::RepeatedParameter
            | Self::TooLong
            | Self::NulCharacter
            | Self::RequestGone
            | Self::SubjectTokenInvalid
            | Self::MissingParameter(_)
            | Self::InvalidParameter(_)
            | Self::UnregisteredRedirectUri
            | Self::ResponseModeNotOffered
            | Self::PkceRequired
            | Self::PkceMalformed
            | Self::OpenidMissing
            | Self::TwoClientCredentials
            | Self::RegistrationOff
            | Self::MustBePushed
            | Self::MustBeSigned
            | Self::CertificateMissing
            | Self::NotAForm => "invalid_request",
            Self::UnknownClient | Self::ClientDisabled | Self::ClientAuthentication => "invalid_client",
            Self::ResponseTypeNotOffered => "unsupported_response_type",
            Self::ScopeNotAllowed | Self::ScopeExceeded => "invalid_scope",
            Self::RequestObjectInvalid => "invalid_request_object",
            Self::RequestUriInvalid => "invalid_request_uri",
            Self::RegistrationNotSupported => "registration_not_supported",
            Self::LoginRequired => "login_required",
            Self::InteractionRequired => "interaction_required",
            Self::ConsentRequired => "consent_required",
            Self::AccountSelectionRequired => "account_selection_required",
            Self::AuthenticationUnmet => "unmet_authentication_requirements",
            Self::Declined | Self::NotForThisPerson => "access_denied",
            Self::GrantTypeUnknown => "unsupported_grant_type",
            Self::GrantNotAllowed => "unauthorized_client",
            Self::AuthorizationPending => "authorization_pending",
            Self::SlowDown => "slow_down",
            Self::DeviceCodeExpired => "expired_token",
            Self::CodeInvalid
            | Self::DeviceCodeInvalid
            | Self::VerifierWrong
            | Self::RefreshInvalid
            | Self::RefreshReplayed
            | Self::AccountInactive
            | Self::AccessEnded
            | Self::WrongKey => "invalid_grant",
            Self::UnknownResource | Self::ManyResources => "invalid_target",
            Self::AccessTokenMissing | Self::AccessTokenInvalid | Self::AccessTokenBound => "invalid_token",
            Self::DpopProof(_) => "invalid_dpop_proof",
            Self::DpopNonceNeeded => "use_dpop_nonce",
            Self::AccessTokenTooNarrow => "insufficient_scope",
            Self::SignInTooOld { .. } => "insufficient_user_authentication",
            Self::Busy | Self::Unavailable | Self::RegistrationsFull | Self::RegistrationsTooOften { .. } => {
                "temporarily_unavailable"
            }
            Self::Fault => "server_error",
        }
    }

    /// The code where a browser carries it: `invalid_grant` is a token endpoint's, and says nothing there
    /// (RFC 6749 §4.1.2.1).
    pub const fn code_in_front(self) -> &'static str {
        match self {
            Self::AccountInactive | Self::AccessEnded => "access_denied",
            other => other.code(),
        }
    }

    /// The HTTP status where the answer is JSON or a page.
    pub const fn status(self) -> u16 {
        match self {
            Self::UnknownClient
            | Self::ClientDisabled
            | Self::ClientAuthentication
            | Self::AccessTokenMissing
            | Self::AccessTokenInvalid
            | Self::SignInTooOld { .. }
            | Self::AccessTokenBound => 401,
            Self::AccessTokenTooNarrow | Self::NotForThisPerson => 403,
            Self::RegistrationOff => 404,
            Self::RegistrationsTooOften { .. } => 429,
            Self::Busy | Self::Unavailable | Self::RegistrationsFull => 503,
            Self::Fault => 500,
            _ => 400,
        }
    }

    /// Its name in logs.
    pub fn name(self) -> String {
        format!("{self:?}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn descriptions_keep_to_the_characters_of_rfc_6749() {
        for refusal in [
            Refusal::MissingParameter("code"),
            Refusal::PkceRequired,
            Refusal::DpopProof(BadProof::Replayed),
            Refusal::Fault,
        ] {
            let text = refusal.to_string();
            assert!(text.bytes().all(|b| matches!(b, 0x20..=0x21 | 0x23..=0x5b | 0x5d..=0x7e)), "{text}");
        }
    }

    #[test]
    fn whoever_may_not_any_more_is_denied_in_front_and_has_no_grant_behind() {
        let codes = |refusal: Refusal| (refusal.code_in_front(), refusal.code());
        assert_eq!(codes(Refusal::AccountInactive), ("access_denied", "invalid_grant"));
        assert_eq!(codes(Refusal::LoginRequired), ("login_required", "login_required"));
    }

    #[test]
    fn r3_an_unknown_client_is_told_so_with_a_client_error() {
        assert_eq!((Refusal::UnknownClient.code(), Refusal::UnknownClient.status()), ("invalid_client", 401));
    }
}
