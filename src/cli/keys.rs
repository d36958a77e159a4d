//! `phuong keys`: the signing keys, beside a running server, which notices within a second.

use serde_json::json;

use super::{Context, Exit, Failure};
use crate::{
    app::{self, StartError},
    base::{clock::Clock, entropy::Entropy},
    services::{
        authority::Standing,
        keys::{Ring, Rotation, RotationRefused},
    },
};

/// What to do.
#[derive(Debug, clap::Subcommand)]
pub(super) enum Action {
    /// Show every published key.
    List,
    /// The next keys sign from now on.
    Rotate {
        /// Also when they were published less than 24 hours ago.
        #[arg(long)]
        yes: bool,
        /// The published keys are compromised: destroy them and sign with new ones at once.
        #[arg(long)]
        emergency: bool,
    },
}

pub(super) async fn run(context: &Context, action: Action) -> Result<(), Failure> {
    let config = context.config(&[])?;
    let services = app::services(&config, Clock::system(), Entropy::system()).await?;
    if let Action::Rotate { yes, emergency } = action {
        let how = match (emergency, yes) {
            (true, _) => Rotation::Emergency,
            (false, true) => Rotation::Now,
            (false, false) => Rotation::Announced,
        };
        let leave = Standing::danger_command_line().with_the_sector(&services)?;
        services.ring.rotate(&leave, how).await.map_err(|refused| match refused {
            RotationRefused::TooYoung { alg, published_at, from } => {
                let vi = format!("khoá {alg} kế tiếp được công bố lúc {published_at}; từ {from} mới được ký");
                Failure::said(Exit::ConfirmationNeeded, vi, refused.to_string()).then("phuong keys rotate --yes")
            }
            RotationRefused::Key(error) => StartError::from(error).into(),
        })?;
        if emergency {
            context.out.note(
                "Ứng dụng có thể giữ khoá cũ trong bộ nhớ đệm tới một giờ.",
                "Applications may keep the old keys in their caches for up to an hour.",
            );
        }
    }
    show(context, &services.ring);
    Ok(())
}

fn show(context: &Context, ring: &Ring) {
    let keys = ring.published();
    let rows: Vec<_> = keys
        .iter()
        .map(|key| {
            json!({
                "kid": key.kid, "alg": key.alg, "state": key.state, "published_at": key.created_at.to_string(),
                "activated_at": key.activated_at.map(|at| at.to_string()),
                "retired_at": key.retired_at.map(|at| at.to_string()),
            })
        })
        .collect();
    let lines: Vec<String> = keys
        .iter()
        .map(|key| format!("{:<8} {:<9} {} {}", key.alg.name(), key.state, key.kid, key.created_at))
        .collect();
    context.out.result(&rows, &lines.join("\n"));
}
