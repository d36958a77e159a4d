//! Parses the files on a thread of its own, a few units ahead of the database, in bounded memory.

use std::ops::ControlFlow;

use tokio::sync::mpsc;

use super::{
    super::{
        plan::{Keyring, Prepared},
        source::{self, Options},
    },
    survey::{FileError, Surveyed},
};

/// Rows of a unit: a write of so many people takes a tenth of a second, for which a sign-in may have to wait.
pub(super) const ROWS: usize = 500;
/// Units that wait parsed.
const AHEAD: usize = 3;

/// Rows of one file that are planned and written together.
#[derive(Debug)]
pub(super) struct Batch {
    /// The file's place in the run.
    pub(super) file: u16,
    pub(super) rows: Vec<Prepared>,
}

/// A file that was read before and cannot be read again.
pub(super) type Failed = (usize, FileError);

/// Hands out the rows of all files, in order. Ends early when nobody listens any more.
pub(super) fn feed(files: Vec<Surveyed>, options: Options, keyring: Keyring) -> mpsc::Receiver<Result<Batch, Failed>> {
    let (send, receive) = mpsc::channel(AHEAD);
    tokio::task::spawn_blocking(move || {
        for (number, file) in files.iter().enumerate() {
            if let Err(error) = read(number, file, &options, &keyring, &send) {
                let _ = send.blocking_send(Err((number, error)));
                return;
            }
            if send.is_closed() {
                return;
            }
        }
    });
    receive
}

fn read(
    number: usize,
    file: &Surveyed,
    options: &Options,
    keyring: &Keyring,
    send: &mpsc::Sender<Result<Batch, Failed>>,
) -> Result<(), FileError> {
    let mut source = source::open(&file.path, &file.options(options))?;
    let number = u16::try_from(number).unwrap_or(u16::MAX);
    let mut rows = Vec::with_capacity(ROWS);
    source.for_each(|record| {
        rows.push(keyring.prepare(record));
        if rows.len() < ROWS {
            return ControlFlow::Continue(());
        }
        let rows = std::mem::replace(&mut rows, Vec::with_capacity(ROWS));
        match send.blocking_send(Ok(Batch { file: number, rows })) {
            Ok(()) => ControlFlow::Continue(()),
            Err(_) => ControlFlow::Break(()),
        }
    })?;
    if !rows.is_empty() {
        // Nobody listening is no failure: the run has stopped.
        let _ = send.blocking_send(Ok(Batch { file: number, rows }));
    }
    Ok(())
}
