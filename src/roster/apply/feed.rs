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

/// Rows that are handed on together. A write of so many people takes a tenth of a second, for which a sign-in may have to
/// wait.
pub(super) const ROWS: usize = 500;
/// So often they wait parsed.
const AHEAD: usize = 4;

/// Rows of one file that are planned and written together.
#[derive(Debug)]
pub(super) struct Batch {
    /// The file's place in the run.
    pub(super) file: u16,
    pub(super) rows: Vec<Prepared>,
}

/// A file that was read before and cannot be read again.
pub(super) type Failed = (usize, FileError);

/// The rows of all files, in order.
pub(super) struct Feed {
    parsed: mpsc::Receiver<Result<Batch, Failed>>,
    /// What came after the end of a unit.
    held: Option<Result<Batch, Failed>>,
}

impl Feed {
    /// The next unit: at least so many rows, or those that are left of their file. Of one that its file broke off in, the
    /// error alone: a run that goes on would take fewer rows for another unit than the one it knows.
    pub(super) async fn unit(&mut self, rows: usize) -> Option<Result<Batch, Failed>> {
        let mut unit = match self.next().await? {
            Ok(unit) => unit,
            failed => return Some(failed),
        };
        while unit.rows.len() < rows {
            match self.next().await {
                Some(Ok(more)) if more.file == unit.file => unit.rows.extend(more.rows),
                Some(Err(failed)) if failed.0 == usize::from(unit.file) => return Some(Err(failed)),
                other => {
                    self.held = other;
                    break;
                }
            }
        }
        Some(Ok(unit))
    }

    async fn next(&mut self) -> Option<Result<Batch, Failed>> {
        match self.held.take() {
            None => self.parsed.recv().await,
            held => held,
        }
    }
}

/// Begins to parse the files. Ends early when nobody listens any more.
pub(super) fn feed(files: Vec<Surveyed>, options: Options, keyring: Keyring) -> Feed {
    let (send, parsed) = mpsc::channel(AHEAD);
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
    Feed { parsed, held: None }
}

fn read(
    number: usize,
    file: &Surveyed,
    options: &Options,
    keyring: &Keyring,
    send: &mpsc::Sender<Result<Batch, Failed>>,
) -> Result<(), FileError> {
    let mut source = source::open(&file.path, &file.options(options))?;
    source.doubt(&file.orders);
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::roster::OpenError;

    const fn piece(file: u16) -> Batch {
        Batch { file, rows: Vec::new() }
    }

    fn broken(file: usize) -> Failed {
        (file, OpenError::NoRows.into())
    }

    /// Which file the units are of, and which the errors.
    async fn units(read: impl IntoIterator<Item = Result<Batch, Failed>>) -> Vec<Result<u16, usize>> {
        let (send, parsed) = mpsc::channel(AHEAD);
        for one in read {
            send.try_send(one).unwrap();
        }
        drop(send);
        let (mut feed, mut units) = (Feed { parsed, held: None }, Vec::new());
        while let Some(unit) = feed.unit(ROWS).await {
            units.push(unit.map(|unit| unit.file).map_err(|(file, _)| file));
        }
        units
    }

    #[tokio::test]
    async fn a_file_that_breaks_off_ends_in_its_error_and_not_in_a_short_unit() {
        assert_eq!(units([Ok(piece(0)), Ok(piece(0)), Err(broken(0))]).await, [Err(0)]);
        assert_eq!(
            units([Ok(piece(0)), Err(broken(1))]).await,
            [Ok(0), Err(1)],
            "of the file before, the unit is whole"
        );
    }
}
