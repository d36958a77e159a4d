//! `phuong client`: the relying apps, beside a running server, which notices within a second.

mod add;
mod change;
mod grant;
mod shown;
mod vietnamese;

use std::time::Duration;

use serde_json::{Value, json};
use shown::{line, shown};

use super::{Context, Exit, Failure};
use crate::{
    admin::clients,
    app,
    base::{clock::Clock, entropy::Entropy},
    protocol::{client::State, registration::dynamic::Admits},
    services::authority::Standing,
};

/// What to do.
#[derive(Debug, clap::Subcommand)]
pub(super) enum Action {
    /// Register an app; its secret is printed once.
    Add(Box<add::Add>),
    /// Show every app.
    List,
    /// Show one app.
    Show {
        /// Its client id.
        client_id: String,
    },
    /// Change what an app may ask for, which APIs it serves and calls, or the form of its tokens.
    Change(change::Change),
    /// Give a service an administrative role, or take it away.
    Grant(grant::Grant),
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

pub(super) async fn run(context: &Context, action: Action) -> Result<(), Failure> {
    let config = context.config(&[])?;
    let sv = app::services(&config, Clock::system(), Entropy::system()).await?;
    let who = Standing::danger_command_line();
    let leave = who.with_the_sector(&sv)?;
    match action {
        Action::Add(add) => add::register(context.out, &sv, &leave, *add).await,
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
        Action::Change(change) => change::apply(context.out, &sv, &leave, change).await,
        Action::Grant(asked) => grant::apply(context, &sv, (&who, &leave), &asked).await,
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

impl From<clients::ClientError> for Failure {
    fn from(error: clients::ClientError) -> Self {
        let exit = match error {
            clients::ClientError::Store(_) => Exit::Later,
            _ => Exit::Usage,
        };
        Self::said(exit, vietnamese::error(&error), error.to_string())
    }
}
