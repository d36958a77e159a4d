//! One person's record, corrected by whoever sees that it is wrong.

use std::time::Duration;

use jiff::ToSpan;
use phuong::{
    admin::corrections::{self, NotCorrected, Typed},
    base::{
        clock::Moment,
        id::{AccountId, PersonId},
    },
    on_db,
    services::authority::{AdminRole, Right, Standing},
    store::{Tx, audit, delegations},
};

use super::{
    console::{press, signed_in},
    give, org_of, other_school, person, standing, whose,
};
use crate::support::{
    callers::{Browser, RelyingParty},
    tour::{Answer, Tour},
};

/// The lines of the trail that tell of corrections of somebody, with their details.
async fn lines(t: &Tour, role: &str) -> Vec<String> {
    let subject = phuong::services::audit::account(whose(t, &t.person(role).sector_id).await.0);
    let read = async |tx: &mut Tx, subject: &String| audit::about(tx, subject, 50).await;
    let events = t.sv.store.read(subject, read).await.unwrap();
    events.into_iter().filter(|event| event.action == "person.corrected").map(|event| event.detail).collect()
}

async fn mark_as_imported(t: &Tour, person: PersonId) {
    let mark = async |tx: &mut Tx, id: &PersonId| {
        on_db!(tx, sqlx::query("UPDATE persons SET imprint = 7 WHERE id = $1").bind(*id)).map(drop)
    };
    t.sv.store.write(person, mark).await.unwrap();
}

async fn imprint(t: &Tour, person: PersonId) -> Option<i64> {
    let read = async |tx: &mut Tx, id: &PersonId| {
        let row: (Option<i64>,) =
            on_db!(tx, c => sqlx::query_as("SELECT imprint FROM persons WHERE id = $1").bind(*id).fetch_one(&mut *c))?;
        Ok(row.0)
    };
    t.sv.store.read(person, read).await.unwrap()
}

/// How somebody is reached: the kind, the value, whether it was proved, and who said so.
async fn reached(t: &Tour, person: PersonId) -> Vec<(String, String, bool, String)> {
    const SQL: &str = "SELECT kind, value, verified, source FROM contacts WHERE person_id = $1 ORDER BY kind, value";
    let read = async |tx: &mut Tx, id: &PersonId| {
        let rows: Vec<(String, String, bool, String)> =
            on_db!(tx, c => sqlx::query_as(SQL).bind(*id).fetch_all(&mut *c))?;
        Ok(rows)
    };
    t.sv.store.read(person, read).await.unwrap()
}

fn by_hand(kind: &str, value: &str) -> (String, String, bool, String) {
    (kind.to_owned(), value.to_owned(), false, "by hand".to_owned())
}

/// Takes a right from the sample person of a role.
async fn withdraw(t: &Tour, role: &str, right: Right) {
    let turn = (whose(t, &t.person(role).sector_id).await.0, right, t.clock.now());
    let end = async |tx: &mut Tx, (account, right, now): &(AccountId, Right, Moment)| {
        delegations::end(tx, *account, right.org, right.role.as_str(), *now).await
    };
    assert!(t.sv.store.write(turn, end).await.unwrap());
}

/// Sends the form with what is typed in place of what it holds.
async fn send(t: &Tour, browser: &mut Browser, form: &Answer, address: &str, typed: &[(&str, &str)]) -> Answer {
    let held = ["was", "name", "born", "email", "phone"].map(|field| (field, form.field(field)));
    let kept = held.iter().map(|(field, value)| (*field, value.as_str()));
    let kept = kept.filter(|(field, _)| !typed.iter().any(|(other, _)| other == field));
    let all: Vec<(&str, &str)> = kept.chain(typed.iter().copied()).collect();
    press(t, browser, form, &format!("{address}/correct"), &all).await
}

both! { async fn r50_a_birth_date_is_corrected_in_the_console_and_the_trail_names_the_field_alone(t: Tour) {
    let pupil = person(&t, "student").await;
    let address = format!("/console/people/{pupil}");
    let mut head = signed_in(&t, "school_admin").await;
    mark_as_imported(&t, pupil).await;
    t.advance(Duration::from_secs(1));
    let page = head.get(&t, &address).await;
    assert!(page.text.contains(&format!("href=\"{address}/correct\"")), "{}", page.text);
    let form = head.get(&t, &format!("{address}/correct")).await;
    assert_eq!((form.status, form.field("name")), (200, t.person("student").name.clone()), "{}", form.text);

    let done = send(&t, &mut head, &form, &address, &[("born", "5/4/2016")]).await;
    assert_eq!((done.status, done.header("location")), (303, format!("{address}?done=corrected").as_str()), "{}", done.text);
    let shown = head.get(&t, done.header("location")).await.text;
    assert!(shown.contains("05/04/2016") && shown.contains("Đã sửa thông tin"), "{shown}");
    assert_eq!(imprint(&t, pupil).await, None, "the next list is compared with it");
    assert_eq!(lines(&t, "student").await, ["{\"fields\":[\"birth_date\"]}"]);

    let again = head.get(&t, &format!("{address}/correct")).await;
    assert_eq!(again.field("born"), "05/04/2016");
    let same = send(&t, &mut head, &again, &address, &[("born", "2016-04-05")]).await;
    assert_eq!(same.header("location"), format!("{address}?done=unchanged"));
    assert!(head.get(&t, same.header("location")).await.text.contains("Không có gì thay đổi"));
    assert_eq!(lines(&t, "student").await.len(), 1, "nothing was done, and nothing is told");
} }

both! { async fn r50_how_somebody_is_reached_is_set_changed_and_taken_away_and_apps_are_told(t: Tour) {
    let pupil = person(&t, "student").await;
    let address = format!("/console/people/{pupil}");
    let (app, mut own) = (RelyingParty::new(&t, "app").await, Browser::default());
    own.sign_in_as(&t, "/sign-in", "student").await;
    let tokens = app.tokens(&t, &mut own, "&scope=openid%20email%20phone").await;
    let mut head = signed_in(&t, "school_admin").await;
    mark_as_imported(&t, pupil).await;
    let form = head.get(&t, &format!("{address}/correct")).await;
    assert_eq!((form.field("email"), form.field("phone")), (String::new(), String::new()));
    let typed = [("email", " Em@truong.example "), ("phone", "+84 912 000 002")];
    let done = send(&t, &mut head, &form, &address, &typed).await;
    assert_eq!((done.status, done.header("location")), (303, format!("{address}?done=corrected").as_str()), "{}", done.text);
    let both = [by_hand("email", "Em@truong.example"), by_hand("phone", "0912000002")];
    assert_eq!(reached(&t, pupil).await, both);
    assert_eq!(imprint(&t, pupil).await, None, "the next list is compared with it");
    assert_eq!(lines(&t, "student").await, ["{\"fields\":[\"email\",\"phone\"]}"]);
    let me = t.get("/userinfo", tokens["access_token"].as_str()).await.json();
    assert_eq!((&me["email"], &me["email_verified"]), (&"Em@truong.example".into(), &false.into()), "{me}");
    assert_eq!(me["phone_number"], "0912000002", "{me}");

    let form = head.get(&t, &format!("{address}/correct")).await;
    assert_eq!((form.field("email"), form.field("phone")), ("Em@truong.example".to_owned(), "0912000002".to_owned()));
    let same = send(&t, &mut head, &form, &address, &[("phone", "912.000.002")]).await;
    assert_eq!(same.header("location"), format!("{address}?done=unchanged"));
    t.advance(Duration::from_secs(1));
    let typed = [("email", "em.2@truong.example"), ("phone", " ")];
    assert_eq!(send(&t, &mut head, &form, &address, &typed).await.status, 303);
    assert_eq!(reached(&t, pupil).await, [by_hand("email", "em.2@truong.example")]);
    let me = t.get("/userinfo", tokens["access_token"].as_str()).await.json();
    assert_eq!((&me["email"], me.get("phone_number")), (&"em.2@truong.example".into(), None), "{me}");
    let told = lines(&t, "student").await;
    assert!(told.len() == 2 && told.iter().all(|line| !line.contains('@') && !line.contains("912")), "r50: {told:?}");
} }

both! { async fn what_was_proved_stays_so_until_another_is_typed(t: Tour) {
    let pupil = person(&t, "student").await;
    let leave = Standing::danger_command_line().over(&t.sv, pupil).await.unwrap();
    let email = |text: &str| Typed { email: Some(text.to_owned()), ..Typed::default() };
    assert!(corrections::correct(&t.sv, &leave, &email("em@truong.example"), None).await.unwrap());
    let prove = async |tx: &mut Tx, id: &PersonId| {
        on_db!(tx, sqlx::query("UPDATE contacts SET verified = TRUE WHERE person_id = $1").bind(*id)).map(drop)
    };
    t.sv.store.write(pupil, prove).await.unwrap();
    let named = Typed { name: Some("Nguyễn Thị Khác".to_owned()), ..email("em@truong.example") };
    assert!(corrections::correct(&t.sv, &leave, &named, None).await.unwrap());
    assert!(reached(&t, pupil).await[0].2, "it is the same address");
    assert!(corrections::correct(&t.sv, &leave, &email("em.2@truong.example"), None).await.unwrap());
    assert_eq!(reached(&t, pupil).await, [by_hand("email", "em.2@truong.example")]);
} }

both! { async fn whoever_is_called_otherwise_is_found_by_the_new_name_alone(t: Tour) {
    let address = format!("/console/people/{}", person(&t, "student").await);
    let mut head = signed_in(&t, "school_admin").await;
    let form = head.get(&t, &format!("{address}/correct")).await;
    let typed = [("name", " Zuchinthe  Xuân Quyxich "), ("sex", "male")];
    assert_eq!(send(&t, &mut head, &form, &address, &typed).await.status, 303);
    let shown = head.get(&t, &address).await.text;
    assert!(shown.contains("<h1>Zuchinthe Xuân Quyxich</h1>") && shown.contains("<dd>Nam</dd>"), "{shown}");
    assert!(head.get(&t, "/console/people?q=quyxich+zuchin").await.text.contains(&address));
    let before = t.person("student").name.clone();
    let query: String = url::form_urlencoded::byte_serialize(before.as_bytes()).collect();
    assert!(!head.get(&t, &format!("/console/people?q={query}")).await.text.contains(&address));
    let details = lines(&t, "student").await;
    assert!(details.len() == 1 && details[0].contains("\"name\"") && !details[0].contains("Xuân"), "r50: {details:?}");
} }

both! { async fn what_is_wrong_is_told_beside_its_field_and_nothing_typed_is_lost(t: Tour) {
    let address = format!("/console/people/{}", person(&t, "student").await);
    let mut head = signed_in(&t, "school_admin").await;
    let form = head.get(&t, &format!("{address}/correct")).await;
    let tomorrow = t.clock.now().day().checked_add(1.day()).unwrap().strftime("%d/%m/%Y").to_string();
    let mistakes = [
        ("born", "31/2/2016", "Không có ngày này"),
        ("born", "14/3/16", "năm có 4 chữ số"),
        ("born", "14/3/1016", "từ 1900"),
        ("born", tomorrow.as_str(), "ở tương lai"),
        ("born", "", "ngày/tháng/năm"),
        ("name", " ", "Hãy ghi họ và tên"),
        ("name", "An = Bình", "ký tự không thuộc về tên"),
        ("name", "Nguy?n V?n B?y", "chữ đã mất khi lưu tệp"),
        ("sex", "x", "nam hoặc nữ"),
        ("email", "em@truong", "e-mail chưa đúng"),
        ("phone", "113", "số 0 và 9 chữ số"),
    ];
    for (field, text, told) in mistakes {
        let other = if field == "name" { ("born", "6/5/2016") } else { ("name", "Nguyễn Giữ Nguyên") };
        let refused = send(&t, &mut head, &form, &address, &[(field, text), other]).await;
        assert_eq!(refused.status, 422, "{text}: {}", refused.text);
        assert_eq!(refused.field(other.0), other.1, "{text}");
        if field != "sex" {
            assert_eq!(refused.field(field), text);
        }
        let beside = format!("id=\"{field}-problem\"");
        let after = refused.text.split(&beside).nth(1).unwrap_or_else(|| panic!("{text}: {}", refused.text));
        assert!(after.split("</p>").next().unwrap().contains(told), "{text}: {after}");
        assert_eq!(refused.field("was"), form.field("was"), "still as they saw it");
    }
    assert_eq!(lines(&t, "student").await, Vec::<String>::new(), "nothing was done");
    assert!(reached(&t, person(&t, "student").await).await.is_empty());
} }

both! { async fn whoever_looked_before_another_corrected_is_told_so_and_loses_nothing(t: Tour) {
    let pupil = person(&t, "student").await;
    let address = format!("/console/people/{pupil}");
    let mut head = signed_in(&t, "school_admin").await;
    t.advance(Duration::from_secs(1));
    let form = head.get(&t, &format!("{address}/correct")).await;
    let leave = Standing::danger_command_line().over(&t.sv, pupil).await.unwrap();
    let typed = Typed { name: Some("Nguyễn Do Người Khác".to_owned()), ..Typed::default() };
    t.advance(Duration::from_secs(1));
    assert!(corrections::correct(&t.sv, &leave, &typed, None).await.unwrap());

    let late = send(&t, &mut head, &form, &address, &[("born", "7/6/2016")]).await;
    assert_eq!((late.status, late.field("born").as_str()), (422, "7/6/2016"), "{}", late.text);
    assert!(late.text.contains("vừa được người khác") && late.text.contains("Nguyễn Do Người Khác"), "{}", late.text);
    assert_eq!(lines(&t, "student").await.len(), 1);
    let done = send(&t, &mut head, &late, &address, &[("name", "Nguyễn Do Người Khác")]).await;
    assert_eq!(done.status, 303, "they know of it now: {}", done.text);
    assert_eq!(lines(&t, "student").await[0], "{\"fields\":[\"birth_date\"]}");
} }

both! { async fn r38_r39_another_school_finds_nobody_and_the_help_desk_and_the_auditor_correct_nobody(t: Tour) {
    let address = format!("/console/people/{}", person(&t, "student").await);
    let typed = [("name", "Nguyễn Ai Đó"), ("born", "5/4/2016")];
    let home = org_of(&t, "school_admin").await;
    give(&t, "teacher", AdminRole::SchoolAdmin, other_school(&t, "student").await).await;
    let mut elsewhere = signed_in(&t, "teacher").await;
    assert_eq!(elsewhere.get(&t, &format!("{address}/correct")).await.status, 404);
    let own = elsewhere.get(&t, "/account/password").await;
    assert_eq!(press(&t, &mut elsewhere, &own, &format!("{address}/correct"), &typed).await.status, 404);
    for role in [AdminRole::HelpDesk, AdminRole::Auditor] {
        let right = give(&t, "staff", role, home).await;
        let mut looks = signed_in(&t, "staff").await;
        let page = looks.get(&t, &address).await;
        assert!(page.status == 200 && !page.text.contains("/correct\""), "{role:?}: {}", page.text);
        assert_eq!(looks.get(&t, &format!("{address}/correct")).await.status, 403, "{role:?}");
        let own = looks.get(&t, "/account/password").await;
        let refused = press(&t, &mut looks, &own, &format!("{address}/correct"), &typed).await;
        assert_eq!(refused.status, 403, "{role:?}: {}", refused.text);
        withdraw(&t, "staff", right).await;
    }
    let mut head = signed_in(&t, "school_admin").await;
    let mine = format!("/console/people/{}", person(&t, "school_admin").await);
    assert_eq!(head.get(&t, &format!("{mine}/correct")).await.status, 403, "nobody corrects themselves");
    assert_eq!(lines(&t, "student").await, Vec::<String>::new());
} }

both! { async fn r39_a_right_that_was_lost_since_corrects_nobody(t: Tour) {
    let pupil = person(&t, "student").await;
    let leave = standing(&t, "school_admin").await.over(&t.sv, pupil).await.unwrap();
    let right = Right { role: AdminRole::SchoolAdmin, org: org_of(&t, "school_admin").await };
    withdraw(&t, "school_admin", right).await;
    let typed = Typed { born: Some("5/4/2016".to_owned()), ..Typed::default() };
    let refused = corrections::correct(&t.sv, &leave, &typed, None).await;
    assert!(matches!(refused, Err(NotCorrected::Denied(_))), "{refused:?}");
    assert_eq!(lines(&t, "student").await, Vec::<String>::new());
} }
