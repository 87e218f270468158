//! The search for lockfiles: a folder and what lies below it, and what of it could not be read.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use crate::sbom::source::{self, Reader};

use super::unlocked::Manifests;
use super::{Found, LockfilesError, MAX_DEPTH, MAX_FOLDERS, ReadBy, What, entries, read_by, system};

/// Folders that hold what others made, or what a build made: never looked into.
const NEVER: [&str; 6] = ["node_modules", "target", "vendor", "venv", "Pods", "Carthage"];
/// Folders whose projects usually do not ship: named to the user, and read when asked for.
const ASIDE: [&str; 13] = [
    "doc",
    "docs",
    "test",
    "tests",
    "testdata",
    "fixtures",
    "__tests__",
    "example",
    "examples",
    "demo",
    "fuzz",
    "bench",
    "benches",
];
/// Lockfiles that repeat what one of others beside them says.
const REPEATED: [(&str, &[&str]); 3] = [
    // npm takes the other one.
    ("package-lock.json", &["npm-shrinkwrap.json"]),
    // Exports such as those of `poetry export`: their digests are of files without names.
    ("requirements.txt", &["Pipfile.lock", "poetry.lock", "pylock.toml", "uv.lock"]),
    // Exports too: they name no edges.
    ("pylock.toml", &["Pipfile.lock", "poetry.lock", "uv.lock"]),
];

/// What a search found.
#[derive(Debug, Default)]
pub struct Search {
    /// To be read, sorted by path.
    pub found: Vec<Found>,
    /// Seen in folders whose projects usually do not ship, sorted by path.
    pub aside: Vec<String>,
    /// Lockfiles beside another one that counts or says more, such as requirements of pip beside `poetry.lock`.
    pub repeated: Vec<String>,
    /// What may hold components and was not read, one sentence each, sorted: an SBOM without it is incomplete.
    pub unread: Vec<String>,
}

/// A folder that is yet to be looked into.
struct Folder {
    path: PathBuf,
    /// Relative to the folder searched, with `/` between parts; empty for that folder itself.
    shown: String,
    depth: usize,
    /// Whether it lies in a folder whose projects usually do not ship.
    aside: bool,
}

impl Folder {
    fn path_of(&self, name: &str) -> String {
        if self.shown.is_empty() { name.to_owned() } else { format!("{}/{name}", self.shown) }
    }
}

/// Searches a folder and what lies below it; links are not followed, hidden folders not looked into.
///
/// # Errors
/// [`LockfilesError`].
pub fn search(root: &Path) -> Result<Search, LockfilesError> {
    let mut search = Search::default();
    let mut manifests = Manifests::default();
    let mut queue = vec![Folder { path: root.to_path_buf(), shown: String::new(), depth: 0, aside: false }];
    let mut folders = 0;
    while let Some(folder) = queue.pop() {
        folders += 1;
        if folders > MAX_FOLDERS {
            return Err(LockfilesError::TooMany(root.to_path_buf()));
        }
        let entries = entries(&folder.path)?;
        let is_beside = |name: &str| entries.iter().any(|(there, what)| there == name && *what != What::Unnamed);
        for (name, what) in &entries {
            search.database(root, &folder, name, *what);
            match what {
                What::Folder | What::Unnamed => queue.extend(search.below(&folder, name, *what)),
                What::File | What::Link => {
                    if let Some(read_by) = read_by(name, Reader::of_found)
                        && source::is_taken(name, folder.depth == 0, is_beside)
                    {
                        manifests.add_lockfile(&folder.shown, name);
                        search.lockfile(&folder, name, *what, read_by);
                    } else if *what == What::File && !folder.aside {
                        manifests.add_manifest(&folder.shown, name);
                    }
                }
            }
        }
    }
    search.unread.extend(manifests.unlocked(root));
    search.unread.sort();
    search.found.sort_by(|a, b| a.shown.cmp(&b.shown));
    search.aside.sort();
    search.leave_repeated();
    Ok(search)
}

impl Search {
    fn put(&mut self, aside: bool, found: Found) {
        if aside {
            self.aside.push(found.shown);
        } else {
            self.found.push(found);
        }
    }

    fn database(&mut self, root: &Path, folder: &Folder, name: &str, what: What) {
        let path = folder.path_of(name);
        let known = matches!(what, What::File | What::Folder);
        let Some((reader, above)) = system::database(&path, what == What::Folder).filter(|_| known) else { return };
        let (name, read_by) = (reader.lockfile.to_owned(), ReadBy::Reader(reader));
        self.put(folder.aside, Found { folder: root.join(above), name, shown: path.clone(), read_by });
    }

    fn lockfile(&mut self, folder: &Folder, name: &str, what: What, read_by: ReadBy) {
        let shown = folder.path_of(name);
        if what == What::File {
            self.put(folder.aside, Found { folder: folder.path.clone(), name: name.to_owned(), shown, read_by });
        } else if !folder.aside {
            self.unread.push(format!("{shown} is a link"));
        }
    }

    /// A folder to be looked into, if it is.
    fn below(&mut self, folder: &Folder, name: &str, what: What) -> Option<Folder> {
        if name.starts_with('.') || NEVER.contains(&name) {
            return None;
        }
        let shown = folder.path_of(name);
        let aside = folder.aside || ASIDE.contains(&name);
        if what == What::Folder && folder.depth < MAX_DEPTH {
            return Some(Folder { path: folder.path.join(name), shown, depth: folder.depth + 1, aside });
        }
        if !aside {
            self.unread.push(match what {
                What::Unnamed => format!("folder {shown} was not searched: its name is not UTF-8"),
                _ => format!("folder {shown} was not searched: it lies more than {MAX_DEPTH} folders deep"),
            });
        }
        None
    }

    /// Leaves out what only repeats a lockfile beside it.
    fn leave_repeated(&mut self) {
        let all: BTreeSet<(PathBuf, String)> =
            self.found.iter().map(|found| (found.folder.clone(), found.name.clone())).collect();
        let is_repeated = |found: &Found| {
            let others = REPEATED.iter().find(|(name, _)| *name == found.name).map_or(&[][..], |(_, others)| others);
            others.iter().any(|other| all.contains(&(found.folder.clone(), (*other).to_owned())))
        };
        let (repeated, found): (Vec<_>, _) = std::mem::take(&mut self.found).into_iter().partition(is_repeated);
        self.repeated = repeated.into_iter().map(|found| found.shown).collect();
        self.found = found;
    }
}
