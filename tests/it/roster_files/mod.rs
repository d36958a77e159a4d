//! The readers of rosters on files as others write them.

mod apart;
mod broken;
mod messy;
mod old_workbook;
mod writers;

use std::{ops::ControlFlow, path::Path};

use phuong::roster::{Options, Reading, Record, Source, open};

/// As the program itself reads: this test binary is not it.
fn options() -> Options {
    let program = Some(env!("CARGO_BIN_EXE_phuong").into());
    Options { reading: Reading { program, ..Reading::default() }, ..Options::default() }
}

/// Opens a file and reads it to its end.
fn read(path: &Path) -> (Source, Vec<Record>) {
    let mut source = open(path, &options()).unwrap_or_else(|e| panic!("{}: {e}", path.display()));
    let mut records = Vec::new();
    source
        .for_each(|record| {
            records.push(record);
            ControlFlow::Continue(())
        })
        .unwrap();
    (source, records)
}
