//! The readers that there are, each with the file that it reads and the files that it needs beside it.

use super::{
    Files, Resolution, SourceError, gem, gomod, gradle, npm, nuget, package_json, pipfile, poetry, python,
    requirements, swiftpm, uv, yarn,
};

/// One lockfile format.
#[derive(Debug)]
pub struct Reader {
    /// Name of the package manager, as its users write it.
    pub name: &'static str,
    /// Name of the lockfile.
    pub lockfile: &'static str,
    /// Files of the same folder that the reader looks at where they are there.
    pub beside: &'static [&'static str],
    /// Further files, relative to the folder, that the files read so far name (manifests of workspace
    /// members); `None` where the format has none.
    pub more: Option<fn(&Files) -> Vec<String>>,
    /// Reads the lockfile; `folder` is the name of its folder, for projects without a name.
    pub read: fn(&Files, folder: &str) -> Result<Resolution, SourceError>,
}

/// Every reader, sorted by the name of the lockfile.
pub const READERS: &[Reader] = &[
    Reader { name: "Bundler", lockfile: gem::LOCKFILE, beside: &[], more: None, read: gem::read },
    Reader { name: "SwiftPM", lockfile: swiftpm::LOCKFILE, beside: &[], more: None, read: swiftpm::read },
    Reader {
        name: "Pipenv",
        lockfile: pipfile::LOCKFILE,
        beside: &[pipfile::MANIFEST],
        more: None,
        read: pipfile::read,
    },
    Reader { name: "Go", lockfile: gomod::LOCKFILE, beside: &[gomod::SUMS], more: None, read: gomod::read },
    Reader { name: "Gradle", lockfile: gradle::LOCKFILE, beside: &[], more: None, read: gradle::read },
    Reader {
        name: "npm",
        lockfile: npm::LOCKFILE,
        beside: &[package_json::FILE],
        more: Some(npm::more),
        read: npm::read,
    },
    Reader { name: "NuGet", lockfile: nuget::LOCKFILE, beside: &[], more: None, read: nuget::read },
    Reader { name: "Poetry", lockfile: poetry::LOCKFILE, beside: &[python::MANIFEST], more: None, read: poetry::read },
    Reader {
        name: "pip",
        lockfile: requirements::LOCKFILE,
        beside: &[],
        more: Some(requirements::more),
        read: requirements::read,
    },
    Reader { name: "uv", lockfile: uv::LOCKFILE, beside: &[python::MANIFEST], more: Some(uv::more), read: uv::read },
    Reader {
        name: "Yarn",
        lockfile: yarn::LOCKFILE,
        beside: &[package_json::FILE],
        more: Some(yarn::more),
        read: yarn::read,
    },
];

impl Reader {
    /// The reader of a file that was found: by its name alone.
    #[must_use]
    pub fn of_found(name: &str) -> Option<&'static Self> {
        READERS.iter().find(|reader| reader.lockfile == name)
    }

    /// The reader of a file that somebody named: requirements of pip may have any name (`requirements-prod.txt`).
    #[must_use]
    pub fn of_named(name: &str) -> Option<&'static Self> {
        let of_pip = || Self::of_found(requirements::LOCKFILE).filter(|_| name.ends_with(requirements::ENDING));
        Self::of_found(name).or_else(of_pip)
    }
}
