//! Files of an import on their way out.

use super::{FILE, RESULT, review::Task};
use crate::{
    base::id::ImportId,
    services::Services,
    store::{StoreError, Tx, import_tasks},
};

/// A file on its way out, piece by piece.
#[derive(Clone, Copy, Debug)]
pub struct Download {
    task: ImportId,
    file: i64,
    next: i64,
}

/// The workbook that goes back.
pub const fn download(task: &Task) -> Download {
    Download { task: task.id, file: RESULT, next: 0 }
}

impl Download {
    /// Of a file that was brought.
    pub(super) const fn of(task: ImportId, file: i64) -> Self {
        Self { task, file, next: 0 }
    }

    /// The next piece; nothing after the last.
    pub async fn piece(&mut self, sv: &Services) -> Result<Option<Vec<u8>>, StoreError> {
        let at = (self.task, self.file, self.next);
        self.next += 1;
        let read = async |tx: &mut Tx, at: &(ImportId, i64, i64)| import_tasks::piece(tx, *at).await;
        let Some(sealed) = sv.store.read(at, read).await? else { return Ok(None) };
        let corrupt = |_| StoreError::Corrupt { table: "import_pieces", column: "content", row: self.task.to_string() };
        sv.keys.fields.open(FILE, &sealed).map(|plain| Some(plain.to_vec())).map_err(corrupt)
    }
}
