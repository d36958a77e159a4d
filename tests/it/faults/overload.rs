//! More sign-ins than the machine can hash: as many succeed as before, the others are told at once when to come back,
//! and nobody is the worse for having been turned away. What that takes is told by the server's own processor time and by
//! what comes before what, so that nothing depends on what else the machine has to do.

use std::{
    fs,
    time::{Duration, Instant},
};

use futures_util::future::join_all;
use phuong::{
    base::id::AccountId,
    login::password,
    model::account::AccountState,
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
/// How many times the usual work a success may take while most are turned away: four fifths of the peak would be 1.25, and
/// this build's pages are slow.
const DEARER: f64 = 2.5;
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
        let before = ticks(node.running.id());
        calm(&caller, &names).await;
        let usual = each(ticks(node.running.id()) - before, PEOPLE);

        let before = ticks(node.running.id());
        let began = Instant::now();
        let all_at_once = names.iter().cycle().take(PEOPLE * TIMES).map(async |name| {
            let reply = sign_in(&caller, name).await;
            (reply, began.elapsed())
        });
        let answers = join_all(all_at_once).await;
        let (refused, good): (Vec<_>, Vec<_>) = answers.iter().partition(|(reply, _)| reply.is_busy());
        assert!(good.iter().all(|(reply, _)| reply.status == 303), "{good:?}");
        assert!(!refused.is_empty(), "{} hashes fit into a second", good.len());
        let last = good.iter().map(|(_, at)| *at).max().unwrap();
        // There was no room because of work that was not done yet: at once is before it is.
        for (_, at) in &refused {
            assert!(*at < last, "turned away after {at:?}, and the last was signed in after {last:?}");
        }
        let under_load = each(ticks(node.running.id()) - before, good.len());
        assert!(under_load < usual * DEARER, "{under_load} ticks of work for a sign-in instead of {usual}");

        calm(&caller, &names).await;
        ground.holds().await;
    }
}

/// Processor time that a process has used, in ticks (`/proc/PID/stat`: after the name in brackets, the twelfth value is the
/// program's and the thirteenth the kernel's for it).
fn ticks(process: u32) -> u32 {
    let stat = fs::read_to_string(format!("/proc/{process}/stat")).unwrap();
    let values = stat.rsplit_once(") ").unwrap().1.split(' ');
    values.skip(11).take(2).map(|value| value.parse::<u32>().unwrap()).sum()
}

fn each(ticks: u32, number: usize) -> f64 {
    f64::from(ticks) / f64::from(u32::try_from(number).unwrap())
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
        let activate = accounts::Transition {
            account: *account,
            from: AccountState::Pending,
            to: AccountState::Active,
            reason: None,
            over: None,
            now,
        };
        let write = tour.sv.store.write(activate, async |tx: &mut Tx, activate: &accounts::Transition| {
            accounts::transition(tx, activate).await
        });
        assert!(write.await.unwrap());
    }
    found.into_iter().map(|(name, _)| name).collect()
}
