//! `phuong client`: the relying apps, beside a running server, which notices within a second.

mod vietnamese;

use std::time::Duration;

use clap::ValueEnum;
use serde_json::{Value, json};
use url::Url;

use super::{Context, Exit, Failure, output::Output};
use crate::{
    admin::{clients, people},
    app,
    base::{clock::Clock, entropy::Entropy},
    protocol::{
        alg::SigningAlg,
        certificate::Name,
        client::{Audience, Client, ClientId, KeySource, Kind, State},
        confirmation::Binding,
        frontchannel::FrontChannel,
        registration::{Registration, dynamic::Admits},
        response::ResponseType,
        target::{Api, TokenForm},
        terms::{Profile, Terms},
    },
    services::{Services, authority::Standing},
};

/// What to do.
#[derive(Debug, clap::Subcommand)]
pub(super) enum Action {
    /// Register an app; its secret is printed once.
    Add(Box<Add>),
    /// Show every app.
    List,
    /// Show one app.
    Show {
        /// Its client id.
        client_id: String,
    },
    /// Give out a token by which apps may register themselves; printed once.
    Token {
        /// How many apps may register themselves by it.
        #[arg(long, default_value_t = 1, value_parser = clap::value_parser!(u32).range(1..=1000))]
        uses: u32,
        /// How many days it is good for.
        #[arg(long, default_value_t = 7, value_parser = clap::value_parser!(u64).range(1..=366))]
        days: u64,
    },
    /// Give an app a new secret, printed once; the old one works for a while.
    RotateSecret {
        /// Its client id.
        client_id: String,
        /// How many hours the old secret still works.
        #[arg(long, default_value_t = 24, value_parser = clap::value_parser!(u64).range(0..=720))]
        keep_hours: u64,
    },
    /// Turn an app off: it gets nothing from any endpoint.
    Disable {
        /// Its client id.
        client_id: String,
        /// Turn it on again instead.
        #[arg(long)]
        undo: bool,
    },
    /// Forget an app and everything it was given.
    Remove {
        /// Its client id.
        client_id: String,
    },
}

/// Flags of `phuong client add`.
#[derive(Debug, clap::Args)]
pub(super) struct Add {
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
    #[arg(long, value_parser = ["jwt", "opaque"], default_value = "jwt")]
    access_token: String,
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

pub(super) async fn run(context: &Context, action: Action) -> Result<(), Failure> {
    let config = context.config(&[])?;
    let sv = app::services(&config, Clock::system(), Entropy::system()).await?;
    let leave = Standing::danger_command_line().with_the_sector(&sv)?;
    match action {
        Action::Add(add) => register(context, &sv, &leave, *add).await,
        Action::List => {
            let all = sv.clients.all();
            let rows: Vec<Value> = all.iter().map(|client| shown(client)).collect();
            let lines: Vec<String> = all.iter().map(|client| line(client)).collect();
            context.out.result(&rows, &lines.join("\n"));
            Ok(())
        }
        Action::Show { client_id } => {
            let client = clients::find(&sv, &client_id)?;
            let value = shown(&client);
            context.out.result(&value, &serde_json::to_string_pretty(&value).unwrap_or_default());
            Ok(())
        }
        Action::Token { uses, days } => {
            if sv.settings.registrar.admits != Admits::Invited {
                let vi = "oauth.dynamic.registration không phải là token: lúc này máy chủ không nhận mã này";
                let en = "oauth.dynamic.registration is not token: as it is set, the server does not ask for one";
                context.out.note(vi, en);
            }
            let token = clients::invite(&sv, &leave, uses, Duration::from_hours(24 * days)).await?;
            let value = json!({ "initial_access_token": token.expose(), "uses": uses, "days": days });
            context.out.result(&value, &format!("initial_access_token {}", token.expose()));
            Ok(())
        }
        Action::RotateSecret { client_id, keep_hours } => {
            let keep = Duration::from_hours(keep_hours);
            let secret = clients::rotate_secret(&sv, &leave, &client_id, keep).await?;
            let value = json!({ "client_id": client_id, "client_secret": secret.expose() });
            context.out.result(&value, &format!("client_secret {}", secret.expose()));
            Ok(())
        }
        Action::Disable { client_id, undo } => {
            let state = if undo { State::Enabled } else { State::Disabled };
            let client = clients::set_state(&sv, &leave, &client_id, state).await?;
            context.out.result(&shown(&client), &line(&client));
            Ok(())
        }
        Action::Remove { client_id } => {
            clients::remove(&sv, &leave, &client_id).await?;
            context.out.result(&json!({ "removed": client_id }), &format!("✓ {client_id}"));
            Ok(())
        }
    }
}

async fn register(context: &Context, sv: &Services, leave: &clients::Leave, add: Add) -> Result<(), Failure> {
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
        ..Terms::default()
    };
    let id = add.client_id.unwrap_or_else(|| clients::id_from(&add.name));
    let form = if add.access_token == "opaque" { TokenForm::Opaque } else { TokenForm::Jwt };
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
            form,
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
    context.out.result(&value, &text);
    warn_of_unknown_schools(context.out, sv, &client).await
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

/// A client without what is kept of its secrets (R41).
fn shown(client: &Client) -> Value {
    json!({
        "client_id": client.client_id, "name": client.name, "kind": client.kind, "auth_method": client.access.method(),
        "redirect_uris": client.redirect_uris, "post_logout_redirect_uris": client.post_logout_redirect_uris,
        "backchannel_logout_uri": client.backchannel_logout_uri,
        "frontchannel_logout_uri": client.frontchannel_logout.as_ref().map(FrontChannel::uri),
        "frontchannel_logout_session_required": client.frontchannel_logout.as_ref().map(FrontChannel::session_required),
        "initiate_login_uri": client.initiate_login_uri, "scope": client.scopes, "subject": client.subject,
        "id_token_alg": client.id_token_alg, "roles": client.audience.roles, "schools": client.audience.schools,
        "profile": client.terms.profile, "response_types": client.terms.response_types,
        "require_pushed_requests": client.terms.must_push(), "require_signed_requests": client.terms.signed_only,
        "at_school": client.school, "resources": client.api.serves, "calls": client.api.calls, "access_token": client.api.form,
        "state": client.state,
    })
}

fn line(client: &Client) -> String {
    let state = if client.state == State::Enabled { "✓" } else { "✗" };
    format!("{state} {:<24} {:<20} {}", client.client_id.0, client.access.method(), client.name)
}

impl From<clients::ClientError> for Failure {
    fn from(error: clients::ClientError) -> Self {
        let exit = match error {
            clients::ClientError::Store(_) => Exit::Later,
            _ => Exit::Usage,
        };
        Self::said(exit, vietnamese::error(&error), error.to_string())
    }
}
