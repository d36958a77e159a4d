//! `phuong client change`: what is named becomes what it says, all of it; what is not named stays.

use super::{
    super::{Failure, output::Output},
    add::{FormFlag, warn_of_unknown_apps},
    shown::{line, shown},
};
use crate::{
    admin::clients,
    protocol::{client::ClientId, registration::Changes},
    services::Services,
};

/// Flags of `phuong client change`.
#[derive(Debug, clap::Args)]
#[group(required = true, multiple = true)]
pub(in crate::cli) struct What {
    /// All that it may ask for from now on, separated by spaces.
    #[arg(long)]
    scope: Option<String>,
    /// An address under which it serves an API; may be given several times: together they take the place of all before.
    #[arg(long = "resource")]
    resources: Vec<String>,
    /// Let it serve no API.
    #[arg(long, conflicts_with = "resources")]
    no_resources: bool,
    /// The client id of an app whose API it may call for people; may be given several times: together they take the place
    /// of all before.
    #[arg(long)]
    calls: Vec<String>,
    /// Let it call no API but its own.
    #[arg(long, conflicts_with = "calls")]
    no_calls: bool,
    /// The form of its access tokens from now on.
    #[arg(long, value_enum)]
    access_token: Option<FormFlag>,
}

/// An app, and what is to change.
#[derive(Debug, clap::Args)]
pub(in crate::cli) struct Change {
    /// Its client id.
    client_id: String,
    #[command(flatten)]
    what: What,
}

pub(super) async fn apply(out: Output, sv: &Services, leave: &clients::Leave, change: Change) -> Result<(), Failure> {
    let what = change.what;
    let all = |named: Vec<String>, none: bool| (none || !named.is_empty()).then_some(named);
    let changes = Changes {
        scope: what.scope,
        serves: all(what.resources, what.no_resources).map(|named| named.into_iter().collect()),
        calls: all(what.calls, what.no_calls).map(|named| named.into_iter().map(ClientId).collect()),
        form: what.access_token.map(Into::into),
    };
    let client = clients::adjust(sv, leave, &change.client_id, changes).await?;
    out.result(&shown(&client), &line(&client));
    warn_of_unknown_apps(out, sv, &client);
    Ok(())
}
