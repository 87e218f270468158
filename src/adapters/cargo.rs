//! Cargo: one run of `cargo metadata`, beside it `rustc` for the platform's configuration, then the
//! files of packages that no registry vouches for.
//!
//! Offline and locked, always: nothing is fetched and no lockfile is written. The metadata must be
//! filtered by platform before the host's name is known, so it starts with the name that the host
//! most likely has, and runs again in the rare case that rustc says otherwise.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::ffi::OsString;
use std::mem::ManuallyDrop;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::sync::atomic::{AtomicBool, Ordering};

use cargo_metadata::{Metadata, MetadataCommand};

use crate::model::hint::Hint;
use crate::policy::release::SupplierRule;
use crate::sbom::cargo::lockfile::{Lockfile, LockfileError};
use crate::sbom::cargo::platform::{Platform, PlatformError, Platforms};
use crate::sbom::cargo::{CargoGraphError, Plan, Resolver, ResolverError, Selection, Sources};
use crate::sbom::graph::ComponentGraph;

use super::files::{self, FileError};
use super::package_files::{PackageFiles, PackageFilesError};

/// Largest lockfile or manifest, in bytes.
const MAX_FILE: u64 = 64 << 20;

/// What to resolve.
#[derive(Debug, Clone, Copy)]
pub struct GraphRequest<'a> {
    /// Folder to work in; toolchain and Cargo configuration are those of this folder.
    pub folder: &'a Path,
    /// Manifest, relative to the folder; `None`: the one Cargo finds.
    pub manifest: Option<&'a Path>,
    /// How documents name the lockfile; `None`: its path relative to the folder.
    pub name: Option<&'a str>,
    /// Packages and features.
    pub selection: &'a Selection,
    /// Target triples; empty: the host.
    pub targets: &'a [String],
    /// Supplier rules.
    pub suppliers: &'a [SupplierRule],
    /// The manufacturer, derived supplier of the workspace's own packages.
    pub manufacturer: Option<&'a str>,
    /// The whole environment for Cargo and rustc; `None`: this process's own.
    pub environment: Option<&'a BTreeMap<OsString, OsString>>,
}

/// Why there is no component graph.
#[derive(Debug, thiserror::Error)]
pub enum CargoError {
    /// Cargo or rustc could not be started.
    #[error("{program} could not be started: {source}")]
    Start {
        /// Program.
        program: String,
        /// Reason.
        source: std::io::Error,
    },
    /// There is no lockfile.
    #[error("workspace has no Cargo.lock")]
    NoLockfile,
    /// The lockfile does not fit the manifests.
    #[error("Cargo.lock does not fit the manifests of the workspace")]
    StaleLockfile,
    /// Packages are locked but not on this machine.
    #[error("locked packages are not on this machine: {0}")]
    NotFetched(String),
    /// Any other refusal.
    #[error("{program} failed: {message}")]
    Failed {
        /// Program.
        program: &'static str,
        /// What it said.
        message: String,
    },
    /// Output of `cargo metadata` that cannot be read.
    #[error("output of cargo metadata cannot be read: {0}")]
    Metadata(#[from] cargo_metadata::Error),
    /// Lockfile or manifest cannot be read.
    #[error(transparent)]
    File(#[from] FileError),
    /// Malformed lockfile.
    #[error(transparent)]
    Lockfile(#[from] LockfileError),
    /// Malformed workspace manifest.
    #[error(transparent)]
    Resolver(#[from] ResolverError),
    /// Output of rustc that cannot be read.
    #[error(transparent)]
    Platform(#[from] PlatformError),
    /// A package's files cannot be hashed.
    #[error(transparent)]
    PackageFiles(#[from] PackageFilesError),
    /// The metadata gives no graph.
    #[error(transparent)]
    Graph(#[from] CargoGraphError),
}

impl Hint for CargoError {
    fn hint(&self) -> Option<Cow<'static, str>> {
        Some(Cow::Borrowed(match self {
            Self::Start { .. } => "install the Rust toolchain, or name it with CARGO and RUSTC",
            Self::NoLockfile => "run cargo generate-lockfile and commit Cargo.lock",
            Self::StaleLockfile => "run cargo update --workspace and commit Cargo.lock",
            Self::NotFetched(_) => "run cargo fetch --locked, then try again",
            Self::Graph(CargoGraphError::UnknownPackage { .. }) => "name a member of the workspace with --package",
            Self::Graph(CargoGraphError::UnknownFeature(_)) => "name a feature of a selected package with --features",
            _ => return None,
        }))
    }
}

/// The lockfile's path below the folder, with `/`; its bare name where it lies above it.
fn relative(folder: &Path, workspace: &Path) -> String {
    let inside =
        folder.canonicalize().ok().and_then(|folder| workspace.strip_prefix(folder).ok().map(Path::to_path_buf));
    let parts = inside.iter().flat_map(|inside| inside.components());
    let parts = parts.map(|part| part.as_os_str().to_string_lossy().into_owned());
    parts.chain(["Cargo.lock".to_owned()]).collect::<Vec<_>>().join("/")
}

/// Resolves the component graph of what a build compiles.
///
/// # Errors
/// [`CargoError`].
pub fn component_graph(request: GraphRequest<'_>) -> Result<ComponentGraph, CargoError> {
    let enough = AtomicBool::new(false);
    let (resolved, mut hasher) = std::thread::scope(|scope| {
        let ahead = scope.spawn(|| PackageFiles::ahead(request.folder, &enough));
        let resolved = resolve(request);
        enough.store(true, Ordering::Relaxed);
        (resolved, ahead.join().unwrap_or_default())
    });
    let (metadata, platforms) = resolved?;
    // Freeing its many small parts takes a tenth of this command's own time, and the process ends soon after.
    let metadata = ManuallyDrop::new(metadata);
    let root = metadata.workspace_root.as_std_path();
    let lockfile = Lockfile::parse(&files::read(&root.join("Cargo.lock"), MAX_FILE)?)?;
    let manifest = files::read(&root.join("Cargo.toml"), MAX_FILE)?;
    let resolver = Resolver::of_manifest(&String::from_utf8_lossy(&manifest))?;
    let plan = Plan::resolve(&metadata, request.selection, resolver, &platforms)?;
    let mut hashes = BTreeMap::new();
    for package in plan.local_packages() {
        hashes.insert(package.id.to_owned(), hasher.hash(package.manifest)?);
    }
    let name = relative(request.folder, root);
    let sources = Sources {
        lockfile: &lockfile,
        name: request.name.unwrap_or(&name),
        suppliers: request.suppliers,
        manufacturer: request.manufacturer,
        files: &hashes,
    };
    Ok(plan.graph(sources)?)
}

/// Runs Cargo and rustc side by side. Cargo takes longest, so it starts first.
fn resolve(request: GraphRequest<'_>) -> Result<(Metadata, Platforms), CargoError> {
    let guess = likely_host();
    let started = start_metadata(request, guess)?;
    let (metadata, host, targets) = std::thread::scope(|scope| {
        let host = scope.spawn(|| host(request));
        let targets: Vec<_> =
            request.targets.iter().map(|target| scope.spawn(move || target_platform(request, target))).collect();
        let metadata = finish_metadata(started);
        let targets = targets.into_iter().map(join).collect::<Result<Vec<_>, _>>();
        (metadata, join(host), targets)
    });
    let (host, mut targets) = (host?, targets?);
    let guessed = host.triple() == guess;
    let metadata = if guessed { metadata? } else { finish_metadata(start_metadata(request, host.triple())?)? };
    if targets.is_empty() {
        targets.push(host.clone());
    }
    Ok((metadata, Platforms { targets, host }))
}

fn join<T>(handle: std::thread::ScopedJoinHandle<'_, Result<T, CargoError>>) -> Result<T, CargoError> {
    handle.join().unwrap_or_else(|_| {
        Err(CargoError::Failed { program: "rustc", message: "the thread that ran it stopped".to_owned() })
    })
}

/// The triple most hosts of this operating system and processor have.
fn likely_host() -> &'static str {
    match (std::env::consts::OS, std::env::consts::ARCH) {
        ("linux", "x86_64") => "x86_64-unknown-linux-gnu",
        ("linux", "aarch64") => "aarch64-unknown-linux-gnu",
        ("macos", "aarch64") => "aarch64-apple-darwin",
        ("macos", "x86_64") => "x86_64-apple-darwin",
        ("windows", "aarch64") => "aarch64-pc-windows-msvc",
        ("windows", _) => "x86_64-pc-windows-msvc",
        _ => "",
    }
}

fn start_metadata(request: GraphRequest<'_>, host: &str) -> Result<Child, CargoError> {
    let selection = request.selection;
    let mut command = command(request, "CARGO", "cargo");
    command.args(["metadata", "--format-version", "1", "--locked", "--offline", "--color", "never"]);
    if let Some(manifest) = request.manifest {
        command.arg("--manifest-path").arg(manifest);
    }
    let filters = request.targets.iter().map(String::as_str).chain((!host.is_empty()).then_some(host));
    for filter in filters {
        command.args(["--filter-platform", filter]);
    }
    if !selection.features.is_empty() {
        command.arg("--features").arg(selection.features.join(","));
    }
    if selection.all_features {
        command.arg("--all-features");
    }
    if selection.no_default_features {
        command.arg("--no-default-features");
    }
    if let Some(folder) = rustc_answers(request) {
        command.env("CARGO_TARGET_DIR", folder);
    }
    command.stdout(Stdio::piped()).stderr(Stdio::piped());
    command.spawn().map_err(|source| CargoError::Start { program: "cargo".to_owned(), source })
}

/// Where Cargo may keep what rustc answered it, so that it need not start rustc again: it does so in
/// a target folder that is there, and the work tree must get none from this program.
fn rustc_answers(request: GraphRequest<'_>) -> Option<PathBuf> {
    let own = request.environment.is_none() && std::env::var_os("CARGO_TARGET_DIR").is_none();
    own.then(|| super::cache::folder("cargo")).flatten()
}

fn finish_metadata(child: Child) -> Result<Metadata, CargoError> {
    let output =
        child.wait_with_output().map_err(|source| CargoError::Start { program: "cargo".to_owned(), source })?;
    if !output.status.success() {
        return Err(refusal(&output.stderr));
    }
    let text = String::from_utf8_lossy(&output.stdout);
    Ok(MetadataCommand::parse(text)?)
}

/// Maps what Cargo says to what the user can do about it.
fn refusal(stderr: &[u8]) -> CargoError {
    let text = String::from_utf8_lossy(stderr);
    let message: String = text.trim().trim_start_matches("error: ").chars().take(4000).collect();
    let has = |needle: &str| message.contains(needle);
    if has("cannot create the lock file") {
        CargoError::NoLockfile
    } else if has("cannot update the lock file") || (has("lock file") && has("needs to be updated")) {
        CargoError::StaleLockfile
    } else if has("--offline") || has("offline mode") || has("no matching package named") {
        CargoError::NotFetched(message)
    } else {
        CargoError::Failed { program: "cargo metadata", message }
    }
}

/// The host with its configuration: in one run where rustc can print its own name, else in two.
fn host(request: GraphRequest<'_>) -> Result<Platform, CargoError> {
    let printed = rustc(request, &["--print", "host-tuple", "--print", "cfg"]);
    if let Some((triple, cfgs)) = printed.as_deref().ok().and_then(|text| text.split_once('\n')) {
        return Ok(Platform::parse(triple.trim(), cfgs)?);
    }
    let version = rustc(request, &["-vV"])?;
    let triple = version
        .lines()
        .find_map(|line| line.strip_prefix("host: "))
        .ok_or_else(|| CargoError::Failed { program: "rustc", message: "its version names no host".to_owned() })?;
    Ok(Platform::parse(triple.trim(), &rustc(request, &["--print", "cfg"])?)?)
}

fn target_platform(request: GraphRequest<'_>, target: &str) -> Result<Platform, CargoError> {
    Ok(Platform::parse(target, &rustc(request, &["--print", "cfg", "--target", target])?)?)
}

fn rustc(request: GraphRequest<'_>, arguments: &[&str]) -> Result<String, CargoError> {
    let output = run(command(request, "RUSTC", "rustc").args(arguments), "rustc")?;
    if output.status.success() {
        return Ok(String::from_utf8_lossy(&output.stdout).into_owned());
    }
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    let message = said.split("\n\nStack backtrace").next().unwrap_or_default().trim().chars().take(1000).collect();
    Err(CargoError::Failed { program: "rustc", message })
}

/// A program of the toolchain: the one the environment names, else the one on the path.
fn command(request: GraphRequest<'_>, variable: &str, program: &str) -> Command {
    let named = match request.environment {
        Some(environment) => environment.get(OsString::from(variable).as_os_str()).cloned(),
        None => std::env::var_os(variable),
    };
    let mut command = Command::new(named.filter(|name| !name.is_empty()).unwrap_or_else(|| program.into()));
    command.current_dir(request.folder).stdin(Stdio::null());
    if let Some(environment) = request.environment {
        command.env_clear().envs(environment);
    }
    command
}

fn run(command: &mut Command, program: &str) -> Result<Output, CargoError> {
    command.output().map_err(|source| CargoError::Start { program: program.to_owned(), source })
}
