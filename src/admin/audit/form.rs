//! Events as files: for spreadsheets and for programs, the same from the command line and the console.

use std::{borrow::Cow, io};

use serde_json::{Value, json};

use crate::{
    admin::export::table::{Tables, of_xlsx},
    base::digest::hex,
    model::text::for_a_spreadsheet,
    store::audit::EventRow,
};

/// In which form events are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// Separated by commas.
    Csv,
    /// A JSON object on each line.
    Jsonl,
    /// A workbook.
    Xlsx,
}

const COLUMNS: [&str; 11] =
    ["seq", "id", "at", "actor", "action", "subject", "org", "address", "detail", "mac", "chain"];

impl Form {
    /// The form of a name, which is also how a file of it ends.
    pub fn named(name: &str) -> Option<Self> {
        [Self::Csv, Self::Jsonl, Self::Xlsx].into_iter().find(|form| form.name() == name)
    }

    /// Its name.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Csv => "csv",
            Self::Jsonl => "jsonl",
            Self::Xlsx => "xlsx",
        }
    }

    /// Its media type.
    pub const fn media(self) -> &'static str {
        match self {
            Self::Csv => "text/csv; charset=utf-8",
            Self::Jsonl => "application/x-ndjson",
            Self::Xlsx => "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        }
    }

    /// How a file of lines begins.
    pub fn head(self) -> Vec<u8> {
        match self {
            Self::Csv => record(COLUMNS.map(Cow::Borrowed)),
            Self::Jsonl | Self::Xlsx => Vec::new(),
        }
    }

    /// One event as a line.
    pub fn write(self, to: &mut Vec<u8>, event: &EventRow) {
        match self {
            Self::Csv => to.extend(record(cells(event).map(|cell| Cow::Owned(for_a_spreadsheet(&cell).into_owned())))),
            Self::Jsonl | Self::Xlsx => to.extend(format!("{}\n", value(event)).bytes()),
        }
    }
}

/// A line of cells, those that need it in quotation marks (RFC 4180).
fn record(cells: [Cow<'_, str>; COLUMNS.len()]) -> Vec<u8> {
    let quoted = cells.map(|cell| {
        if cell.contains(['"', ',', '\n', '\r']) {
            format!("\"{}\"", cell.replace('"', "\"\""))
        } else {
            cell.into_owned()
        }
    });
    format!("{}\n", quoted.join(",")).into_bytes()
}

/// An event for programs.
pub fn value(event: &EventRow) -> Value {
    json!({
        "seq": event.seq, "id": event.id, "at": event.at.to_string(), "actor": event.actor, "action": event.action,
        "subject": event.subject, "org": event.org_id, "address": event.address,
        // As it was written, for whoever wants to prove it.
        "detail": event.detail, "mac": hex(&event.mac), "chain": event.chain.as_deref().map(hex),
    })
}

fn cells(event: &EventRow) -> [String; COLUMNS.len()] {
    let value = value(event);
    COLUMNS.map(|column| match &value[column] {
        Value::Null => String::new(),
        Value::String(text) => text.clone(),
        other => other.to_string(),
    })
}

/// How many events a workbook holds: more than anybody looks through.
const MOST_IN_A_WORKBOOK: usize = 100_000;

/// A workbook of events.
pub struct Sheet {
    tables: Tables,
    /// What does not fit into memory meanwhile.
    _folder: tempfile::TempDir,
    folder: std::path::PathBuf,
    rows: usize,
}

impl Sheet {
    /// An empty one.
    pub fn begin() -> io::Result<Self> {
        let kept = tempfile::tempdir()?;
        let folder = kept.path().to_owned();
        let tables = Tables::begin(&[("audit", &COLUMNS)], &folder).map_err(of_xlsx)?;
        Ok(Self { tables, _folder: kept, folder, rows: 0 })
    }

    /// Adds events; false when it holds no more.
    pub fn rows(&mut self, events: &[EventRow]) -> io::Result<bool> {
        for event in events.iter().take(MOST_IN_A_WORKBOOK - self.rows) {
            let cells = cells(event);
            self.tables.row(0, &cells.each_ref().map(String::as_str)).map_err(of_xlsx)?;
            self.rows += 1;
        }
        Ok(self.rows < MOST_IN_A_WORKBOOK)
    }

    /// The file.
    pub fn end(self) -> io::Result<Vec<u8>> {
        let path = self.folder.join("audit.xlsx");
        self.tables.end(std::fs::File::create(&path)?).map_err(of_xlsx)?;
        std::fs::read(path)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::clock::Moment;

    #[test]
    fn r47_no_cell_is_a_formula_and_none_breaks_its_line() {
        let event = EventRow {
            id: uuid::Uuid::from_u128(1).into(),
            at: Moment::from_seconds(0),
            actor: "=1+1".into(),
            action: "a.b".into(),
            subject: "x, \"y\"\nz".into(),
            org_id: None,
            detail: "{\"a\":\"b\"}".into(),
            address: None,
            mac: vec![1],
            seq: Some(7),
            chain: None,
        };
        let mut file = Form::Csv.head();
        Form::Csv.write(&mut file, &event);
        let rows: Vec<Vec<String>> = csv::Reader::from_reader(&file[..])
            .records()
            .map(|row| row.unwrap().iter().map(str::to_owned).collect())
            .collect();
        assert_eq!(rows.len(), 1);
        assert_eq!((rows[0][0].as_str(), rows[0][3].as_str(), rows[0][5].as_str()), ("7", "'=1+1", "x, \"y\"\nz"));
    }
}
