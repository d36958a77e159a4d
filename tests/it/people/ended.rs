//! Access ends with what it rests on: invariant 9 and R15.

use std::time::Duration;

use phuong::{
    admin::{
        accounts::suspend,
        dormant::{self, Fate, Which},
    },
    base::page::Ask,
    model::{account::AccountState, affiliation::EndReason, role::Role},
    on_db,
    people::{accounts as deeds, memberships::Event, orgs},
    protocol::{
        client::{ClientId, State},
        registration::Registration,
    },
    services::{audit::Actor, authority::Standing},
    store::{Tx, accounts},
    worker,
};

use super::*;
use crate::support::{
    callers::{Browser, RelyingParty},
    receiver::Receiver,
    tour::{Tour, claims},
};

/// What an app holds of somebody, before something ends.
struct Held {
    app: RelyingParty,
    browser: Browser,
    code: String,
    tokens: serde_json::Value,
}

impl Held {
    async fn of(t: &Tour, app: RelyingParty, role: &str) -> Self {
        let mut browser = Browser::default();
        let first = browser.sign_in_as(t, &app.authorize(""), role).await.sent("code").unwrap();
        let tokens = app.redeem(t, &first).await.json();
        let code = browser.get(t, &app.authorize("&prompt=none")).await.sent("code").unwrap();
        Self { app, browser, code, tokens }
    }

    fn token(&self, name: &str) -> &str {
        self.tokens[name].as_str().unwrap()
    }

    /// R15: a new code, the old code, the refresh token, the access token at userinfo and at introspection.
    async fn gets_nothing(mut self, t: &Tour) {
        let answer = self.browser.get(t, &self.app.authorize("&prompt=none")).await;
        assert!(answer.sent("code").is_none(), "{} {}", answer.status, answer.header("location"));
        assert!(self.app.redeem(t, &self.code).await.status >= 400, "an old code");
        assert!(self.app.refresh(t, self.token("refresh_token")).await.status >= 400, "a refresh token");
        assert_eq!(t.get("/userinfo", Some(self.token("access_token"))).await.status, 401);
        let auth = Some((self.app.id.as_str(), self.app.secret.as_str()));
        let told = t.post("/introspect", auth, &[("token", self.token("access_token"))]).await;
        assert!(told.status == 401 || told.json()["active"] == false, "{}", told.text);
    }

    async fn still_works(&mut self, t: &Tour) {
        let next = self.app.refresh(t, self.token("refresh_token")).await;
        assert_eq!(next.status, 200, "{}", next.text);
        self.tokens = next.json();
        assert_eq!(t.get("/userinfo", Some(self.token("access_token"))).await.status, 200);
    }
}

/// An app for some schools, with a service's grant of its own, that wants to hear of sign-outs.
async fn school_app(t: &Tour, id: &str, school: &str, told: &Receiver) -> RelyingParty {
    let (school, uri) = (school.to_owned(), told.address());
    RelyingParty::registered(t, id, |mut ask: Registration| {
        ask.audience.schools = [school].into();
        ask.backchannel_logout_uri = Some(uri);
        ask
    })
    .await
}

both! { async fn r15_a_suspended_user_gets_nothing_from_any_grant(t: Tour) {
    let held = Held::of(&t, RelyingParty::new(&t, "app").await, "teacher").await;
    let account = whose(&t, &t.person("teacher").sector_id).await.0;
    let change = accounts::Transition { account, from: AccountState::Active, to: AccountState::Suspended, reason: None, over: None, now: t.clock.now() };
    let write = async |tx: &mut Tx, change: &accounts::Transition| accounts::transition(tx, change).await;
    assert!(t.sv.store.write(change, write).await.unwrap());
    held.gets_nothing(&t).await;
} }

both! { async fn r15_a_disabled_client_gets_nothing_from_any_grant(t: Tour) {
    let held = Held::of(&t, RelyingParty::new(&t, "app").await, "teacher").await;
    let client = (*t.sv.clients.by_id(&ClientId("app".into())).unwrap()).clone();
    t.change(&phuong::protocol::client::Client { state: State::Disabled, ..client }, false).await;
    held.gets_nothing(&t).await;
} }

both! { async fn r15_a_closed_school_gets_nothing_from_any_grant_before_anything_else_has_run(t: Tour) {
    let school = t.person("teacher").school_code.clone();
    let told = Receiver::start().await;
    let open = Held::of(&t, RelyingParty::new(&t, "open").await, "teacher").await;
    let bound = Held::of(&t, school_app(&t, "bound", &school, &told).await, "teacher").await;
    let (service, secret) = t.register(Registration {
        scope: Some("edu".into()),
        audience: bound_to(&school),
        ..Registration::named("service", "A school's own service", phuong::protocol::client::Kind::Service)
    }).await;
    let auth = Some((service.client_id.0.as_str(), secret.as_str()));
    let form = [("grant_type", "client_credentials")];
    assert_eq!(t.post("/token", auth, &form).await.status, 200);

    orgs::close(&t.sv, &Actor::CommandLine, school_of(&t, "teacher").await).await.unwrap();
    let refused = t.post("/token", auth, &form).await;
    assert_eq!((refused.status, refused.error().as_str()), (401, "invalid_client"), "{}", refused.text);
    open.gets_nothing(&t).await;
    bound.gets_nothing(&t).await;
} }

fn bound_to(school: &str) -> phuong::protocol::client::Audience {
    phuong::protocol::client::Audience { schools: [school.to_owned()].into(), ..Default::default() }
}

both! { async fn when_a_school_closes_what_people_were_there_ends_and_their_apps_are_told(t: Tour) {
    let school = t.person("teacher").school_code.clone();
    let told = Receiver::start().await;
    let app = school_app(&t, "bound", &school, &told).await;
    let held = Held::of(&t, app, "teacher").await;
    let teacher = person(&t, "teacher").await;
    orgs::close(&t.sv, &Actor::CommandLine, school_of(&t, "teacher").await).await.unwrap();
    // The first run ends what people were and leaves notices; the second sends them.
    while worker::do_jobs(&t.sv).await.unwrap() {}
    worker::do_jobs(&t.sv).await.unwrap();
    assert_eq!(state(&t, teacher).await, "dormant");
    let notice = claims(&told.next().await);
    assert_eq!(notice["sub"], claims(held.token("id_token"))["sub"]);
    let again = orgs::close(&t.sv, &Actor::CommandLine, school_of(&t, "teacher").await).await;
    assert!(matches!(again, Err(PeopleError::NoSuchOrg)));
} }

both! { async fn invariant_9_the_last_affiliation_that_an_apps_access_rests_on_takes_its_access_with_it(t: Tour) {
    let home = t.person("teacher").school_code.clone();
    let host = another_school(&t, &home);
    let (teacher, at) = (person(&t, "teacher").await, school(&t, &host).await);
    assert!(happen(&t, teacher, vec![Event::Begins(Role::Teacher, at)]).await.unwrap());
    let told = Receiver::start().await;
    let lost = Held::of(&t, school_app(&t, "host-app", &host, &told).await, "teacher").await;
    let mut kept = Held::of(&t, school_app(&t, "home-app", &home, &told).await, "teacher").await;

    assert!(happen(&t, teacher, vec![Event::Ends(Role::Teacher, at, EndReason::Left)]).await.unwrap());
    worker::do_jobs(&t.sv).await.unwrap();
    let notice = claims(&told.next().await);
    let before = claims(lost.token("id_token"));
    assert_eq!((&notice["aud"], &notice["sub"], &notice["sid"]), (&before["aud"], &before["sub"], &before["sid"]));
    assert!(told.is_quiet(), "nobody else is told");
    kept.still_works(&t).await;
    lost.gets_nothing(&t).await;

    // Back there, the app begins anew: what was revoked stays revoked.
    assert!(happen(&t, teacher, vec![Event::Begins(Role::Teacher, at)]).await.unwrap());
    let mut browser = Browser::default();
    let app = school_app(&t, "host-app-again", &host, &told).await;
    assert!(browser.sign_in_as(&t, &app.authorize(""), "teacher").await.sent("code").is_some());
} }

both! { async fn whoever_is_nowhere_goes_dormant_and_comes_back_as_the_same_person(t: Tour) {
    let (teacher, at) = (person(&t, "teacher").await, school_of(&t, "teacher").await);
    let app = RelyingParty::new(&t, "app").await;
    let held = Held::of(&t, app.clone(), "teacher").await;
    let sub = claims(held.token("id_token"))["sub"].clone();
    happen(&t, teacher, vec![Event::Ends(Role::Teacher, at, EndReason::Left)]).await.unwrap();
    assert_eq!(state(&t, teacher).await, "dormant");
    held.gets_nothing(&t).await;
    let mut browser = Browser::default();
    assert!(browser.sign_in_as(&t, "/sign-in", "teacher").await.text.contains("name=\"password\""));
    assert!(browser.session().is_none());

    happen(&t, teacher, vec![Event::Begins(Role::Teacher, at)]).await.unwrap();
    assert_eq!(state(&t, teacher).await, "active");
    let back = Held::of(&t, app, "teacher").await;
    assert_eq!(claims(back.token("id_token"))["sub"], sub, "the same person with the same password");
} }

both! { async fn whoever_no_school_claims_goes_dormant_after_a_month_and_not_before(t: Tour) {
    let (pupil, at) = (person(&t, "student").await, school_of(&t, "student").await);
    happen(&t, pupil, vec![Event::Ends(Role::Student, at, EndReason::Transferred)]).await.unwrap();
    assert_eq!(state(&t, pupil).await, "active");
    t.advance(Duration::from_hours(24 * 29));
    phuong::people::due::work(&t.sv).await.unwrap();
    assert_eq!(state(&t, pupil).await, "active");
    t.advance(Duration::from_hours(24 * 2));
    phuong::people::due::work(&t.sv).await.unwrap();
    assert_eq!(state(&t, pupil).await, "dormant");
    // A school claims after all.
    happen(&t, pupil, vec![Event::Begins(Role::Student, at)]).await.unwrap();
    assert_eq!(state(&t, pupil).await, "active");
    phuong::people::due::work(&t.sv).await.unwrap();
    assert_eq!(state(&t, pupil).await, "active");
} }

both! { async fn a_suspension_keeps_no_graduate_beyond_their_time(t: Tour) {
    let (pupil, at) = (person(&t, "student").await, school_of(&t, "student").await);
    let last = async |tx: &mut Tx, (): &()| on_db!(tx, sqlx::query("UPDATE class_years SET grade = 12"));
    assert!(t.sv.store.write((), last).await.unwrap() > 0);
    let leave = Standing::danger_command_line().over(&t.sv, pupil).await.unwrap();
    suspend(&t.sv, &leave, "Mất máy").await.unwrap();
    happen(&t, pupil, vec![Event::Ends(Role::Student, at, EndReason::Completed)]).await.unwrap();
    assert_eq!(state(&t, pupil).await, "suspended");
    let sector = Standing::danger_command_line().with_the_sector(&t.sv).unwrap();
    let shown = dormant::list(&t.sv, &sector, Which::Due, &Ask::from_outside(None, None)).await.unwrap().rows;
    let fates: Vec<_> = shown.iter().map(|row| (row.id, row.state.as_str(), dormant::fate(row))).collect();
    assert!(matches!(fates[..], [(id, "suspended", Fate::Purged(_))] if id == pupil), "{fates:?}");
    t.advance(Duration::from_hours(24 * 366));
    phuong::people::due::work(&t.sv).await.unwrap();
    let read = async |tx: &mut Tx, pupil: &PersonId| accounts::of_person(tx, *pupil).await;
    assert_eq!(t.sv.store.read(pupil, read).await.unwrap(), None, "12 months are 12 months");
} }

both! { async fn a_deactivated_account_has_no_credentials_and_is_activated_anew(t: Tour) {
    let (teacher, at) = (person(&t, "teacher").await, school_of(&t, "teacher").await);
    let early = deeds::deactivate(&t.sv, &Actor::CommandLine, teacher).await;
    assert!(matches!(early, Err(PeopleError::Step(_))), "{early:?}");
    happen(&t, teacher, vec![Event::Ends(Role::Teacher, at, EndReason::Retired)]).await.unwrap();
    deeds::deactivate(&t.sv, &Actor::CommandLine, teacher).await.unwrap();
    assert_eq!(state(&t, teacher).await, "deactivated");
    happen(&t, teacher, vec![Event::Begins(Role::Staff, at)]).await.unwrap();
    assert_eq!(state(&t, teacher).await, "pending");
} }
