//! `phuong client grant`: what a service may administer.

use super::super::{
    Context, Failure,
    grant::{Whom, grant},
};
use crate::{
    admin::{clients::Leave, service_accounts},
    services::{Services, authority::Standing},
};

/// Give a service an administrative role, or take it away.
#[derive(Debug, clap::Args)]
pub(in crate::cli) struct Grant {
    /// Its client id.
    client_id: String,
    /// sector_admin, auditor, school_admin or help_desk.
    #[arg(long)]
    role: String,
    /// The code of the school or the name of the commune, which school_admin needs; without it, the whole sector.
    #[arg(long)]
    org: Option<String>,
    /// Take it away instead.
    #[arg(long)]
    remove: bool,
}

pub(super) async fn apply(
    context: &Context,
    sv: &Services,
    (who, leave): (&Standing, &Leave),
    asked: &Grant,
) -> Result<(), Failure> {
    let person = service_accounts::of(sv, leave, &asked.client_id).await?;
    let whom = Whom { person, called: "client_id", id: &asked.client_id };
    grant(context, sv, who, (whom, &asked.role, asked.org.as_deref()), asked.remove).await
}
