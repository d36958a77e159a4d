//! The console's navigation: what is offered opens, what is not does not, and the page says where it is.

use std::collections::BTreeSet;

use phuong::services::authority::AdminRole;

use super::{console::signed_in, give, org_of};
use crate::support::tour::{Answer, Tour};

/// The navigation of a page.
fn navigation(page: &Answer) -> &str {
    let from = page.text.find("<nav class=\"sections\"").expect("a page of the console");
    page.text[from..].split("</nav>").next().unwrap()
}

/// Where it leads.
fn offered(page: &Answer) -> BTreeSet<String> {
    navigation(page).split("href=\"").skip(1).map(|rest| rest.split('"').next().unwrap().to_owned()).collect()
}

both! { async fn r38_what_is_offered_opens_and_what_is_not_does_not(t: Tour) {
    let school = org_of(&t, "school_admin").await;
    give(&t, "staff", AdminRole::HelpDesk, school).await;
    give(&t, "teacher", AdminRole::Auditor, school).await;
    let everything = offered(&signed_in(&t, "sector_admin").await.get(&t, "/console").await);
    assert!(everything.len() > 5, "{everything:?}");
    for role in ["sector_admin", "school_admin", "staff", "teacher"] {
        let mut browser = signed_in(&t, role).await;
        let own = offered(&browser.get(&t, "/console").await);
        assert!(own.is_subset(&everything) && own.contains("/console/people"), "{role}: {own:?}");
        assert!(role != "staff" || own.len() < everything.len(), "{own:?}");
        for address in &everything {
            let status = browser.get(&t, address).await.status;
            let expected: &[u16] = if own.contains(address) { &[200] } else { &[403, 404] };
            assert!(expected.contains(&status), "{role}: {address}: {status}");
        }
    }
} }

both! { async fn a_page_says_where_it_is(t: Tour) {
    let mut browser = signed_in(&t, "sector_admin").await;
    for (address, current) in [("/console", "page"), ("/console/people", "page"), ("/console/transfers/new", "true")] {
        let page = browser.get(&t, address).await;
        let place = address.trim_end_matches("/new");
        let mark = format!("href=\"{place}\" aria-current=\"{current}\"");
        assert!(navigation(&page).contains(&mark), "{address}: {}", navigation(&page));
        assert!(navigation(&page).contains("<details"), "folded on a small screen");
    }
    let lost = browser.get(&t, "/console/nowhere").await;
    assert!(!lost.text.contains("class=\"sections\""), "outside the console there is none of it");
} }
