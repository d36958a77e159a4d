//! A test that cannot run here says so once for each reason; where nobody would read it (`CI=true`) it fails.

use std::{
    collections::BTreeSet,
    io::Write as _,
    sync::{Mutex, PoisonError},
};

/// `what` is not tested because the environment variable `missing` is not set.
pub(crate) fn skip(what: &'static str, missing: &str) {
    static SAID: Mutex<BTreeSet<&str>> = Mutex::new(BTreeSet::new());
    assert!(
        std::env::var("CI").as_deref() != Ok("true"),
        "{missing} is not set, so {what} cannot be tested, and with CI=true a skip is a failure"
    );
    if SAID.lock().unwrap_or_else(PoisonError::into_inner).insert(what) {
        // Written to the stream itself: what a passing test prints is not shown.
        let notice = format!("\nSKIPPED: {what} ({missing} is not set; ./tests/run sets it)\n");
        std::io::stderr().write_all(notice.as_bytes()).unwrap();
    }
}
