//! Forms that hold more than their page has: refused wherever people send forms, and nothing is done (R40).

use crate::{
    house::routes::every_form,
    login::activation::{choose, enter, issue},
    support::{callers::Browser, tour::Tour},
};

both! { async fn r40_no_form_holds_what_its_page_has_not(t: Tour) {
    let mut wrong = Vec::new();
    // What the console does, it does only for who administers something: `administration`, below.
    let theirs = |path: &&String| !path.starts_with("/console/") || *path == "/console/first";
    for path in every_form("0").iter().filter(theirs) {
        let mut browser = Browser::default();
        let flow = browser.get(&t, "/sign-in").await.field("flow");
        browser.sign_in_as(&t, "/sign-in", "teacher").await;
        let csrf = browser.get(&t, "/account/password").await.field("csrf");
        for extra in ["role", "school", "verified", "sub", "account_id", "password_hash"] {
            let mut form = vec![("csrf", csrf.as_str()), (extra, "sector_admin")];
            // The flow is only where its page has one.
            if !path.starts_with("/account/") && !path.starts_with("/portal/") && !path.starts_with("/console/") {
                form.push(("flow", &flow));
            }
            let answer = browser.post(&t, path, &form).await;
            if answer.status != 400 || !answer.text.contains("id=\"op-error\"") {
                wrong.push(format!("{path} {extra}: {}", answer.status));
            }
        }
    }
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
} }

both! { async fn r40_no_form_of_administration_holds_what_its_page_has_not(t: Tour) {
    let mut head = Browser::default();
    head.sign_in_as(&t, "/sign-in", "school_admin").await;
    let csrf = head.get(&t, "/account/password").await.field("csrf");
    let forms = [
        ("/console/slips", ["form", "everybody"]),
        ("/console/transfers/new", ["sector_id", "born"]),
        ("/console/people/new", ["name", "class"]),
    ];
    for (path, fields) in forms {
        for extra in ["role", "verified", "sub", "account_id"] {
            let form = [("csrf", csrf.as_str()), (fields[0], "x"), (fields[1], "x"), (extra, "sector_admin")];
            let answer = head.post(&t, path, &form).await;
            assert_eq!(answer.status, 400, "{path} {extra}");
            assert!(answer.text.contains("id=\"op-error\""));
        }
    }
} }

both! { async fn r40_a_refused_form_has_done_nothing_and_can_be_sent_as_it_should_be(t: Tour) {
    let pupil = t.person("student").clone();
    let (_, code) = issue(&t, "student").await;
    let mut browser = Browser::default();
    let page = enter(&t, &mut browser, &pupil.sector_id, &code).await;
    let (csrf, ticket) = (page.field("csrf"), page.field("ticket"));
    let form = [("csrf", csrf.as_str()), ("ticket", &ticket), ("new", "hoa no mua he"), ("role", "sector_admin")];
    assert_eq!(browser.post(&t, "/activate/password", &form).await.status, 400);
    assert_eq!(Browser::default().sign_in(&t, "/sign-in", &pupil.sector_id, &pupil.password).await.status, 303);
    assert_eq!(choose(&t, &mut browser, &page, "hoa no mua he").await.status, 200);

    let page = browser.get(&t, "/sign-in").await;
    let (csrf, flow, before) = (page.field("csrf"), page.field("flow"), t.sv.hasher.spent());
    let form = [("csrf", csrf.as_str()), ("flow", &flow), ("username", &pupil.sector_id), ("password", "hoa no mua he"), ("sub", "x")];
    assert_eq!(browser.post(&t, "/sign-in", &form).await.status, 400);
    assert!(browser.session().is_none() && t.sv.hasher.spent() == before, "nor was it looked at");
    assert_eq!(browser.submit(&t, &page, &pupil.sector_id, "hoa no mua he").await.status, 303);
} }
