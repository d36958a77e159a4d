//! P17: schools as whoever stands above them looks after them: how far each is activated, who administers it, from which
//! networks it signs in.

use ipnet::IpNet;
use serde::{Deserialize, Serialize};
use serde_json::json;

use crate::{
    base::{
        clock::Moment,
        id::OrgId,
        page::{Ask, Page},
    },
    model::{
        network::{self, BadNetworks},
        sort::SortKey,
        text::SearchKey,
    },
    people::orgs::subject,
    services::{
        Services,
        audit::Scribe,
        authority::{Denied, FindPeople, ManageSchools, NoPermit, Permit, Reach, SeeRoles, Standing},
    },
    store::{
        StoreError, Tx,
        headcounts::{self, Heads},
        newcomers::{self, ClassRow},
        schools::{self, AdministratorRow, SchoolRow, Wanted},
        versions::{self, Cached},
    },
};

/// Which schools somebody looks for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Filter {
    /// Words of the name, or the code.
    pub text: String,
    /// Those that are closed, instead of those that are open.
    pub closed: bool,
    /// Only those without an administrator of their own.
    pub unadministered: bool,
    /// Only those of which fewer of a hundred accounts are activated.
    pub below: Option<u8>,
}

/// Where a page ended: the name, folded, and the code.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Cursor(String, String);

impl Cursor {
    /// A cursor that is not ours begins at the beginning.
    fn place(self) -> (String, String) {
        let ours = [&self.0, &self.1].iter().all(|text| !text.contains('\0'));
        if ours { (self.0, self.1) } else { Default::default() }
    }
}

/// A page of schools, by name.
pub async fn list(
    sv: &Services,
    leave: &Permit<FindPeople, Reach>,
    filter: &Filter,
    page: &Ask<Cursor>,
) -> Result<Page<SchoolRow>, StoreError> {
    let after = page.after.clone().map_or_else(Default::default, Cursor::place);
    let wanted = wanted(sv, leave, filter, after, i64::from(page.size) + 1);
    let rows = sv.store.read(wanted, async |tx: &mut Tx, wanted: &Wanted| schools::list(tx, wanted).await).await?;
    Ok(Page::from_surplus(rows, page, |row| Cursor(row.search_key.clone(), row.code.clone())))
}

/// More schools than any province has.
const MOST: i64 = 10_000;

/// All of them, in the Vietnamese order of names.
pub async fn all(
    sv: &Services,
    leave: &Permit<FindPeople, Reach>,
    filter: &Filter,
) -> Result<Vec<SchoolRow>, StoreError> {
    let wanted = wanted(sv, leave, filter, (String::new(), String::new()), MOST);
    let read = sv.store.read(wanted, async |tx: &mut Tx, wanted: &Wanted| schools::list(tx, wanted).await);
    let mut rows = read.await?;
    rows.sort_by_cached_key(|row| (SortKey::of_text(&row.name), row.code.clone()));
    Ok(rows)
}

fn wanted(
    sv: &Services,
    leave: &Permit<FindPeople, Reach>,
    filter: &Filter,
    after: (String, String),
    most: i64,
) -> Wanted {
    let text = filter.text.trim();
    let by_code = text.len() >= 4 && text.chars().all(|c| c.is_ascii_digit());
    let key = SearchKey::of(if by_code { "" } else { text });
    let mut words = key.tokens().map(|word| format!("% {word}%"));
    Wanted {
        scope: leave.within(sv.clock.now().day()).scope,
        words: std::array::from_fn(|_| words.next().unwrap_or_else(|| "%".to_owned())),
        code: if by_code { text.to_owned() } else { String::new() },
        status: if filter.closed { "closed" } else { "active" },
        unadministered: filter.unadministered,
        below: filter.below.map_or(101, i64::from),
        after,
        most,
    }
}

/// A school, looked at.
#[derive(Clone, Debug)]
pub struct Seen {
    /// What stands in the list.
    pub row: SchoolRow,
    /// How many people are there, counted now.
    pub heads: Heads,
    /// Who administers it and nothing above it, for whoever may know who has which rights.
    pub administrators: Option<Vec<AdministratorRow>>,
    /// Its classes, with how many pupils of each have no password yet.
    pub classes: Vec<ClassRow>,
}

/// Looks at a school.
pub async fn see(sv: &Services, standing: &Standing, org: OrgId) -> Result<Option<Seen>, NoPermit> {
    standing.under::<FindPeople>(sv, org).await?;
    let rights = match standing.under::<SeeRoles>(sv, org).await {
        Ok(_) => true,
        Err(NoPermit::Denied(_)) => false,
        Err(no) => return Err(no),
    };
    let read = async |tx: &mut Tx, (org, rights): &(OrgId, bool)| {
        let Some(row) = schools::one(tx, *org).await? else { return Ok(None) };
        Ok(Some(Seen {
            row,
            heads: headcounts::at(tx, *org).await?,
            administrators: if *rights { Some(schools::administrators(tx, *org).await?) } else { None },
            classes: newcomers::classes(tx, *org).await?,
        }))
    };
    let Some(seen) = sv.store.read((org, rights), read).await? else { return Ok(None) };
    let administrators = match seen.administrators {
        Some(rows) => Some(told(sv, standing, rows).await?),
        None => None,
    };
    Ok(Some(Seen { administrators, ..seen }))
}

/// Of whoever administers a school and is elsewhere, the name is told and nothing more (R38).
async fn told(
    sv: &Services,
    standing: &Standing,
    rows: Vec<AdministratorRow>,
) -> Result<Vec<AdministratorRow>, NoPermit> {
    let seen = standing.sees(sv, rows.iter().filter_map(|row| row.person_id).collect()).await?;
    let told = |row: AdministratorRow| match row.person_id {
        Some(person) if seen.contains(&person) => row,
        _ => AdministratorRow { person_id: None, state: None, ..row },
    };
    Ok(rows.into_iter().map(told).collect())
}

/// Why a school does not sign in from networks.
#[derive(Debug, thiserror::Error)]
pub enum NotSet {
    /// They are none, or not such as a school has.
    #[error("they are no networks of a school: {0:?}")]
    Bad(Vec<BadNetworks>),
    /// Other schools have registered some of the same addresses: what was asked for, and the name of the school.
    #[error("they overlap networks of other schools: {0:?}")]
    Taken(Vec<(IpNet, String)>),
    /// They are others by now than whoever asks has read.
    #[error("the networks were changed meanwhile")]
    Overtaken,
    /// It was allowed a moment ago.
    #[error(transparent)]
    Denied(#[from] Denied),
    /// The database.
    #[error(transparent)]
    Store(#[from] StoreError),
}

struct Setting {
    leave: Permit<ManageSchools, Reach>,
    org: OrgId,
    networks: Vec<IpNet>,
    was: Option<Vec<String>>,
    scribe: Scribe,
    now: Moment,
}

/// A school signs in from these networks: as many of its pupils may mistype there at once as a quarter of them, where of
/// strangers twenty may. Nobody's address is two schools'. With `was` only if they are still these.
pub async fn set_networks(
    sv: &Services,
    leave: &Permit<ManageSchools, Reach>,
    text: &str,
    was: Option<Vec<String>>,
) -> Result<(), NotSet> {
    let Reach::Under(org) = *leave.place() else { return Err(Denied::Missing.into()) };
    let networks = network::read(text).map_err(NotSet::Bad)?;
    let turn = Setting { leave: leave.clone(), org, networks, was, scribe: leave.scribe(sv), now: sv.clock.now() };
    sv.store.write(turn, async |tx: &mut Tx, turn: &Setting| turn.write(tx).await).await??;
    Ok(sv.neighbourhoods.reload().await?)
}

impl Setting {
    async fn write(&self, tx: &mut Tx) -> Result<Result<(), NotSet>, StoreError> {
        // Whoever registers another school's at this moment waits here, and then sees these.
        versions::bump(tx, Cached::Networks).await?;
        if let Err(denied) = self.leave.again_at(tx, self.org, self.now).await? {
            return Ok(Err(denied.into()));
        }
        let (own, others): (Vec<_>, Vec<_>) =
            schools::networks(tx).await?.into_iter().partition(|(org, ..)| *org == self.org);
        let own = own.into_iter().next().map(|(_, networks, _)| networks).unwrap_or_default();
        if self.was.as_ref().is_some_and(|was| *was != own) {
            return Ok(Err(NotSet::Overtaken));
        }
        let mut taken = Vec::new();
        for (school, theirs, _) in others {
            let theirs: Vec<IpNet> = theirs.iter().filter_map(|theirs| theirs.parse().ok()).collect();
            for network in &self.networks {
                if theirs.iter().any(|theirs| network::overlap(network, theirs)) {
                    let school = schools::one(tx, school).await?.map(|row| row.name).unwrap_or_default();
                    taken.push((*network, school));
                }
            }
        }
        if !taken.is_empty() {
            return Ok(Err(NotSet::Taken(taken)));
        }
        let texts: Vec<String> = self.networks.iter().map(ToString::to_string).collect();
        if !schools::set_networks(tx, self.org, &texts, self.now).await? {
            return Ok(Err(Denied::Missing.into()));
        }
        self.scribe.note(tx, "org.networks_set", subject(self.org), &json!({ "networks": texts })).await?;
        Ok(Ok(()))
    }
}
