//! What may vanish at any time: the user's cache folder (XDG Base Directory specification 0.8), and folders
//! that are marked as caches.

use std::fs::File;
use std::io::Read as _;
use std::path::{Path, PathBuf};

/// `$XDG_CACHE_HOME/batchseal/<name>`, else the same below `~/.cache`; made where it is not there.
///
/// `None` where there is no home or the folder cannot be made: whoever asks must do without.
#[must_use]
pub fn folder(name: &str) -> Option<PathBuf> {
    let named = std::env::var_os("XDG_CACHE_HOME").map(PathBuf::from).filter(|path| path.is_absolute());
    let base = named.or_else(|| Some(std::env::home_dir()?.join(".cache")))?;
    let folder = base.join("batchseal").join(name);
    std::fs::create_dir_all(&folder).is_ok().then_some(folder)
}

/// How a `CACHEDIR.TAG` begins (Cache Directory Tagging Specification, bford.info/cachedir).
const SIGNATURE: &[u8] = b"Signature: 8a477f597d28d172789f06886806bc55";

/// Whether a folder is marked as one whose content may vanish: by a regular file `CACHEDIR.TAG` with the
/// signature. An empty or other file of that name marks nothing, so that nobody hides sources by accident.
#[must_use]
pub fn is_marked(folder: &Path) -> bool {
    let tag = folder.join("CACHEDIR.TAG");
    let is_file = tag.symlink_metadata().is_ok_and(|there| there.is_file());
    let mut start = Vec::with_capacity(SIGNATURE.len());
    let read = File::open(&tag).and_then(|file| file.take(SIGNATURE.len() as u64).read_to_end(&mut start));
    is_file && read.is_ok() && start == SIGNATURE
}

#[cfg(test)]
mod tests {
    use super::{SIGNATURE, is_marked};

    #[test]
    fn only_the_signature_marks_a_folder() {
        let folder = tempfile::tempdir().expect("folder");
        assert!(!is_marked(folder.path()));
        for (bytes, expected) in [
            ([SIGNATURE, b"\n# made by a tool\n"].concat(), true),
            (SIGNATURE.to_vec(), true),
            (Vec::new(), false),
            (b"Signature: 8a477f597d28d172789f06886806bc5".to_vec(), false),
            ([b" ", SIGNATURE].concat(), false),
        ] {
            std::fs::write(folder.path().join("CACHEDIR.TAG"), &bytes).expect("written");
            assert_eq!(is_marked(folder.path()), expected, "{bytes:?}");
        }
        std::fs::remove_file(folder.path().join("CACHEDIR.TAG")).expect("removed");
        std::fs::create_dir(folder.path().join("CACHEDIR.TAG")).expect("folder");
        assert!(!is_marked(folder.path()), "a folder is no tag");
    }
}
