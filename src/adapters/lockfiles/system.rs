//! Package databases of root file systems: found by their place below a root, read with what lies beside them.

use std::path::Path;

use crate::adapters::files;
use crate::sbom::source::{DATABASES, Files, MAX_BYTES, MAX_DATABASE_BYTES, Reader};

use super::{LockfilesError, What, entries};

/// Whether a reader reads a database of a root file system.
pub(super) fn is_database(reader: &Reader) -> bool {
    DATABASES.iter().any(|database| database.lockfile == reader.lockfile)
}

/// The database below a root with the files that its reader looks at.
pub(super) fn read(root: &Path, reader: &Reader) -> Result<Files, LockfilesError> {
    let mut read = Files::new();
    for name in std::iter::once(&reader.lockfile).chain(reader.beside) {
        add(&mut read, root, name)?;
    }
    Ok(read)
}

/// A file of a root file system, or those of a folder (`name/`). Links to single files are passed over: they may be
/// meant from another root than this machine's, and what they lead to is looked at under its own name. Links in a
/// folder are refused.
fn add(read: &mut Files, root: &Path, name: &str) -> Result<(), LockfilesError> {
    let Some(folder) = name.strip_suffix('/') else {
        let path = root.join(name);
        if path.symlink_metadata().is_ok_and(|found| found.is_file()) {
            read.insert(name.to_owned(), files::read(&path, MAX_DATABASE_BYTES as u64)?);
        }
        return Ok(());
    };
    let folder = root.join(folder);
    if folder.is_dir() {
        for (file, what) in entries(&folder)? {
            match what {
                What::File => {}
                // Here each file is a package, under a name that no other look-up comes by.
                What::Link => return Err(LockfilesError::Link { path: folder.join(&file) }),
                What::Folder | What::Unnamed => continue,
            }
            read.insert(format!("{name}{file}"), files::read(&folder.join(&file), MAX_BYTES as u64)?);
        }
    }
    Ok(())
}

/// The package database of an operating system at a path with `/` between parts, and the root above it.
pub(super) fn database(path: &str, is_folder: bool) -> Option<(&'static Reader, &str)> {
    DATABASES.iter().find_map(|reader| {
        let name = reader.lockfile.strip_suffix('/');
        let above = path.strip_suffix(name.unwrap_or(reader.lockfile)).filter(|_| name.is_some() == is_folder)?;
        // `usr/lib/apk/db/installed` also ends with the path of systems that have their `lib` at the root.
        let longer = |other: &&Reader| {
            other.lockfile.len() > reader.lockfile.len()
                && other.lockfile.ends_with(reader.lockfile)
                && path.ends_with(other.lockfile)
        };
        if DATABASES.iter().any(|other| longer(&other)) {
            return None;
        }
        match above.strip_suffix('/') {
            Some(above) => Some((reader, if above.is_empty() { "/" } else { above })),
            None => above.is_empty().then_some((reader, above)),
        }
    })
}
