//! The user's cache folder (XDG Base Directory specification 0.8): what may vanish at any time.

use std::path::PathBuf;

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
