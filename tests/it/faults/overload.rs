//! More sign-ins than the machine can hash: as many succeed as before, the others are told at once when to come back,
//! and nobody is the worse for having been turned away.

use std::time::{Duration, Instant};

use futures_util::future::join_all;
use phuong::{
    base::id::AccountId,
    login::password,
    on_db,
    store::{Tx, accounts},
};

use super::ground::{Caller, Ground, Reply, within};
use crate::support::tour::Tour;

const PEOPLE: usize = 16;
/// How many of them sign in at the same time while all is calm.
const CALM: usize = 2;
/// How often each asks at once when it is not.
const TIMES: usize = 8;
/// How soon somebody is turned away.
const TURNED_AWAY: Duration = Duration::from_secs(3);
/// How soon somebody who comes back as told is signed in.
const EVERYBODY_IN: Duration = Duration::from_secs(30);
const PASSWORD: &str = "mua-thuyen-hoa-417";

both! {
    async fn three_times_too_many_sign_ins_leave_as_many_successes(ground: Ground) {
        let mut ground = ground;
        // Costly hashes, so that a second of work is a handful of them.
        ground.settings.extend([
            ("PHUONG_LOGIN_MEMORY_KIB", "32768".to_owned()),
            ("PHUONG_LOGIN_PASSES", "3".to_owned()),
            ("PHUONG_LOGIN_QUEUE_SECONDS", "1".to_owned()),
        ]);
        let tour = ground.tour().await;
        let names = people(&tour).await;
        let node = ground.serve();
        let caller = node.caller();
        // The first time upgrades each hash to the server's cost; the second is measured.
        calm(&caller, &names).await;
        let began = Instant::now();
        calm(&caller, &names).await;
        let usual = rate(PEOPLE, began.elapsed());

        let began = Instant::now();
        let all_at_once = names.iter().cycle().take(PEOPLE * TIMES).map(async |name| {
            let reply = sign_in(&caller, name).await;
            (reply, began.elapsed())
        });
        let answers = join_all(all_at_once).await;
        let (refused, good): (Vec<_>, Vec<_>) = answers.iter().partition(|(reply, _)| reply.is_busy());
        assert!(good.iter().all(|(reply, _)| reply.status == 303), "{good:?}");
        for (reply, _) in &refused {
            assert!(reply.took < TURNED_AWAY, "turned away after {:?}", reply.took);
        }
        let last = good.iter().map(|(_, at)| *at).max().unwrap();
        assert!(!refused.is_empty(), "{} hashes fit into a second", good.len());
        let under_load = rate(good.len(), last);
        assert!(under_load > usual * 0.4, "{under_load} sign-ins a second instead of {usual}");

        calm(&caller, &names).await;
        ground.holds().await;
    }
}

fn rate(number: usize, time: Duration) -> f64 {
    f64::from(u32::try_from(number).unwrap()) / time.as_secs_f64()
}

/// Everybody once, a few at a time.
async fn calm(caller: &Caller, names: &[String]) {
    for some in names.chunks(CALM) {
        // On a machine that has much else to do, two hashes may be a second of work.
        let all_in = some.iter().map(|name| {
            let in_now = async || {
                let reply = sign_in(caller, name).await;
                assert!(reply.is_busy() || reply.status == 303, "{reply:?}");
                reply.status == 303
            };
            within(EVERYBODY_IN, "everybody is signed in", in_now)
        });
        join_all(all_in).await;
    }
}

/// Each time in a browser of its own: who signs in takes a browser over from whoever was there a moment before.
pub(super) async fn sign_in(caller: &Caller, name: &str) -> Reply {
    let form = Form::of(caller).await;
    let fields = [("csrf", form.csrf.as_str()), ("flow", &form.flow), ("username", name), ("password", PASSWORD)];
    caller.submit("/sign-in", &form.cookie, &fields).await.unwrap()
}

/// The sign-in page's form, in one browser.
struct Form {
    cookie: String,
    csrf: String,
    flow: String,
}

impl Form {
    async fn of(caller: &Caller) -> Self {
        let page = caller.get("/sign-in", None).await.unwrap();
        let cookie = page.headers["set-cookie"].to_str().unwrap().split(';').next().unwrap().to_owned();
        let field = |name: &str| {
            let mark = format!("name=\"{name}\" value=\"");
            page.text.split_once(&mark).unwrap().1.split('"').next().unwrap().to_owned()
        };
        Self { cookie, csrf: field("csrf"), flow: field("flow") }
    }
}

/// Sector IDs of people who have a password.
pub(super) async fn people(tour: &Tour) -> Vec<String> {
    const PENDING: &str = "SELECT n.name, a.id FROM sign_in_names n JOIN accounts a ON a.id = n.account_id
                           WHERE a.state = 'pending' AND n.kind = 'sector_id' ORDER BY n.name LIMIT 16";
    let found: Result<Vec<(String, AccountId)>, _> = tour
        .sv
        .store
        .read((), async |tx: &mut Tx, (): &()| on_db!(tx, c => sqlx::query_as(PENDING).fetch_all(&mut *c)))
        .await;
    let found = found.unwrap();
    assert_eq!(found.len(), PEOPLE);
    for (_, account) in &found {
        password::set(&tour.sv, *account, PASSWORD).await.unwrap();
        let now = tour.sv.clock.now();
        let activate =
            accounts::Transition { account: *account, from: "pending", to: "active", reason: None, over: None, now };
        let write = tour.sv.store.write(activate, async |tx: &mut Tx, activate: &accounts::Transition| {
            accounts::transition(tx, activate).await
        });
        assert!(write.await.unwrap());
    }
    found.into_iter().map(|(name, _)| name).collect()
}
