//! Who administers what, within somebody's reach. Giving and taking is in [`super::administrators`].

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use serde::{Deserialize, Serialize};

use super::schools;
use crate::{
    base::{
        id::{DelegationId, PersonId},
        page::{Ask, Page},
    },
    services::{
        Services,
        authority::{AdminRole, NoPermit, Permit, Reach, SeeRoles, Standing},
    },
    store::{
        StoreError, Tx,
        administrators::{self as rows, PlaceRow, RightRow, Wanted},
        scope::Within,
    },
};

/// More orgs than any province has.
const MOST: i64 = 10_000;

/// Where a page ended, as it stands in an address.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Cursor(i64, String, DelegationId);

impl Cursor {
    fn of(row: &RightRow) -> Self {
        Self(row.rank, URL_SAFE_NO_PAD.encode(&row.org_key), row.id)
    }

    /// A cursor that is not ours begins at the beginning.
    fn place(&self) -> (i64, String, DelegationId) {
        let key = URL_SAFE_NO_PAD.decode(&self.1).ok().and_then(|bytes| String::from_utf8(bytes).ok());
        key.filter(|key| !key.contains('\0')).map_or_else(beginning, |key| (self.0, key, self.2))
    }
}

fn beginning() -> (i64, String, DelegationId) {
    (-1, String::new(), uuid::Uuid::nil().into())
}

/// A page of the rights within reach, of one role or of all, of one person or of everybody.
pub async fn list(
    sv: &Services,
    standing: &Standing,
    leave: &Permit<SeeRoles, Reach>,
    role: Option<AdminRole>,
    person: Option<PersonId>,
    page: &Ask<Cursor>,
) -> Result<Page<RightRow>, NoPermit> {
    let wanted = Wanted {
        within: leave.within(sv.clock.now().day()),
        role: role.map_or("", AdminRole::as_str),
        person,
        after: page.after.as_ref().map_or_else(beginning, Cursor::place),
        most: i64::from(page.size) + 1,
    };
    let rows = sv.store.read(wanted, async |tx: &mut Tx, wanted: &Wanted| rows::list(tx, wanted).await).await?;
    Ok(Page::from_surplus(told(sv, standing, rows).await?, page, Cursor::of))
}

/// One right within reach.
pub async fn one(
    sv: &Services,
    standing: &Standing,
    leave: &Permit<SeeRoles, Reach>,
    id: DelegationId,
) -> Result<Option<RightRow>, NoPermit> {
    let question = (leave.within(sv.clock.now().day()), id);
    let found = sv.store.read(question, async |tx: &mut Tx, (within, id)| rows::one(tx, within, *id).await).await?;
    Ok(told(sv, standing, found.into_iter().collect()).await?.pop())
}

/// Of whoever administers something within reach and is elsewhere, the name is told and nothing more (R38).
async fn told(sv: &Services, standing: &Standing, rows: Vec<RightRow>) -> Result<Vec<RightRow>, NoPermit> {
    let seen = standing.sees(sv, rows.iter().filter_map(|row| row.person_id).collect()).await?;
    let told = |row: RightRow| match row.person_id {
        Some(person) if seen.contains(&person) => row,
        _ => RightRow { person_id: None, sector_id: None, state: None, ..row },
    };
    Ok(rows.into_iter().map(told).collect())
}

/// What within reach somebody administers whom the reader sees.
pub async fn of_person(
    sv: &Services,
    leave: &Permit<SeeRoles, Reach>,
    person: PersonId,
) -> Result<Vec<RightRow>, StoreError> {
    let question = (leave.within(sv.clock.now().day()), person);
    sv.store.read(question, async |tx: &mut Tx, (within, person)| rows::of_person(tx, within, *person).await).await
}

/// The orgs of somebody's reach, the widest first.
pub async fn places(sv: &Services, leave: &Permit<SeeRoles, Reach>) -> Result<Vec<PlaceRow>, StoreError> {
    let within = leave.within(sv.clock.now().day());
    sv.store.read(within, async |tx: &mut Tx, within: &Within| rows::places(tx, within, MOST).await).await
}

/// The orgs that a text may mean, as [`schools::meant`] says of schools.
pub fn meant(places: Vec<PlaceRow>, text: &str) -> Vec<PlaceRow> {
    schools::meant_of(places, text, |place| (place.code.as_deref().unwrap_or_default(), &place.name))
}
