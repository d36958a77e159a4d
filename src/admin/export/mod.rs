//! Taking people away as files: lists that the import reads again, OneRoster 1.2, Microsoft School Data Sync 2.1.
//!
//! Everything is read page by page in the order of class lists and written as it comes, so that a whole sector needs no
//! more memory than a school. What lies outside the permit's reach is not read (R38), what a spreadsheet would take for a
//! formula is neutralised (R47), and that it was taken is in the audit trail before the first line is. Citizen numbers stay
//! where they are: nobody who reads these files needs them. What is kept of one person, they get whole ([`person`]).

mod book;
mod ids;
mod oneroster;
mod package;
mod page;
mod people;
mod person;
mod sds;
pub(super) mod table;
mod walk;

use std::{io::Write, path::Path};

use serde_json::json;

pub use book::Book;
pub use oneroster::oneroster;
pub use package::{Package, package};
pub use people::people;
pub use person::person;
pub use sds::sds;

use crate::{
    services::{
        Services,
        audit::Scribe,
        authority::{ExportPeople, Permit, Reach},
    },
    store::{Day, StoreError, Tx, delegations},
};

/// Leave to take away whoever lies within a reach.
pub type Leave = Permit<ExportPeople, Reach>;

/// Which people a table lists.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Listed {
    /// Pupils.
    Pupils,
    /// Everybody who works there.
    Staff,
}

/// In which form lists of people are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// XLSX: a sheet of pupils and one of staff.
    Workbook,
    /// CSV, which has room for one table.
    Csv(Listed),
}

/// What was written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Exported {
    /// People.
    pub people: u64,
    /// Their roles, places in classes and whatever else has a row.
    pub rows: u64,
}

/// Why nothing was exported.
#[derive(Debug, thiserror::Error)]
pub enum NotExported {
    /// The database.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// Where it is written to.
    #[error(transparent)]
    Io(#[from] std::io::Error),
}

/// Hears how many people were written.
pub type Told<'t> = &'t mut (dyn FnMut(u64) + Send);

/// Notes that lists are taken away: once for each org by a right over which it is done, whose administrators find it.
pub async fn note(sv: &Services, leave: &Leave, form: &str) -> Result<(), StoreError> {
    let turn = (*leave.place(), leave.scribe(sv), form.to_owned(), Day(sv.clock.now().day()));
    let note = async |tx: &mut Tx, (reach, scribe, form, today): &(Reach, Scribe, String, Day)| {
        let mut orgs = match reach {
            Reach::Sector => Vec::new(),
            Reach::Under(org) => vec![*org],
            Reach::Of(account) => {
                delegations::held(tx, *account, *today).await?.into_iter().map(|held| held.org_id).collect()
            }
        };
        orgs.sort_unstable();
        orgs.dedup();
        // By a right over the whole sector; or the rights ended a moment ago, and it still was done.
        let whole = orgs.is_empty().then_some(None);
        for org in orgs.into_iter().map(Some).chain(whole) {
            let detail = json!({ "form": form, "org": org });
            let scribe = scribe.by_right_over(org);
            scribe.note(tx, "people.exported", "people".to_owned(), &detail).await?;
        }
        Ok(())
    };
    sv.store.write_aside(turn, note).await
}

/// Writes a new file, whole or not at all, for its owner alone.
pub fn write(to: &Path, bytes: &[u8]) -> std::io::Result<()> {
    let mut file = tempfile::NamedTempFile::new_in(beside(to))?;
    file.write_all(bytes)?;
    file.as_file().sync_all()?;
    file.persist_noclobber(to).map(drop).map_err(|error| error.error)
}

/// The folder a file is put together in, so that it appears whole or not at all.
fn beside(path: &Path) -> &Path {
    path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."))
}
