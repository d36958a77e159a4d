//! Whoever is nowhere any more; removing somebody for good; and what somebody is given of their own data.

use std::{collections::BTreeSet, io::Read, time::Duration};

use phuong::{
    admin::dormant::{self, Cursor, Fate, Which},
    base::{
        clock::Moment,
        digest::Digest,
        id::{AccountId, OrgId, PersonId},
        page::Ask,
    },
    model::{affiliation::EndReason, role::Role, sex::Sex},
    people::{
        memberships::{self, Event},
        records,
    },
    protocol::client::ClientId,
    services::audit::Actor,
    services::authority::{AdminRole, FindPeople, Permit, Sector},
    store::{
        StoreError, Tx, audit,
        badges::{self, NewBadge},
        consents::{self, Consent},
        delegations,
        transfers::{self, NewTransfer, Verdict},
    },
};
use sqlx::{Connection as _, SqliteConnection};

use super::{
    console::{press, signed_in},
    give,
    merging::{self, merge, recorded},
    org_of, other_school, person, standing, whose,
};
use crate::support::{
    callers::{Browser, RelyingParty},
    database::Backend,
    tour::{Answer, Tour},
};

/// Lets the sample pupil leave school for good.
async fn leaves(t: &Tour) -> PersonId {
    let pupil = person(t, "student").await;
    let today = t.clock.now().day();
    let ends = vec![Event::Ends(Role::Student, org_of(t, "school_admin").await, EndReason::Left)];
    assert!(memberships::record(&t.sv, &Actor::CommandLine, pupil, ends, today).await.unwrap());
    pupil
}

both! { async fn whoever_left_rests_and_is_shown_with_what_becomes_of_them(t: Tour) {
    let pupil = leaves(&t).await;
    let leave: Permit<FindPeople, Sector> = standing(&t, "sector_admin").await.with_the_sector(&t.sv).unwrap();
    let ask = Ask::<Cursor>::from_outside(None, None);
    let all = dormant::list(&t.sv, &leave, Which::All, &ask).await.unwrap();
    let row = all.rows.iter().find(|row| row.id == pupil).expect("dormant");
    assert_eq!(dormant::fate(row), Fate::Nothing);
    assert!(row.left_on.is_some() && row.last_org.is_some());
    assert!(dormant::list(&t.sv, &leave, Which::Due, &ask).await.unwrap().rows.is_empty());
    let mut sector = signed_in(&t, "sector_admin").await;
    let page = sector.get(&t, "/console/dormant?list=all").await.text;
    assert!(page.contains(&t.person("student").name) && page.contains("Nghỉ cho đến khi trở lại"), "{page}");
    // One day wherever people read it: their last one there.
    let last = row.left_on.unwrap().0.yesterday().unwrap().strftime("%d/%m/%Y").to_string();
    let own = sector.get(&t, &format!("/console/people/{pupil}")).await.text;
    assert!(page.contains(&format!("đến {last}")) && own.contains(&last), "{last}: {page} {own}");
    let mut head = signed_in(&t, "school_admin").await;
    assert_eq!(head.get(&t, "/console/dormant").await.status, 404, "r38: nobody's school, so not a school's");
} }

both! { async fn r42_somebody_is_removed_by_hand_and_nothing_of_them_is_left_but_a_tombstone(t: Tour) {
    let (pupil, sample) = (person(&t, "student").await, t.person("student").clone());
    let account = whose(&t, &sample.sector_id).await.0;
    let mut sector = signed_in(&t, "sector_admin").await;
    let address = format!("/console/people/{pupil}/purge");
    let page = sector.get(&t, &address).await;
    let early = press(&t, &mut sector, &page, &address, &[("typed", &sample.sector_id)]).await;
    assert!(early.header("location").ends_with("done=nothing"), "whoever is somewhere is not removed: {}", early.status);
    leaves(&t).await;
    let wrong = press(&t, &mut sector, &page, &address, &[("typed", "3100000000")]).await;
    assert_eq!(wrong.status, 422, "{}", wrong.text);
    let done = press(&t, &mut sector, &page, &address, &[("typed", &format!(" {} ", sample.name))]).await;
    assert_eq!(done.header("location"), "/console/dormant?list=all&done=purged", "{}", done.text);
    assert_eq!(sector.get(&t, &format!("/console/people/{pupil}")).await.status, 404);
    let read = async |tx: &mut Tx, subject: &String| audit::about(tx, subject, 50).await;
    let told = t.sv.store.read(phuong::services::audit::account(account), read).await.unwrap();
    let purged = told.iter().find(|event| event.action == "account.purged").expect("told");
    for theirs in [&sample.sector_id, &sample.name] {
        assert!(!purged.detail.contains(theirs.as_str()), "the line tells nothing of who they were");
    }
    // Asked of SQLite, where every column can be asked alike; what is deleted is the same statements on both.
    if t.database().backend() == Backend::Sqlite {
        assert_eq!(knowing(&t, &pupil.to_string().replace('-', "")).await, ["tombstones"], "the pid, nothing about it");
        assert_eq!(knowing(&t, &hex(sample.sector_id.as_bytes())).await, Vec::<String>::new());
    }
} }

fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |text, byte| text + &format!("{byte:02x}"))
}

/// The tables of which some row holds these bytes. The audit trail is append-only, and tells of an account, not of a name.
async fn knowing(t: &Tour, bytes: &str) -> Vec<String> {
    let mut connection = SqliteConnection::connect(t.database().url()).await.unwrap();
    let columns = "SELECT t.name, c.name FROM sqlite_master t JOIN pragma_table_info(t.name) c
                   WHERE t.type = 'table' AND t.name <> 'audit_events' ORDER BY t.name";
    let columns: Vec<(String, String)> = sqlx::query_as(columns).fetch_all(&mut connection).await.unwrap();
    assert!(columns.len() > 100);
    let mut knowing = BTreeSet::new();
    for (table, column) in columns {
        let ask = format!("SELECT count(*) FROM {table} WHERE instr(lower(hex({column})), '{bytes}') > 0");
        let found: (i64,) = sqlx::query_as(sqlx::AssertSqlSafe(ask)).fetch_one(&mut connection).await.unwrap();
        if found.0 > 0 {
            knowing.insert(table);
        }
    }
    knowing.into_iter().collect()
}

both! { async fn r44_only_the_sector_removes_anybody_and_by_a_fresh_sign_in(t: Tour) {
    let pupil = leaves(&t).await;
    let address = format!("/console/people/{pupil}/purge");
    let school = org_of(&t, "sector_admin").await;
    give(&t, "staff", AdminRole::Auditor, school).await;
    let mut auditor = signed_in(&t, "staff").await;
    assert_eq!(auditor.get(&t, "/console/dormant").await.status, 200, "an auditor of the sector looks");
    assert_eq!(auditor.get(&t, &address).await.status, 403, "and removes nobody");
    let mut head = signed_in(&t, "school_admin").await;
    assert_eq!(head.get(&t, &address).await.status, 404);
    let mut sector = signed_in(&t, "sector_admin").await;
    assert_eq!(sector.get(&t, &address).await.status, 200);
    t.advance(Duration::from_mins(6));
    assert!(sector.get(&t, &address).await.text.contains("login-submit"));
} }

both! { async fn somebodys_data_are_given_as_a_file_by_a_fresh_sign_in(t: Tour) {
    let (pupil, sample) = (person(&t, "student").await, t.person("student").clone());
    let address = format!("/console/people/{pupil}/data");
    let mut head = signed_in(&t, "school_admin").await;
    assert!(head.get(&t, &format!("/console/people/{pupil}")).await.text.contains(&address), "offered on the page");
    let file = head.get(&t, &address).await;
    assert_eq!((file.status, file.header("content-type")), (200, "application/zip"), "{}", file.text);
    assert!(file.header("content-disposition").starts_with("attachment"));
    let mut zip = zip::ZipArchive::new(std::io::Cursor::new(file.body)).unwrap();
    let mut json = String::new();
    zip.by_name("du-lieu.json").unwrap().read_to_string(&mut json).unwrap();
    assert!(json.contains(&sample.name) && json.contains(&sample.sector_id) && !json.contains("$argon2"));
    assert!(zip.by_name("du-lieu.html").is_ok());
    let account = whose(&t, &sample.sector_id).await.0;
    let read = async |tx: &mut Tx, subject: &String| audit::about(tx, subject, 50).await;
    let told = t.sv.store.read(phuong::services::audit::account(account), read).await.unwrap();
    assert!(told.iter().any(|event| event.action == "person.exported"));
    let elsewhere = person(&t, "sector_admin").await;
    assert_eq!(head.get(&t, &format!("/console/people/{elsewhere}/data")).await.status, 404, "r38");
    t.advance(Duration::from_mins(6));
    let asks = head.get(&t, &address).await;
    assert!(asks.text.contains("login-submit"), "r44");
    let owner = t.person("school_admin").clone();
    let back = head.submit(&t, &asks, &owner.sector_id, &owner.password).await;
    assert_eq!((back.status, back.header("location")), (303, &*format!("/console/people/{pupil}#data")));
} }

/// A part of somebody's data.
fn part(file: &Answer, name: &str) -> String {
    let mut zip = zip::ZipArchive::new(std::io::Cursor::new(&file.body[..])).unwrap();
    let mut text = String::new();
    zip.by_name(name).unwrap().read_to_string(&mut text).unwrap();
    text
}

/// What somebody was given and had, in the rows of it.
struct Past {
    account: AccountId,
    client: phuong::base::id::ClientKey,
    badges: [NewBadge; 2],
    transfer: NewTransfer,
    rights: [OrgId; 2],
    now: Moment,
}

impl Past {
    async fn write(&self, tx: &mut Tx) -> Result<(), StoreError> {
        for badge in &self.badges {
            badges::issue(tx, std::slice::from_ref(badge), self.now).await?;
        }
        transfers::ask(tx, &self.transfer, None, (self.now, self.now)).await?;
        let (id, reason) = (self.transfer.id, Some("Chưa đủ giấy tờ".to_owned()));
        transfers::decide(tx, &Verdict { id, state: "declined", reason, by: None, now: self.now }).await?;
        for org in self.rights {
            delegations::end(tx, self.account, org, "help_desk", self.now).await?;
        }
        let (scope, claims) = ("openid email".to_owned(), "website".to_owned());
        consents::give(tx, &Consent { account: self.account, client: self.client, scope, claims }, self.now).await
    }
}

both! { async fn somebodys_data_tell_of_apps_badges_rights_transfers_and_former_records_and_of_no_secret(t: Tour) {
    let (pupil, sample) = (person(&t, "student").await, t.person("student").clone());
    let (school, other) = (org_of(&t, "school_admin").await, other_school(&t, "student").await);
    recorded(&t, pupil, &sample.name, None, Some(Sex::Female)).await;
    let document = serde_json::json!({ "address": { "locality": "Hải Phòng" }, "website": "https://em.example" });
    records::describe(&t.sv, &Actor::CommandLine, pupil, document.as_object().unwrap(), Some("vi")).await.unwrap();
    let (app, mut own) = (RelyingParty::new(&t, "app").await, Browser::default());
    own.sign_in_as(&t, "/sign-in", "student").await;
    app.tokens(&t, &mut own, "&scope=openid%20profile").await;
    let mut head = signed_in(&t, "school_admin").await;
    let gone = merging::double(&t, Role::Student, school).await;
    assert!(merge(&t, &mut head, pupil, gone).await.header("location").ends_with("done=merged"));
    for org in [school, other] {
        give(&t, "student", AdminRole::HelpDesk, org).await;
    }
    let (account, now) = (whose(&t, &sample.sector_id).await.0, t.clock.now());
    let secrets = [Digest::of(b"first card"), Digest::of(b"second card")];
    let badge = |digest| NewBadge { id: t.sv.ids.next(), account, affiliation: t.sv.ids.next(), digest, until: now };
    let past = Past {
        account,
        client: t.sv.clients.by_id(&ClientId("app".to_owned())).unwrap().key,
        badges: secrets.map(badge),
        transfer: NewTransfer { id: t.sv.ids.next(), person: pupil, from: other, to: school, asked_as: None },
        rights: [school, other],
        now,
    };
    t.sv.store.write(past, async |tx: &mut Tx, past: &Past| past.write(tx).await).await.unwrap();

    let file = head.get(&t, &format!("/console/people/{pupil}/data")).await;
    let (json, html) = (part(&file, "du-lieu.json"), part(&file, "du-lieu.html"));
    let kept: serde_json::Value = serde_json::from_str(&json).unwrap();
    assert_eq!((&kept["sex"], &kept["locale"]), (&"female".into(), &"vi".into()));
    assert_eq!(kept["claims"], document);
    let at = now.to_string();
    let transfer = &kept["transfers"][0];
    assert_eq!((&transfer["state"], &transfer["reason"]), (&"declined".into(), &"Chưa đủ giấy tờ".into()));
    assert_eq!(kept["rights"].as_array().unwrap().len(), 1, "r38: what was held over another school is not told here");
    let mut sector = signed_in(&t, "sector_admin").await;
    let whole = part(&sector.get(&t, &format!("/console/people/{pupil}/data")).await, "du-lieu.json");
    let whole: serde_json::Value = serde_json::from_str(&whole).unwrap();
    assert_eq!(whole["rights"].as_array().unwrap().len(), 2);
    let right = &kept["rights"][0];
    assert_eq!((&right["role"], &right["ended"]), (&"help_desk".into(), &at.as_str().into()), "held before");
    let consent = &kept["consents"][0];
    assert_eq!((&consent["app"], &consent["scope"], &consent["since"]), (&"app".into(), &"openid email".into(), &at.as_str().into()));
    let grant = &kept["grants"][0];
    assert_eq!((&grant["app"], &grant["scope"]), (&"app".into(), &"openid profile".into()), "{json}");
    let badges: Vec<_> = kept["badges"].as_array().unwrap().iter().map(|badge| badge["reason"].clone()).collect();
    assert_eq!(badges.len(), 2, "{json}");
    assert!(badges.contains(&"replaced".into()) && badges.contains(&serde_json::Value::Null), "{badges:?}");
    let events = kept["events"].as_array().unwrap();
    for action in ["person.merged", "person.merged_into", "person.registered"] {
        assert!(events.iter().any(|event| event["what"] == action), "{action}: of both accounts: {json}");
    }
    for told in [
        "Giới tính", "Chuyển trường", "Quyền quản trị", "Ứng dụng đang được cấp quyền", "Hải Phòng", "Chưa đủ giấy tờ",
        "Hỗ trợ", "openid email", "Đã in thẻ mới",
    ] {
        assert!(html.contains(told), "{told}: {html}");
    }
    for raw in ["help_desk", "replaced", "person.merged_into", ">from<", ">kind<", at.as_str()] {
        assert!(!html.contains(raw), "{raw}: {html}");
    }
    let english = part(&file, "du-lieu.en.html");
    assert!(english.contains("Apps with access") && english.contains("A new badge was printed"), "{english}");
    for secret in secrets {
        let hex = hex(secret.bytes());
        assert!(!json.contains(&hex) && !html.contains(&hex));
    }
    assert!(!json.contains("digest") && !json.contains("$argon2"));
} }
