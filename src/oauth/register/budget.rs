//! How often one address may make the server work for registrations: read a document, which it may have to fetch another
//! for and every node to read the app again, or look for a token that nobody has (R53).

use std::net::IpAddr;

use super::NotRegistered;
use crate::{
    base::clock::Moment,
    protocol::error::Refusal,
    services::{
        Services,
        limits::{AddressBlock, Limiter, Registrations, RowKey},
    },
    store::{Tx, attempts},
};

/// Spends one of an address's, or says when there is one again.
pub(super) async fn spend(sv: &Services, from: Option<IpAddr>) -> Result<(), NotRegistered> {
    let Some(from) = from else { return Ok(()) };
    let key = Limiter::new(&sv.keys.cookies).registrations(AddressBlock::of(from));
    let (most, now) = (sv.settings.registrar.hourly, sv.clock.now());
    // Whoever goes on when nothing is left costs a look and no write.
    let look = async |tx: &mut Tx, key: &RowKey| attempts::look(tx, [key.bytes(); 4]).await;
    let seen = sv.store.read(key, look).await?.remove(key.bytes()).unwrap_or_default();
    require(read(&seen).free_at(most, now), now)?;
    let spending = async |tx: &mut Tx, (key, most, now): &(RowKey, u32, Moment)| {
        let mut registrations = read(&attempts::lock(tx, key.bytes(), "", *now).await?);
        let free_at = registrations.free_at(*most, *now);
        if free_at <= *now {
            registrations.spend(*now);
            attempts::keep(tx, key.bytes(), &serde_json::to_string(&registrations).unwrap_or_default()).await?;
        }
        Ok(free_at)
    };
    Ok(require(sv.store.write_aside((key, most, now), spending).await?, now)?)
}

fn require(free_at: Moment, now: Moment) -> Result<(), Refusal> {
    let seconds = free_at.since(now).as_secs();
    if free_at <= now { Ok(()) } else { Err(Refusal::RegistrationsTooOften { seconds: seconds + 1 }) }
}

/// A row that cannot be read begins anew, as those of attempts do.
fn read(text: &str) -> Registrations {
    serde_json::from_str(text).unwrap_or_default()
}
