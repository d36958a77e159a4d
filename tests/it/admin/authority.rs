//! Who may do what, where, on real rows.

use std::time::Duration;

use phuong::{
    admin::{accounts, administrators},
    base::{id::PersonId, secret::Token},
    model::account::AccountState,
    services::authority::{
        Action, AdminRole, Denied, ExportPeople, FindPeople, IssueCode, ManageClients, ManageKeys, NoPermit, Reach,
        Right, SeePerson, Standing, Suspend,
    },
    store::{Day, Tx, accounts as rows, orgs},
};

use super::{give, org_of, person, standing, whose};
use crate::support::{callers::Browser, tour::Tour};

async fn over<A: Action>(t: &Tour, who: &Standing, person: PersonId) -> Result<(), Denied> {
    match who.over::<A>(&t.sv, person).await {
        Ok(_) => Ok(()),
        Err(NoPermit::Denied(denied)) => Err(denied),
        Err(NoPermit::Store(error)) => panic!("{error}"),
    }
}

async fn delegating(t: &Tour, who: &Standing, right: Right) -> Result<(), Denied> {
    match who.delegating(&t.sv, right).await {
        Ok(_) => Ok(()),
        Err(NoPermit::Denied(denied)) => Err(denied),
        Err(NoPermit::Store(error)) => panic!("{error}"),
    }
}

both! { async fn r38_a_person_of_another_school_looks_like_one_that_does_not_exist(t: Tour) {
    let head = standing(&t, "school_admin").await;
    assert_eq!(over::<SeePerson>(&t, &head, person(&t, "student").await).await, Ok(()));
    assert_eq!(over::<SeePerson>(&t, &head, person(&t, "sector_admin").await).await, Err(Denied::Missing));
    assert_eq!(over::<SeePerson>(&t, &head, t.sv.ids.next()).await, Err(Denied::Missing));
    let sector = standing(&t, "sector_admin").await;
    for role in ["student", "teacher", "staff", "school_admin"] {
        assert_eq!(over::<Suspend>(&t, &sector, person(&t, role).await).await, Ok(()), "{role}");
    }
} }

both! { async fn r38_a_reach_follows_the_edges_of_today(t: Tour) {
    let school = org_of(&t, "school_admin").await;
    let commune = orgs::NewOrg {
        id: t.sv.ids.next(),
        kind: "commune",
        code: None,
        name: "Phường Mẫu".into(),
        search_key: "phuong mau".into(),
        levels: String::new(),
    };
    let today = t.clock.now().day();
    let day = |days: i64| Day(today.checked_add(jiff::Span::new().days(days)).unwrap());
    let edge = |from| orgs::NewEdge { child: school, parent: commune.id, kind: "administrative", from: day(from) };
    let turn = (commune.clone(), edge(7), t.clock.now());
    t.sv.store.write(turn, async |tx: &mut Tx, (commune, edge, now)| {
        orgs::add_orgs(tx, std::slice::from_ref(commune), *now).await?;
        orgs::add_edges(tx, std::slice::from_ref(edge)).await
    }).await.unwrap();
    give(&t, "staff", AdminRole::SchoolAdmin, commune.id).await;
    let pupil = person(&t, "student").await;
    assert_eq!(over::<SeePerson>(&t, &standing(&t, "staff").await, pupil).await, Err(Denied::Missing), "not yet");
    t.advance(Duration::from_hours(24 * 8));
    assert_eq!(over::<SeePerson>(&t, &standing(&t, "staff").await, pupil).await, Ok(()));
    let elsewhere = person(&t, "sector_admin").await;
    assert_eq!(over::<SeePerson>(&t, &standing(&t, "staff").await, elsewhere).await, Err(Denied::Missing));
    let reach = async |role| *standing(&t, role).await.everywhere::<FindPeople>().unwrap().place();
    assert!(matches!(reach("staff").await, Reach::Of(_)));
    assert_eq!(reach("sector_admin").await, Reach::Sector);
} }

both! { async fn r44_nothing_dangerous_is_allowed_everywhere_at_once(t: Tour) {
    let office = standing(&t, "sector_admin").await;
    assert!(office.everywhere::<FindPeople>().is_ok() && office.somewhere::<ExportPeople>().is_ok());
    assert_eq!(office.everywhere::<ExportPeople>().map(drop), Err(Denied::Stale), "fresh or not: it is asked where it is done");
    assert!(Standing::danger_command_line().everywhere::<ExportPeople>().is_ok());
    let head = standing(&t, "school_admin").await;
    assert_eq!(head.somewhere::<ManageKeys>(), Err(Denied::Role));
} }

both! { async fn invariant_7_nobody_resets_upward_or_themselves(t: Tour) {
    let (school, sector) = (org_of(&t, "school_admin").await, org_of(&t, "sector_admin").await);
    let head = standing(&t, "school_admin").await;
    assert_eq!(over::<IssueCode>(&t, &head, person(&t, "school_admin").await).await, Err(Denied::Oneself));
    assert_eq!(over::<IssueCode>(&t, &head, person(&t, "staff").await).await, Ok(()));
    give(&t, "staff", AdminRole::HelpDesk, school).await;
    assert_eq!(over::<IssueCode>(&t, &head, person(&t, "staff").await).await, Ok(()), "the head may do all of that");
    give(&t, "staff", AdminRole::Auditor, sector).await;
    assert_eq!(over::<IssueCode>(&t, &head, person(&t, "staff").await).await, Err(Denied::Upward));
    assert_eq!(over::<Suspend>(&t, &head, person(&t, "staff").await).await, Err(Denied::Upward));
    assert_eq!(over::<SeePerson>(&t, &head, person(&t, "staff").await).await, Ok(()));
    let clerk = standing(&t, "staff").await;
    assert_eq!(over::<IssueCode>(&t, &clerk, person(&t, "school_admin").await).await, Err(Denied::Upward));
    assert_eq!(over::<Suspend>(&t, &clerk, person(&t, "student").await).await, Err(Denied::Role));
} }

both! { async fn invariant_7_a_teacher_gives_codes_to_pupils_of_their_classes_only(t: Tour) {
    let teacher = standing(&t, "teacher").await;
    assert_eq!(teacher.everywhere::<FindPeople>().unwrap_err(), Denied::Missing);
    assert_eq!(over::<IssueCode>(&t, &teacher, person(&t, "student").await).await, Ok(()));
    assert_eq!(over::<Suspend>(&t, &teacher, person(&t, "student").await).await, Err(Denied::Missing));
    for role in ["staff", "school_admin", "sector_admin", "teacher"] {
        assert_eq!(over::<IssueCode>(&t, &teacher, person(&t, role).await).await, Err(Denied::Missing), "{role}");
    }
} }

both! { async fn r39_nobody_gives_a_role_they_lack_or_a_role_where_they_have_none(t: Tour) {
    let (school, sector) = (org_of(&t, "school_admin").await, org_of(&t, "sector_admin").await);
    let head = standing(&t, "school_admin").await;
    assert_eq!(delegating(&t, &head, Right { role: AdminRole::HelpDesk, org: school }).await, Ok(()));
    assert_eq!(delegating(&t, &head, Right { role: AdminRole::SectorAdmin, org: school }).await, Err(Denied::Role));
    assert_eq!(delegating(&t, &head, Right { role: AdminRole::HelpDesk, org: sector }).await, Err(Denied::Missing));
    give(&t, "staff", AdminRole::HelpDesk, school).await;
    let desk = standing(&t, "staff").await;
    assert_eq!(delegating(&t, &desk, Right { role: AdminRole::HelpDesk, org: school }).await, Err(Denied::Role));
    assert_eq!(desk.with_the_sector::<ManageClients>(&t.sv).unwrap_err(), Denied::Missing);
} }

both! { async fn r44_what_is_dangerous_needs_a_sign_in_of_the_last_five_minutes(t: Tour) {
    let sector = standing(&t, "sector_admin").await;
    let right = Right { role: AdminRole::Auditor, org: org_of(&t, "school_admin").await };
    assert!(sector.with_the_sector::<ManageKeys>(&t.sv).is_ok());
    assert_eq!(delegating(&t, &sector, right).await, Ok(()));
    t.advance(Duration::from_secs(301));
    assert_eq!(sector.with_the_sector::<ManageKeys>(&t.sv).unwrap_err(), Denied::Stale);
    assert_eq!(sector.with_the_sector::<ManageClients>(&t.sv).unwrap_err(), Denied::Stale);
    assert_eq!(delegating(&t, &sector, right).await, Err(Denied::Stale));
    assert_eq!(over::<Suspend>(&t, &sector, person(&t, "student").await).await, Ok(()), "not everything is dangerous");
} }

both! { async fn an_ended_right_is_none(t: Tour) {
    let (account, _) = whose(&t, &t.person("school_admin").sector_id.clone()).await;
    let turn = (account, org_of(&t, "school_admin").await, t.clock.now());
    let ended = t.sv.store.write(turn, async |tx: &mut Tx, (account, org, now)| {
        phuong::store::delegations::end(tx, *account, *org, "school_admin", *now).await
    }).await.unwrap();
    assert!(ended);
    let head = standing(&t, "school_admin").await;
    assert_eq!(over::<SeePerson>(&t, &head, person(&t, "student").await).await, Err(Denied::Missing));
    assert!(head.held().is_empty());
} }

both! { async fn invariant_7_a_code_issued_before_somebody_rose_does_not_lead_upward_afterwards(t: Tour) {
    // The head of a school puts a code aside; then its owner is given the whole sector.
    let (account, staff) = whose(&t, &t.person("staff").sector_id).await;
    let code = async |person| {
        let leave = standing(&t, "school_admin").await.over(&t.sv, person).await.unwrap();
        accounts::issue_code(&t.sv, &leave, &Token::random(&t.sv.entropy)).await.unwrap().code
    };
    let read_out = code(staff).await;
    let (pending, _) = whose(&t, &t.person("teacher").sector_id).await;
    let turn = (pending, t.clock.now());
    t.sv.store.write(turn, async |tx: &mut Tx, (account, now)| {
        let change = rows::Transition { account: *account, from: AccountState::Active, to: AccountState::Pending, reason: None, over: None, now: *now };
        assert!(rows::transition(tx, &change).await?);
        Ok(())
    }).await.unwrap();
    let teacher = person(&t, "teacher").await;
    let printed = code(teacher).await;
    let right = Right { role: AdminRole::Auditor, org: org_of(&t, "sector_admin").await };
    let command = Standing::danger_command_line();
    for person in [staff, teacher] {
        let (leave, subject) = (command.delegating(&t.sv, right).await.unwrap(), command.over(&t.sv, person).await.unwrap());
        let given = administrators::give(&t.sv, &leave, &subject).await.unwrap();
        assert!(given.changed && given.codes_ended);
    }
    for (role, code) in [("staff", &read_out), ("teacher", &printed)] {
        let mut browser = Browser::default();
        let csrf = browser.get(&t, "/activate").await.field("csrf");
        let name = t.person(role).sector_id.clone();
        let form = [("csrf", csrf.as_str()), ("username", &name), ("code", code.as_str())];
        assert_eq!(browser.post(&t, "/activate", &form).await.status, 422, "{role}");
    }
    assert_eq!(over::<IssueCode>(&t, &standing(&t, "school_admin").await, staff).await, Err(Denied::Upward));
    assert_ne!(account, pending);
} }
