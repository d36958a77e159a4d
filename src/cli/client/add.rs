//! `phuong client add`: every flag, and what becomes of it.

use clap::ValueEnum;
use serde_json::json;
use url::Url;

use super::{
    super::{Failure, output::Output},
    shown::{line, shown},
};
use crate::{
    admin::{clients, people},
    protocol::{
        alg::SigningAlg,
        certificate::Name,
        client::{Audience, Client, ClientId, KeySource, Kind},
        confirmation::Binding,
        registration::Registration,
        response::ResponseType,
        target::{Api, TokenForm},
        terms::{Profile, Terms},
    },
    services::Services,
};

/// Flags of `phuong client add`.
#[derive(Debug, clap::Args)]
pub(in crate::cli) struct Add {
    /// What people call it.
    #[arg(long)]
    name: String,
    /// What kind of program it is.
    #[arg(long, value_enum)]
    kind: KindFlag,
    /// What it calls itself; made from its name when not given.
    #[arg(long)]
    client_id: Option<String>,
    /// Where answers may go; may be given several times.
    #[arg(long = "redirect-uri")]
    redirect_uris: Vec<String>,
    /// Where a browser may go after signing out; may be given several times.
    #[arg(long = "post-logout-redirect-uri")]
    post_logout_redirect_uris: Vec<String>,
    /// Where it is told that somebody signed out.
    #[arg(long)]
    backchannel_logout_uri: Option<String>,
    /// The page by which it signs somebody out in their browser; of the same origin as a redirect URI.
    #[arg(long)]
    frontchannel_logout_uri: Option<String>,
    /// Tell that page the issuer and the session.
    #[arg(long, requires = "frontchannel_logout_uri")]
    frontchannel_logout_session_required: bool,
    /// Where it begins a sign-in of its own, given the issuer: the portal's tile leads there.
    #[arg(long)]
    initiate_login_uri: Option<String>,
    /// Whether it must use PKCE; an app that keeps a secret may do without, for certification of plain profiles only.
    #[arg(long, value_enum, default_value_t = PkceFlag::Required)]
    pkce: PkceFlag,
    /// What it may ask for, separated by spaces.
    #[arg(long)]
    scope: Option<String>,
    /// `client_secret_basic`, `client_secret_post`, `private_key_jwt`, `tls_client_auth`, `self_signed_tls_client_auth` or
    /// `none`.
    #[arg(long)]
    auth_method: Option<String>,
    /// ES256, RS256 or EdDSA.
    #[arg(long, default_value = "ES256")]
    id_token_alg: SigningAlg,
    /// How what the userinfo endpoint says of people is signed: ES256, RS256 or EdDSA; plain JSON when it is not given.
    #[arg(long)]
    userinfo_alg: Option<SigningAlg>,
    /// How introspection answers are signed where it asks for that (RFC 9701); as its ID tokens when it is not given.
    #[arg(long)]
    introspection_alg: Option<SigningAlg>,
    /// Whether its subjects are its own (pairwise) or shared (public).
    #[arg(long, value_parser = ["pairwise", "public"], default_value = "pairwise")]
    subject: String,
    /// The sector that several clients of one system share.
    #[arg(long)]
    sector: Option<String>,
    /// Where its public keys are.
    #[arg(long)]
    jwks_uri: Option<Url>,
    /// What its certificate must say, for `tls_client_auth`: `subject_dn=…`, `san_dns=…`, `san_uri=…`, `san_ip=…` or
    /// `san_email=…`.
    #[arg(long)]
    certificate: Option<Name>,
    /// Give it only access tokens that are bound to its key (`dpop`) or its certificate.
    #[arg(long, value_enum)]
    bound_tokens: Option<BoundFlag>,
    /// Which rules it is held to: with fapi2 it pushes its requests, proves itself by keys and gets bound tokens only.
    #[arg(long, value_enum, default_value_t = ProfileFlag::Standard)]
    profile: ProfileFlag,
    /// Let it only push its requests (RFC 9126).
    #[arg(long)]
    require_pushed_requests: bool,
    /// Let it only sign its requests (RFC 9101); its keys are at --jwks-uri.
    #[arg(long, requires = "jwks_uri")]
    require_signed_requests: bool,
    /// What it may ask for: `code`, or a legacy type as `id_token token` where the server offers those; may be given
    /// several times.
    #[arg(long = "response-type", default_value = "code", value_parser = response_type)]
    response_types: Vec<ResponseType>,
    /// A role that may use it; may be given several times; none: everybody.
    #[arg(long = "role")]
    roles: Vec<String>,
    /// The code of a school that may use it; may be given several times; none: every school.
    #[arg(long = "school")]
    schools: Vec<String>,
    /// An address under which it serves an API, for which apps get access tokens; may be given several times.
    #[arg(long = "resource")]
    resources: Vec<String>,
    /// The client id of an app whose API it may call for people; may be given several times.
    #[arg(long)]
    calls: Vec<String>,
    /// The form of its access tokens: signed, or opaque, so that whoever they are for must ask here.
    #[arg(long, value_enum, default_value_t = FormFlag::Jwt)]
    access_token: FormFlag,
    /// The code of the school that a board stands in.
    #[arg(long)]
    at_school: Option<String>,
}

/// [`Kind`], as it is typed.
#[derive(Clone, Copy, Debug, ValueEnum)]
enum KindFlag {
    Web,
    Spa,
    Native,
    Service,
    Board,
}

/// [`Profile`], as it is typed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum ProfileFlag {
    Standard,
    Fapi2,
}

/// [`Binding`], as it is typed.
#[derive(Clone, Copy, Debug, ValueEnum)]
enum BoundFlag {
    Dpop,
    Certificate,
}

/// [`TokenForm`], as it is typed.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub(super) enum FormFlag {
    Jwt,
    Opaque,
}

impl From<FormFlag> for TokenForm {
    fn from(flag: FormFlag) -> Self {
        match flag {
            FormFlag::Jwt => Self::Jwt,
            FormFlag::Opaque => Self::Opaque,
        }
    }
}

fn response_type(text: &str) -> Result<ResponseType, String> {
    let known = || ResponseType::ALL.map(ResponseType::name).join(", ");
    ResponseType::of(text).ok_or_else(|| format!("one of: {}", known()))
}

/// Whether PKCE is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum PkceFlag {
    Required,
    DangerNone,
}

pub(super) async fn register(out: Output, sv: &Services, leave: &clients::Leave, add: Add) -> Result<(), Failure> {
    let kind = match add.kind {
        KindFlag::Web => Kind::Web,
        KindFlag::Spa => Kind::Spa,
        KindFlag::Native => Kind::Native,
        KindFlag::Service => Kind::Service,
        KindFlag::Board => Kind::Board,
    };
    let terms = Terms {
        profile: match add.profile {
            ProfileFlag::Standard => Profile::Standard,
            ProfileFlag::Fapi2 => Profile::Fapi2,
        },
        response_types: add.response_types.into_iter().collect(),
        binding: match add.bound_tokens {
            None => Binding::AsShown,
            Some(BoundFlag::Dpop) => Binding::Dpop,
            Some(BoundFlag::Certificate) => Binding::Certificate,
        },
        pushed_only: add.require_pushed_requests,
        signed_only: add.require_signed_requests,
        userinfo_alg: add.userinfo_alg,
        introspection_alg: add.introspection_alg,
        ..Terms::default()
    };
    let id = add.client_id.unwrap_or_else(|| clients::id_from(&add.name));
    let ask = Registration {
        auth_method: add.auth_method,
        keys: add.jwks_uri.map(KeySource::Uri),
        certificate: add.certificate,
        redirect_uris: add.redirect_uris,
        post_logout_redirect_uris: add.post_logout_redirect_uris,
        backchannel_logout_uri: add.backchannel_logout_uri,
        frontchannel_logout_uri: add.frontchannel_logout_uri,
        frontchannel_logout_session_required: add.frontchannel_logout_session_required,
        initiate_login_uri: add.initiate_login_uri,
        require_pkce: add.pkce == PkceFlag::Required,
        scope: add.scope,
        id_token_alg: add.id_token_alg,
        public_subject: add.subject == "public",
        sector: add.sector,
        terms,
        audience: Audience { roles: add.roles.into_iter().collect(), schools: add.schools.into_iter().collect() },
        school: add.at_school,
        api: Api {
            serves: add.resources.into_iter().collect(),
            calls: add.calls.into_iter().map(ClientId).collect(),
            form: add.access_token.into(),
        },
        ..Registration::named(&id, &add.name, kind)
    };
    let (client, secret) = clients::add(sv, leave, ask).await?;
    let mut value = shown(&client);
    let mut text = line(&client);
    if let Some(secret) = secret {
        value["client_secret"] = json!(secret.expose());
        text = format!("{text}\nclient_secret {}", secret.expose());
    }
    out.result(&value, &text);
    warn_of_unknown_apps(out, sv, &client);
    warn_of_unknown_schools(out, sv, &client).await
}

/// An app may be registered before those that it calls; a mistyped id would let it call nothing.
pub(super) fn warn_of_unknown_apps(out: Output, sv: &Services, client: &Client) {
    for id in client.api.calls.iter().filter(|id| sv.clients.by_id(id).is_none()) {
        let vi = format!("Chưa có ứng dụng nào mang mã {id}: chưa gọi được API của nó.");
        let en = format!("No app is called {id} yet: its API cannot be called until one is registered.");
        out.note(&vi, &en);
    }
}

/// An app may be registered before its schools are imported; a mistyped code would keep everybody out.
async fn warn_of_unknown_schools(out: Output, sv: &Services, client: &Client) -> Result<(), Failure> {
    for code in &client.audience.schools {
        if people::school(sv, code).await?.is_none() {
            let vi = format!(
                "Chưa có trường nào mang mã {code}: không ai ở đó dùng được ứng dụng cho đến khi trường được nhập."
            );
            let en = format!("No school has the code {code} yet: nobody there may use the app until it is imported.");
            out.note(&vi, &en);
        }
    }
    if let Some(code) = &client.school
        && people::school(sv, code).await?.is_none()
    {
        let vi = format!("Chưa có trường nào mang mã {code}: ai mở bảng cũng được báo là bảng ở trường khác.");
        let en = format!("No school has the code {code} yet: whoever opens the board is warned that it is elsewhere.");
        out.note(&vi, &en);
    }
    Ok(())
}
