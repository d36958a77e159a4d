//! The readers of rosters on files as others write them.

mod messy;
mod writers;

use std::{ops::ControlFlow, path::Path};

use phuong::roster::{Options, Record, Source, open};

/// Opens a file and reads it to its end.
fn read(path: &Path) -> (Source, Vec<Record>) {
    let mut source = open(path, &Options::default()).unwrap_or_else(|e| panic!("{}: {e}", path.display()));
    let mut records = Vec::new();
    source
        .for_each(|record| {
            records.push(record);
            ControlFlow::Continue(())
        })
        .unwrap();
    (source, records)
}
