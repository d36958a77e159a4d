//! The folder in which a node works at an import: the files as they came, for this process alone.

use std::{
    fs, io,
    os::unix::fs::MetadataExt,
    path::{Path, PathBuf},
    time::Duration,
};

use tempfile::TempDir;
use tokio::{fs::File, io::AsyncWriteExt};

use super::{RESULT, download::Download, review::Task, work::Rest};
use crate::{base::clock::Moment, services::Services, store::import_tasks::FileRow};

/// What its name begins with.
const PREFIX: &str = "phuong-import-";
/// A folder in which nothing has happened for so long is nobody's any more.
const OLD: Duration = Duration::from_hours(24);

pub(super) fn brought(files: &[FileRow]) -> impl Iterator<Item = &FileRow> {
    files.iter().filter(|file| file.number != RESULT)
}

pub(super) fn path(folder: &TempDir, file: &FileRow) -> PathBuf {
    folder.path().join(file.number.to_string()).join(&file.name)
}

/// The files, in a folder that only this process may read, and that goes with it.
pub(super) async fn put_down(sv: &Services, task: &Task, files: &[FileRow]) -> Result<TempDir, Rest> {
    let folder = tempfile::Builder::new().prefix(PREFIX).tempdir()?;
    for file in brought(files) {
        let to = path(&folder, file);
        tokio::fs::create_dir(to.parent().unwrap_or(folder.path())).await?;
        let mut to = File::create_new(to).await?;
        let mut from = Download::of(task.id, file.number);
        while let Some(piece) = from.piece(sv).await? {
            to.write_all(&piece).await?;
        }
        to.flush().await?;
    }
    Ok(folder)
}

/// Removes the folders of nodes that were killed at work: those of this user, in which nothing has happened for a day. Blocks.
pub fn sweep(now: Moment) -> io::Result<()> {
    sweep_in(&std::env::temp_dir(), now)
}

fn sweep_in(place: &Path, now: Moment) -> io::Result<()> {
    // Who this process is, a folder of its own tells.
    let own = fs::symlink_metadata(tempfile::Builder::new().prefix(PREFIX).tempdir_in(place)?.path())?.uid();
    for entry in fs::read_dir(place)? {
        let entry = entry?;
        let is_named = entry.file_name().to_str().is_some_and(|name| name.starts_with(PREFIX));
        // Not through a link, wherever it leads.
        let Ok(about) = fs::symlink_metadata(entry.path()) else { continue };
        let idle = Duration::from_secs(u64::try_from(now.seconds() - about.mtime()).unwrap_or_default());
        if is_named && about.is_dir() && about.uid() == own && idle >= OLD {
            // Another node may be faster.
            let _ = fs::remove_dir_all(entry.path());
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::time::SystemTime;

    use super::*;

    #[test]
    fn what_a_killed_node_left_is_removed_after_a_day_and_nothing_else() {
        let place = tempfile::tempdir().unwrap();
        let make = |name: &str, hours: u64| {
            let path = place.path().join(name);
            fs::create_dir(&path).unwrap();
            let at = SystemTime::UNIX_EPOCH + Duration::from_hours(100_000 - hours);
            fs::File::open(&path).unwrap().set_modified(at).unwrap();
            path
        };
        let (left, new, other) = (make("phuong-import-a", 25), make("phuong-import-b", 23), make("other", 900));
        std::os::unix::fs::symlink(&other, place.path().join("phuong-import-c")).unwrap();
        sweep_in(place.path(), Moment::from_seconds(100_000 * 3_600)).unwrap();
        assert_eq!([left, new, other].map(|path| path.exists()), [false, true, true]);
    }
}
