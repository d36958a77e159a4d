//! How large a file may be (R45). Everything that could make the reader allocate or run without end has a number here.

use serde::{Deserialize, Serialize};

/// Bounds on an uploaded file. The defaults hold a whole sector (500,000 pupils) and no more than a few times that.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
pub struct Limits {
    /// Bytes of a CSV file.
    pub csv_bytes: u64,
    /// Bytes of one CSV record: a quote that is never closed ends here.
    pub record_bytes: usize,
    /// Bytes of a workbook as it lies on disk.
    pub compressed_bytes: u64,
    /// Bytes of all parts of a workbook when inflated; they are streamed.
    pub inflated_bytes: u64,
    /// Bytes of the part of an OpenDocument that holds all its sheets; it is streamed once for each of them.
    pub content_bytes: u64,
    /// Bytes of a part of a workbook that the parser holds in memory, the shared strings aside.
    pub held_bytes: u64,
    /// Bytes of the shared strings when inflated; the parser holds them.
    pub shared_string_bytes: u64,
    /// How many shared strings there may be, declared or real.
    pub shared_strings: u64,
    /// Parts of a workbook.
    pub entries: usize,
    /// Rows of a sheet that hold anything.
    pub rows: u32,
    /// Columns of a sheet, by the furthest cell that holds anything.
    pub columns: usize,
    /// Sheets of a workbook that are read because they have the same columns; each is opened anew.
    pub sheets: usize,
    /// Cells of a workbook, empty ones too.
    pub cells: u64,
    /// Bytes of one cell, tag or text of a workbook.
    pub cell_bytes: usize,
    /// Bytes that a process which reads apart may hold.
    pub memory_bytes: u64,
    /// Seconds that it may compute.
    pub cpu_seconds: u64,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            csv_bytes: 1 << 30,
            record_bytes: 1 << 20,
            compressed_bytes: 128 << 20,
            inflated_bytes: 4 << 30,
            content_bytes: 1 << 30,
            held_bytes: 16 << 20,
            shared_string_bytes: 128 << 20,
            shared_strings: 2_000_000,
            entries: 2_000,
            rows: 1_000_000,
            columns: 512,
            sheets: 200,
            cells: 60_000_000,
            cell_bytes: 1 << 18,
            memory_bytes: 300 << 20,
            cpu_seconds: 120,
        }
    }
}
