//! Background work in the console: seen by whom it concerns, tried again and given up by whoever administers the sector.

use std::time::Duration;

use phuong::{
    base::id::JobId,
    services::ending::KIND,
    store::{Tx, jobs},
};

use super::console::signed_in;
use crate::support::{callers::Browser, tour::Tour};

/// A job that was tried once, and given up if it says so.
async fn tried(t: &Tour, given_up: bool) -> JobId {
    let (id, now): (JobId, _) = (t.sv.ids.next(), t.clock.now());
    let new = jobs::NewJob { id, kind: KIND, payload: "{}".into(), run_at: now + Duration::from_hours(1), now };
    t.sv.store
        .write((new, given_up, now), async |tx: &mut Tx, (new, given_up, now)| {
            jobs::add(tx, new).await?;
            if *given_up {
                jobs::give_up(tx, new.id, "no answer").await
            } else {
                jobs::again(tx, new.id, *now + Duration::from_hours(1), "no answer").await
            }
        })
        .await
        .unwrap();
    id
}

async fn csrf(t: &Tour, browser: &mut Browser) -> String {
    browser.get(t, "/account/password").await.field("csrf")
}

both! { async fn whoever_administers_the_sector_has_a_job_tried_again_or_gives_it_up(t: Tour) {
    let (waiting, failed) = (tried(&t, false).await, tried(&t, true).await);
    let mut sector = signed_in(&t, "sector_admin").await;
    let page = sector.get(&t, "/console/jobs").await;
    assert_eq!(page.status, 200, "{}", page.text);
    assert!(page.text.contains("Đã bỏ cuộc") && page.text.contains("no answer"), "{}", page.text);
    assert!(!page.text.contains(&format!("/console/jobs/{waiting}/discard")), "what is still tried is not given up");
    let csrf = page.field("csrf");
    let mut press = async |id: JobId, what: &str| {
        let answer = sector.post(&t, &format!("/console/jobs/{id}/{what}"), &[("csrf", &csrf)]).await;
        answer.header("location").to_owned()
    };
    assert_eq!(press(waiting, "discard").await, "/console/jobs?done=nothing");
    assert_eq!(press(waiting, "retry").await, "/console/jobs?done=retried");
    assert_eq!(press(failed, "retry").await, "/console/jobs?done=retried");
    let leased = t.sv.store.write(t.clock.now(), async |tx: &mut Tx, now| {
        jobs::lease(tx, *now, *now + Duration::from_secs(30), 10).await
    });
    let leased: Vec<JobId> = leased.await.unwrap().into_iter().map(|job| job.id).collect();
    assert!(leased.contains(&waiting) && leased.contains(&failed), "due at once");
    assert_eq!(press(waiting, "retry").await, "/console/jobs?done=nothing", "somebody is at it");
    let gone = tried(&t, true).await;
    assert_eq!(press(gone, "discard").await, "/console/jobs?done=discarded");
    assert_eq!(press(gone, "discard").await, "/console/jobs?done=nothing");
    let told = sector.get(&t, "/console/audit?q=action:job.retried").await;
    assert_eq!(told.text.matches("Cho thử lại một việc chạy nền</a>").count(), 2, "{}", told.text);
} }

both! { async fn r38_a_school_sees_its_own_imports_and_no_job(t: Tour) {
    let failed = tried(&t, true).await;
    let mut head = signed_in(&t, "school_admin").await;
    let page = head.get(&t, "/console/jobs").await;
    assert!(page.status == 200 && !page.text.contains("no answer") && !page.text.contains("Trông nom"), "{}", page.text);
    let csrf = csrf(&t, &mut head).await;
    for what in ["retry", "discard"] {
        let answer = head.post(&t, &format!("/console/jobs/{failed}/{what}"), &[("csrf", &csrf)]).await;
        assert_eq!(answer.status, 404, "{what}");
    }
    assert_eq!(signed_in(&t, "teacher").await.get(&t, "/console/jobs").await.status, 404);
} }
