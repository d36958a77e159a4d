//! `phuong serve`: the server.

use serde_json::json;

use super::{Context, Failure};
use crate::{
    app::{self, Server},
    base::{clock::Clock, entropy::Entropy},
};

/// Flags of `phuong serve`.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// Address and port, instead of the configured ones.
    #[arg(long)]
    listen: Option<String>,
}

pub(super) async fn run(context: &Context, args: Args) -> Result<(), Failure> {
    let config = context.server_config(&[("server.listen", args.listen)])?;
    let services = app::serving(&config, Clock::system(), Entropy::system()).await?;
    let server = Server::bind(&config, services).await?;
    let stop = app::asked_to_stop();
    let issuer = &config.server.issuer;
    context.out.result(&json!({ "ready": issuer }), &format!("ready {issuer}"));
    server.run(stop).await?;
    Ok(())
}
