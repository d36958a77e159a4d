//! P3 with six digits that somebody is told: good once, for its minutes, and for nobody else.

use std::time::Duration;

use futures_util::future::join_all;
use phuong::model::account::AccountState;
use phuong::store::{Tx, accounts};

use super::{
    activation::{choose, enter, issue},
    holes::rescue_code,
};
use crate::{
    admin::whose,
    support::{
        callers::Browser,
        tour::{Answer, Tour},
    },
};

both! { async fn r32_six_digits_end_after_twenty_minutes(t: Tour) {
    let pupil = t.person("student").clone();
    let code = rescue_code(&t, &pupil.sector_id).await;
    t.advance(Duration::from_mins(20));
    assert_eq!(enter(&t, &mut Browser::default(), &pupil.sector_id, &code).await.status, 422);
} }

both! { async fn r32_digits_entered_in_the_last_minute_are_not_good_for_half_an_hour_more(t: Tour) {
    let pupil = t.person("student").clone();
    let code = rescue_code(&t, &pupil.sector_id).await;
    t.advance(Duration::from_mins(19));
    let (mut slow, mut late) = (Browser::default(), Browser::default());
    let in_time = enter(&t, &mut slow, &pupil.sector_id, &code).await;
    let too_late = enter(&t, &mut late, &pupil.sector_id, &code).await;
    assert_eq!((in_time.status, too_late.status), (200, 200));
    // A page in between does not make it last longer.
    t.advance(Duration::from_mins(10));
    let (csrf, ticket) = (too_late.field("csrf"), too_late.field("ticket"));
    let confirmed = late.post(&t, "/activate/confirm", &[("csrf", &csrf), ("ticket", &ticket)]).await;
    assert_eq!(confirmed.status, 200, "{}", confirmed.text);
    t.advance(Duration::from_mins(1));
    let gone = choose(&t, &mut late, &confirmed, "cua ke trom day").await;
    assert_eq!(gone.status, 422, "{}", gone.text);
    assert!(!gone.text.contains("name=\"ticket\""), "from the beginning");
    assert_eq!(choose(&t, &mut slow, &in_time, "hoa no mua he").await.status, 422);
    assert_eq!(Browser::default().sign_in(&t, "/sign-in", &pupil.sector_id, &pupil.password).await.status, 303);
} }

both! { async fn r32_digits_entered_in_the_last_minute_leave_time_to_type_a_password(t: Tour) {
    let pupil = t.person("student").clone();
    let code = rescue_code(&t, &pupil.sector_id).await;
    t.advance(Duration::from_mins(19));
    let mut browser = Browser::default();
    let page = enter(&t, &mut browser, &pupil.sector_id, &code).await;
    t.advance(Duration::from_mins(10));
    assert_eq!(choose(&t, &mut browser, &page, "hoa no mua he").await.status, 200);
} }

/// Enters a code in several browsers, then sends all their forms at once: which password is the account's, and how many
/// forms were told that it is theirs.
async fn race(t: &Tour, code: &str) -> (usize, usize) {
    let name = t.person("teacher").sector_id.clone();
    let mut racers = Vec::new();
    for n in 0..4 {
        let mut browser = Browser::default();
        let page = enter(t, &mut browser, &name, code).await;
        assert_eq!(page.status, 200, "{}", page.text);
        racers.push((browser, page, format!("hoa no mua he {n}")));
    }
    let sent = racers.iter_mut().map(|(browser, page, new)| choose(t, browser, page, new));
    let answers: Vec<Answer> = join_all(sent).await;
    let mut opens = 0;
    for (_, _, new) in &racers {
        opens += usize::from(Browser::default().sign_in(t, "/sign-in", &name, new).await.status == 303);
    }
    // All hold the same claim, so those that came later are told that it was used, as if it were one form sent twice.
    let told = answers.iter().filter(|answer| answer.status == 200 && !answer.text.contains("ở lần gửi trước"));
    (opens, told.count())
}

both! { async fn r11_of_many_who_use_one_code_at_once_one_sets_the_password(t: Tour) {
    let (_, printed) = issue(&t, "teacher").await;
    assert_eq!(race(&t, &printed).await, (1, 1), "a printed code");
    let read_out = rescue_code(&t, &t.person("teacher").sector_id.clone()).await;
    assert_eq!(race(&t, &read_out).await, (1, 1), "six digits");
} }

/// What a stranger sees of an answer, without what is drawn anew for every page.
fn seen(answer: &Answer, name: &str) -> (u16, Vec<(String, String)>, String) {
    let headers = answer.headers.iter().filter(|(name, _)| !["x-request-id", "set-cookie"].contains(&name.as_str()));
    let headers = headers.map(|(name, value)| (name.to_string(), value.to_str().unwrap().to_owned())).collect();
    (answer.status, headers, answer.text.replace(&answer.field("csrf"), "…").replace(name, "NAME"))
}

both! { async fn r31_no_code_tells_the_state_of_an_account(t: Tour) {
    let (active, suspended) = (t.person("teacher").clone(), t.person("staff").clone());
    // Both codes of the suspended account are right, and good.
    let (account, printed) = issue(&t, "staff").await;
    let digits = rescue_code(&t, &suspended.sector_id).await;
    assert_eq!(account, whose(&t, &suspended.sector_id).await.0);
    let change = accounts::Transition { account, from: AccountState::Active, to: AccountState::Suspended, reason: None, over: None, now: t.clock.now() };
    assert!(t.sv.store.write(change, async |tx: &mut Tx, change| accounts::transition(tx, change).await).await.unwrap());
    for code in [&digits, &printed] {
        let mut answers = Vec::new();
        for name in [active.sector_id.as_str(), "3109999999", suspended.sector_id.as_str()] {
            let (mut browser, before) = (Browser::default(), t.sv.hasher.spent());
            let answer = enter(&t, &mut browser, name, code).await;
            answers.push((seen(&answer, name), t.sv.hasher.spent() - before));
        }
        assert_eq!(answers[0].0.0, 422);
        assert!(answers.iter().all(|answer| *answer == answers[0]), "{answers:#?}");
    }
} }
