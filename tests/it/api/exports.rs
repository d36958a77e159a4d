//! Files of people by the API: the same files as from the command line, for whoever may take them, by a fresh sign-in.

use std::{collections::BTreeSet, io::Cursor, io::Read, time::Duration};

use phuong::services::authority::AdminRole;

use super::{Call, console, is, other_school, problem, token};
use crate::{
    admin::{give, person},
    support::tour::{Answer, Tour},
};

fn unzipped(answer: &Answer) -> Vec<(String, String)> {
    assert_eq!((answer.status, answer.header("content-type")), (200, "application/zip"), "{}", answer.text);
    let mut zip = zip::ZipArchive::new(Cursor::new(answer.body.clone())).unwrap();
    let mut all = Vec::new();
    for at in 0..zip.len() {
        let (mut file, mut text) = (zip.by_index(at).unwrap(), String::new());
        let name = file.name().unwrap().into_owned();
        file.read_to_string(&mut text).unwrap();
        all.push((name, text));
    }
    all
}

both! { async fn r51_everybody_is_taken_away_in_each_form_and_the_trail_says_so(t: Tour) {
    let app = console(&t).await;
    let token = token(&t, &app, "school_admin", "people:export audit:read").await;
    let pupil = t.person("student").clone();
    let own = format!("school={}", t.person("school_admin").school_code);
    let csv = Call::get(&format!("/api/v1/exports/people?form=pupils_csv&{own}"), &token).send(&t).await;
    assert_eq!((csv.status, csv.header("content-type")), (200, "text/csv; charset=utf-8"), "{}", csv.text);
    assert!(csv.header("content-disposition").starts_with("attachment") && csv.header("cache-control") == "no-store");
    assert!(csv.text.contains(&pupil.sector_id) && csv.text.contains(&pupil.name), "{}", csv.text);
    let staff = Call::get("/api/v1/exports/people?form=staff_csv", &token).send(&t).await;
    assert!(staff.text.contains(&t.person("teacher").sector_id) && !staff.text.contains(&pupil.sector_id));
    let book = Call::get("/api/v1/exports/people", &token).send(&t).await;
    assert!(book.status == 200 && book.body.starts_with(b"PK"), "{}", book.status);
    let names = |files: &[(String, String)]| files.iter().map(|(name, _)| name.clone()).collect::<BTreeSet<_>>();
    let oneroster = unzipped(&Call::get("/api/v1/exports/oneroster", &token).send(&t).await);
    assert!(names(&oneroster).contains("users.csv") && names(&oneroster).contains("manifest.csv"), "{:?}", names(&oneroster));
    let sds = unzipped(&Call::get("/api/v1/exports/sds", &token).send(&t).await);
    let all = ["academicSessions", "classes", "enrollments", "orgs", "roles", "users"].map(|name| format!("{name}.csv"));
    assert_eq!(names(&sds), BTreeSet::from(all));
    let mine = unzipped(&Call::get(&format!("/api/v1/people/{}/data", person(&t, "student").await), &token).send(&t).await);
    assert!(mine.iter().any(|(name, text)| name == "du-lieu.json" && text.contains(&pupil.sector_id)), "{:?}", names(&mine));
    // Of two schools at once: each finds it, and nothing that was taken of the other alone.
    let two = crate::admin::other_school(&t, "school_admin").await;
    for (role, right) in [("school_admin", AdminRole::SchoolAdmin), ("staff", AdminRole::Auditor)] {
        give(&t, role, right, two).await;
    }
    assert_eq!(Call::get("/api/v1/exports/people?form=staff_csv", &token).send(&t).await.status, 200);
    let (chief, there) = (super::token(&t, &app, "sector_admin", "audit:read").await, super::token(&t, &app, "staff", "audit:read").await);
    for (who, taken) in [(&chief, 7), (&token, 7), (&there, 1)] {
        let trail = Call::get("/api/v1/events?action=people.exported", who).send(&t).await.json();
        assert_eq!(trail["items"].as_array().unwrap().len(), taken, "{trail}");
    }
} }

both! { async fn r38_nobody_of_another_school_is_in_a_file(t: Tour) {
    let app = console(&t).await;
    let token = token(&t, &app, "school_admin", "people:export").await;
    let (chief, other) = (t.person("sector_admin").clone(), other_school(&t).await);
    let all = Call::get("/api/v1/exports/people?form=staff_csv", &token).send(&t).await;
    assert!(all.status == 200 && !all.text.contains(&chief.sector_id), "{}", all.text);
    for kind in ["people", "oneroster", "sds"] {
        for code in [other.as_str(), "00000000", "SGD"] {
            let answer = Call::get(&format!("/api/v1/exports/{kind}?school={code}"), &token).send(&t).await;
            assert_eq!(problem(&answer), is(404, "not-found"), "{kind} {code}");
        }
    }
    let theirs = format!("/api/v1/people/{}/data", person(&t, "sector_admin").await);
    assert_eq!(problem(&Call::get(&theirs, &token).send(&t).await), is(404, "not-found"));
} }

both! { async fn r39_r40_r44_files_are_for_whoever_may_take_them_by_a_fresh_sign_in(t: Tour) {
    let app = console(&t).await;
    crate::admin::give(&t, "teacher", phuong::services::authority::AdminRole::HelpDesk, crate::admin::org_of(&t, "school_admin").await).await;
    let desk = token(&t, &app, "teacher", "people:export").await;
    let token = token(&t, &app, "school_admin", "people:export").await;
    let person = format!("/api/v1/people/{}/data", person(&t, "student").await);
    let every = ["/api/v1/exports/people", "/api/v1/exports/oneroster", "/api/v1/exports/sds", person.as_str()];
    for path in every {
        assert_eq!(problem(&Call::get(path, &desk).send(&t).await), is(403, "role"), "{path}");
    }
    assert_eq!(problem(&Call::get("/api/v1/exports/people?role=x", &token).send(&t).await), is(400, "bad-request"));
    t.advance(Duration::from_secs(301));
    for path in every {
        let answer = Call::get(path, &token).send(&t).await;
        assert_eq!(problem(&answer), is(401, "stale"), "{path}");
        assert!(answer.header("www-authenticate").contains("max_age=\"300\""), "{path}");
    }
} }
