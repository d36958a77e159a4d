//! Finding people: by any way the same, in the order of class lists, and only within reach.

use std::collections::BTreeSet;

use phuong::{
    admin::people::{self, Cursor, Query},
    base::{
        id::{AccountId, PersonId},
        page::Ask,
    },
    model::{account::AccountState, name::PersonName, sort::SortKey, text::SearchKey},
    services::authority::{AdminRole, FindPeople, Permit, Reach, Standing},
    store::{
        Day, Tx,
        accounts::{self, Transition},
        finding::{self, FoundRow, Narrow, Place, Wanted, Way, Words},
        scope::Scope,
    },
};

use super::{give, org_of, standing, whose};
use crate::support::tour::Tour;

type Leave = Permit<FindPeople, Reach>;

/// Everybody whom somebody finds, page by page.
async fn all(t: &Tour, leave: &Leave, text: &str, size: u32) -> Vec<FoundRow> {
    let query = Query::read(text, None).unwrap();
    let (mut rows, mut next) = (Vec::new(), None);
    loop {
        let ask = Ask::<Cursor>::from_outside(next.as_deref(), Some(size));
        let page = people::find(&t.sv, leave, &query, &ask).await.unwrap();
        assert!(page.rows.len() <= size as usize);
        rows.extend(page.rows);
        next = page.next;
        if next.is_none() {
            return rows;
        }
    }
}

fn everywhere() -> Leave {
    Standing::danger_command_line().everywhere().unwrap()
}

fn names(rows: &[FoundRow]) -> Vec<&str> {
    rows.iter().map(|row| row.full_name.as_str()).collect()
}

both! { async fn a_name_is_found_without_accents_in_any_order_of_its_words_and_in_the_order_of_class_lists(t: Tour) {
    let leave = everywhere();
    let everybody = all(&t, &leave, "", 200).await;
    assert!(everybody.len() > 200);
    let mut sorted = everybody.clone();
    sorted.sort_by_cached_key(|row| (SortKey::of(&PersonName::read(&row.full_name).unwrap()).into_bytes(), row.id));
    assert_eq!(everybody, sorted);
    assert_eq!(names(&all(&t, &leave, "", 7).await), names(&everybody), "however large the pages");
    for text in ["nguyen", "Nguyễn", "thị ng", "NG THI", "n t", "h", "an an", "xyz", "nguyễn xyz", "Đặng"] {
        let key = SearchKey::of(text);
        let fits = |row: &&FoundRow| {
            let name = SearchKey::of(&row.full_name);
            key.tokens().all(|word| name.tokens().any(|part| part.starts_with(word)))
        };
        let expected: Vec<FoundRow> = everybody.iter().filter(fits).cloned().collect();
        assert_eq!(all(&t, &leave, text, 200).await, expected, "{text}");
        assert_eq!(all(&t, &leave, text, 3).await, expected, "{text}, three to a page");
    }
} }

both! { async fn every_way_to_a_page_leads_to_the_same(t: Tour) {
    let scope = Scope { whole: true, account: None, org: None, today: Day(t.clock.now().day()) };
    for words in [vec!["nguyen"], vec!["thi", "n"], vec!["h"], vec!["nguyen", "khong"], vec![]] {
        let wanted = Wanted {
            scope,
            words: Words::of(words.iter().copied()),
            state: "pending".into(),
            narrow: Narrow::default(),
            after: Place::start(),
            most: 20,
        };
        let mut ways = vec![Way::State, Way::Walk(Place::end())];
        ways.extend(words.iter().map(|word| Way::Word((*word).to_owned())));
        let mut seen = Vec::new();
        for way in ways {
            let way = (wanted.clone(), way);
            let read = t.sv.store.read(way, async |tx: &mut Tx, (wanted, way)| finding::page(tx, wanted, way).await);
            seen.push(read.await.unwrap());
        }
        assert!(seen.windows(2).all(|pair| pair[0] == pair[1]), "{words:?}: {:?}", seen.iter().map(Vec::len).collect::<Vec<_>>());
    }
} }

both! { async fn r38_a_school_finds_its_own_and_nobody_elses(t: Tour) {
    let head = standing(&t, "school_admin").await;
    let leave: Leave = head.everywhere().unwrap();
    let own = all(&t, &leave, "", 50).await;
    let sector = all(&t, &standing(&t, "sector_admin").await.everywhere().unwrap(), "", 50).await;
    assert!(own.len() > 20 && own.len() < sector.len());
    let place = head.held()[0].org_name.clone();
    assert!(own.iter().all(|row| row.org_name.as_deref() == Some(&place)), "each with what they are there");
    let ids: BTreeSet<PersonId> = own.iter().map(|row| row.id).collect();
    let found = |text: &'static str| all(&t, &leave, text, 50);
    assert!(found("nguyen").await.iter().all(|row| ids.contains(&row.id)));
    let (theirs, mine) = (t.person("sector_admin").clone(), t.person("student").clone());
    for text in [&theirs.sector_id, &theirs.name] {
        let hits = all(&t, &leave, text, 50).await;
        assert!(hits.iter().all(|row| row.sector_id.as_deref() != Some(&theirs.sector_id)), "{text}");
    }
    let hits = all(&t, &leave, &mine.sector_id[4..], 50).await;
    assert!(hits.iter().any(|row| row.sector_id.as_deref() == Some(&mine.sector_id)));
    let foreign = org_of(&t, "sector_admin").await;
    assert!(head.under::<FindPeople>(&t.sv, foreign).await.is_err());
    let under: Leave = head.under(&t.sv, head.held()[0].org_id).await.unwrap();
    assert_eq!(all(&t, &under, "", 50).await, own);
} }

both! { async fn a_commune_of_many_people_is_searched_by_every_way_within_its_reach(t: Tour) {
    // The same questions by the ways that only large scopes take.
    let school = org_of(&t, "school_admin").await;
    give(&t, "staff", AdminRole::HelpDesk, school).await;
    let account: AccountId = whose(&t, &t.person("staff").sector_id.clone()).await.0;
    let scope = Scope { whole: false, account: Some(account), org: None, today: Day(t.clock.now().day()) };
    let wanted = Wanted { scope, words: Words::of(["nguyen"]), state: String::new(), narrow: Narrow::default(), after: Place::start(), most: 200 };
    let mut seen = Vec::new();
    for way in [Way::Orgs, Way::Word("nguyen".into()), Way::Walk(Place::end())] {
        let way = (wanted.clone(), way);
        let read = t.sv.store.read(way, async |tx: &mut Tx, (wanted, way)| finding::page(tx, wanted, way).await);
        seen.push(read.await.unwrap());
    }
    assert!(!seen[0].is_empty() && seen[0] == seen[1] && seen[1] == seen[2]);
} }

both! { async fn the_state_of_the_account_narrows_a_search(t: Tour) {
    let pupil = t.person("student").clone();
    let account = whose(&t, &pupil.sector_id).await.0;
    let change = Transition { account, from: AccountState::Active, to: AccountState::Suspended, reason: Some("x".into()), over: None, now: t.clock.now() };
    t.sv.store.write(change, async |tx: &mut Tx, change| accounts::transition(tx, change).await).await.unwrap();
    let ask = Ask::<Cursor>::from_outside(None, None);
    for (text, expected) in [("", 1), (pupil.name.as_str(), 1), ("khong ai", 0)] {
        let query = Query::read(text, Some(AccountState::Suspended)).unwrap();
        let page = people::find(&t.sv, &everywhere(), &query, &ask).await.unwrap();
        assert_eq!(page.rows.len(), expected, "{text}");
    }
    let row = &people::find(&t.sv, &everywhere(), &Query::read(&pupil.sector_id, None).unwrap(), &ask).await.unwrap().rows[0];
    assert_eq!((row.state.as_deref(), row.role.as_deref()), (Some("suspended"), Some("student")));
    assert!(row.class.is_some());
} }

both! { async fn r52_a_page_of_people_is_bounded_and_a_forged_cursor_begins_anew(t: Tour) {
    let query = Query::read("", None).unwrap();
    let first = people::find(&t.sv, &everywhere(), &query, &Ask::<Cursor>::from_outside(None, Some(9_999))).await.unwrap();
    assert_eq!(first.rows.len(), 200);
    for cursor in ["", "x", "W10", "WyIiLCIiXQ"] {
        let ask = Ask::<Cursor>::from_outside(Some(cursor), Some(200));
        assert_eq!(people::find(&t.sv, &everywhere(), &query, &ask).await.unwrap().rows, first.rows, "{cursor}");
    }
} }
