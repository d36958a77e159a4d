//! Codes for a new password: who issues them when rights change meanwhile, and whom a teacher may give one.

use std::time::Duration;

use phuong::{
    admin::{
        accounts::{self, NotDone},
        administrators,
    },
    base::secret::Token,
    services::authority::{AdminRole, Denied, Right, Standing},
    store::{Tx, audit, rescue},
};

use super::{
    console::{code, press, signed_in},
    give, org_of, other_school, person, standing, teaching_at_two, whose,
};
use crate::{login::activation, support::tour::Tour};

both! { async fn invariant_7_a_permit_of_before_somebody_rose_issues_no_code(t: Tour) {
    let staff = person(&t, "staff").await;
    let head = standing(&t, "school_admin").await;
    let before = head.over(&t.sv, staff).await.unwrap();
    let ending = head.over(&t.sv, staff).await.unwrap();
    let right = Right { role: AdminRole::SectorAdmin, org: org_of(&t, "sector_admin").await };
    let command = Standing::danger_command_line();
    let (leave, whom) = (command.delegating(&t.sv, right).await.unwrap(), command.over(&t.sv, staff).await.unwrap());
    administrators::give(&t.sv, &leave, &whom).await.unwrap();
    let no = accounts::issue_code(&t.sv, &before, &Token::random(&t.sv.entropy)).await.unwrap_err();
    assert!(matches!(no, NotDone::Denied(Denied::Upward)), "{no}");
    assert!(matches!(accounts::end_sessions(&t.sv, &ending).await, Err(NotDone::Denied(Denied::Upward))));
    let account = whose(&t, &t.person("staff").sector_id).await.0;
    assert!(!has_code(&t, account).await);
} }

both! { async fn invariant_7_at_the_same_moment_nobody_rises_over_a_code_that_stays_good(t: Tour) {
    let staff = person(&t, "staff").await;
    let account = whose(&t, &t.person("staff").sector_id).await.0;
    let right = Right { role: AdminRole::SectorAdmin, org: org_of(&t, "sector_admin").await };
    let command = Standing::danger_command_line();
    for turn in 0..8 {
        let desk = standing(&t, "school_admin").await.over(&t.sv, staff).await.unwrap();
        let (leave, whom) = (command.delegating(&t.sv, right).await.unwrap(), command.over(&t.sv, staff).await.unwrap());
        let form = Token::random(&t.sv.entropy);
        let (issued, given) =
            tokio::join!(accounts::issue_code(&t.sv, &desk, &form), administrators::give(&t.sv, &leave, &whom));
        assert!(given.unwrap().changed);
        assert!(matches!(issued, Ok(_) | Err(NotDone::Denied(Denied::Upward))), "{issued:?}");
        assert!(!has_code(&t, account).await, "turn {turn}");
        assert!(administrators::take(&t.sv, &leave, &whom).await.unwrap());
    }
} }

both! { async fn a_code_is_told_to_have_ended_with_a_role_only_when_it_was_good(t: Tour) {
    let staff = person(&t, "staff").await;
    let right = Right { role: AdminRole::HelpDesk, org: org_of(&t, "school_admin").await };
    let command = Standing::danger_command_line();
    let read_out = async || {
        let leave = command.over(&t.sv, staff).await.unwrap();
        accounts::issue_code(&t.sv, &leave, &Token::random(&t.sv.entropy)).await.unwrap();
    };
    let ends = async || {
        let (leave, whom) = (command.delegating(&t.sv, right).await.unwrap(), command.over(&t.sv, staff).await.unwrap());
        let given = administrators::give(&t.sv, &leave, &whom).await.unwrap();
        assert!(given.changed && administrators::take(&t.sv, &leave, &whom).await.unwrap());
        given.codes_ended
    };
    assert!(!ends().await, "nobody was told one");
    read_out().await;
    assert!(ends().await && !ends().await, "six digits, once");
    read_out().await;
    t.advance(Duration::from_mins(21));
    assert!(!ends().await, "their time was over");
    activation::issue(&t, "staff").await;
    assert!(ends().await && !ends().await, "what is printed, once");
    activation::issue(&t, "staff").await;
    t.advance(t.sv.settings.activation);
    assert!(!ends().await, "its time was over");
} }

async fn has_code(t: &Tour, account: phuong::base::id::AccountId) -> bool {
    let turn = (account, t.clock.now());
    let read = t.sv.store.read(turn, async |tx: &mut Tx, (account, now)| rescue::good(tx, *account, *now).await);
    read.await.unwrap().is_some()
}

both! { async fn a_teacher_who_helps_at_another_school_is_shown_the_code_they_issue_to_a_pupil(t: Tour) {
    give(&t, "teacher", AdminRole::HelpDesk, other_school(&t, "teacher").await).await;
    let pupil = t.person("student").clone();
    let address = format!("/console/people/{}", person(&t, "student").await);
    let mut teacher = signed_in(&t, "teacher").await;
    assert_eq!(teacher.get(&t, &address).await.status, 404, "they see no page of the pupil");
    let page = teacher.get(&t, "/account/password").await;
    let ask = [("form", "the-form")];
    let shown = press(&t, &mut teacher, &page, &format!("{address}/code"), &ask).await;
    assert_eq!(shown.status, 200, "{}", shown.text);
    assert_eq!(code(&shown).len(), 6);
    assert!(shown.text.contains(&pupil.name) && shown.text.contains(&pupil.sector_id), "{}", shown.text);
    assert!(!shown.text.contains(&address) && shown.text.contains("href=\"/console/people\""), "a way back that exists");
    assert!(shown.text.contains(" · "), "the class and its school: {}", shown.text);
    // A newer code of somebody else's: the form of before tells nothing, and does not lead to a page that is not there.
    let mut head = signed_in(&t, "school_admin").await;
    let theirs = head.get(&t, &address).await;
    let form = theirs.field("form");
    assert_eq!(press(&t, &mut head, &theirs, &format!("{address}/code"), &[("form", &form)]).await.status, 200);
    let again = press(&t, &mut teacher, &page, &format!("{address}/code"), &ask).await;
    assert_eq!(again.status, 409, "{}", again.text);
} }

both! { async fn r38_the_audit_of_a_person_is_read_by_right_and_within_reach(t: Tour) {
    let other = teaching_at_two(&t, "teacher", "staff").await;
    let address = format!("/console/people/{}", person(&t, "teacher").await);
    let mut there = signed_in(&t, "staff").await;
    let page = there.get(&t, &address).await;
    assert_eq!(press(&t, &mut there, &page, &format!("{address}/sessions"), &[]).await.status, 303);
    let told = "Tài khoản đã bị đăng xuất khỏi mọi nơi";
    for (role, sees) in [("staff", true), ("sector_admin", true), ("school_admin", false)] {
        let page = signed_in(&t, role).await.get(&t, &address).await;
        assert!(page.text.contains("id=\"activity\""), "{role} reads the audit trail");
        assert_eq!(page.text.contains(told), sees, "{role}");
    }
    let turn = phuong::services::audit::account(whose(&t, &t.person("teacher").sector_id).await.0);
    let read = t.sv.store.read(turn, async |tx: &mut Tx, subject: &String| audit::about(tx, subject, 50).await);
    let orgs: Vec<_> = read.await.unwrap().into_iter().filter(|e| e.action == "account.signed_out").map(|e| e.org_id).collect();
    assert_eq!(orgs, [Some(other)]);

    let pupil = format!("/console/people/{}", person(&t, "student").await);
    let mut head = signed_in(&t, "school_admin").await;
    assert!(head.get(&t, &pupil).await.text.contains("id=\"activity\""));
    give(&t, "teacher", AdminRole::HelpDesk, org_of(&t, "school_admin").await).await;
    let page = signed_in(&t, "teacher").await.get(&t, &pupil).await;
    assert_eq!(page.status, 200);
    assert!(!page.text.contains("id=\"activity\""), "the help desk does not read the audit trail");
} }
