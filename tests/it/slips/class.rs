//! P11: a teacher and their class.

use phuong::model::{name::PersonName, sort::SortKey};

use super::paper::read_all;
use crate::{
    admin::{
        console::{code, signed_in},
        person,
    },
    login::activation::enter,
    support::{
        callers::Browser,
        tour::{Answer, Tour},
    },
};

/// The classes that a page leads to: address and name.
fn others(page: &Answer) -> Vec<String> {
    let links = page.text.split("href=\"/class?id=").skip(1);
    links
        .map(|rest| format!("/class?id={}", rest.split('"').next().unwrap()))
        .filter(|link| !link.contains("lang="))
        .collect()
}

/// The pupils whom a page offers a code: what the form sends, and the name.
fn pupils(page: &Answer) -> Vec<(String, String)> {
    let rows = page.text.split("name=\"person\" value=\"").skip(1);
    let row = |rest: &str| {
        let (id, rest) = rest.split_once('"').unwrap();
        let name = rest.split("aria-label=\"Cấp mã cho ").nth(1).unwrap().split('"').next().unwrap();
        (id.to_owned(), name.to_owned())
    };
    rows.map(row).collect()
}

async fn send(t: &Tour, browser: &mut Browser, page: &Answer, path: &str, more: (&str, &str)) -> Answer {
    let (csrf, form, class) = (page.field("csrf"), page.field("form"), page.field("class"));
    browser.post(t, path, &[("csrf", csrf.as_str()), ("form", &form), ("class", &class), more]).await
}

both! { async fn a_teacher_gives_a_pupil_of_the_class_a_code_in_two_taps(t: Tour) {
    let mut teacher = signed_in(&t, "teacher").await;
    assert!(teacher.get(&t, "/portal").await.text.contains("href=\"/class\""), "the way there");
    let page = teacher.get(&t, "/class").await;
    assert_eq!(page.status, 200, "{}", page.text);
    let rows = pupils(&page);
    assert!(rows.iter().map(|(_, name)| SortKey::of(&PersonName::read(name).unwrap())).is_sorted(), "{rows:?}");
    let pupil = t.person("student").clone();
    let (id, _) = rows.iter().find(|(_, name)| *name == pupil.name).unwrap();
    let shown = send(&t, &mut teacher, &page, "/class/code", ("person", id)).await;
    assert_eq!(shown.status, 200, "{}", shown.text);
    assert!(shown.text.contains(&pupil.name) && shown.text.contains(&pupil.sector_id));
    assert!(!shown.text.contains("/console"), "no way into a console that the teacher has not");
    let again = send(&t, &mut teacher, &page, "/class/code", ("person", id)).await;
    assert_eq!(code(&again), code(&shown), "pressed twice, one code");
    assert_eq!(enter(&t, &mut Browser::default(), &pupil.sector_id, &code(&shown)).await.status, 200);
    assert!(!teacher.get(&t, "/class").await.text.contains(&code(&shown)), "r41: nowhere to be read again");
} }

both! { async fn a_homeroom_teacher_prints_for_the_class_at_any_hour_and_a_subject_teacher_does_not(t: Tour) {
    let mut teacher = signed_in(&t, "teacher").await;
    t.advance(std::time::Duration::from_mins(30));
    let page = teacher.get(&t, "/class").await;
    let sheets = send(&t, &mut teacher, &page, "/class/slips", ("whom", "everybody")).await;
    assert_eq!((sheets.status, sheets.header("content-type")), (200, "application/pdf"), "{}", sheets.text);
    assert!(sheets.header("content-disposition").starts_with("attachment; filename=\"phieu-"));
    let slips = read_all(&sheets.body);
    assert_eq!(slips.len(), pupils(&page).len());
    assert!(slips.iter().any(|slip| slip.sector_id == t.person("student").sector_id));
    let newcomers = send(&t, &mut teacher, &page, "/class/slips", ("whom", "newcomers")).await;
    let fewer = read_all(&newcomers.body);
    assert!(fewer.len() < slips.len() && fewer.iter().all(|slip| slip.sector_id != t.person("student").sector_id));

    let other = others(&page).into_iter().find(|link| !page.text.contains(&format!("{link}\" aria-current"))).unwrap();
    let subject = teacher.get(&t, &other).await;
    assert_eq!(subject.status, 200);
    assert!(!subject.text.contains("id=\"print-all\"") && !pupils(&subject).is_empty());
    let refused = send(&t, &mut teacher, &subject, "/class/slips", ("whom", "newcomers")).await;
    assert_eq!(refused.status, 403);
    assert!(refused.text.contains("giáo viên chủ nhiệm"), "{}", refused.text);
    let one = pupils(&subject).remove(0).0;
    assert_eq!(send(&t, &mut teacher, &subject, "/class/code", ("person", &one)).await.status, 200);
} }

both! { async fn r38_a_class_that_one_does_not_teach_is_none(t: Tour) {
    let mut teacher = signed_in(&t, "teacher").await;
    let page = teacher.get(&t, "/class").await;
    let (csrf, form, class) = (page.field("csrf"), page.field("form"), page.field("class"));
    let foreign = {
        let who = phuong::services::authority::Standing::danger_command_line();
        let school = crate::admin::other_school(&t, "teacher").await;
        let leave = who.with_group(&t.sv, phuong::services::authority::Group::School(school)).await.unwrap();
        phuong::slips::classes(&t.sv, &leave).await.unwrap()[0].id.to_string()
    };
    let outsider = person(&t, "school_admin").await.to_string();
    for id in [foreign.as_str(), "0", "", "0197a3b2-0000-7000-8000-000000000000"] {
        let shown = if id.is_empty() { 200 } else { 404 };
        assert_eq!(teacher.get(&t, &format!("/class?id={id}")).await.status, shown, "{id}");
        for (path, more) in [("/class/slips", ("whom", "everybody")), ("/class/code", ("person", outsider.as_str()))] {
            let form = [("csrf", csrf.as_str()), ("form", &form), ("class", id), more];
            assert_eq!(teacher.post(&t, path, &form).await.status, 404, "{path} {id}");
        }
    }
    let strange = [("csrf", csrf.as_str()), ("form", &form), ("class", &class), ("person", outsider.as_str())];
    assert_eq!(teacher.post(&t, "/class/code", &strange).await.status, 404, "nobody of the class");
    for role in ["student", "staff"] {
        let mut other = signed_in(&t, role).await;
        assert!(!other.get(&t, "/portal").await.text.contains("href=\"/class\""), "{role}");
        assert_eq!(other.get(&t, "/class").await.status, 404, "{role}");
        assert_eq!(other.get(&t, &format!("/class?id={class}")).await.status, 404, "{role}");
    }
} }

both! { async fn r38_who_teaches_the_class_no_more_finds_it_no_more(t: Tour) {
    use phuong::{model::{affiliation::EndReason, role::Role}, people::memberships::{self, Event}, services::audit::Actor};
    let mut teacher = signed_in(&t, "teacher").await;
    let page = teacher.get(&t, "/class").await;
    let school = phuong::admin::people::school(&t.sv, &t.person("teacher").school_code).await.unwrap().unwrap();
    // Still at the department, so that the account stays.
    let office = crate::admin::org_of(&t, "sector_admin").await;
    let (who, today) = (person(&t, "teacher").await, t.clock.now().day());
    let events = vec![Event::Begins(Role::Staff, office), Event::Ends(Role::Teacher, school, EndReason::Left)];
    assert!(memberships::record(&t.sv, &Actor::CommandLine, who, events, today).await.unwrap());
    assert_eq!(teacher.get(&t, "/class").await.status, 404);
    assert_eq!(send(&t, &mut teacher, &page, "/class/slips", ("whom", "everybody")).await.status, 404);
} }
