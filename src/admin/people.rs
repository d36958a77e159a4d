//! Finding people: the same question from the console and the command line.
//!
//! A page is found from whatever is rarest in the question; where nothing is rare, along the order of the list itself,
//! for then the page is soon full.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};

use crate::{
    base::{
        clock::Moment,
        id::{OrgId, PersonId},
        page::{Ask, Page},
    },
    login::password::canonical,
    model::{account::AccountState, sector_id::SectorId, sex::Sex, text::SearchKey},
    services::{
        Services,
        audit::account as audit_subject,
        authority::{FindPeople, IssueCode, Permit, Reach, ReadAudit, SeePerson, Subject},
        common_words::{BEARABLE, CommonWords},
    },
    store::{
        StoreError, Tx, accounts,
        audit::{self, EventRow},
        badges::{self, BadgeRow},
        finding::{self, FoundRow, Narrow, Place, Wanted, Way, Words},
        merges, orgs,
        reach::{self, IdentifierRow, PostRow, SeatRow},
        scope::{Scope, Within},
        sessions,
    },
};

/// A word of fewer names is rare: all of them are looked at.
const RARE: i64 = 20_000;
/// How far along the order a page is searched for first.
const STRIDE: i64 = 10_000;
/// So many words of a name make it a whole one.
const SPECIFIC: usize = 3;
/// So few people of a scope or state are fetched and sorted.
const FEW: i64 = 5_000;
/// So many who work at schools are fetched and sorted: of pupils there are twenty times as many.
const SOME_ADULTS: i64 = 40_000;
/// How many characters of a sector ID's end are needed.
pub const SHORTEST_TAIL: usize = 4;

/// What somebody typed into the search, and the filters beside it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Query {
    words: Words,
    tails: Vec<String>,
    state: Option<AccountState>,
    narrow: Narrow,
}

/// Why a text cannot be searched for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Unsearchable {
    /// Digits, but fewer than four of them.
    #[error("the end of a sector ID needs at least 4 characters")]
    ShortTail,
}

impl Query {
    /// Reads a text: whatever holds a digit is the end of a sector ID, the rest are words of a name.
    pub fn read(text: &str, state: Option<AccountState>) -> Result<Self, Unsearchable> {
        let (ids, names): (Vec<&str>, Vec<&str>) =
            text.split_whitespace().partition(|chunk| chunk.contains(|c: char| c.is_ascii_digit()));
        if ids.iter().any(|id| id.chars().count() < SHORTEST_TAIL) {
            return Err(Unsearchable::ShortTail);
        }
        let key = SearchKey::of(&names.join(" "));
        let mut words: Vec<&str> = key.tokens().collect();
        // The longest first: were there too many, the shortest say least.
        words.sort_unstable_by_key(|word| (std::cmp::Reverse(word.len()), *word));
        words.dedup();
        Ok(Self {
            words: Words::of(words),
            tails: ids.iter().map(|id| id.to_lowercase()).collect(),
            state,
            narrow: Narrow::default(),
        })
    }

    /// The same among those who are this, or lack that.
    #[must_use]
    pub fn among(self, narrow: Narrow) -> Self {
        Self { narrow, ..self }
    }
}

/// Where a page ended, as it stands in an address.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Cursor(String, PersonId);

impl Cursor {
    fn of(row: &FoundRow) -> Self {
        Self(URL_SAFE_NO_PAD.encode(&row.sort_key), row.id)
    }

    /// A cursor that is not ours begins at the beginning.
    fn place(&self) -> Place {
        URL_SAFE_NO_PAD.decode(&self.0).map_or_else(|_| Place::start(), |sort_key| Place { sort_key, id: self.1 })
    }
}

/// A page of those who are found.
pub async fn find(
    sv: &Services,
    leave: &Permit<FindPeople, Reach>,
    query: &Query,
    page: &Ask<Cursor>,
) -> Result<Page<FoundRow>, StoreError> {
    let after = page.after.as_ref().map_or_else(Place::start, Cursor::place);
    let rows = after_place(sv, leave, query, after, i64::from(page.size) + 1).await?;
    Ok(Page::from_surplus(rows, page, Cursor::of))
}

async fn after_place(
    sv: &Services,
    leave: &Permit<FindPeople, Reach>,
    query: &Query,
    after: Place,
    most: i64,
) -> Result<Vec<FoundRow>, StoreError> {
    let wanted = Wanted {
        scope: leave.within(sv.clock.now().day()).scope,
        words: query.words.clone(),
        state: query.state.map_or("", AccountState::as_str).to_owned(),
        narrow: query.narrow.clone(),
        after,
        most,
    };
    let question = (wanted, query.tails.clone(), sv.common_words.clone());
    sv.store.read(question, async |tx: &mut Tx, (wanted, tails, common)| rows(tx, wanted, tails, common).await).await
}

/// So many are read at a time where all are wanted.
const ALL_AT_A_TIME: i64 = 2_000;

/// Shows everybody who is found, in order and some at a time, until `take` has enough.
pub async fn each<E: From<StoreError>>(
    sv: &Services,
    leave: &Permit<FindPeople, Reach>,
    query: &Query,
    mut take: impl FnMut(Vec<FoundRow>) -> Result<bool, E>,
) -> Result<(), E> {
    let mut after = Place::start();
    loop {
        let rows = after_place(sv, leave, query, after, ALL_AT_A_TIME).await?;
        let Some(last) = rows.last() else { return Ok(()) };
        after = Place { sort_key: last.sort_key.clone(), id: last.id };
        let last = i64::try_from(rows.len()) != Ok(ALL_AT_A_TIME);
        if !take(rows)? || last {
            return Ok(());
        }
    }
}

/// The classes that have pupils at one org: code and grade.
pub async fn classes(
    sv: &Services,
    leave: &Permit<FindPeople, Reach>,
) -> Result<Vec<(String, Option<i64>)>, StoreError> {
    let scope = leave.within(sv.clock.now().day()).scope;
    sv.store.read(scope, async |tx: &mut Tx, scope: &Scope| finding::classes(tx, scope).await).await
}

/// The school of a code, wherever it is: whether somebody may look there, a permit says.
pub async fn school(sv: &Services, code: &str) -> Result<Option<OrgId>, StoreError> {
    let found = sv
        .store
        .read(code.to_owned(), async |tx: &mut Tx, code: &String| {
            for kind in ["school", "campus", "commune", "department"] {
                if let Some(org) = orgs::by_code(tx, kind, code).await? {
                    return Ok(Some(org));
                }
            }
            Ok(None)
        })
        .await?;
    Ok(found.map(|org| org.id))
}

/// The school of a code, or the commune of a name, for communes have no codes. Whether somebody may look there, a permit says.
pub async fn place(sv: &Services, text: &str) -> Result<Option<OrgId>, StoreError> {
    if let Some(org) = school(sv, text).await? {
        return Ok(Some(org));
    }
    let key = SearchKey::of(text).as_str().to_owned();
    sv.store.read(key, async |tx: &mut Tx, key: &String| orgs::commune(tx, key).await).await
}

/// Whom an ID is, that somebody typed, whoever may see them: that, a permit says.
pub async fn named(sv: &Services, text: &str) -> Result<Option<PersonId>, StoreError> {
    let name = canonical(text);
    let found = sv.store.read(name, async |tx: &mut Tx, name: &String| accounts::by_name(tx, name).await).await?;
    Ok(found.map(|found| found.person_id))
}

/// What somebody is called, for whoever is about to do something to them; `None` when they went away meanwhile.
pub async fn name_of<A>(sv: &Services, leave: &Permit<A, Subject>) -> Result<Option<String>, StoreError> {
    let holder =
        sv.store.read(leave.place().account, async |tx: &mut Tx, account| accounts::holder(tx, *account).await);
    Ok(holder.await?.map(|holder| holder.full_name))
}

/// A person whom somebody may see, with what of them lies within that one's reach.
#[derive(Clone, Debug)]
pub struct Seen {
    /// The name as written.
    pub name: String,
    /// Day of birth.
    pub born: Option<Date>,
    /// Sex on record.
    pub sex: Option<Sex>,
    /// The state of the account.
    pub state: AccountState,
    /// Why it was suspended, while it is.
    pub reason: Option<String>,
    /// Sector ID and other names to sign in with, the sector ID first.
    pub names: Vec<String>,
    /// The identifiers that hold.
    pub identifiers: Vec<IdentifierRow>,
    /// What they are and were where.
    pub posts: Vec<PostRow>,
    /// Their places in classes.
    pub seats: Vec<SeatRow>,
    /// How many browsers are signed in.
    pub sessions: usize,
    /// The badge that is good now.
    pub badge: Option<BadgeRow>,
}

/// Looks at a person; `None` when they went away meanwhile.
pub async fn see(
    sv: &Services,
    leave: &Permit<SeePerson, Subject>,
    within: &Permit<SeePerson, Reach>,
) -> Result<Option<Seen>, StoreError> {
    let now = sv.clock.now();
    let question = (*leave.place(), within.within(now.day()).scope, now);
    sv.store.read(question, async |tx: &mut Tx, (subject, scope, now)| seen(tx, *subject, scope, *now).await).await
}

/// What happened to somebody's account lately, the latest first; without what was done by rights over orgs out of reach (R38).
pub async fn lately(
    sv: &Services,
    leave: &Permit<ReadAudit, Subject>,
    within: &Permit<ReadAudit, Reach>,
) -> Result<Vec<EventRow>, StoreError> {
    let question = (*leave.place(), within.within(sv.clock.now().day()));
    sv.store.read(question, async |tx: &mut Tx, (subject, within)| history(tx, *subject, within).await).await
}

/// The history of an account, and of those that went into it.
async fn history(tx: &mut Tx, subject: Subject, within: &Within) -> Result<Vec<EventRow>, StoreError> {
    let mut events = audit::within(tx, within, &audit_subject(subject.account), MOST_EVENTS).await?;
    for former in merges::accounts_of(tx, subject.person).await? {
        events.extend(audit::within(tx, within, &audit_subject(former), MOST_EVENTS).await?);
    }
    events.sort_unstable_by_key(|event| std::cmp::Reverse(event.id));
    events.truncate(usize::try_from(MOST_EVENTS).unwrap_or_default());
    Ok(events)
}

async fn seen(tx: &mut Tx, subject: Subject, scope: &Scope, now: Moment) -> Result<Option<Seen>, StoreError> {
    let Some(holder) = accounts::holder(tx, subject.account).await? else { return Ok(None) };
    let state = holder.state;
    // Why another school suspended them is that school's affair; the sector tells everybody.
    let tells = match accounts::suspension(tx, subject.person).await? {
        Some(Some(org)) => reach::holds(tx, scope, org).await?,
        Some(None) => true,
        None => false,
    };
    Ok(Some(Seen {
        name: holder.full_name,
        born: holder.birth_date.map(|day| day.0),
        sex: holder.sex.as_deref().and_then(Sex::read),
        state,
        reason: holder.state_reason.filter(|_| tells),
        names: accounts::names(tx, subject.account).await?,
        identifiers: reach::identifiers(tx, subject.person).await?,
        posts: reach::posts(tx, scope, subject.person).await?,
        seats: reach::seats(tx, scope, subject.person).await?,
        sessions: sessions::of_account(tx, subject.account, now).await?.len(),
        badge: badges::of_person(tx, subject.person, now).await?,
    }))
}

/// What stands beside a code, so that it reaches the right person.
#[derive(Clone, Debug)]
pub struct Addressee {
    /// The name as written.
    pub name: String,
    /// Sector ID, or another name to sign in with.
    pub sector_id: String,
    /// The class in which the asker teaches them and its school, or what lies within reach; may be empty.
    pub place: Vec<String>,
}

/// For whom a code is: by the permit for the code alone, since a teacher may issue one to a pupil of whom they may see no more
/// than the list of the class. `None` when they went away meanwhile.
pub async fn addressee(
    sv: &Services,
    leave: &Permit<IssueCode, Subject>,
    within: &Permit<SeePerson, Reach>,
) -> Result<Option<Addressee>, StoreError> {
    let scope = within.within(sv.clock.now().day()).scope;
    let question = (*leave.place(), leave.account(), scope);
    sv.store
        .read(question, async |tx: &mut Tx, (subject, asker, scope)| {
            let Some(holder) = accounts::holder(tx, subject.account).await? else { return Ok(None) };
            let class = reach::seats(tx, scope, subject.person).await?.into_iter().next().map(|seat| seat.code);
            let school = reach::posts(tx, scope, subject.person).await?.into_iter().next().map(|post| post.org_name);
            let mut place: Vec<String> = class.into_iter().chain(school).collect();
            if let (true, Some(asker)) = (place.is_empty(), asker) {
                place = reach::taught(tx, *asker, subject.person).await?;
            }
            let name = accounts::names(tx, subject.account).await?.into_iter().next();
            let sector_id = name.map(|name| SectorId::shown(&name)).unwrap_or_default();
            Ok(Some(Addressee { name: holder.full_name, sector_id, place }))
        })
        .await
}

/// How much of what happened is shown.
const MOST_EVENTS: i64 = 20;

async fn rows(
    tx: &mut Tx,
    wanted: &Wanted,
    tails: &[String],
    common: &CommonWords,
) -> Result<Vec<FoundRow>, StoreError> {
    match tails {
        [] => {}
        [tail] => return finding::page(tx, wanted, &Way::Tail(tail.clone())).await,
        // Nobody has two of them.
        _ => return Ok(Vec::new()),
    }
    if !wanted.scope.whole && finding::heads(tx, &wanted.scope, FEW).await? < FEW {
        return finding::page(tx, wanted, &Way::Orgs).await;
    }
    if let Some(word) = common.rarest(tx, &wanted.words, &[RARE / 10, RARE]).await? {
        return finding::page(tx, wanted, &Way::Word(word.to_owned())).await;
    }
    if !wanted.state.is_empty() && finding::in_state(tx, &wanted.state, FEW).await? < FEW {
        return finding::page(tx, wanted, &Way::State).await;
    }
    if wanted.narrow.temporary && finding::temporary(tx, FEW).await? < FEW {
        return finding::page(tx, wanted, &Way::Temporary).await;
    }
    let few_adults = wanted.narrow.kind == "guardian" || wanted.narrow.kind == "staff" && !wanted.state.is_empty();
    if few_adults && finding::adults(tx, SOME_ADULTS).await? < SOME_ADULTS {
        return finding::page(tx, wanted, &Way::Adults).await;
    }
    // Of people who have three words of their name in common there are hardly enough for a page along one stride.
    if wanted.words.iter().count() >= SPECIFIC
        && let Some(word) = common.rarest(tx, &wanted.words, &[BEARABLE]).await?
    {
        return finding::page(tx, wanted, &Way::Word(word.to_owned())).await;
    }
    if !wanted.words.is_empty() {
        let until = finding::ahead(tx, &wanted.after, STRIDE).await?;
        let found = finding::page(tx, wanted, &Way::Walk(until.clone())).await?;
        let full = i64::try_from(found.len()).is_ok_and(|count| count >= wanted.most);
        if full || until == Place::end() {
            return Ok(found);
        }
        if let Some(word) = common.rarest(tx, &wanted.words, &[BEARABLE]).await? {
            return finding::page(tx, wanted, &Way::Word(word.to_owned())).await;
        }
    }
    finding::page(tx, wanted, &Way::Walk(Place::end())).await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_read_as_words_and_the_end_of_an_id() {
        let query = Query::read("  Nguyễn THỊ 45678 ", None).unwrap();
        assert_eq!(query.words.iter().collect::<Vec<_>>(), ["nguyen", "thi"]);
        assert_eq!(query.tails, ["45678"]);
        assert_eq!(Query::read("TAM-0001", None).unwrap().tails, ["tam-0001"]);
        assert_eq!(Query::read("ngọc 678", None), Err(Unsearchable::ShortTail));
        assert_eq!(Query::read("% _ '", None).unwrap(), Query::default());
    }
}
