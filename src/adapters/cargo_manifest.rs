//! A Cargo repository as `init` needs it: the workspace and what it builds (`cargo metadata --no-deps`).

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::Command;

use cargo_metadata::{Metadata, MetadataCommand};

use crate::model::hint::Hint;
use crate::policy::release::CargoPolicy;

/// A Cargo workspace, or a package alone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CargoRepository {
    /// Name to propose for the device: of the root package, of the only package with binaries, or
    /// of the folder.
    pub name: String,
    /// Binaries in order of package and name.
    pub binaries: Vec<Binary>,
    /// Target triple of this machine's toolchain, where `rustc` tells it.
    pub host: Option<String>,
    /// Whether `Cargo.lock` is there.
    pub has_lockfile: bool,
}

/// A binary target of a workspace member.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Binary {
    /// Package.
    pub package: String,
    /// Name of the binary.
    pub name: String,
}

/// Why a folder is no Cargo repository to start from.
#[derive(Debug, thiserror::Error)]
pub enum CargoError {
    /// No `Cargo.toml` there.
    #[error("no Cargo.toml in {}", folder.display())]
    NoManifest {
        /// Folder as given.
        folder: PathBuf,
    },
    /// The manifest belongs to a workspace above.
    #[error("{} is a member of a workspace whose root is another folder", folder.display())]
    Member {
        /// Folder as given.
        folder: PathBuf,
    },
    /// Nothing that could ship.
    #[error("no package in {} has a binary (got only libraries)", folder.display())]
    OnlyLibraries {
        /// Folder as given.
        folder: PathBuf,
    },
    /// Cargo refused or is not installed.
    #[error("cargo metadata failed: {0}")]
    Cargo(#[from] cargo_metadata::Error),
}

impl Hint for CargoError {
    fn hint(&self) -> Option<Cow<'static, str>> {
        Some(match self {
            Self::NoManifest { .. } => {
                "run batchseal init at the root of a Cargo repository, or name it with --dir DIR".into()
            }
            Self::Member { .. } => "run batchseal init at the workspace root, or name it with --dir DIR".into(),
            Self::OnlyLibraries { .. } => {
                "a batch needs a product that ships: run batchseal init in the repository of the program that uses \
                 this library"
                    .into()
            }
            Self::Cargo(_) => "make cargo metadata --no-deps succeed in that folder".into(),
        })
    }
}

/// Looks at the Cargo repository in a folder. Nothing is built and no network is used.
///
/// # Errors
/// [`CargoError`].
pub fn inspect(folder: &Path) -> Result<CargoRepository, CargoError> {
    let manifest = folder.join("Cargo.toml");
    if !manifest.is_file() {
        return Err(CargoError::NoManifest { folder: folder.to_path_buf() });
    }
    let metadata =
        MetadataCommand::new().manifest_path(&manifest).no_deps().other_options(vec!["--offline".to_owned()]).exec()?;
    if !same_folder(metadata.workspace_root.as_std_path(), folder) {
        return Err(CargoError::Member { folder: folder.to_path_buf() });
    }
    let binaries = binaries(&metadata);
    if binaries.is_empty() {
        return Err(CargoError::OnlyLibraries { folder: folder.to_path_buf() });
    }
    Ok(CargoRepository {
        name: proposed_name(&metadata, &binaries),
        binaries,
        host: host(folder),
        has_lockfile: folder.join("Cargo.lock").is_file(),
    })
}

/// The packages of `[release.cargo]` as the workspace has them.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ShippedPackages {
    /// Versions by manifest path relative to the folder (`/`-separated).
    pub versions: BTreeMap<String, String>,
    /// Names that no workspace member has.
    pub unknown: Vec<String>,
    /// Names of all members, sorted.
    pub members: Vec<String>,
}

/// Looks up the shipped packages: their versions, and names that are none.
///
/// Cargo runs with exactly this environment: a repository's own Cargo configuration may name a
/// compiler wrapper, which must see no key.
///
/// # Errors
/// [`CargoError::Cargo`].
pub fn shipped(
    folder: &Path,
    cargo: &CargoPolicy,
    environment: &BTreeMap<OsString, OsString>,
) -> Result<ShippedPackages, CargoError> {
    let mut request = MetadataCommand::new();
    // Relative to the folder that Cargo is started in, so that its configuration there counts.
    request.manifest_path(&cargo.manifest).no_deps().other_options(vec!["--offline".to_owned()]);
    let mut command = request.cargo_command();
    let output =
        command.current_dir(folder).env_clear().envs(environment).output().map_err(cargo_metadata::Error::from)?;
    if !output.status.success() {
        let stderr = String::from_utf8_lossy(&output.stderr).into_owned();
        return Err(cargo_metadata::Error::CargoMetadata { stderr }.into());
    }
    let metadata = MetadataCommand::parse(String::from_utf8_lossy(&output.stdout))?;
    let root = folder.canonicalize().unwrap_or_else(|_| folder.to_path_buf());
    let shipped =
        metadata.workspace_packages().into_iter().filter(|package| cargo.packages.contains(&package.name.to_string()));
    let place = |manifest: &Path| {
        let manifest = manifest.canonicalize().unwrap_or_else(|_| manifest.to_path_buf());
        manifest
            .strip_prefix(&root)
            .map_or_else(|_| "Cargo.toml".to_owned(), |path| path.to_string_lossy().replace('\\', "/"))
    };
    let versions =
        shipped.map(|package| (place(package.manifest_path.as_std_path()), package.version.to_string())).collect();
    let mut members: Vec<String> =
        metadata.workspace_packages().iter().map(|package| package.name.to_string()).collect();
    members.sort();
    let unknown = cargo.packages.iter().filter(|name| !members.contains(name)).cloned().collect();
    Ok(ShippedPackages { versions, unknown, members })
}

fn same_folder(one: &Path, other: &Path) -> bool {
    let other = if other.as_os_str().is_empty() { Path::new(".") } else { other };
    matches!((one.canonicalize(), other.canonicalize()), (Ok(one), Ok(other)) if one == other)
}

fn binaries(metadata: &Metadata) -> Vec<Binary> {
    let mut binaries: Vec<Binary> = metadata
        .workspace_packages()
        .into_iter()
        .flat_map(|package| {
            let targets = package.targets.iter().filter(|target| target.is_bin());
            targets.map(|target| Binary { package: package.name.to_string(), name: target.name.clone() })
        })
        .collect();
    binaries.sort();
    binaries.dedup();
    binaries
}

fn proposed_name(metadata: &Metadata, binaries: &[Binary]) -> String {
    if let Some(root) = metadata.root_package() {
        return root.name.to_string();
    }
    match binaries {
        [first, rest @ ..] if rest.iter().all(|binary| binary.package == first.package) => first.package.clone(),
        _ => metadata.workspace_root.file_name().unwrap_or("device").to_owned(),
    }
}

/// The `host:` line of `rustc -vV`.
fn host(folder: &Path) -> Option<String> {
    let output = Command::new("rustc").arg("-vV").current_dir(folder).output().ok()?;
    let text = String::from_utf8(output.stdout).ok()?;
    text.lines().find_map(|line| line.strip_prefix("host: ")).map(|host| host.trim().to_owned())
}
