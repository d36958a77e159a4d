//! `phuong migrate`: the schema only.

use serde_json::json;

use super::{Context, Failure};
use crate::app;

pub(super) async fn run(context: &Context) -> Result<(), Failure> {
    let config = context.config(&[])?;
    let store = app::open_store(&config).await?;
    store.migrate().await.map_err(app::StartError::from)?;
    context.out.result(&json!({ "migrated": true, "database": store.kind() }), &format!("{}: ✓", store.kind()));
    Ok(())
}
