//! Takes files in, piece by piece, into the database: what is uploaded is never held in memory as a whole.

use std::time::Duration;

use serde_json::json;

use super::{FILE, asked::Asked, review::event};
use crate::{
    base::{clock::Moment, id::ImportId},
    services::{
        Services,
        authority::{Denied, ImportPeople, Permit, Reach},
    },
    store::{
        StoreError, Tx,
        answers::{self, NewAnswer},
        audit,
        import_tasks::{self, FileRow, NewTask, Piece},
    },
};

/// Bytes of all files of an import together (R45). A sector of 500,000 pupils is 45 MB as a workbook.
pub const LARGEST: usize = 96 << 20;
/// Files of an import.
const FILES: i64 = 20;
/// Imports of one account that are not at their end.
const OPEN: i64 = 20;
/// What is still being sent after so long has broken off: it holds no place.
const LONGEST: Duration = Duration::from_hours(1);
/// Bytes of a piece.
const PIECE: usize = 256 << 10;
/// Bytes of a file's name: as many as a folder takes.
const NAME: usize = 200;

/// Why files were not taken.
#[derive(Debug, thiserror::Error)]
pub enum UploadError {
    /// There is none.
    #[error("no file was chosen")]
    NoFile,
    /// They are too large together.
    #[error("the files are larger than {} MiB together", LARGEST >> 20)]
    TooLarge,
    /// They are too many.
    #[error("there are more than {FILES} files")]
    TooManyFiles,
    /// Too many imports wait to be finished or thrown away.
    #[error("there are {OPEN} unfinished imports")]
    TooManyOpen,
    /// It was allowed when the upload began.
    #[error(transparent)]
    Denied(#[from] Denied),
    /// The database.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// An upload under way. Dropped, it leaves a task that is removed some days later.
pub struct Upload<'s> {
    sv: &'s Services,
    leave: Permit<ImportPeople, Reach>,
    asked: Asked,
    id: ImportId,
    files: Vec<FileRow>,
    pieces: i64,
    buffer: Vec<u8>,
    bytes: usize,
}

impl<'s> Upload<'s> {
    /// Begins one.
    pub async fn begin(
        sv: &'s Services,
        leave: Permit<ImportPeople, Reach>,
        mut asked: Asked,
    ) -> Result<Self, UploadError> {
        let Some(account) = leave.account() else { return Err(StoreError::Abandoned("nobody is signed in").into()) };
        let place = super::review::place(&leave);
        let known =
            sv.store.read(place, async |tx: &mut Tx, place: &String| import_tasks::titles(tx, place).await).await?;
        if let Some(known) = known.and_then(|titles| serde_json::from_str(&titles).ok()) {
            asked.amended = known;
        }
        let id: ImportId = sv.ids.next();
        let org = if let Reach::Under(org) = leave.place() { Some(*org) } else { None };
        let new = NewTask { id, account, org, options: asked.seal(&sv.keys.fields), now: sv.clock.now() };
        let added = sv.store.write(new, async |tx: &mut Tx, new: &NewTask| {
            let room = import_tasks::open_of(tx, new.account, new.now - LONGEST).await? < OPEN;
            if room {
                import_tasks::add(tx, new).await?;
            }
            Ok(room)
        });
        if !added.await? {
            return Err(UploadError::TooManyOpen);
        }
        Ok(Self { sv, leave, asked, id, files: Vec::new(), pieces: 0, buffer: Vec::with_capacity(PIECE), bytes: 0 })
    }

    /// The import that it becomes.
    pub const fn id(&self) -> ImportId {
        self.id
    }

    /// The next file begins.
    pub async fn file(&mut self, name: &str) -> Result<(), UploadError> {
        self.flush().await?;
        let number = i64::try_from(self.files.len()).unwrap_or(i64::MAX);
        if number >= FILES {
            return Err(UploadError::TooManyFiles);
        }
        let name = own_name(name, &self.files);
        self.files.push(FileRow { number, name, bytes: 0 });
        self.pieces = 0;
        Ok(())
    }

    /// Its next bytes.
    pub async fn take(&mut self, mut bytes: &[u8]) -> Result<(), UploadError> {
        self.bytes += bytes.len();
        if self.bytes > LARGEST {
            let remove = async |tx: &mut Tx, id: &ImportId| import_tasks::remove(tx, *id).await;
            self.sv.store.write_bulk(self.id, remove).await?;
            return Err(UploadError::TooLarge);
        }
        if let Some(file) = self.files.last_mut() {
            file.bytes += i64::try_from(bytes.len()).unwrap_or(0);
        }
        while !bytes.is_empty() {
            let (now, later) = bytes.split_at(bytes.len().min(PIECE - self.buffer.len()));
            self.buffer.extend_from_slice(now);
            bytes = later;
            if self.buffer.len() == PIECE {
                self.flush().await?;
            }
        }
        Ok(())
    }

    async fn flush(&mut self) -> Result<(), StoreError> {
        let Some(file) = self.files.last().filter(|_| !self.buffer.is_empty()) else { return Ok(()) };
        let content = self.sv.keys.fields.seal(FILE, &self.buffer);
        let piece = Piece { task: self.id, file: file.number, number: self.pieces, content };
        self.buffer.clear();
        self.pieces += 1;
        let add = async |tx: &mut Tx, piece: &Piece| import_tasks::add_piece(tx, piece).await;
        self.sv.store.write_bulk(piece, add).await
    }

    /// All files are there: from here on a node looks at them. Of what is done once, the answer is kept in the same write;
    /// false when somebody was faster with its key: then nothing is left of it.
    pub async fn finish(mut self, answer: Option<NewAnswer>) -> Result<bool, UploadError> {
        self.flush().await?;
        self.files.retain(|file| file.bytes > 0);
        if self.files.is_empty() {
            self.abandon().await?;
            return Err(UploadError::NoFile);
        }
        // Without what the files are called: schools call them after pupils, and nothing ever leaves the trail.
        let detail = json!({ "files": self.files.len(), "bytes": self.bytes });
        let event = event(self.sv, &self.leave, "import.uploaded", (self.id, &detail));
        let finish = Finish {
            leave: self.leave,
            id: self.id,
            options: self.asked.seal(&self.sv.keys.fields),
            files: self.files,
            event,
            answer,
            now: self.sv.clock.now(),
        };
        Ok(self.sv.store.write(finish, async |tx: &mut Tx, finish: &Finish| finish.write(tx).await).await??)
    }

    /// Something was wrong with them: what came is removed.
    pub async fn abandon(self) -> Result<(), StoreError> {
        let turn = (self.id, self.sv.clock.now());
        let discard = async |tx: &mut Tx, (id, now): &(ImportId, _)| import_tasks::discard(tx, *id, *now).await;
        self.sv.store.write(turn, discard).await.map(drop)
    }
}

struct Finish {
    leave: Permit<ImportPeople, Reach>,
    id: ImportId,
    options: Vec<u8>,
    files: Vec<FileRow>,
    event: audit::Event,
    answer: Option<NewAnswer>,
    now: Moment,
}

impl Finish {
    async fn write(&self, tx: &mut Tx) -> Result<Result<bool, Denied>, StoreError> {
        if let Err(denied) = self.leave.again(tx, self.now).await? {
            import_tasks::discard(tx, self.id, self.now).await?;
            return Ok(Err(denied));
        }
        if let Some(answer) = &self.answer
            && !answers::claim(tx, answer, self.now).await?
        {
            import_tasks::discard(tx, self.id, self.now).await?;
            return Ok(Ok(false));
        }
        for file in &self.files {
            import_tasks::add_file(tx, self.id, file).await?;
        }
        if !import_tasks::turn(tx, (self.id, "uploading", "checking"), (&self.options, None), self.now).await? {
            return Err(StoreError::Abandoned("an upload that was discarded"));
        }
        audit::add(tx, &self.event).await.map(|()| Ok(true))
    }
}

/// A file's name without folders and without what a path may not hold; its number keeps two of one name apart.
fn own_name(name: &str, others: &[FileRow]) -> String {
    let name = name.rsplit(['/', '\\']).next().unwrap_or_default();
    let mut plain = String::new();
    for c in name.chars().filter(|c| !c.is_control()) {
        if plain.len() + c.len_utf8() <= NAME {
            plain.push(c);
        }
    }
    let plain = match plain.trim().trim_start_matches('.') {
        "" => "tep".to_owned(),
        plain => plain.to_owned(),
    };
    if others.iter().any(|file| file.name == plain) { format!("{} {plain}", others.len() + 1) } else { plain }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_no_path() {
        let other = FileRow { number: 0, name: "a.csv".into(), bytes: 1 };
        for (given, kept) in [
            ("../../etc/passwd", "passwd"),
            ("C:\\Tệp\\Lớp 3A.xlsx", "Lớp 3A.xlsx"),
            ("..", "tep"),
            ("", "tep"),
            ("a\0\n.csv", "2 a.csv"),
            ("a.csv", "2 a.csv"),
        ] {
            assert_eq!(own_name(given, std::slice::from_ref(&other)), kept, "{given}");
        }
        assert_eq!(own_name(&"đ".repeat(500), &[]).len(), NAME);
    }
}
