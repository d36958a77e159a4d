//! The step into the next year, by a command that is killed and a server beside it: everybody moves once, and back.

use std::{process::Stdio, time::Duration};

use phuong::store::Store;

use super::{ground::within, undo::School};
use crate::{cli::program::Running, roster::content::rows, support::tour::KEK};

/// How long a server may take until it goes on with what was killed, and to the end of it, on a busy machine.
const TO_THE_END: Duration = Duration::from_mins(1);

fn into_next_year(action: &str) -> [&str; 4] {
    ["rollover", action, "--year", "2027-2028"]
}

impl School {
    fn step(&self, action: &str) {
        let done = self.run(&into_next_year(action));
        assert_eq!(done.code, Some(0), "{}", done.stderr);
    }

    /// Starts the step, and kills it as soon as a class has moved.
    async fn kill_the_step(&self) {
        let mut step = self.command(&into_next_year("schedule"));
        let mut step = step.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
        let store = self.database.open(1).await;
        let moved = async || {
            let sql = "SELECT CAST(count(*) AS TEXT) FROM rollover_classes WHERE done_at IS NOT NULL";
            rows(&store, sql).await.unwrap() != ["0"]
        };
        within(TO_THE_END, "a class that has moved", moved).await;
        step.kill().unwrap();
        step.wait().unwrap();
        assert_eq!(Self::state(&store).await, ["running"], "it ended before it could be killed");
        store.close().await;
    }

    fn serve(&self) -> Running {
        Running::start_with(self.folder.path(), |mut command| {
            command.env("PHUONG_DATABASE_URL", self.database.url()).env("PHUONG_KEYS_KEK", KEK);
            command
        })
    }

    /// All but the new year, which stays when it is nobody's any more.
    async fn everything(&self) -> Vec<String> {
        self.facts().await.into_iter().filter(|fact| !fact.starts_with("year 2027")).collect()
    }

    /// Where the school's step is.
    async fn state(store: &Store) -> Vec<String> {
        rows(store, "SELECT state FROM rollovers WHERE state <> 'undone'").await.unwrap()
    }

    /// Waits until the school's step is where it should be.
    async fn comes_to(&self, state: &str) {
        let store = self.database.open(1).await;
        let there = async || Self::state(&store).await == [state];
        within(TO_THE_END, "the end of the step", there).await;
        store.close().await;
    }
}

both! {
    async fn a_rollover_that_is_killed_is_done_by_a_server_and_a_command_waits_for_it(school: School) {
        school.list("nhieu.csv", 0..1_200, |n| format!("{}{}", 1 + n % 5, char::from(b'A' + (n / 5 % 10) as u8)));
        let many = school.run(&["import", "nhieu.csv", "--year", "2026-2027", "--commit", "--json"]);
        assert_eq!(many.code, Some(0), "{}", many.stderr);
        let before = school.everything().await;
        school.step("draft");
        school.step("schedule");
        let undisturbed = school.everything().await;
        assert_ne!(undisturbed, before);
        school.step("undo");
        assert_eq!(school.everything().await, before);

        school.step("draft");
        school.kill_the_step().await;
        let server = school.serve();
        school.comes_to("done").await;
        assert_eq!(school.everything().await, undisturbed);
        // The server has the first look at it, or the command: either way it is back when the command ends.
        school.step("undo");
        assert_eq!(school.everything().await, before);
        server.kill();
    }
}
