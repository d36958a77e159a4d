//! Another sector ID in place of one that was recorded by mistake.

use std::time::Duration;

use phuong::{
    model::{identifier::IdentifierKind, name::PersonName},
    people::records::{self, Record},
    services::audit::Actor,
    store::{Tx, accounts, audit},
};

use super::{
    console::{press, signed_in},
    double,
    merging::{DOUBLE, merge},
    org_of, person, whose,
};
use crate::support::tour::Tour;

both! { async fn r38_r44_r51_a_mistaken_sector_id_is_replaced_by_the_sector_and_free_for_whom_it_belongs_to(t: Tour) {
    let (pupil, former) = (person(&t, "student").await, t.person("student").sector_id.clone());
    let page = format!("/console/people/{pupil}");
    let address = format!("{page}/renumber");
    let mut head = signed_in(&t, "school_admin").await;
    let own = head.get(&t, &page).await;
    assert!(!own.text.contains("id=\"renumber\""), "r39: {}", own.text);
    let typed = [("sector_id", "3199000077"), ("reason", "gõ nhầm số cuối")];
    assert_eq!(press(&t, &mut head, &own, &address, &typed).await.status, 403, "r39");

    let mut chief = signed_in(&t, "sector_admin").await;
    assert!(chief.get(&t, &page).await.text.contains("id=\"renumber\""));
    let form = chief.get(&t, &address).await;
    let taken = press(&t, &mut chief, &form, &address, &[("sector_id", &t.person("teacher").sector_id), typed[1]]).await;
    let malformed = press(&t, &mut chief, &form, &address, &[("sector_id", "31"), typed[1]]).await;
    let unreasoned = press(&t, &mut chief, &form, &address, &[typed[0], ("reason", " ")]).await;
    for refused in [&taken, &malformed, &unreasoned] {
        assert_eq!(refused.status, 422, "{}", refused.text);
    }
    assert!(unreasoned.text.contains("value=\"3199000077\"") && unreasoned.text.contains("href=\"#reason\""));
    assert_eq!(whose(&t, &former).await.1, pupil, "nothing was done");
    let done = press(&t, &mut chief, &form, &address, &typed).await;
    assert_eq!(done.header("location"), format!("{page}?done=identified"), "{}", done.text);

    // The same person, by the right one alone.
    assert_eq!(whose(&t, "3199000077").await.1, pupil);
    let named = async |tx: &mut Tx, name: &String| accounts::by_name(tx, name).await;
    assert!(t.sv.store.read(former.clone(), named).await.unwrap().is_none(), "it signs nobody in");
    assert!(chief.get(&t, &page).await.text.contains("3199000077"));
    // Whoever it belongs to can have it.
    let record = Record { name: PersonName::read("Trần Khánh An").unwrap(), born: None, sex: None };
    let theirs = [(IdentifierKind::Sector, former.as_str())];
    let other = records::register(&t.sv, &Actor::CommandLine, &record, &theirs, true).await.unwrap();
    assert_eq!(whose(&t, &former).await.1, other);
    let read = async |tx: &mut Tx, subject: &String| audit::about(tx, subject, 50).await;
    let subject = phuong::services::audit::account(whose(&t, "3199000077").await.0);
    let told = t.sv.store.read(subject, read).await.unwrap();
    let line = told.iter().find(|event| event.action == "identifier.corrected").expect("told");
    assert!(line.detail.contains("gõ nhầm số cuối") && !line.detail.contains(&former), "{}", line.detail);

    t.advance(Duration::from_secs(301));
    let stale = press(&t, &mut chief, &form, &address, &[("sector_id", "3199000078"), typed[1]]).await;
    assert!(stale.text.contains("id=\"login-submit\""), "r44: {}", stale.status);
    assert_eq!(whose(&t, "3199000077").await.1, pupil);
} }

both! { async fn of_two_sector_ids_that_a_merge_brought_together_the_right_one_stays_alone(t: Tour) {
    let (kept, own) = (person(&t, "student").await, t.person("student").sector_id.clone());
    let school = org_of(&t, "school_admin").await;
    let (mut head, mut chief) = (signed_in(&t, "school_admin").await, signed_in(&t, "sector_admin").await);
    let page = format!("/console/people/{kept}");
    let address = format!("{page}/renumber");
    let named = async |tx: &mut Tx, name: &String| accounts::by_name(tx, name).await;
    for (right, mistaken) in [(own.as_str(), DOUBLE), (DOUBLE, own.as_str())] {
        let gone = double(&t, school).await;
        assert!(merge(&t, &mut head, kept, gone).await.header("location").ends_with("done=merged"));
        assert_eq!(whose(&t, right).await, whose(&t, mistaken).await);
        let form = chief.get(&t, &address).await;
        let typed = [("sector_id", right), ("reason", "mã kia của em khác")];
        let done = press(&t, &mut chief, &form, &address, &typed).await;
        assert_eq!(done.header("location"), format!("{page}?done=identified"), "{}", done.text);
        assert_eq!(whose(&t, right).await.1, kept);
        assert!(t.sv.store.read(mistaken.to_owned(), named).await.unwrap().is_none(), "it signs nobody in");
        let again = press(&t, &mut chief, &form, &address, &typed).await;
        assert_eq!(again.header("location"), format!("{page}?done=nothing"));
    }
} }
