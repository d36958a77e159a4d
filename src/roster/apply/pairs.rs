//! Counts the wrong pairs of an identifier and a day of birth in somebody's lists, together with those of the form by which a
//! school asks for a pupil: what may be found out by trying there is not found out here (R38).

use super::super::plan::Pairs;
use crate::{
    base::clock::Moment,
    services::limits::{Claims, RowKey},
    store::{Store, StoreError, Tx, attempts},
};

/// What somebody may still find out.
pub(super) async fn left(tx: &mut Tx, claims: Option<&RowKey>, now: Moment) -> Result<Pairs, StoreError> {
    let Some(key) = claims else { return Ok(Pairs { left: u32::MAX, ..Pairs::default() }) };
    let rows = attempts::look(tx, [key.bytes(); 4]).await?;
    let claims = rows.get(key.bytes()).map(|state| read(state)).unwrap_or_default();
    Ok(Pairs { left: claims.left(now), before: claims.listed(now).iter().copied().collect(), ..Pairs::default() })
}

/// Counts those of a unit, before anybody is told of them.
pub(super) async fn count(
    store: &Store,
    claims: Option<RowKey>,
    wrong: Vec<u64>,
    now: Moment,
) -> Result<(), StoreError> {
    let Some(key) = claims.filter(|_| !wrong.is_empty()) else { return Ok(()) };
    let turn = (key, wrong, now);
    store
        .write(turn, async |tx: &mut Tx, (key, wrong, now): &(RowKey, Vec<u64>, Moment)| {
            let mut claims = read(&attempts::lock(tx, key.bytes(), "", *now).await?);
            for mark in wrong {
                claims.wrong_in_list(*mark, *now);
            }
            attempts::keep(tx, key.bytes(), &serde_json::to_string(&claims).unwrap_or_default()).await
        })
        .await
}

fn read(state: &str) -> Claims {
    serde_json::from_str(state).unwrap_or_default()
}
