//! Somebody who holds rights of different kinds at different schools: lists keep to where their right allows the deed.

use phuong::services::authority::AdminRole;

use super::{
    console::{press, signed_in},
    give,
    imports::bring,
    other_school, person, teaching_at_two,
};
use crate::support::{callers::Browser, tour::Tour};

/// The head of a school, who helps at another; the code of the other.
async fn helping_elsewhere(t: &Tour) -> (Browser, String) {
    let own = &t.person("school_admin").school_code;
    let code = t.people.iter().map(|one| &one.school_code).find(|code| *code != own).unwrap().clone();
    give(t, "school_admin", AdminRole::HelpDesk, other_school(t, "school_admin").await).await;
    (signed_in(t, "school_admin").await, code)
}

both! { async fn r38_imports_of_a_school_where_one_is_help_desk_are_not_listed(t: Tour) {
    let (mut head, other) = helping_elsewhere(&t).await;
    let mut office = signed_in(&t, "sector_admin").await;
    let brought = bring(&t, &mut office, &other, &[("cua-truong-kia.csv", b"x")]).await;
    assert_eq!(brought.status, 303, "{}", brought.text);
    assert!(office.get(&t, "/console/imports").await.text.contains("cua-truong-kia.csv"));
    let list = head.get(&t, "/console/imports").await;
    assert!(list.status == 200 && !list.text.contains("cua-truong-kia.csv"), "{}", list.text);
    assert!(!head.get(&t, "/console/jobs").await.text.contains("cua-truong-kia.csv"));
    assert_eq!(head.get(&t, brought.header("location")).await.status, 403, "seen there, and not theirs to decide");
    assert!(!list.text.contains("name=\"school\""), "only one school is theirs to import for");
    assert!(!head.get(&t, "/console").await.text.contains("lần nhập đang chạy"), "nor counted");
} }

both! { async fn r38_rollovers_of_a_school_where_one_is_help_desk_are_not_listed(t: Tour) {
    let (mut head, other) = helping_elsewhere(&t).await;
    let mut office = signed_in(&t, "sector_admin").await;
    let there = format!("/console/rollover/{other}");
    let page = office.get(&t, &there).await;
    assert_eq!(press(&t, &mut office, &page, &format!("{there}/draft"), &[]).await.status, 303);
    assert!(office.get(&t, "/console/rollover").await.text.contains(&there));
    let own = head.get(&t, "/console/rollover").await;
    assert!(own.status == 200 && !own.text.contains(&there), "their own school at once: {}", own.text);
    assert_eq!(head.get(&t, &there).await.status, 403);
} }

both! { async fn r38_the_history_of_a_person_leaves_out_what_the_help_desk_does_not_read(t: Tour) {
    let (mut head, _) = helping_elsewhere(&t).await;
    let person = person(&t, "teacher").await;
    let address = format!("/console/people/{person}");
    let other = teaching_at_two(&t, "teacher", "staff").await;
    assert_eq!(other, other_school(&t, "school_admin").await);
    let mut there = signed_in(&t, "staff").await;
    let page = there.get(&t, &address).await;
    assert_eq!(press(&t, &mut there, &page, &format!("{address}/sessions"), &[]).await.status, 303);
    let told = "Tài khoản đã bị đăng xuất khỏi mọi nơi";
    assert!(there.get(&t, &address).await.text.contains(told));
    let seen = head.get(&t, &address).await;
    assert!(seen.text.contains("id=\"activity\"") && !seen.text.contains(told), "{}", seen.text);
} }
