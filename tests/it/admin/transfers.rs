//! Transfers between schools: both sides have a say, and nobody finds out by asking who is where.

use std::time::Duration;

use jiff::civil::{Date, date};
use phuong::{
    admin::transfers::{self, Claim},
    base::id::{OrgId, PersonId},
    model::{
        affiliation::EndReason, identifier::IdentifierKind, level::Levels, name::PersonName, org::OrgKind, role::Role,
        school_code::SchoolCode, sector_id::SectorId,
    },
    people::{
        memberships::{self, Event},
        orgs::{self, Founding},
        records::{self, Record},
    },
    services::{
        audit::Actor,
        authority::{AdminRole, Standing},
    },
    store::{Tx, accounts, memberships as rows},
};

use super::{console::signed_in, give, org_of, person, whose};
use crate::{
    roster::content,
    support::{
        callers::{Browser, RelyingParty},
        tour::{Answer, Tour},
    },
};

/// A new school, administered by the sample's member of staff, who comes with their browser.
pub(super) async fn new_school(t: &Tour, code: &str) -> (OrgId, Browser) {
    let new = Founding {
        kind: OrgKind::School,
        code: SchoolCode::read(code).ok(),
        name: "Trường Tiểu học Kim Đồng".into(),
        levels: Levels::read("TH").unwrap(),
        parents: Vec::new(),
    };
    let org = orgs::found(&t.sv, &Actor::CommandLine, new, t.clock.now().day()).await.unwrap();
    give(t, "staff", AdminRole::SchoolAdmin, org).await;
    (org, signed_in(t, "staff").await)
}

/// When the sample person of a role was born.
pub(super) async fn born(t: &Tour, role: &str) -> Date {
    let account = whose(t, &t.person(role).sector_id).await.0;
    let holder = t.sv.store.read(account, async |tx: &mut Tx, id| accounts::holder(tx, *id).await).await.unwrap();
    holder.unwrap().birth_date.unwrap().0
}

/// Asks for the person of a sector ID and birth date.
pub(super) async fn ask(t: &Tour, browser: &mut Browser, sector_id: &str, born: Date) -> Answer {
    let csrf = browser.get(t, "/console/transfers/new").await.field("csrf");
    let born = born.strftime("%d/%m/%Y").to_string();
    browser.post(t, "/console/transfers/new", &[("csrf", &csrf), ("sector_id", sector_id), ("born", &born)]).await
}

/// The address of the first request of a list.
async fn first(t: &Tour, browser: &mut Browser, list: &str) -> String {
    let page = browser.get(t, list).await.text;
    let at = page.split("<tbody").nth(1).unwrap_or_else(|| panic!("nothing is listed: {page}"));
    at.split("href=\"").nth(1).unwrap().split('"').next().unwrap().to_owned()
}

/// Presses a button of a request's page.
async fn press(t: &Tour, browser: &mut Browser, address: &str, deed: &str, typed: &[(&str, &str)]) -> Answer {
    let csrf = browser.get(t, "/account/password").await.field("csrf");
    let form: Vec<(&str, &str)> = typed.iter().copied().chain([("csrf", csrf.as_str())]).collect();
    browser.post(t, &format!("{address}/{deed}"), &form).await
}

/// Where somebody is a pupil, and where they were.
async fn schooling(t: &Tour, person: PersonId) -> (Option<OrgId>, usize) {
    let read = async |tx: &mut Tx, (person, today): &(PersonId, Date)| rows::standing(tx, *person, *today).await;
    let standing = t.sv.store.read((person, t.clock.now().day()), read).await.unwrap();
    (standing.schooling().map(|role| role.post.org), standing.all().count())
}

both! { async fn a_pupil_moves_once_both_schools_agree_and_takes_everything_along_but_the_schools_apps(t: Tour) {
    let pupil = t.person("student").clone();
    let (to, mut office) = new_school(&t, "31303499").await;
    let (from, who) = (org_of(&t, "school_admin").await, person(&t, "student").await);
    let home = pupil.school_code.clone();
    let here = RelyingParty::registered(&t, "here", |mut ask| { ask.audience.schools = [home].into(); ask }).await;
    let any = RelyingParty::new(&t, "any").await;
    let mut own = Browser::default();
    own.sign_in_as(&t, "/sign-in", "student").await;
    let of_school = here.tokens(&t, &mut own, "&scope=openid%20offline_access").await;
    let of_sector = any.tokens(&t, &mut own, "&scope=openid%20offline_access").await;

    let day = born(&t, "student").await;
    for _ in 0..2 {
        let asked = ask(&t, &mut office, &pupil.sector_id, day).await;
        assert_eq!((asked.status, asked.header("location")), (303, "/console/transfers?side=in&done=asked"), "{}", asked.text);
    }
    let waiting = office.get(&t, "/console/transfers?side=in&done=asked").await.text;
    assert_eq!(waiting.matches("<tr role=\"row\"><th scope=\"row\"").count(), 1, "asked twice, one request: {waiting}");
    assert!(waiting.contains(&pupil.sector_id) && !waiting.contains(&pupil.name), "the name is not told yet");
    assert_eq!(schooling(&t, who).await, (Some(from), 1));

    let mut head = signed_in(&t, "school_admin").await;
    let address = first(&t, &mut head, "/console/transfers").await;
    assert!(head.get(&t, &address).await.text.contains(&pupil.name));
    for _ in 0..2 {
        let done = press(&t, &mut head, &address, "approve", &[]).await;
        assert_eq!((done.status, done.header("location")), (303, address.as_str()), "{}", done.text);
    }
    assert_eq!(schooling(&t, who).await, (Some(to), 2), "invariants 3 and 4: the old one ended, a new one began");
    assert_eq!(whose(&t, &pupil.sector_id).await.1, who, "invariant 1");
    assert!(office.get(&t, "/console/transfers?side=in&list=decided").await.text.contains(&pupil.name));
    assert_eq!(office.get(&t, &format!("/console/people/{who}")).await.status, 200, "theirs now");
    assert_eq!(head.get(&t, &format!("/console/people/{who}")).await.status, 404, "and not the former school's");

    assert_eq!(here.refresh(&t, of_school["refresh_token"].as_str().unwrap()).await.error(), "invalid_grant", "invariant 9");
    assert_eq!(any.refresh(&t, of_sector["refresh_token"].as_str().unwrap()).await.status, 200);
    assert_eq!(Browser::default().sign_in_as(&t, "/sign-in", "student").await.status, 303, "the password stays");
} }

both! { async fn r38_a_wrong_pair_looks_like_nobody_whoever_it_is_and_is_counted(t: Tour) {
    let pupil = t.person("student").clone();
    let (_, mut office) = new_school(&t, "31303499").await;
    let day = born(&t, "student").await;
    let nobody = "3199999999";
    let teacher = (t.person("teacher").sector_id.clone(), born(&t, "teacher").await);
    let wrong = [(pupil.sector_id.clone(), day.tomorrow().unwrap()), (nobody.to_owned(), day), teacher];
    let mut pages = Vec::new();
    for (id, born) in &wrong {
        let page = ask(&t, &mut office, id, *born).await;
        assert_eq!(page.status, 422);
        assert!(page.text.contains("Không có học sinh nào"), "{}", page.text);
        pages.push(page.text.replace(id, "ID").replace(&born.strftime("%d/%m/%Y").to_string(), "DAY"));
    }
    assert!(pages.iter().all(|page| *page == pages[0]), "they look alike");
    for _ in wrong.len()..20 {
        assert_eq!(ask(&t, &mut office, nobody, day).await.status, 422);
    }
    let right = ask(&t, &mut office, &pupil.sector_id, day).await;
    assert!(right.status == 422 && right.text.contains("thử sai quá nhiều lần"), "{}", right.text);
    t.clock.advance(Duration::from_hours(24));
    let mut office = signed_in(&t, "staff").await;
    assert_eq!(ask(&t, &mut office, &pupil.sector_id, day).await.status, 303, "a day later it goes on");
} }

both! { async fn r38_a_request_is_its_two_schools_affair_and_each_has_its_own_part(t: Tour) {
    let pupil = t.person("student").clone();
    let (to, mut office) = new_school(&t, "31303499").await;
    ask(&t, &mut office, &pupil.sector_id, born(&t, "student").await).await;
    let address = first(&t, &mut office, "/console/transfers?side=in").await;
    // A third school.
    give(&t, "teacher", AdminRole::SchoolAdmin, other(&t).await).await;
    let mut third = signed_in(&t, "teacher").await;
    assert_eq!(third.get(&t, &address).await.status, 404);
    assert!(third.get(&t, "/console/transfers").await.text.contains("Không có đề nghị nào"));
    let reason = [("reason", "Chưa có giấy")];
    for (deed, typed) in [("approve", &reason[..0]), ("decline", &reason[..]), ("withdraw", &reason[..0])] {
        assert_eq!(press(&t, &mut third, &address, deed, typed).await.status, 404, "{deed}");
    }
    // The school that asks does not decide, and the one that decides does not withdraw.
    let mut head = signed_in(&t, "school_admin").await;
    assert_eq!(press(&t, &mut office, &address, "approve", &[]).await.status, 404);
    assert_eq!(press(&t, &mut head, &address, "withdraw", &[]).await.status, 404);
    // R40.
    assert_eq!(press(&t, &mut head, &address, "approve", &[("to", "x")]).await.status, 400);
    assert_eq!(schooling(&t, person(&t, "student").await).await.1, 1, "nothing was done");
    // Whoever helps with codes looks on.
    give(&t, "teacher", AdminRole::HelpDesk, to).await;
    assert_eq!(third.get(&t, &address).await.status, 200);
} }

/// A pupil of the sample's school with a temporary ID.
async fn temporary(t: &Tour, id: &str, day: Date) -> PersonId {
    let record = Record { name: PersonName::read("Trần Khánh An").unwrap(), born: Some(day), sex: None };
    let known = [(IdentifierKind::Temporary, id)];
    let who = records::register(&t.sv, &Actor::CommandLine, &record, &known, true).await.unwrap();
    let begins = vec![Event::Begins(Role::Student, org_of(t, "school_admin").await)];
    memberships::record(&t.sv, &Actor::CommandLine, who, begins, t.clock.now().day()).await.unwrap();
    who
}

both! { async fn r38_who_asks_by_a_former_id_is_not_told_the_one_it_became(t: Tour) {
    let day = date(2019, 2, 1);
    let who = temporary(&t, "TAM-000077", day).await;
    let mut head = signed_in(&t, "school_admin").await;
    press(&t, &mut head, &format!("/console/people/{who}"), "identify", &[("sector_id", "3199000077")]).await;

    let (to, mut office) = new_school(&t, "31303499").await;
    assert_eq!(ask(&t, &mut office, "TAM-000077", day).await.status, 303);
    let address = first(&t, &mut office, "/console/transfers?side=in").await;
    for page in ["/console/transfers?side=in", &address] {
        let page = office.get(&t, page).await.text;
        assert!(page.contains("TAM-000077") && !page.contains("3199000077"), "{page}");
    }
    // Whoever decides is told who it is, and so is whoever they came to.
    assert!(head.get(&t, &address).await.text.contains("3199000077"));
    press(&t, &mut head, &address, "approve", &[]).await;
    assert_eq!(schooling(&t, who).await.0, Some(to));
    assert!(office.get(&t, "/console/transfers?side=in&list=decided").await.text.contains("3199000077"));
} }

both! { async fn r38_a_school_is_told_of_who_went_on_what_it_knew(t: Tour) {
    let day = date(2019, 2, 1);
    let who = temporary(&t, "TAM-000077", day).await;
    let (mut head, (to, mut office)) = (signed_in(&t, "school_admin").await, new_school(&t, "31303499").await);
    ask(&t, &mut office, "TAM-000077", day).await;
    let address = first(&t, &mut head, "/console/transfers").await;
    press(&t, &mut head, &address, "approve", &[]).await;
    press(&t, &mut office, &format!("/console/people/{who}"), "identify", &[("sector_id", "3199000077")]).await;
    for page in ["/console/transfers?side=out&list=decided", &address] {
        let page = head.get(&t, page).await.text;
        assert!(page.contains("Trần Khánh An") && page.contains("TAM-000077"), "{page}");
        assert!(!page.contains("3199000077") && !page.contains(&who.to_string()), "{page}");
    }
    let coming = "/console/transfers?side=in&list=decided";
    assert!(office.get(&t, coming).await.text.contains("3199000077"));
    let ends = vec![Event::Ends(Role::Student, to, EndReason::Left)];
    memberships::record(&t.sv, &Actor::CommandLine, who, ends, t.clock.now().day()).await.unwrap();
    let gone = office.get(&t, coming).await.text;
    assert!(gone.contains("Trần Khánh An") && gone.contains("TAM-000077") && !gone.contains("3199000077"), "{gone}");
} }

both! { async fn r38_the_page_of_an_event_gives_no_id_of_somebody_elsewhere(t: Tour) {
    let day = date(2019, 2, 1);
    let who = temporary(&t, "TAM-000077", day).await;
    let (mut head, (_, mut office)) = (signed_in(&t, "school_admin").await, new_school(&t, "31303499").await);
    ask(&t, &mut office, "TAM-000077", day).await;
    press(&t, &mut head, &format!("/console/people/{who}"), "identify", &[("sector_id", "3199000077")]).await;
    let list = office.get(&t, "/console/audit?q=action%3Atransfer.asked").await.text;
    let mut links = list.split("href=\"/console/audit/").skip(1).filter_map(|rest| rest.split('"').next());
    let event = links.find(|id| id.len() == 36).unwrap_or_else(|| panic!("no event: {list}"));
    let page = office.get(&t, &format!("/console/audit/{event}")).await;
    assert!(page.status == 200 && !page.text.contains("3199000077"), "{}", page.text);
    let told = head.get(&t, "/console/audit?q=person%3A3199000077").await.text;
    assert!(told.contains("Trần Khánh An"), "{told}");
} }

both! { async fn r38_who_else_asked_is_not_told_to_the_school_that_the_pupil_came_to(t: Tour) {
    let pupil = t.person("student").clone();
    let (_, mut office) = new_school(&t, "31303499").await;
    give(&t, "teacher", AdminRole::SchoolAdmin, other(&t).await).await;
    let mut third = signed_in(&t, "teacher").await;
    let day = born(&t, "student").await;
    for school in [&mut office, &mut third] {
        assert_eq!(ask(&t, school, &pupil.sector_id, day).await.status, 303);
    }
    let address = first(&t, &mut office, "/console/transfers?side=in").await;
    press(&t, &mut signed_in(&t, "school_admin").await, &address, "approve", &[]).await;
    let expired = "/console/audit?q=action%3Atransfer.expired";
    let nothing = "Không có sự kiện nào khớp";
    assert!(office.get(&t, expired).await.text.contains(nothing), "theirs is the pupil, not the other's request");
    let told = third.get(&t, expired).await.text;
    assert!(!told.contains(nothing), "{told}");
} }

async fn other(t: &Tour) -> OrgId {
    let new = Founding {
        kind: OrgKind::School,
        code: SchoolCode::read("31303498").ok(),
        name: "Trường Tiểu học Thứ Ba".into(),
        levels: Levels::read("TH").unwrap(),
        parents: Vec::new(),
    };
    orgs::found(&t.sv, &Actor::CommandLine, new, t.clock.now().day()).await.unwrap()
}

both! { async fn a_request_is_declined_with_a_reason_taken_back_or_runs_out(t: Tour) {
    let pupil = t.person("student").clone();
    let (_, mut office) = new_school(&t, "31303499").await;
    let (day, mut head) = (born(&t, "student").await, signed_in(&t, "school_admin").await);
    ask(&t, &mut office, &pupil.sector_id, day).await;
    let address = first(&t, &mut head, "/console/transfers").await;
    let silent = press(&t, &mut head, &address, "decline", &[("reason", "  ")]).await;
    assert!(silent.status == 422 && silent.text.contains("reason-problem"), "{}", silent.text);
    assert_eq!(press(&t, &mut head, &address, "decline", &[("reason", "Chưa rút hồ sơ")]).await.status, 303);
    assert!(office.get(&t, &address).await.text.contains("Chưa rút hồ sơ"), "the school that asked reads why");
    press(&t, &mut head, &address, "approve", &[]).await;
    assert_eq!(schooling(&t, person(&t, "student").await).await.1, 1, "declined is declined");

    ask(&t, &mut office, &pupil.sector_id, day).await;
    let again = first(&t, &mut office, "/console/transfers?side=in").await;
    assert_ne!(again, address);
    assert_eq!(press(&t, &mut office, &again, "withdraw", &[]).await.status, 303);
    assert!(head.get(&t, &again).await.text.contains("Đã rút lại"));

    ask(&t, &mut office, &pupil.sector_id, day).await;
    let last = first(&t, &mut office, "/console/transfers?side=in").await;
    t.clock.advance(Duration::from_hours(24 * 30));
    assert!(!transfers::expire(&t.sv).await.unwrap());
    let mut head = signed_in(&t, "school_admin").await;
    assert!(head.get(&t, &last).await.text.contains("Hết hạn"));
    press(&t, &mut head, &last, "approve", &[]).await;
    assert_eq!(schooling(&t, person(&t, "student").await).await.1, 1);
} }

both! { async fn who_was_released_is_claimed_at_once_and_what_others_asked_for_is_over(t: Tour) {
    let pupil = t.person("student").clone();
    let (to, mut office) = new_school(&t, "31303499").await;
    let (from, who, day) = (org_of(&t, "school_admin").await, person(&t, "student").await, born(&t, "student").await);
    let here = ask(&t, &mut signed_in(&t, "school_admin").await, &pupil.sector_id, day).await;
    assert!(here.status == 422 && here.text.contains("đang học ở trường rồi"), "{}", here.text);
    ask(&t, &mut office, &pupil.sector_id, day).await;
    let waiting = first(&t, &mut office, "/console/transfers?side=in").await;
    let released = vec![Event::Ends(Role::Student, from, EndReason::Transferred)];
    memberships::record(&t.sv, &Actor::CommandLine, who, released, t.clock.now().day()).await.unwrap();
    let came = ask(&t, &mut office, &pupil.sector_id, day).await;
    assert_eq!(came.header("location"), "/console/transfers?side=in&list=decided&done=came", "{}", came.text);
    assert_eq!(schooling(&t, who).await, (Some(to), 2));
    assert!(office.get(&t, &waiting).await.text.contains("Hết hạn"), "nobody has to decide any more");
    assert!(signed_in(&t, "school_admin").await.get(&t, "/console/transfers?list=decided").await.text.contains(&pupil.name));
    assert_eq!(Browser::default().sign_in_as(&t, "/sign-in", "student").await.status, 303);
} }

both! { async fn who_is_let_go_while_a_school_waits_comes_without_being_asked_for_again(t: Tour) {
    let pupil = t.person("student").clone();
    let (to, mut office) = new_school(&t, "31303499").await;
    let (from, who, day) = (org_of(&t, "school_admin").await, person(&t, "student").await, born(&t, "student").await);
    let third = other(&t).await;
    let release = async |why| {
        let ends = vec![Event::Ends(Role::Student, from, why)];
        memberships::record(&t.sv, &Actor::CommandLine, who, ends, t.clock.now().day()).await.unwrap();
    };
    ask(&t, &mut office, &pupil.sector_id, day).await;
    t.clock.advance(Duration::from_secs(1));
    let claim = Claim { school: third, sector_id: SectorId::read(&pupil.sector_id).unwrap(), born: day };
    transfers::ask(&t.sv, &Standing::danger_command_line().everywhere().unwrap(), &claim).await.unwrap();
    transfers::meet(&t.sv).await.unwrap();
    assert_eq!(schooling(&t, who).await, (Some(from), 1), "their school has not let them go");
    release(EndReason::Left).await;
    transfers::meet(&t.sv).await.unwrap();
    assert_eq!(schooling(&t, who).await, (None, 1), "who has left for good is not let go to another school");
    memberships::record(&t.sv, &Actor::CommandLine, who, vec![Event::Begins(Role::Student, from)], t.clock.now().day()).await.unwrap();
    release(EndReason::Transferred).await;
    transfers::meet(&t.sv).await.unwrap();
    assert_eq!(schooling(&t, who).await.0, Some(to), "of two schools the first that asked has them");
    let coming = office.get(&t, "/console/transfers?side=in&list=decided").await.text;
    assert!(coming.contains(&pupil.name), "{coming}");
    let waiting = office.get(&t, "/console/transfers?side=in").await.text;
    assert!(!waiting.contains(&pupil.name), "{waiting}");
    let state = "SELECT t.state FROM transfers t ORDER BY t.id";
    assert_eq!(content::rows(&t.sv.store, state).await.unwrap(), ["approved", "expired"]);
    assert!(!transfers::meet(&t.sv).await.unwrap());
} }

both! { async fn a_temporary_id_is_replaced_in_place_once_and_a_pupil_is_let_go_at_the_persons_page(t: Tour) {
    let record = Record { name: PersonName::read("Trần Khánh An").unwrap(), born: None, sex: None };
    let known = [(IdentifierKind::Temporary, "TAM-000077")];
    let who = records::register(&t.sv, &Actor::CommandLine, &record, &known, true).await.unwrap();
    let begins = vec![Event::Begins(Role::Student, org_of(&t, "school_admin").await)];
    memberships::record(&t.sv, &Actor::CommandLine, who, begins, t.clock.now().day()).await.unwrap();
    let address = format!("/console/people/{who}");
    let mut head = signed_in(&t, "school_admin").await;
    assert!(head.get(&t, &address).await.text.contains("/identify"), "there is none yet");
    let taken = press(&t, &mut head, &address, "identify", &[("sector_id", &t.person("teacher").sector_id)]).await;
    let malformed = press(&t, &mut head, &address, "identify", &[("sector_id", "31")]).await;
    assert_eq!((taken.status, malformed.status), (422, 422), "whose it is, is not told");
    let new = press(&t, &mut head, &address, "identify", &[("sector_id", "3199000077")]).await;
    assert_eq!(new.header("location"), format!("{address}?done=identified"), "{}", new.text);
    assert_eq!((whose(&t, "3199000077").await.1, whose(&t, "tam-000077").await.1), (who, who), "what was printed still works");
    assert!(!head.get(&t, &address).await.text.contains("/identify"), "there is a sector ID");
    let again = press(&t, &mut head, &address, "identify", &[("sector_id", "3199000077")]).await;
    assert_eq!(again.header("location"), format!("{address}?done=nothing"));
    // Circular 42/2021: and whether somebody has the other is not told either (R38).
    for other in ["3199000078", &t.person("teacher").sector_id] {
        let kept = press(&t, &mut head, &address, "identify", &[("sector_id", other)]).await;
        assert!(kept.status == 422 && kept.text.contains("không bao giờ đổi"), "{}: {}", kept.status, kept.text);
    }
    assert_eq!(whose(&t, "3199000077").await.1, who);
    let gone = press(&t, &mut head, &address, "release", &[("why", "transferred")]).await;
    let list = "/console/people?done=released";
    assert_eq!((gone.status, gone.header("location")), (303, list), "theirs no more: {}", gone.text);
    assert!(head.get(&t, list).await.text.contains("role=\"status\""), "what was done is confirmed");
    assert!(head.get(&t, list).await.text.contains("Em đã rời trường"));
    assert_eq!(schooling(&t, who).await, (None, 1));
    assert_eq!(press(&t, &mut head, &address, "release", &[("why", "left")]).await.status, 404);
} }
