//! What is installed in a root file system (a firmware image, a container): the databases of its package manager.
//!
//! The operating system is the project, named by `os-release`. It depends directly on the packages that no other
//! one needs and, so that nothing installed is lost, on one package of every circle that nothing else leads into.
//! A requirement that no installed package meets gives no edge, and the SBOM then says that it is incomplete.

use std::collections::{BTreeSet, HashMap};

use super::{Files, Package, Project, Reader, Resolution, SourceError};

mod apk;
mod dpkg;
mod release;
mod rpm;

use release::Release;

/// Readers of package databases: `lockfile` and `beside` are paths from the root of the file system, and one that
/// ends with `/` is a folder whose files are read.
pub const DATABASES: &[Reader] = &[
    apk::LIB,
    apk::USR_LIB,
    dpkg::STATUS,
    dpkg::STATUS_FOLDER,
    rpm::SQLITE_USR_LIB,
    rpm::SQLITE_USR_SHARE,
    rpm::SQLITE_VAR,
    rpm::NDB_USR_LIB,
    rpm::NDB_VAR,
    rpm::BERKELEY_USR_LIB,
    rpm::BERKELEY_VAR,
    rpm::MANIFEST,
];

/// Most times that providers of names are looked at: hostile databases let everything provide everything.
const MAX_LOOKED_AT: usize = 4_000_000;

/// Who provides a name, of all that is installed.
struct Index<'a, P> {
    file: &'a str,
    of: HashMap<&'a [u8], Vec<P>>,
    looked_at: usize,
}

impl<'a, P> Index<'a, P> {
    fn new(file: &'a str) -> Self {
        Self { file, of: HashMap::new(), looked_at: 0 }
    }

    fn add(&mut self, name: &'a [u8], provider: P) {
        self.of.entry(name).or_default().push(provider);
    }

    /// Those who provide a name.
    fn of(&mut self, name: &[u8]) -> Result<&[P], SourceError> {
        let providers = self.of.get(name).map_or(&[][..], Vec::as_slice);
        self.looked_at += providers.len() + 1;
        if self.looked_at > MAX_LOOKED_AT {
            let message = format!("requirements have more than {MAX_LOOKED_AT} possible providers");
            return Err(SourceError::malformed(self.file, message));
        }
        Ok(providers)
    }
}

/// Requirements that nothing installed meets.
#[derive(Debug, Default)]
struct Unmet {
    count: usize,
    first: Option<String>,
}

impl Unmet {
    fn add(&mut self, package: &str, requirement: &str) {
        self.count += 1;
        self.first.get_or_insert_with(|| format!("{package} needs {requirement:.120}"));
    }

    fn sentence(self) -> Option<String> {
        let first = self.first?;
        Some(format!("{} requirements are met by no installed package, such as: {first}", self.count))
    }
}

/// The operating system with what is installed in it.
fn resolution(
    release: &Release<'_>,
    packages: Vec<Package>,
    incomplete: Option<String>,
) -> Result<Resolution, SourceError> {
    let mut system = release.package()?;
    system.depends_on = tops(&packages);
    Ok(Resolution { projects: vec![Project::new(system)], packages, incomplete })
}

/// Packages from which every other one is reached: those that no other needs, and then the first by package URL of
/// what is left, again and again.
fn tops(packages: &[Package]) -> BTreeSet<String> {
    let mut edges: HashMap<&str, Vec<&str>> = HashMap::with_capacity(packages.len());
    let mut needed: BTreeSet<&str> = BTreeSet::new();
    for package in packages {
        let others = package.depends_on.iter().map(String::as_str).filter(|other| *other != package.purl);
        edges.entry(&package.purl).or_default().extend(others.clone());
        needed.extend(others);
    }
    let mut names: Vec<&str> = edges.keys().copied().collect();
    // Those that something needs come last.
    names.sort_unstable_by_key(|name| (needed.contains(name), *name));
    let (mut tops, mut reached) = (BTreeSet::new(), BTreeSet::new());
    for name in names {
        if !reached.insert(name) {
            continue;
        }
        tops.insert(name.to_owned());
        let mut queue = vec![name];
        while let Some(next) = queue.pop() {
            let below = edges.get(next).into_iter().flatten();
            queue.extend(below.filter(|other| reached.insert(other)));
        }
    }
    tops
}

/// The file of a reader that is there, of those that one reader knows.
fn present<'a>(files: &Files, known: &[&'a str]) -> Result<&'a str, SourceError> {
    let there =
        |name: &&&str| files.keys().any(|file| file == **name || name.ends_with('/') && file.starts_with(**name));
    known.iter().find(there).copied().ok_or_else(|| SourceError::Absent(known.join(" or ")))
}

#[cfg(test)]
mod tests {
    use super::{Index, MAX_LOOKED_AT, tops};
    use crate::sbom::source::Package;

    fn package(name: &str, needs: &[&str]) -> Package {
        let depends_on = needs.iter().map(|need| (*need).to_owned()).collect();
        Package { depends_on, ..Package::new(name, "1", name.to_owned()) }
    }

    #[test]
    fn direct_dependencies_reach_everything_circles_too() {
        let packages = [
            package("libc", &["libgcc"]),
            package("libgcc", &["libc"]),
            package("shell", &["libc"]),
            package("alone", &["alone"]),
            package("x", &["y"]),
            package("y", &["x", "libc"]),
        ];
        assert_eq!(tops(&packages).into_iter().collect::<Vec<_>>(), ["alone", "shell", "x"]);
        assert!(tops(&[]).is_empty());
    }

    #[test]
    fn everything_providing_everything_is_an_error_and_no_long_wait() {
        let mut index = Index::new("db");
        (0..10_000).for_each(|provider| index.add(b"a", provider));
        let looks = (0..MAX_LOOKED_AT).take_while(|_| index.of(b"a").is_ok()).count();
        assert!(looks < 500, "{looks}");
    }
}
