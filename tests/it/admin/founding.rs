//! P17: schools opened and closed by the department.

use std::time::Duration;

use phuong::{
    admin::founding::{self, NotFounded, Typed},
    base::id::OrgId,
    people::orgs::subject,
    services::authority::{Denied, Standing},
    store::{Tx, audit, delegations, orgs},
};

use super::{
    console::{press, signed_in},
    standing, whose,
};
use crate::{
    roster::content,
    support::{
        callers::Browser,
        tour::{Answer, Tour},
    },
};

const NEW: &str = "/console/schools/new";

async fn opens(t: &Tour, browser: &mut Browser, form: &[(&str, &str)]) -> Answer {
    let page = browser.get(t, NEW).await;
    press(t, browser, &page, NEW, form).await
}

async fn school(t: &Tour, code: &str) -> Option<orgs::OrgRow> {
    let read = async |tx: &mut Tx, code: &String| orgs::by_code(tx, "school", code).await;
    t.sv.store.read(code.to_owned(), read).await.unwrap()
}

async fn told(t: &Tour, org: OrgId) -> Vec<String> {
    let read = async |tx: &mut Tx, subject: &String| audit::about(tx, subject, 10).await;
    let events = t.sv.store.read(subject(org), read).await.unwrap();
    events.into_iter().map(|event| event.action).collect()
}

both! { async fn the_department_opens_a_school_as_a_list_would_have_brought_it(t: Tour) {
    let mut office = signed_in(&t, "sector_admin").await;
    let form = [
        ("code", " 31309999 "),
        ("name", "Trường TH&THCS  Hoa Phượng"),
        ("level-th", "yes"),
        ("level-thcs", "yes"),
        ("commune", "Phường Phượng Mới"),
    ];
    let opened = opens(&t, &mut office, &form).await;
    assert_eq!((opened.status, opened.header("location")), (303, "/console/schools/31309999?done=opened"), "{}", opened.text);
    let page = office.get(&t, "/console/schools/31309999?done=opened").await.text;
    for shown in ["Trường TH&#38;THCS Hoa Phượng", "Phường Phượng Mới", "Đã mở trường"] {
        assert!(page.contains(shown), "{shown}: {page}");
    }
    let row = school(&t, "31309999").await.unwrap();
    assert_eq!((row.levels.as_str(), row.status.as_str()), ("TH,THCS", "active"));
    assert_eq!(told(&t, row.id).await, ["org.founded"]);
    assert_eq!(opens(&t, &mut office, &form).await.status, 303, "pressed twice, opened once");
    assert_eq!(told(&t, row.id).await, ["org.founded"]);
    // The next school of the commune belongs to the same one.
    let next = [("code", "31309998"), ("name", "Trường MN Hoa Phượng"), ("level-mn", "yes"), ("commune", "phường phượng mới")];
    assert_eq!(opens(&t, &mut office, &next).await.status, 303);
    assert!(office.get(&t, "/console/schools/31309998").await.text.contains("Phường Phượng Mới"));
} }

both! { async fn what_no_school_has_is_told_field_by_field(t: Tour) {
    let mut office = signed_in(&t, "sector_admin").await;
    let taken = t.person("school_admin").school_code.clone();
    let empty = opens(&t, &mut office, &[("code", "không"), ("name", " ")]).await;
    assert_eq!(empty.status, 422);
    for told in ["Mã trường có từ 2", "Hãy ghi tên trường", "ít nhất một cấp học"] {
        assert!(empty.text.contains(told), "{told}");
    }
    let upper = |code| [("code", code), ("name", "Trường THPT Mới"), ("level-thpt", "yes"), ("commune", "")];
    let lower = [("code", "31309999"), ("name", "Trường TH Mới"), ("level-th", "yes")];
    assert!(opens(&t, &mut office, &lower).await.text.contains("Hãy ghi xã, phường"));
    assert!(opens(&t, &mut office, &upper(&taken)).await.text.contains("Một trường khác đang dùng mã này"));
    assert_eq!(opens(&t, &mut office, &upper("31309999")).await.status, 303, "an upper school has no commune");
    let page = office.get(&t, NEW).await;
    let more = [("code", "31309997"), ("name", "x"), ("level-thpt", "yes"), ("status", "closed")];
    assert_eq!(press(&t, &mut office, &page, NEW, &more).await.status, 400, "r40");
    assert!(school(&t, "31309997").await.is_none());
} }

fn typed(code: &str) -> Typed {
    let levels = phuong::model::level::Levels::read("TH").unwrap();
    Typed { code: code.into(), name: format!("Trường {code}"), levels, commune: "Phường Rất Mới".into() }
}

both! { async fn two_schools_opened_at_the_same_moment_share_their_new_commune(t: Tour) {
    let command = Standing::danger_command_line();
    let (one, other) = (command.with_the_sector(&t.sv).unwrap(), command.with_the_sector(&t.sv).unwrap());
    for turn in 0..4 {
        let (first, second) = (typed(&format!("3130970{turn}")), typed(&format!("3130980{turn}")));
        let (first, second) = tokio::join!(founding::found(&t.sv, &one, &first), founding::found(&t.sv, &other, &second));
        assert!(first.is_ok() && second.is_ok(), "{first:?} {second:?}");
    }
    let communes = "SELECT name FROM orgs WHERE kind = 'commune' AND name = 'Phường Rất Mới'";
    assert_eq!(content::rows(&t.sv.store, communes).await.unwrap().len(), 1);
} }

both! { async fn r38_who_lost_the_sector_meanwhile_opens_no_school(t: Tour) {
    let (account, head) = (whose(&t, &t.person("sector_admin").sector_id).await.0, standing(&t, "sector_admin").await);
    let (leave, org) = (head.with_the_sector(&t.sv).unwrap(), head.held()[0].org_id);
    let end = async |tx: &mut Tx, (account, org, now): &(_, _, _)| {
        delegations::end(tx, *account, *org, "sector_admin", *now).await
    };
    assert!(t.sv.store.write((account, org, t.clock.now()), end).await.unwrap());
    let no = founding::found(&t.sv, &leave, &typed("31309701")).await.unwrap_err();
    assert!(matches!(no, NotFounded::Denied(Denied::Role | Denied::Missing)), "{no}");
    assert!(school(&t, "31309701").await.is_none());
} }

both! { async fn a_school_closes_when_nobody_is_there_and_its_code_is_never_given_again(t: Tour) {
    let mut office = signed_in(&t, "sector_admin").await;
    let full = format!("/console/schools/{}/close", t.person("school_admin").school_code);
    let page = office.get(&t, &full).await;
    assert!(page.status == 200 && page.text.contains("vẫn còn người") && !page.text.contains("name=\"typed\""), "{}", page.text);
    let typed = t.person("school_admin").school_code.clone();
    let csrf = office.get(&t, NEW).await;
    let refused = press(&t, &mut office, &csrf, &full, &[("typed", &typed)]).await;
    assert_eq!(refused.status, 422, "nor by another way");
    assert_eq!(school(&t, &typed).await.unwrap().status, "active");

    let form = [("code", "31309999"), ("name", "Trường THPT Mới"), ("level-thpt", "yes")];
    assert_eq!(opens(&t, &mut office, &form).await.status, 303);
    let close = "/console/schools/31309999/close";
    let page = office.get(&t, close).await;
    let unconfirmed = press(&t, &mut office, &page, close, &[("typed", "31309998")]).await;
    assert!(unconfirmed.status == 422 && unconfirmed.text.contains("không phải mã của trường này"));
    t.advance(Duration::from_mins(6));
    assert!(office.get(&t, close).await.text.contains("login-submit"), "r44");
    let stale = press(&t, &mut office, &page, close, &[("typed", "31309999")]).await;
    assert_ne!(stale.header("location"), "/console/schools/31309999?done=closed", "r44");
    assert_eq!(school(&t, "31309999").await.unwrap().status, "active", "r44");
    let mut office = signed_in(&t, "sector_admin").await;
    let page = office.get(&t, close).await;
    let closed = press(&t, &mut office, &page, close, &[("typed", "31309999")]).await;
    assert_eq!(closed.header("location"), "/console/schools/31309999?done=closed", "{}", closed.text);
    assert_eq!(press(&t, &mut office, &page, close, &[("typed", "31309999")]).await.status, 303, "closed twice, closed once");
    let row = school(&t, "31309999").await.unwrap();
    assert_eq!((row.status.as_str(), told(&t, row.id).await), ("closed", vec!["org.closed".into(), "org.founded".into()]));
    assert!(office.get(&t, "/console/schools/31309999?done=closed").await.text.contains("Đã đóng trường"));
    assert!(opens(&t, &mut office, &form).await.text.contains("đã đóng"), "r42: not even for the same name");
} }

both! { async fn r38_no_school_opens_or_closes_a_school(t: Tour) {
    let own = t.person("school_admin").school_code.clone();
    let mut head = signed_in(&t, "school_admin").await;
    let page = head.get(&t, "/account/password").await;
    assert_eq!(head.get(&t, NEW).await.status, 404);
    let form = [("code", "31309999"), ("name", "Trường THPT Mới"), ("level-thpt", "yes")];
    assert_eq!(press(&t, &mut head, &page, NEW, &form).await.status, 404);
    let close = format!("/console/schools/{own}/close");
    assert_eq!(head.get(&t, &close).await.status, 403);
    assert_eq!(press(&t, &mut head, &page, &close, &[("typed", &own)]).await.status, 403);
    for offered in [NEW, close.as_str()] {
        let pages = [head.get(&t, "/console/schools").await, head.get(&t, &format!("/console/schools/{own}")).await];
        assert!(pages.iter().all(|page| !page.text.contains(offered)), "{offered}");
    }
    assert!(school(&t, "31309999").await.is_none());
} }
