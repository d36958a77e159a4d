//! P17: schools within reach, what is told of each, and the networks from which they sign in.

use std::net::IpAddr;

use axum::{
    body::Body,
    http::{Method, Request, header},
};
use phuong::{
    admin::supervision::{self, NotSet},
    base::{clock::Moment, id::OrgId},
    people::headcounts,
    services::{
        authority::{AdminRole, ManageSchools, Permit, Reach},
        limits::Neighbourhood,
    },
};

use super::{
    bulk::rows,
    console::{press, signed_in},
    give, org_of, other_school, standing,
};
use crate::support::{
    callers::Browser,
    tour::{Answer, Tour},
};

both! { async fn the_sector_sees_every_school_with_its_numbers_and_a_school_itself_alone(t: Tour) {
    while headcounts::work(&t.sv).await.unwrap() {}
    let own = t.person("school_admin").school_code.clone();
    let mut sector = signed_in(&t, "sector_admin").await;
    let list = sector.get(&t, "/console/schools").await;
    assert_eq!(list.status, 200, "{}", list.text);
    let codes = |page: &Answer| -> Vec<String> {
        page.text.split("<a href=\"/console/schools/").skip(1).map(|rest| rest.split('"').next().unwrap().to_owned()).collect()
    };
    let all = codes(&list);
    assert!(all.len() > 1 && all.contains(&own), "{all:?}");
    let mut head = signed_in(&t, "school_admin").await;
    assert_eq!(codes(&head.get(&t, "/console/schools").await), std::slice::from_ref(&own), "r38");
    assert_eq!(codes(&sector.get(&t, &format!("/console/schools?q={own}")).await), std::slice::from_ref(&own));
    let without = codes(&sector.get(&t, "/console/schools?lacks=administrator").await);
    assert!(!without.contains(&own) && without.len() < all.len(), "{without:?}");
    assert!(codes(&sector.get(&t, "/console/schools?status=closed").await).is_empty());
    assert!(codes(&sector.get(&t, "/console/schools?q=khong+co+truong+nay").await).is_empty());
    let below = codes(&sector.get(&t, "/console/schools?below=100").await).len();
    assert!(below > 0 && codes(&sector.get(&t, "/console/schools?below=0").await).is_empty());
    let sheet = rows(&sector.get(&t, "/console/schools/export").await);
    assert_eq!(sheet.len(), all.len() + 1);

    let page = sector.get(&t, &format!("/console/schools/{own}")).await;
    assert_eq!(page.status, 200, "{}", page.text);
    assert!(page.text.contains(&t.person("school_admin").name) && page.text.contains("Quản trị trường"));
    let own_page = head.get(&t, &format!("/console/schools/{own}")).await;
    assert!(own_page.status == 200 && !own_page.text.contains("<textarea"), "a school registers no network of its own");
    let other = all.iter().find(|code| **code != own).unwrap();
    assert_eq!(head.get(&t, &format!("/console/schools/{other}")).await.status, 404, "r38");
    assert_eq!(head.get(&t, "/console/schools/00000000").await.status, 404);
} }

both! { async fn a_sectors_administrator_registers_networks_and_nobody_else_does(t: Tour) {
    let own = t.person("school_admin").school_code.clone();
    let (mut sector, mut head) = (signed_in(&t, "sector_admin").await, signed_in(&t, "school_admin").await);
    let address = format!("/console/schools/{own}/networks");
    let page = sector.get(&t, &format!("/console/schools/{own}")).await;
    let set = async |browser: &mut Browser, text: &str| press(&t, browser, &page, &address, &[("networks", text)]).await;
    for wrong in ["0.0.0.0/0", "10.0.0.0/8", "không phải"] {
        let answer = set(&mut sector, wrong).await;
        assert!(answer.status == 422 && answer.text.contains(wrong), "{wrong}: {}", answer.text);
    }
    let several = set(&mut sector, "300.1.1.1\n203.0.113.0/28\nabc").await;
    let at_field = several.text.split("id=\"networks-problem\"").nth(1).unwrap();
    let at_field = at_field.split("<textarea").next().unwrap();
    assert!(at_field.contains("«300.1.1.1»") && at_field.contains("«abc»"), "all of them, at the field: {}", several.text);
    let saved = set(&mut sector, "203.0.113.16/28\n203.0.113.17").await;
    assert_eq!(saved.header("location"), format!("/console/schools/{own}?done=saved"));
    let shown = sector.get(&t, &format!("/console/schools/{own}?done=saved")).await.text;
    assert!(shown.contains("203.0.113.16/28") && !shown.contains("203.0.113.17"), "{shown}");
    let theirs = head.get(&t, "/account/password").await;
    let refused = press(&t, &mut head, &theirs, &address, &[("networks", "198.51.100.0/24")]).await;
    assert_eq!(refused.status, 403, "whoever administers the school asks the sector");

    let leave: Permit<ManageSchools, Reach> =
        standing(&t, "sector_admin").await.under(&t.sv, other_school(&t, "school_admin").await).await.unwrap();
    let taken = supervision::set_networks(&t.sv, &leave, "203.0.113.0/24", None).await;
    assert!(matches!(taken, Err(NotSet::Taken { .. })), "an address is one school's only: {taken:?}");
    let was = Some(vec!["192.0.2.0/24".to_owned()]);
    let overtaken = supervision::set_networks(&t.sv, &leave, "198.51.100.0/24", was).await;
    assert!(matches!(overtaken, Err(NotSet::Overtaken)), "{overtaken:?}");
    supervision::set_networks(&t.sv, &leave, "198.51.100.0/24", None).await.unwrap();
    let read = async |tx: &mut phuong::store::Tx, subject: &String| phuong::store::audit::about(tx, subject, 10).await;
    let subject = phuong::people::orgs::subject(org_of(&t, "school_admin").await);
    let told = t.sv.store.read(subject, read).await.unwrap();
    assert_eq!(told.iter().filter(|event| event.action == "org.networks_set").count(), 1);
} }

/// A try to sign in from an address, behind a proxy that is trusted.
async fn try_from(t: &Tour, address: &str, name: &str) -> Answer {
    let mut browser = Browser::default();
    let page = browser.get(t, "/sign-in").await;
    let cookies: Vec<String> = browser.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
    let form = [
        ("csrf", page.field("csrf")),
        ("flow", page.field("flow")),
        ("username", name.to_owned()),
        ("password", format!("sai mat khau {name}")),
    ];
    let body = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(form).finish();
    let request = Request::builder()
        .method(Method::POST)
        .uri("/sign-in")
        .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
        .header(header::COOKIE, cookies.join("; "))
        .header("x-forwarded-for", address)
        .extension(axum::extract::ConnectInfo(std::net::SocketAddr::from(([10, 0, 0, 1], 4000))));
    Answer::of(t.send(request.body(Body::from(body)).unwrap()).await).await
}

both! { async fn a_whole_school_may_mistype_behind_its_registered_network(t: Tour) {
    let school = org_of(&t, "school_admin").await;
    let leave: Permit<ManageSchools, Reach> = standing(&t, "sector_admin").await.under(&t.sv, school).await.unwrap();
    supervision::set_networks(&t.sv, &leave, "203.0.113.0/28", None).await.unwrap();
    while headcounts::work(&t.sv).await.unwrap() {}
    t.sv.neighbourhoods.reload().await.unwrap();
    let inside: IpAddr = "203.0.113.7".parse().unwrap();
    let Neighbourhood::School { enrolment } = t.sv.neighbourhoods.of(inside) else { panic!("registered") };
    assert!(enrolment > 0, "counted: {enrolment}");
    assert_eq!(t.sv.neighbourhoods.of("203.0.113.16".parse().unwrap()), Neighbourhood::Anywhere);
    // A school large enough for the difference to be seen, as if it had been counted so.
    let grown = async |tx: &mut phuong::store::Tx, (org, now): &(OrgId, Moment)| {
        let heads = phuong::store::headcounts::Heads { pupils: 400, ..Default::default() };
        phuong::store::headcounts::keep(tx, &[(*org, heads)], *now).await
    };
    t.sv.store.write((school, t.clock.now()), grown).await.unwrap();
    t.sv.neighbourhoods.reload().await.unwrap();
    for (address, waits) in [("203.0.113.7", false), ("192.0.2.7", true)] {
        for n in 0..30 {
            try_from(&t, address, &format!("99{n:08}")).await;
        }
        let last = try_from(&t, address, "9999999999").await.text;
        assert_eq!(last.contains("data-countdown"), waits, "{address}: {last}");
    }
} }

both! { async fn r38_a_communes_administrator_sees_its_schools(t: Tour) {
    let other = other_school(&t, "school_admin").await;
    give(&t, "school_admin", AdminRole::SchoolAdmin, other).await;
    let mut head = signed_in(&t, "school_admin").await;
    let list = head.get(&t, "/console/schools").await;
    assert!(list.text.matches("scope=\"row\"").count() >= 1);
    let home = head.get(&t, "/console").await;
    assert_eq!(home.status, 200, "{}", home.text);
} }
