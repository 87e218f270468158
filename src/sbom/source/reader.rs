//! The readers that there are, each with the file that it reads and the files that it needs beside it.

use super::{Files, Resolution, SourceError, gem, gomod, gradle, maven, npm, nuget, package_json, python, swiftpm, uv, yarn};

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
    Reader { name: "uv", lockfile: uv::LOCKFILE, beside: &[python::MANIFEST], more: Some(uv::more), read: uv::read },
    Reader {
        name: "Yarn",
        lockfile: yarn::LOCKFILE,
        beside: &[package_json::FILE],
        more: Some(yarn::more),
        read: yarn::read,
    },
];
