//! Manifests whose dependencies no lockfile tells: neither beside them nor in a folder above them.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use serde_json::Value;

use crate::adapters::files;
use crate::model::pattern;

/// Largest manifest that is looked into, in bytes; a larger one counts as having dependencies.
const MAX_MANIFEST: u64 = 4 << 20;

/// Package managers that share lockfiles.
struct Ecosystem {
    /// Names of their manifests, where `*` stands for any text.
    manifests: &'static [&'static str],
    /// The lockfiles that tell what those ask for; none where this program reads none.
    lockfiles: &'static [&'static str],
    /// Whether a lockfile counts for the folders below it too.
    is_for_members: bool,
}

const fn of(manifests: &'static [&'static str], lockfiles: &'static [&'static str]) -> Ecosystem {
    Ecosystem { manifests, lockfiles, is_for_members: true }
}

const fn beside(manifests: &'static [&'static str], lockfiles: &'static [&'static str]) -> Ecosystem {
    Ecosystem { manifests, lockfiles, is_for_members: false }
}

const ECOSYSTEMS: [Ecosystem; 11] = [
    of(&["Cargo.toml"], &["Cargo.lock"]),
    of(&["package.json"], &["package-lock.json", "npm-shrinkwrap.json", "yarn.lock", "pnpm-lock.yaml"]),
    of(
        &["pyproject.toml", "Pipfile", "setup.py", "setup.cfg"],
        &["Pipfile.lock", "poetry.lock", "pylock.toml", "requirements.txt", "uv.lock"],
    ),
    of(&["composer.json"], &["composer.lock"]),
    of(&["Gemfile"], &["Gemfile.lock"]),
    of(&["pom.xml"], &["dependency-tree.txt", "dependency-tree.tgf", "dependency-tree.json"]),
    of(&["conanfile.txt", "conanfile.py"], &["conan.lock", "conan-graph.json"]),
    of(&["Package.swift"], &["Package.resolved"]),
    // Each project of a build has a lockfile of its own.
    beside(&["build.gradle", "build.gradle.kts"], &["gradle.lockfile"]),
    beside(&["*.csproj", "*.fsproj", "*.vbproj"], &["packages.lock.json"]),
    beside(&["packages.config", "Podfile", "Cartfile", "pubspec.yaml", "mix.exs", "build.sbt"], &[]),
];

impl Ecosystem {
    fn is_manifest(&self, name: &str) -> bool {
        self.manifests.iter().any(|pattern| pattern::matches(pattern, name))
    }
}

/// Manifests and lockfiles of a search, by ecosystem and folder.
#[derive(Debug, Default)]
pub(super) struct Manifests {
    locked: BTreeMap<usize, BTreeSet<String>>,
    manifests: Vec<(usize, String, String)>,
}

impl Manifests {
    /// A lockfile that was seen; folders are relative to what is searched, with `/` between parts.
    pub(super) fn add_lockfile(&mut self, folder: &str, name: &str) {
        if let Some(at) = ECOSYSTEMS.iter().position(|one| one.lockfiles.contains(&name)) {
            self.locked.entry(at).or_default().insert(folder.to_owned());
        }
    }

    /// A file that was seen, which may be a manifest.
    pub(super) fn add_manifest(&mut self, folder: &str, name: &str) {
        let Some(at) = ECOSYSTEMS.iter().position(|one| one.is_manifest(name)) else { return };
        // Cargo itself finds the lockfile of a member above what is searched, and says where there is none.
        if name == "Cargo.toml" && folder.is_empty() {
            self.locked.entry(at).or_default().insert(String::new());
        }
        self.manifests.push((at, folder.to_owned(), name.to_owned()));
    }

    /// One sentence for each manifest that has dependencies and no lockfile.
    pub(super) fn unlocked(self, root: &Path) -> Vec<String> {
        let Self { locked, manifests } = self;
        let is_locked = |at: &usize, folder: &str| {
            let folders = locked.get(at);
            let mut above = std::iter::successors(Some(folder), |folder| {
                (!folder.is_empty()).then(|| folder.rsplit_once('/').map_or("", |(above, _)| above))
            });
            let is_for_members = ECOSYSTEMS.get(*at).is_some_and(|one| one.is_for_members);
            folders.is_some_and(|folders| {
                folders.contains(folder) || is_for_members && above.any(|folder| folders.contains(folder))
            })
        };
        let open = manifests.iter().filter(|(at, folder, _)| !is_locked(at, folder));
        let paths = open.map(|(_, folder, name)| {
            (if folder.is_empty() { name.clone() } else { format!("{folder}/{name}") }, name.as_str())
        });
        paths
            .filter(|(path, name)| {
                files::read(&root.join(path), MAX_MANIFEST).map_or(true, |bytes| has_dependencies(name, &bytes))
            })
            .map(|(path, _)| format!("{path} has no lockfile"))
            .collect()
    }
}

/// Whether a manifest asks for packages; one that cannot be read counts as if it did, and so does one of a kind
/// that exists for nothing else.
fn has_dependencies(name: &str, bytes: &[u8]) -> bool {
    match name {
        "package.json" => json(bytes).is_none_or(|manifest| {
            let keys = ["dependencies", "devDependencies", "optionalDependencies", "peerDependencies"];
            keys.iter().filter_map(|key| manifest.get(key)).any(is_filled)
        }),
        // Requirements of the platform (`php`, `ext-json`) are no packages, and have no vendor.
        "composer.json" => json(bytes).is_none_or(|manifest| match manifest.get("require") {
            Some(Value::Object(packages)) => packages.keys().any(|name| name.contains('/')),
            Some(other) => is_filled(other),
            None => false,
        }),
        "pyproject.toml" => python(bytes),
        "Cargo.toml" => cargo(bytes),
        _ => words(name).is_none_or(|words| {
            let text = String::from_utf8_lossy(bytes);
            words.iter().any(|word| text.contains(word))
        }),
    }
}

/// What a program or project file that is not run says somewhere where it asks for packages; `None` where any
/// such file does. A comment may hold it too: better one warning too many.
fn words(name: &str) -> Option<&'static [&'static str]> {
    Some(match name {
        "build.gradle" | "build.gradle.kts" => &["dependencies"],
        "conanfile.py" => &["requires"],
        "Package.swift" => &[".package("],
        "packages.config" => &["<package "],
        "setup.py" | "setup.cfg" => &["install_requires"],
        "pubspec.yaml" => &["dependencies:"],
        "mix.exs" => &["deps"],
        "build.sbt" => &["libraryDependencies"],
        _ if name.ends_with("proj") => &["<PackageReference"],
        _ => return None,
    })
}

/// A crate without dependencies needs no lockfile; a workspace is its members.
fn cargo(bytes: &[u8]) -> bool {
    let manifest = std::str::from_utf8(bytes).ok().and_then(|text| toml::from_str::<toml::Table>(text).ok());
    let Some(manifest) = manifest else { return true };
    let asks = |table: &toml::Table| {
        let lists = ["dependencies", "dev-dependencies", "build-dependencies"];
        lists.iter().any(|key| table.get(*key).and_then(toml::Value::as_table).is_some_and(|list| !list.is_empty()))
    };
    let targets = manifest.get("target").and_then(toml::Value::as_table);
    asks(&manifest) || targets.is_some_and(|all| all.values().filter_map(toml::Value::as_table).any(asks))
}

fn json(bytes: &[u8]) -> Option<Value> {
    serde_json::from_slice(bytes).ok().filter(Value::is_object)
}

fn is_filled(value: &Value) -> bool {
    match value {
        Value::Object(map) => !map.is_empty(),
        Value::Array(list) => !list.is_empty(),
        Value::Null => false,
        _ => true,
    }
}

fn python(bytes: &[u8]) -> bool {
    let manifest = std::str::from_utf8(bytes).ok().and_then(|text| toml::from_str::<toml::Table>(text).ok());
    let Some(manifest) = manifest else { return true };
    let table = |key: &str| manifest.get(key).and_then(toml::Value::as_table);
    if table("tool").is_some_and(|tool| tool.contains_key("poetry")) {
        return true;
    }
    let Some(project) = table("project") else { return false };
    let is_filled = |key: &str| match project.get(key) {
        Some(toml::Value::Array(list)) => !list.is_empty(),
        Some(toml::Value::Table(table)) => !table.is_empty(),
        other => other.is_some(),
    };
    let is_dynamic = project
        .get("dynamic")
        .and_then(toml::Value::as_array)
        .is_some_and(|list| list.iter().any(|key| key.as_str() == Some("dependencies")));
    is_filled("dependencies") || is_filled("optional-dependencies") || is_dynamic
}

#[cfg(test)]
mod tests {
    use super::has_dependencies;

    #[test]
    fn only_manifests_that_ask_for_packages_need_a_lockfile() {
        let with = [
            ("package.json", r#"{"devDependencies":{"a":"1"}}"#),
            ("package.json", "not JSON"),
            ("composer.json", r#"{"require":{"php":"8","acme/a":"1"}}"#),
            ("pyproject.toml", "[project]\nname = \"a\"\ndependencies = [\"b\"]\n"),
            ("pyproject.toml", "[project]\nname = \"a\"\ndynamic = [\"dependencies\"]\n"),
            ("pyproject.toml", "[tool.poetry]\nname = \"a\"\n"),
            ("pyproject.toml", "= no TOML"),
            ("Gemfile", ""),
            ("build.gradle.kts", "dependencies { implementation(\"a:b:1\") }"),
            ("App.csproj", "<Project><ItemGroup><PackageReference Include=\"A\" /></ItemGroup></Project>"),
            ("packages.config", "<packages><package id=\"A\" version=\"1\" /></packages>"),
            ("Package.swift", "dependencies: [.package(url: \"u\", from: \"1.0.0\")]"),
            ("conanfile.py", "requires = \"zlib/1.3\""),
            ("setup.py", "setup(install_requires=['a'])"),
            ("Cargo.toml", "[package]\nname = \"a\"\n[target.'cfg(unix)'.dependencies]\nb = \"1\"\n"),
            ("Cargo.toml", "= no TOML"),
            ("Podfile", ""),
        ];
        let without = [
            ("package.json", r#"{"type":"module","dependencies":{}}"#),
            ("composer.json", r#"{"require":{"php":"8","ext-json":"*"}}"#),
            ("composer.json", r#"{"require":[]}"#),
            ("pyproject.toml", "[project]\nname = \"a\"\ndependencies = []\n"),
            ("pyproject.toml", "[tool.ruff]\nline-length = 100\n"),
            ("build.gradle", "plugins { id 'java' }"),
            ("App.csproj", "<Project><PropertyGroup/></Project>"),
            ("packages.config", "<packages></packages>"),
            ("Package.swift", "targets: [.target(name: \"a\")]"),
            ("conanfile.py", "class A(ConanFile): pass"),
            ("setup.py", "setup(name='a')"),
            ("Cargo.toml", "[package]\nname = \"a\"\n[dependencies]\n"),
        ];
        for (name, text) in with {
            assert!(has_dependencies(name, text.as_bytes()), "{name}: {text}");
        }
        for (name, text) in without {
            assert!(!has_dependencies(name, text.as_bytes()), "{name}: {text}");
        }
    }
}
