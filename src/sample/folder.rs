//! The folder that is written to: what a former sample left there is replaced, what is somebody's own is not touched,
//! and files appear whole or not at all.

use std::{
    fs, io,
    path::{Path, PathBuf},
};

/// Why the files could not be written.
#[derive(Debug, thiserror::Error)]
pub enum WriteError {
    /// Files of these names are there already and are no former sample's.
    #[error("{} holds files that are not a sample's: {}", .folder.display(), .names.join(", "))]
    Occupied {
        /// The folder.
        folder: PathBuf,
        /// The files that would have been overwritten.
        names: Vec<String>,
    },
    /// The file system said no.
    #[error("{}: {source}", .path.display())]
    Io {
        /// The file or folder.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
}

/// The file that marks a folder as a sample's, and lists its files.
pub(super) const README: &str = "README.txt";
/// How it begins.
pub(super) const MARK: &str = "Dữ liệu mẫu của một ngành giáo dục";

/// The files that a former sample left in a folder; none when no sample was written there.
pub fn former(folder: &Path) -> Vec<String> {
    listed(folder).into_iter().filter(|name| folder.join(name).is_file()).collect()
}

/// The files that a former sample wrote or began to write, its README among them.
fn listed(folder: &Path) -> Vec<String> {
    let readme = fs::read_to_string(folder.join(README)).unwrap_or_default();
    if !readme.starts_with(MARK) {
        return Vec::new();
    }
    let names = readme.lines().filter_map(|line| line.strip_prefix("  ")?.split(' ').next());
    // A name that leads out of the folder is none that we listed.
    let names = names.filter(|name| !name.is_empty() && !name.contains(['/', '\\']));
    names.chain([README]).map(str::to_owned).collect()
}

/// Makes the folder and clears it of a former sample. Refuses when files of these names are somebody's own.
pub(super) fn prepare(folder: &Path, names: &[String]) -> Result<(), WriteError> {
    fs::create_dir_all(folder).map_err(at(folder))?;
    let listed = listed(folder);
    let there = |name: &&String| folder.join(name).symlink_metadata().is_ok();
    let own: Vec<String> = names.iter().filter(there).filter(|name| !listed.contains(name)).cloned().collect();
    if !own.is_empty() {
        return Err(WriteError::Occupied { folder: folder.to_owned(), names: own });
    }
    for path in listed.iter().map(|name| folder.join(name)).flat_map(|path| [unfinished(&path), path]) {
        match fs::remove_file(&path) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(at(&path)(error)),
            _ => {}
        }
    }
    Ok(())
}

/// Where a file is written until it is whole.
pub(super) fn unfinished(path: &Path) -> PathBuf {
    let mut name = path.file_name().unwrap_or_default().to_owned();
    name.push(".part");
    path.with_file_name(name)
}

/// What the file system says of a path.
pub(super) fn at(path: &Path) -> impl FnOnce(io::Error) -> WriteError {
    let path = path.to_owned();
    move |source| WriteError::Io { path, source }
}
