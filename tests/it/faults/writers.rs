//! Many writers, and a tool beside them: on SQLite nobody is ever told that the database is busy.

use std::sync::{
    Arc,
    atomic::{AtomicBool, Ordering},
};

use super::ground::{Ground, run, text};

const WRITERS: usize = 64;
const WRITES_EACH: usize = 8;
/// How many commands at least write meanwhile.
const COMMANDS: usize = 3;

both! {
    async fn sixty_four_writers_and_a_tool_beside_them_never_meet_a_busy_database(ground: Ground) {
        let tour = ground.tour().await;
        let tokens = ground.refresh_tokens(&tour, WRITERS).await;
        let node = ground.serve();
        let done = Arc::new(AtomicBool::new(false));
        let commands = {
            let (folder, environment) = (ground.folder.path().to_owned(), ground.environment());
            let done = done.clone();
            tokio::task::spawn_blocking(move || {
                let mut ran = 0;
                while ran < COMMANDS || !done.load(Ordering::Relaxed) {
                    let id = format!("beside-{ran}");
                    let arguments = ["client", "add", "--name", "App", "--client-id", &id, "--kind", "service"];
                    let run = run(&folder, &environment, &arguments);
                    assert_eq!(run.code, Some(0), "{}", run.stderr);
                    ran += 1;
                }
                ran
            })
        };
        let writers: Vec<_> = tokens
            .into_iter()
            .map(|mut token| {
                let (caller, app) = (node.caller(), ground.app.clone());
                tokio::spawn(async move {
                    for _ in 0..WRITES_EACH {
                        let reply = caller.refresh(&app, &token).await.unwrap();
                        assert_eq!(reply.status, 200, "{reply:?}");
                        token = text(&reply.json(), "refresh_token");
                    }
                })
            })
            .collect();
        for writer in writers {
            writer.await.unwrap();
        }
        done.store(true, Ordering::Relaxed);
        let ran = commands.await.unwrap();
        let known = node.caller().get("/jwks", None).await.unwrap();
        assert_eq!(known.status, 200);
        assert!(ran >= COMMANDS && !ground.log().contains("locked"), "{}", ground.log());
        ground.holds().await;
    }
}
