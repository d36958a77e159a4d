//! How many durable writes a second bare SQLite makes when all that wait share a commit: one thread, one connection,
//! the statements of a refresh rotation, nothing else.

use std::{
    path::Path,
    sync::mpsc,
    time::{Duration, Instant},
};

use anyhow::Result;
use rusqlite::{Connection, params};
use tokio::sync::oneshot;

type Waiting = (u64, oneshot::Sender<()>);

/// Writes per second with so many tasks that each wait for their own.
pub async fn per_second(folder: &Path, tasks: usize, time: Duration) -> Result<f64> {
    let file = folder.join(format!("commits-{}.db", fastrand::u32(..)));
    let database = prepare(&file, tasks)?;
    let (sender, receiver) = mpsc::channel::<Waiting>();
    let writer = std::thread::spawn(move || write(&database, &receiver));
    let began = Instant::now();
    let done: u64 = {
        let mut running = tokio::task::JoinSet::new();
        for task in 0..tasks as u64 {
            let sender = sender.clone();
            running.spawn_local(async move {
                let mut done = 0;
                while began.elapsed() < time {
                    let (reply, answer) = oneshot::channel();
                    if sender.send((task, reply)).is_err() || answer.await.is_err() {
                        break;
                    }
                    done += 1;
                }
                done
            });
        }
        drop(sender);
        running.join_all().await.into_iter().sum()
    };
    let took = began.elapsed().as_secs_f64();
    writer.join().map_err(|_| anyhow::anyhow!("the writing thread panicked"))??;
    #[expect(clippy::cast_precision_loss, reason = "thousands of writes")]
    Ok(done as f64 / took)
}

fn prepare(file: &Path, tasks: usize) -> Result<Connection> {
    let database = Connection::open(file)?;
    database.execute_batch(
        "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;
         CREATE TABLE tokens (digest BLOB PRIMARY KEY, family INTEGER NOT NULL, spent INTEGER) WITHOUT ROWID;",
    )?;
    let mut insert = database.prepare("INSERT INTO tokens VALUES ($1, $2, NULL)")?;
    for task in 0..tasks as u64 {
        insert.execute(params![digest(task, 0), i64::try_from(task)?])?;
    }
    drop(insert);
    Ok(database)
}

fn write(database: &Connection, waiting: &mpsc::Receiver<Waiting>) -> Result<()> {
    let mut spend =
        database.prepare("UPDATE tokens SET spent = 1 WHERE digest = $1 AND spent IS NULL RETURNING family")?;
    let mut give = database.prepare("INSERT INTO tokens VALUES ($1, $2, NULL)")?;
    let mut turns = std::collections::HashMap::<u64, u64>::new();
    while let Ok(first) = waiting.recv() {
        let mut batch = vec![first];
        batch.extend(waiting.try_iter().take(255));
        database.execute_batch("BEGIN IMMEDIATE")?;
        for (task, _) in &batch {
            let turn = turns.entry(*task).or_default();
            let family: i64 = spend.query_row(params![digest(*task, *turn)], |row| row.get(0))?;
            *turn += 1;
            give.execute(params![digest(*task, *turn), family])?;
        }
        database.execute_batch("COMMIT")?;
        for (_, reply) in batch {
            // A task whose time is over does not wait for its last answer.
            let _ = reply.send(());
        }
    }
    Ok(())
}

/// As scattered as a real digest, and 32 bytes long.
fn digest(task: u64, turn: u64) -> [u8; 32] {
    let mut random = fastrand::Rng::with_seed(task << 32 | turn);
    std::array::from_fn(|_| random.u8(..))
}
