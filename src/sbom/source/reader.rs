//! The readers that there are, each with the file that it reads and the files that it needs beside it.

use super::{
    Files, Resolution, SourceError, conan, gem, gomod, gradle, maven, npm, nuget, package_json, platformio, python,
    submodules, swiftpm, uv, vcpkg, yarn,
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
    /// members); `None` where the format has none.
    pub more: Option<fn(&Files) -> Vec<String>>,
    /// Reads the lockfile; `folder` is the name of its folder, for projects without a name.
    pub read: fn(&Files, folder: &str) -> Result<Resolution, SourceError>,
}

/// Every reader, sorted by the name of the lockfile.
pub const READERS: &[Reader] = &[
    Reader { name: "git submodules", lockfile: submodules::LOCKFILE, beside: &[], more: None, read: submodules::read },
    Reader { name: "Bundler", lockfile: gem::LOCKFILE, beside: &[], more: None, read: gem::read },
    Reader { name: "SwiftPM", lockfile: swiftpm::LOCKFILE, beside: &[], more: None, read: swiftpm::read },
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
    Reader {
        name: "PlatformIO",
        lockfile: platformio::MANIFEST,
        beside: &platformio::BESIDE,
        more: None,
        read: platformio::read,
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
