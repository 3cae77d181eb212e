//! The folder in which a demo city's files lie between the generator and the ingest. It is the demo's own, or it is
//! not touched: whatever a user keeps beside the database stays.

use std::path::{Path, PathBuf};

use crate::error::AppError;

/// A file that says whose the folder is: a call that was cut short finds its own folder again by it.
const MARK: &str = "made-by-dozor-demo";

/// Is a folder that belongs to the demo.
#[derive(Debug)]
pub(crate) struct CityFolder(PathBuf);

fn failed(path: &Path) -> impl FnOnce(std::io::Error) -> AppError + use<> {
    let path = path.display().to_string();
    move |source| AppError::Write { path, source }
}

impl CityFolder {
    /// Makes the folder, or takes the one that an earlier call of the demo left.
    ///
    /// # Errors
    /// [`AppError::FolderNotOurs`] when somebody else's files are in it.
    pub(crate) fn take(parent: &Path, name: &str) -> Result<Self, AppError> {
        std::fs::create_dir_all(parent).map_err(failed(parent))?;
        let (path, mark) = (parent.join(name), parent.join(name).join(MARK));
        match std::fs::create_dir(&path) {
            Ok(()) => {}
            Err(fault) if fault.kind() == std::io::ErrorKind::AlreadyExists => {
                let is_empty = || std::fs::read_dir(&path).is_ok_and(|mut files| files.next().is_none());
                if !mark.is_file() && !is_empty() {
                    return Err(AppError::FolderNotOurs { path: path.display().to_string() });
                }
            }
            Err(fault) => return Err(failed(&path)(fault)),
        }
        std::fs::write(&mark, "files of a demo city, which dozor removes when it has read them\n")
            .map_err(failed(&mark))?;
        Ok(Self(path))
    }

    /// Returns where it is.
    pub(crate) fn path(&self) -> &Path {
        &self.0
    }

    /// Removes the named files, the mark and the folder; with anything else in it, the folder stays.
    ///
    /// # Errors
    /// [`AppError::Write`].
    pub(crate) fn remove(self, files: &[PathBuf]) -> Result<(), AppError> {
        let mark = self.0.join(MARK);
        for file in files.iter().chain([&mark]) {
            std::fs::remove_file(file).map_err(failed(file))?;
        }
        match std::fs::remove_dir(&self.0) {
            Err(fault) if fault.kind() != std::io::ErrorKind::DirectoryNotEmpty => {
                Err(failed(&self.0)(fault))
            }
            Ok(()) | Err(_) => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_its_own_folder_and_files_are_taken_and_removed() {
        let parent = tempfile::tempdir().unwrap();
        let theirs = parent.path().join("city");
        std::fs::create_dir(&theirs).unwrap();
        std::fs::write(theirs.join("keep.txt"), "keep").unwrap();
        let refused = CityFolder::take(parent.path(), "city").unwrap_err();
        assert!(matches!(refused, AppError::FolderNotOurs { .. }), "{refused}");
        assert!(theirs.join("keep.txt").is_file());

        let ours = CityFolder::take(parent.path(), "ours").unwrap();
        let file = ours.path().join("parcels.csv");
        std::fs::write(&file, "1").unwrap();
        // A call that was cut short left the folder as it is now: the next one goes on with it.
        let again = CityFolder::take(parent.path(), "ours").unwrap();
        std::fs::write(again.path().join("added-by-hand.txt"), "keep").unwrap();
        again.remove(&[file]).unwrap();
        assert!(ours.path().join("added-by-hand.txt").is_file(), "what it did not write stays");
        std::fs::remove_file(ours.path().join("added-by-hand.txt")).unwrap();
        CityFolder::take(parent.path(), "ours").unwrap().remove(&[]).unwrap();
        assert!(!parent.path().join("ours").exists());
    }
}
