//! The readers that there are, each with the file that it reads and the files that it needs beside it.

use std::collections::BTreeSet;

use super::{
    Files, Resolution, SourceError, composer, conan, gem, gomod, gradle, maven, npm, nuget, package_json, pipfile,
    platformio, pnpm, poetry, pylock, python, requirements, submodules, swiftpm, uv, vcpkg, yarn,
};

/// One lockfile format.
#[derive(Debug)]
pub struct Reader {
    /// Name of the package manager, as its users write it.
    pub name: &'static str,
    /// Name of the lockfile.
    pub lockfile: &'static str,
    /// Files that the reader looks at where they are there, relative to the folder; a part `*` stands for
    /// any name.
    pub beside: &'static [&'static str],
    /// Further files, relative to the folder, that the files read so far name (manifests of workspace
    /// members), where `*` stands for any text of one part and `**` for any folders; `None` where the
    /// format has none.
    pub more: Option<fn(&Files) -> Vec<String>>,
    /// Reads the lockfile; `folder` is the name of its folder, for projects without a name.
    pub read: fn(&Files, folder: &str) -> Result<Resolution, SourceError>,
}

/// Every reader, sorted by the name of the lockfile.
pub const READERS: &[Reader] = &[
    Reader { name: "git submodules", lockfile: submodules::LOCKFILE, beside: &[], more: None, read: submodules::read },
    Reader { name: "Bundler", lockfile: gem::LOCKFILE, beside: &[gem::MANIFEST], more: None, read: gem::read },
    Reader { name: "SwiftPM", lockfile: swiftpm::LOCKFILE, beside: &[], more: None, read: swiftpm::read },
    Reader {
        name: "Pipenv",
        lockfile: pipfile::LOCKFILE,
        beside: &[pipfile::MANIFEST],
        more: None,
        read: pipfile::read,
    },
    Reader {
        name: "Composer",
        lockfile: composer::LOCKFILE,
        beside: &[composer::MANIFEST],
        more: None,
        read: composer::read,
    },
    Reader {
        name: "Conan",
        lockfile: conan::GRAPH,
        beside: &[conan::LOCKFILE, conan::MANIFEST],
        more: None,
        read: conan::read_graph,
    },
    Reader {
        name: "Conan",
        lockfile: conan::LOCKFILE,
        beside: &[conan::GRAPH, conan::MANIFEST],
        more: None,
        read: conan::read,
    },
    Reader {
        name: "Maven",
        lockfile: maven::JSON,
        beside: &[maven::MANIFEST],
        more: Some(maven::more),
        read: maven::read_json,
    },
    Reader {
        name: "Maven",
        lockfile: maven::TGF,
        beside: &[maven::MANIFEST],
        more: Some(maven::more),
        read: maven::read_tgf,
    },
    Reader {
        name: "Maven",
        lockfile: maven::TEXT,
        beside: &[maven::MANIFEST],
        more: Some(maven::more),
        read: maven::read_text,
    },
    Reader {
        name: "Go",
        lockfile: gomod::LOCKFILE,
        beside: &[gomod::SUMS, gomod::GRAPH],
        more: None,
        read: gomod::read,
    },
    Reader { name: "Gradle", lockfile: gradle::LOCKFILE, beside: &[], more: None, read: gradle::read },
    Reader {
        name: "npm",
        lockfile: npm::SHRINKWRAP,
        beside: &[package_json::FILE],
        more: Some(npm::more),
        read: npm::read_shrinkwrap,
    },
    Reader {
        name: "npm",
        lockfile: npm::LOCKFILE,
        beside: &[package_json::FILE],
        more: Some(npm::more),
        read: npm::read,
    },
    Reader { name: "NuGet", lockfile: nuget::LOCKFILE, beside: &nuget::PROJECTS, more: None, read: nuget::read },
    Reader {
        name: "PlatformIO",
        lockfile: platformio::MANIFEST,
        beside: &platformio::BESIDE,
        more: None,
        read: platformio::read,
    },
    Reader {
        name: "pnpm",
        lockfile: pnpm::LOCKFILE,
        beside: &[package_json::FILE, pnpm::WORKSPACE],
        more: Some(pnpm::more),
        read: pnpm::read,
    },
    Reader { name: "Poetry", lockfile: poetry::LOCKFILE, beside: &[python::MANIFEST], more: None, read: poetry::read },
    Reader { name: "Python", lockfile: pylock::LOCKFILE, beside: &[python::MANIFEST], more: None, read: pylock::read },
    Reader {
        name: "pip",
        lockfile: requirements::LOCKFILE,
        beside: &[],
        more: Some(requirements::more),
        read: requirements::read,
    },
    Reader { name: "uv", lockfile: uv::LOCKFILE, beside: &[python::MANIFEST], more: Some(uv::more), read: uv::read },
    Reader { name: "vcpkg", lockfile: vcpkg::MANIFEST, beside: &vcpkg::BESIDE, more: None, read: vcpkg::read },
    Reader {
        name: "Yarn",
        lockfile: yarn::LOCKFILE,
        beside: &[package_json::FILE],
        more: Some(yarn::more),
        read: yarn::read,
    },
];

impl Reader {
    /// The lockfile called `name` with the files beside it, and those that they name in turn; `fetch` gives the
    /// files of the folder that a relative path or a pattern ([`super::selects`]) stands for, by relative path.
    ///
    /// # Errors
    /// What `fetch` fails with.
    pub fn gather<E>(
        &self,
        name: &str,
        mut fetch: impl FnMut(&str) -> Result<Vec<(String, Vec<u8>)>, E>,
    ) -> Result<Files, E> {
        let mut files = Files::new();
        let mut wanted: Vec<String> =
            std::iter::once(name).chain(self.beside.iter().copied()).map(str::to_owned).collect();
        let mut asked = BTreeSet::new();
        while !wanted.is_empty() {
            for path in wanted {
                let inside = path.split('/').all(|part| !part.is_empty() && part != "." && part != "..");
                if asked.insert(path.clone()) && inside {
                    files.extend(fetch(&path)?);
                }
            }
            // What a file names may name more.
            wanted = self.more.map(|more| more(&files)).unwrap_or_default();
            wanted.retain(|path| !asked.contains(path));
        }
        Ok(files)
    }

    /// The reader of a file that was found: by its name alone.
    #[must_use]
    pub fn of_found(name: &str) -> Option<&'static Self> {
        READERS.iter().find(|reader| reader.lockfile == name)
    }

    /// The reader of a file that somebody named: requirements of pip may have any name (`requirements-prod.txt`),
    /// and locks of Python one of their own (`pylock.prod.toml`).
    #[must_use]
    pub fn of_named(name: &str) -> Option<&'static Self> {
        let of_pip = || Self::of_found(requirements::LOCKFILE).filter(|_| name.ends_with(requirements::ENDING));
        let of_python = || Self::of_found(pylock::LOCKFILE).filter(|_| pylock::is_name(name));
        Self::of_found(name).or_else(of_pip).or_else(of_python)
    }
}

/// Whether a file that is called like a lockfile is one, by what lies beside it: git reads `.gitmodules` at
/// the root of a repository only, and `vcpkg.json` beside `portfile.cmake` is of a port and no project.
/// At the top of what is searched, submodules without a repository are an error and not passed over.
#[must_use]
pub fn is_taken(lockfile: &str, is_top: bool, is_beside: impl Fn(&str) -> bool) -> bool {
    match lockfile {
        submodules::LOCKFILE => is_top || is_beside(".git"),
        vcpkg::MANIFEST => !is_beside("portfile.cmake"),
        _ => true,
    }
}

#[cfg(test)]
mod tests {
    use super::READERS;

    #[test]
    fn readers_are_sorted_by_the_name_of_the_lockfile_and_none_is_there_twice() {
        let names: Vec<&str> = READERS.iter().map(|reader| reader.lockfile).collect();
        assert!(names.is_sorted_by(|a, b| a < b), "{names:?}");
    }
}
