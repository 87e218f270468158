//! `Cargo.lock`, versions 1 to 4 (doc.rust-lang.org/cargo/guide/cargo-toml-vs-cargo-lock.html).
//!
//! Read strictly: every dependency of a locked package must name exactly one locked package.

use std::collections::{BTreeMap, HashMap};

use serde::Deserialize;

use crate::model::digest::Sha256Digest;

/// Most packages of one lockfile.
const MAX_PACKAGES: usize = 200_000;

/// Why bytes are no lockfile.
#[derive(Debug, thiserror::Error)]
pub enum LockfileError {
    /// Not UTF-8.
    #[error("Cargo.lock is not UTF-8 text")]
    Encoding,
    /// Not TOML, or not of the shape of a lockfile.
    #[error("Cargo.lock cannot be read: {0}")]
    Toml(#[from] Box<toml::de::Error>),
    /// A version of the format that nobody has described yet.
    #[error("Cargo.lock has format version {0} (expected 1 to 4)")]
    Version(u32),
    /// Too many packages.
    #[error("Cargo.lock names {0} packages (expected at most {MAX_PACKAGES})")]
    TooLarge(usize),
    /// The same package twice.
    #[error("Cargo.lock names {0:?} twice")]
    Duplicate(String),
    /// A checksum that is no SHA-256.
    #[error("Cargo.lock has a malformed checksum for {0:?} (expected 64 lowercase hexadecimal digits)")]
    Checksum(String),
    /// A dependency that no locked package, or more than one, answers to.
    #[error("Cargo.lock lets {package:?} depend on {dependency:?}, which names {matches} locked packages (expected 1)")]
    Dependency {
        /// Depending package.
        package: String,
        /// As written.
        dependency: String,
        /// Number of packages it could mean.
        matches: usize,
    },
}

/// One locked package.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LockedPackage {
    /// Name.
    pub name: String,
    /// Version.
    pub version: String,
    /// Source id; `None` for packages of a path.
    pub source: Option<String>,
    /// SHA-256 of the registry's `.crate` file.
    pub checksum: Option<Sha256Digest>,
    /// Positions of its dependencies (normal, build and development together), sorted.
    pub dependencies: Vec<usize>,
}

impl LockedPackage {
    /// Whether a registry delivers it.
    #[must_use]
    pub fn is_from_registry(&self) -> bool {
        self.source.as_deref().is_some_and(|source| source.starts_with("registry+") || source.starts_with("sparse+"))
    }
}

/// A lockfile whose inner references all resolve.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lockfile {
    packages: Vec<LockedPackage>,
}

#[derive(Deserialize)]
struct LockfileWire {
    version: Option<u32>,
    #[serde(default)]
    package: Vec<PackageWire>,
    #[serde(default)]
    metadata: BTreeMap<String, String>,
}

#[derive(Deserialize)]
struct PackageWire {
    name: String,
    version: String,
    source: Option<String>,
    checksum: Option<String>,
    #[serde(default)]
    dependencies: Vec<String>,
}

impl Lockfile {
    /// Reads a lockfile.
    ///
    /// # Errors
    /// [`LockfileError`] naming the package.
    pub fn parse(bytes: &[u8]) -> Result<Self, LockfileError> {
        let text = std::str::from_utf8(bytes).map_err(|_| LockfileError::Encoding)?;
        let wire: LockfileWire = toml::from_str(text).map_err(Box::new)?;
        if let Some(version) = wire.version.filter(|version| !(1..=4).contains(version)) {
            return Err(LockfileError::Version(version));
        }
        if wire.package.len() > MAX_PACKAGES {
            return Err(LockfileError::TooLarge(wire.package.len()));
        }
        let dependencies = resolve(&wire.package)?;
        let packages = wire.package.into_iter().zip(dependencies).map(|(package, dependencies)| {
            let checksum = checksum(&package, &wire.metadata)?;
            let PackageWire { name, version, source, .. } = package;
            Ok(LockedPackage { name, version, source, checksum, dependencies })
        });
        Ok(Self { packages: packages.collect::<Result<_, LockfileError>>()? })
    }

    /// Every locked package, in file order.
    #[must_use]
    pub fn packages(&self) -> &[LockedPackage] {
        &self.packages
    }
}

/// `checksum`, or the entry that format version 1 keeps in `[metadata]`.
fn checksum(package: &PackageWire, metadata: &BTreeMap<String, String>) -> Result<Option<Sha256Digest>, LockfileError> {
    let old = || {
        let source = package.source.as_deref()?;
        metadata.get(&format!("checksum {} {} ({source})", package.name, package.version))
    };
    match package.checksum.as_ref().or_else(old).map(String::as_str) {
        None | Some("<none>") => Ok(None),
        Some(hex) => Sha256Digest::parse_hex(hex).map(Some).map_err(|_| LockfileError::Checksum(package.name.clone())),
    }
}

/// Positions of each package's dependencies.
fn resolve(packages: &[PackageWire]) -> Result<Vec<Vec<usize>>, LockfileError> {
    let mut by_name: HashMap<&str, Vec<usize>> = HashMap::new();
    for (position, package) in packages.iter().enumerate() {
        let same = by_name.entry(&package.name).or_default();
        let again = |other: &usize| {
            packages.get(*other).is_some_and(|o| o.version == package.version && o.source == package.source)
        };
        if same.iter().any(again) {
            return Err(LockfileError::Duplicate(format!("{} {}", package.name, package.version)));
        }
        same.push(position);
    }
    let find = |package: &PackageWire, dependency: &String| {
        let mut words = dependency.splitn(3, ' ');
        let candidates = words.next().and_then(|name| by_name.get(name)).map_or(&[][..], Vec::as_slice);
        let (version, source) = (words.next(), words.next());
        let fits = |position: &&usize| {
            let Some(other) = packages.get(**position) else { return false };
            version.is_none_or(|version| version == other.version)
                && source.is_none_or(|source| Some(source) == other.source.as_deref().map(bracket).as_deref())
        };
        let matching: Vec<usize> = candidates.iter().filter(fits).copied().collect();
        match matching[..] {
            [one] => Ok(one),
            _ => Err(LockfileError::Dependency {
                package: package.name.clone(),
                dependency: dependency.clone(),
                matches: matching.len(),
            }),
        }
    };
    packages
        .iter()
        .map(|package| {
            let mut found: Vec<usize> =
                package.dependencies.iter().map(|name| find(package, name)).collect::<Result<_, _>>()?;
            found.sort_unstable();
            Ok(found)
        })
        .collect()
}

fn bracket(source: &str) -> String {
    format!("({source})")
}

#[cfg(test)]
mod tests {
    use super::{Lockfile, LockfileError};

    const SUM: &str = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

    fn lock(body: &str) -> Result<Lockfile, LockfileError> {
        Lockfile::parse(format!("version = 4\n{body}").as_bytes())
    }

    #[test]
    fn resolves_dependencies_by_name_version_and_source() {
        let text = format!(
            "[[package]]\nname = \"app\"\nversion = \"0.1.0\"\ndependencies = [\"a 1.0.0\", \"a 2.0.0\", \"b\"]\n\
             [[package]]\nname = \"a\"\nversion = \"1.0.0\"\nsource = \"registry+x\"\nchecksum = \"{SUM}\"\n\
             [[package]]\nname = \"a\"\nversion = \"2.0.0\"\nsource = \"registry+x\"\nchecksum = \"{SUM}\"\n\
             [[package]]\nname = \"b\"\nversion = \"1.0.0\"\n"
        );
        let lockfile = lock(&text).expect("lockfile");
        assert_eq!(lockfile.packages()[0].dependencies, [1, 2, 3]);
        assert!(lockfile.packages()[1].is_from_registry());
        assert!(!lockfile.packages()[3].is_from_registry());
    }

    #[test]
    fn reads_checksums_of_format_one() {
        let text = format!(
            "[[package]]\nname = \"a\"\nversion = \"1.0.0\"\nsource = \"registry+x\"\n\
             [metadata]\n\"checksum a 1.0.0 (registry+x)\" = \"{SUM}\"\n"
        );
        let lockfile = Lockfile::parse(text.as_bytes()).expect("lockfile");
        assert_eq!(lockfile.packages()[0].checksum.map(|sum| sum.to_hex()).as_deref(), Some(SUM));
    }

    #[test]
    fn rejects_ambiguous_dangling_repeated_and_malformed_entries() {
        let package = |name: &str, rest: &str| format!("[[package]]\nname = \"{name}\"\nversion = \"1.0.0\"\n{rest}\n");
        for (body, expected) in [
            (package("a", "dependencies = [\"b\"]"), "names 0 locked"),
            (package("a", "") + &package("a", ""), "twice"),
            (package("a", "checksum = \"md5\""), "malformed checksum"),
            (package("a", "dependencies = 3"), "cannot be read"),
            (package("a", "dependencies = [\"\"]"), "names 0 locked"),
        ] {
            let error = lock(&body).expect_err(&body).to_string();
            assert!(error.contains(expected), "{error}");
        }
        assert!(Lockfile::parse(b"version = 9\n").is_err());
        assert!(Lockfile::parse(b"\xff").is_err());
    }
}
