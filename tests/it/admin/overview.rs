//! What a console opens with: counted where few are, told from the last count where many are.

use std::time::Duration;

use phuong::{
    admin::overview::{self, Counted},
    people::headcounts,
    services::authority::{FindPeople, Permit, Reach, Standing},
    store::{Tx, headcounts as store, scope::Scope},
};

use super::{console::signed_in, org_of, standing};
use crate::support::tour::Tour;

both! { async fn a_school_sees_its_own_numbers_and_who_waits_in_which_class(t: Tour) {
    let head = standing(&t, "school_admin").await;
    let leave: Permit<FindPeople, Reach> = head.everywhere().unwrap();
    let own = overview::overview(&t.sv, &leave).await.unwrap();
    assert_eq!((own.schools, own.counted, own.dormant), (1, Counted::Now, None));
    let all = overview::overview(&t.sv, &Standing::danger_command_line().everywhere().unwrap()).await.unwrap();
    assert!(own.heads.pupils > 10 && own.heads.staff > 0 && own.heads.pupils < all.heads.pupils);
    assert!(all.schools > 1 && all.dormant == Some(0) && all.unadministered < all.schools);
    let states = own.heads.provisional + own.heads.pending + own.heads.active + own.heads.suspended;
    assert_eq!(states, own.heads.pupils + own.heads.staff, "everybody is in one of these states");

    let mut browser = signed_in(&t, "school_admin").await;
    let page = browser.get(&t, "/console").await;
    assert_eq!(page.status, 200);
    let code = &t.person("school_admin").school_code;
    let under: Permit<FindPeople, Reach> = head.under(&t.sv, head.held()[0].org_id).await.unwrap();
    let classes = overview::classes(&t.sv, &under).await.unwrap();
    let waiting: Vec<_> = classes.iter().filter(|class| class.waiting > 0).collect();
    assert!(!waiting.is_empty());
    for class in waiting {
        let to = format!("/console/people?school={code}&#38;class={}&#38;state=pending", class.code.replace(' ', "+"));
        assert!(page.text.contains(&to), "{to} in {}", page.text);
        let list = browser.get(&t, &to.replace("&#38;", "&")).await.text;
        let pending = i64::try_from(list.matches("Chưa kích hoạt</span>").count()).unwrap();
        assert_eq!(pending, class.waiting.min(50), "the link shows those, and nobody else: {}", class.code);
    }
    let mut sector = signed_in(&t, "sector_admin").await;
    let page = sector.get(&t, "/console").await.text;
    assert!(page.contains("Trường kích hoạt ít nhất") || page.contains("Việc đang chờ"), "{page}");
} }

both! { async fn many_people_are_told_from_the_last_count_with_its_time(t: Tour) {
    let scope = Scope { whole: true, account: None, org: None, today: phuong::store::Day(t.clock.now().day()) };
    let read = async || {
        let read = async |tx: &mut Tx, scope: &Scope| {
            Ok((store::within(tx, scope).await?, store::last(tx, scope).await?))
        };
        t.sv.store.read(scope, read).await.unwrap()
    };
    assert_eq!(read().await.1.counted_at, None, "never counted");
    while headcounts::work(&t.sv).await.unwrap() {}
    let (counted, last) = read().await;
    assert_eq!(last.counted_at, Some(t.clock.now()));
    assert!(last.pupils == counted.pupils && last.active == counted.active && last.pending == counted.pending);
    assert!(last.staff >= counted.staff, "whoever is at two schools counts twice");
    let due = async || {
        let before = t.clock.now() - headcounts::AGE;
        t.sv.store.read(before, async |tx: &mut Tx, before| store::due(tx, *before, 1_000).await).await.unwrap().len()
    };
    assert_eq!(due().await, 0, "nothing is due");
    t.advance(headcounts::AGE + Duration::from_secs(1));
    assert!(due().await > 2, "an older count is made anew");
} }

both! { async fn r38_what_waits_elsewhere_is_not_counted(t: Tour) {
    let school = org_of(&t, "school_admin").await;
    let head = standing(&t, "school_admin").await;
    let leave: Permit<FindPeople, Reach> = head.everywhere().unwrap();
    let own = overview::overview(&t.sv, &leave).await.unwrap();
    let under: Permit<FindPeople, Reach> = standing(&t, "sector_admin").await.under(&t.sv, school).await.unwrap();
    assert_eq!(overview::overview(&t.sv, &under).await.unwrap().heads, own.heads);
} }
