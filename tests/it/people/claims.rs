//! What an app is told: each scope's exact claims, and to whom they belong.

use std::collections::BTreeSet;

use phuong::{
    model::{identifier::IdentifierKind, role::Role},
    people::{identifiers, memberships::Event, records, release::Profile},
    protocol::{
        client::{Audience, Client, Kind},
        registration::Registration,
        scope::KNOWN,
    },
    services::audit::Actor,
};
use serde_json::{Value, json};

use super::*;
use crate::support::{
    callers::{Browser, RelyingParty},
    tour::claims as token_claims,
};

async fn app(t: &Tour, id: &str, change: impl FnOnce(&mut Registration)) -> Client {
    let scope =
        "openid profile email phone address edu edu.contexts edu.classes edu.sector_id edu.birthdate edu.citizen_id";
    let mut ask = Registration {
        redirect_uris: vec!["https://app.example/cb".into()],
        scope: Some(scope.into()),
        ..Registration::named(id, id, Kind::Web)
    };
    change(&mut ask);
    t.register(ask).await.0
}

async fn told(t: &Tour, client: &Client, person: PersonId, scope: &str) -> Value {
    let profile = Profile::read(&t.sv, person).await.unwrap().unwrap();
    Value::Object(profile.claims(&t.sv, client, &scope.parse().unwrap()))
}

fn names(value: &Value) -> Vec<&str> {
    let mut names: Vec<&str> = value.as_object().unwrap().keys().map(String::as_str).collect();
    names.sort_unstable();
    names
}

both! { async fn each_scope_tells_exactly_its_claims(t: Tour) {
    let (client, pupil) = (app(&t, "app", |_| ()).await, person(&t, "student").await);
    let sample = t.person("student").clone();
    let actor = Actor::CommandLine;
    records::reach(&t.sv, &actor, pupil, records::ContactKind::Email, Some("em@example.edu.vn")).await.unwrap();
    records::reach(&t.sv, &actor, pupil, records::ContactKind::Phone, Some("0912000002")).await.unwrap();
    identifiers::put(&t.sv, &actor, pupil, IdentifierKind::Citizen, "031317004321", "a test").await.unwrap();
    let further = json!({ "website": "https://lop.example", "address": { "locality": "Hải Phòng" }, "shoe_size": 28 });
    records::describe(&t.sv, &actor, pupil, further.as_object().unwrap(), Some("en")).await.unwrap();

    let profile = told(&t, &client, pupil, "profile").await;
    assert_eq!(names(&profile), ["family_name", "given_name", "locale", "middle_name", "name", "updated_at", "website"]);
    assert_eq!((&profile["name"], &profile["locale"]), (&json!(sample.name), &json!("en")));
    assert_eq!(told(&t, &client, pupil, "openid").await, json!({}));
    assert_eq!(told(&t, &client, pupil, "email").await, json!({ "email": "em@example.edu.vn", "email_verified": false }));
    let phone = json!({ "phone_number": "0912000002", "phone_number_verified": false });
    assert_eq!(told(&t, &client, pupil, "phone").await, phone);
    assert_eq!(told(&t, &client, pupil, "address").await, json!({ "address": { "locality": "Hải Phòng" } }));
    assert_eq!(told(&t, &client, pupil, "edu.citizen_id").await, json!({ "edu_citizen_id": "031317004321" }));
    assert_eq!(names(&told(&t, &client, pupil, "edu.birthdate").await), ["birthdate"]);
    let code = format!("urn:schac:personalUniqueCode:vn:sectorID:localhost:{}", sample.sector_id);
    let ids = json!({ "edu_sector_id": sample.sector_id, "schac_personal_unique_code": [code] });
    assert_eq!(told(&t, &client, pupil, "edu.sector_id").await, ids);

    let edu = told(&t, &client, pupil, "edu").await;
    let all = ["edu_context", "eduperson_affiliation", "eduperson_scoped_affiliation", "schac_home_organization"];
    assert_eq!(names(&edu), all);
    assert_eq!(edu["eduperson_affiliation"], json!(["student"]));
    assert_eq!(edu["eduperson_scoped_affiliation"], json!([format!("student@{}.localhost", sample.school_code)]));
    assert_eq!(edu["schac_home_organization"], "localhost");
    let context = ["grade", "id", "level", "org", "org_code", "role", "school_year", "status"];
    assert_eq!(names(&edu["edu_context"]), context);
    assert_eq!(told(&t, &client, pupil, "edu.contexts").await, json!({ "edu_contexts": [edu["edu_context"]] }));
    let classes = told(&t, &client, pupil, "edu.classes").await;
    assert_eq!(names(&classes["edu_classes"][0]), ["code", "function", "grade", "id"]);
    assert_eq!(classes["edu_classes"][0]["function"], "pupil");
} }

/// A pupil of whom everything is known that can be: each standard claim of Core 5.1 that a document may hold.
async fn well_known(t: &Tour) -> PersonId {
    let (pupil, actor) = (person(t, "student").await, Actor::CommandLine);
    for (kind, value) in
        [(records::ContactKind::Email, "em@example.edu.vn"), (records::ContactKind::Phone, "0912000002")]
    {
        records::reach(&t.sv, &actor, pupil, kind, Some(value)).await.unwrap();
    }
    identifiers::put(&t.sv, &actor, pupil, IdentifierKind::Citizen, "031317004321", "a test").await.unwrap();
    let further = json!({
        "nickname": "Na", "preferred_username": "na", "profile": "https://na.example", "picture": "https://na.example/p",
        "website": "https://na.example", "gender": "female", "birthdate": "2017-03-14", "zoneinfo": "Asia/Ho_Chi_Minh",
        "address": { "locality": "Hải Phòng" },
    });
    records::describe(&t.sv, &actor, pupil, further.as_object().unwrap(), Some("vi")).await.unwrap();
    pupil
}

both! { async fn the_metadata_announces_each_claim_that_can_be_told_and_no_other(t: Tour) {
    let (client, pupil) = (app(&t, "app", |_| ()).await, well_known(&t).await);
    let everything = told(&t, &client, pupil, &KNOWN.join(" ")).await;
    let app = RelyingParty::new(&t, "party").await;
    let tokens = app.tokens(&t, &mut Browser::default(), "").await;
    let id_token = token_claims(tokens["id_token"].as_str().unwrap());
    let can_be_told: BTreeSet<&str> = names(&everything).into_iter().chain(names(&id_token)).collect();
    for document in ["/.well-known/openid-configuration", "/.well-known/oauth-authorization-server"] {
        let metadata = t.get(document, None).await.json();
        let announced: Vec<&str> = metadata["claims_supported"].as_array().unwrap().iter().filter_map(Value::as_str).collect();
        assert_eq!(announced.iter().copied().collect::<BTreeSet<_>>(), can_be_told, "{document}");
        assert_eq!(announced.len(), can_be_told.len(), "{document} says something twice");
    }
} }

both! { async fn ids_of_contexts_and_classes_differ_between_apps_and_not_within_a_named_sector(t: Tour) {
    let pupil = person(&t, "student").await;
    let (one, two) = (app(&t, "one", |_| ()).await, app(&t, "two", |_| ()).await);
    let named = |ask: &mut Registration| ask.sector = Some("learning".into());
    let (three, four) = (app(&t, "three", named).await, app(&t, "four", named).await);
    let scope = "edu edu.contexts edu.classes";
    let ids = async |client: &Client| {
        let told = told(&t, client, pupil, scope).await;
        (told["edu_context"]["id"].clone(), told["edu_classes"][0]["id"].clone(), t.sv.subjects.person(&client.subject, pupil))
    };
    let (a, b) = (ids(&one).await, ids(&two).await);
    assert!(a.0 != b.0 && a.1 != b.1 && a.2 != b.2);
    assert_eq!(ids(&three).await, ids(&four).await);
} }

both! { async fn the_release_list_says_whose_claims_an_app_is_told(t: Tour) {
    let (pupil, teacher) = (person(&t, "student").await, person(&t, "teacher").await);
    for somebody in [pupil, teacher] {
        let email = Some("x@example.edu.vn");
        records::reach(&t.sv, &Actor::CommandLine, somebody, records::ContactKind::Email, email).await.unwrap();
    }
    let of_teachers = Audience { roles: ["teacher".to_owned()].into(), ..Audience::default() };
    let client = app(&t, "app", |ask| {
        ask.release.insert("email".into(), of_teachers.clone());
        ask.release.insert("edu.sector_id".into(), of_teachers);
    }).await;
    assert_eq!(told(&t, &client, pupil, "email edu.sector_id").await, json!({}));
    assert_eq!(told(&t, &client, teacher, "email edu.sector_id").await.as_object().unwrap().len(), 4);
    // What needs approval is told to nobody who was not approved, whatever the scope says.
    let unapproved = Client { release: std::collections::BTreeMap::new(), ..client };
    let asked = "email phone address edu.birthdate edu.citizen_id";
    assert_eq!(told(&t, &unapproved, teacher, asked).await, json!({}));
} }

both! { async fn the_context_is_one_that_the_app_is_there_for(t: Tour) {
    let teacher = person(&t, "teacher").await;
    let host = another_school(&t, &t.person("teacher").school_code);
    let at = school(&t, &host).await;
    happen(&t, teacher, vec![Event::Begins(Role::Teacher, at)]).await.unwrap();
    let client = app(&t, "host", |ask| ask.audience.schools = [host.clone()].into()).await;
    let all = told(&t, &client, teacher, "edu edu.contexts").await;
    assert_eq!(all["edu_context"]["org_code"], json!(host));
    assert_eq!(all["edu_contexts"].as_array().unwrap().len(), 2);
    assert_eq!(all["eduperson_affiliation"], json!(["faculty", "employee", "member"]));
} }

both! { async fn an_app_with_no_scope_of_the_sector_is_told_what_was_approved(t: Tour) {
    let teacher = person(&t, "teacher").await;
    let email = Some("thay@example.edu.vn");
    records::reach(&t.sv, &Actor::CommandLine, teacher, records::ContactKind::Email, email).await.unwrap();
    let app = RelyingParty::registered(&t, "mail", |ask| Registration { scope: Some("openid email".into()), ..ask }).await;
    let tokens = app.tokens(&t, &mut Browser::default(), "&scope=openid%20email").await;
    let me = t.get("/userinfo", tokens["access_token"].as_str()).await.json();
    assert_eq!(names(&me), ["email", "email_verified", "sub"]);
} }
