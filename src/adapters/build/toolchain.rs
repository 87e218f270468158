//! Finds the programs that do the work of a build: the real binaries behind shims and links.
//!
//! `rustc` is often a rustup proxy: asked in the work tree, with the child's environment, it names the
//! sysroot in force (`RUSTC`, `RUSTUP_TOOLCHAIN`, `+toolchain` and `rust-toolchain.toml` all count). The
//! compiler proper lies in `librustc_driver` and `libLLVM`, so these are hashed too. `build.rustc` in
//! Cargo's configuration files is not read.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::ffi::{OsStr, OsString};
use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use rayon::prelude::*;

use crate::adapters::files::{self, FileError};
use crate::model::hint::Hint;
use crate::model::provenance::Tool;
use crate::model::text::is_deceptive;

use super::environment::BuildEnvironment;
use super::job::{self, Job};
use super::lookup::find_program;

/// How long a program may take to say its version.
const DEADLINE: Duration = Duration::from_secs(10);

/// Most bytes of such an answer.
const ANSWER: usize = 64 * 1024;

/// Longest version line recorded, in characters.
const LINE: usize = 200;

/// Why the toolchain cannot be described.
#[derive(Debug, thiserror::Error)]
pub enum ToolchainError {
    /// A Cargo build without a compiler.
    #[error("{program:?} did not name its toolchain folder in the work tree (expected `--print sysroot` to work)")]
    NoRustc {
        /// The compiler asked.
        program: String,
    },
    /// A program that was found could not be hashed.
    #[error("program {name} cannot be hashed: {source}")]
    Unreadable {
        /// Name of the tool.
        name: String,
        /// Reason.
        source: FileError,
    },
}

impl Hint for ToolchainError {
    fn hint(&self) -> Option<Cow<'static, str>> {
        Some(Cow::Borrowed(match self {
            Self::NoRustc { .. } => "install the toolchain that the work tree asks for (rustup toolchain install)",
            Self::Unreadable { .. } => "make the program readable for this user",
        }))
    }
}

/// A program found, not yet hashed.
struct Found {
    name: String,
    version: String,
    file: PathBuf,
}

/// Describes the tools of a build, sorted by name. Run it right before the build; running it again
/// after it must give the same.
///
/// `cargo` says that the build is a Cargo build even if `command` does not begin with `cargo`.
///
/// # Errors
/// [`ToolchainError`]: a Cargo build without `rustc`, or a program that cannot be hashed. Other
/// programs that are missing are left out.
pub fn describe(
    command: &[OsString],
    cargo: bool,
    work_tree: &Path,
    environment: &BuildEnvironment,
) -> Result<Vec<Tool>, ToolchainError> {
    let mut variables = environment.variables.clone();
    let program = command.first().map(OsString::as_os_str);
    let by_cargo = program.and_then(|program| Path::new(program).file_stem()).is_some_and(|stem| stem == "cargo");
    if let Some(toolchain) = command.get(1).and_then(|word| word.to_str()?.strip_prefix('+')).filter(|_| by_cargo) {
        variables.insert("RUSTUP_TOOLCHAIN".into(), toolchain.into());
    }
    let probe = Probe { variables: &variables, work_tree };
    let mut found = Vec::new();
    if cargo || by_cargo {
        probe.rust(&mut found)?;
    }
    probe.linker(&mut found);
    if let Some(program) = program.filter(|_| !by_cargo) {
        found.extend(probe.named_program(program));
    }
    found.sort_by(|a, b| a.name.cmp(&b.name).then_with(|| a.file.cmp(&b.file)));
    found.dedup_by(|a, b| a.file == b.file && a.name == b.name);
    found.into_par_iter().map(hashed).collect()
}

fn hashed(found: Found) -> Result<Tool, ToolchainError> {
    let (sha256, _) =
        files::hash(&found.file).map_err(|source| ToolchainError::Unreadable { name: found.name.clone(), source })?;
    Ok(Tool { name: found.name, version: found.version, sha256, file_name: clean(&file_name(&found.file)) })
}

/// Asks programs about themselves, as the build would find them.
struct Probe<'a> {
    variables: &'a BTreeMap<OsString, OsString>,
    work_tree: &'a Path,
}

impl Probe<'_> {
    fn rust(&self, found: &mut Vec<Found>) -> Result<(), ToolchainError> {
        let chosen = ["RUSTC", "CARGO_BUILD_RUSTC"].iter().find_map(|name| self.variables.get(OsStr::new(name)));
        let rustc = chosen.map_or(OsStr::new("rustc"), OsString::as_os_str);
        let no_rustc = || ToolchainError::NoRustc { program: rustc.to_string_lossy().into_owned() };
        let sysroot = PathBuf::from(self.ask(rustc, &["--print", "sysroot"]).ok_or_else(no_rustc)?);
        let inside = sysroot.join("bin").join(format!("rustc{}", std::env::consts::EXE_SUFFIX));
        let real = inside.canonicalize().ok().or_else(|| self.real_file(rustc)).ok_or_else(no_rustc)?;
        let version = self.version(rustc).ok_or_else(no_rustc)?;
        found.extend(compiler_libraries(&sysroot, &version));
        found.push(Found { name: "rustc".into(), version, file: real });
        let cargo = sysroot.join("bin").join(format!("cargo{}", std::env::consts::EXE_SUFFIX));
        if let Some(file) = cargo.canonicalize().ok().or_else(|| self.real_file(OsStr::new("cargo"))) {
            let version = self.version(OsStr::new("cargo")).unwrap_or_else(unknown);
            found.push(Found { name: "cargo".into(), version, file });
        }
        if let Some(wrapper) = self.variables.get(OsStr::new("RUSTC_WRAPPER")).filter(|name| !name.is_empty()) {
            found.extend(self.named("rustc-wrapper", wrapper));
        }
        Ok(())
    }

    /// The C compiler, which is Rust's linker driver too, and the linker behind it.
    fn linker(&self, found: &mut Vec<Found>) {
        let chosen = self.variables.get(OsStr::new("CC")).map_or(OsStr::new("cc"), OsString::as_os_str);
        found.extend(self.named("cc", chosen));
        let ld = self.ask(chosen, &["-print-prog-name=ld"]).unwrap_or_else(|| "ld".to_owned());
        found.extend(self.named("ld", OsStr::new(&ld)));
    }

    fn named(&self, name: &str, program: &OsStr) -> Option<Found> {
        let file = self.real_file(program)?;
        Some(Found { name: name.to_owned(), version: self.version(program).unwrap_or_else(unknown), file })
    }

    /// The program named in the build command. One that lies in the work tree is bound by the tree's
    /// digest and is never run for its version: it is the build itself.
    fn named_program(&self, program: &OsStr) -> Option<Found> {
        let name = clean(&file_name(Path::new(program)));
        let file = self.real_file(program)?;
        let own = self.work_tree.canonicalize().is_ok_and(|tree| file.starts_with(tree));
        if own {
            return Some(Found { name, version: "part of the work tree".to_owned(), file });
        }
        self.named(&name, program)
    }

    fn real_file(&self, program: &OsStr) -> Option<PathBuf> {
        find_program(program, self.variables, self.work_tree).ok()?.canonicalize().ok()
    }

    fn version(&self, program: &OsStr) -> Option<String> {
        self.ask(program, &["--version"])
    }

    /// First line of what a program says; `None` when it fails, says nothing or takes too long.
    fn ask(&self, program: &OsStr, arguments: &[&str]) -> Option<String> {
        let arguments: Vec<OsString> = arguments.iter().map(OsString::from).collect();
        let job = Job {
            program,
            arguments: &arguments,
            variables: self.variables,
            folder: self.work_tree,
            with_errors: false,
            grace: Duration::ZERO,
            deadline: Some(DEADLINE),
        };
        let mut answer = Vec::new();
        let ended = job::run(&job, &mut |bytes| {
            let room = ANSWER.saturating_sub(answer.len()).min(bytes.len());
            answer.extend_from_slice(bytes.get(..room).unwrap_or_default());
        })
        .ok()?;
        if ended.timed_out || !ended.status.success() {
            return None;
        }
        let text = String::from_utf8_lossy(&answer);
        let line = text.lines().next().unwrap_or_default().trim();
        (!line.is_empty()).then(|| clean(line))
    }
}

/// `librustc_driver`, `libLLVM` and `rust-lld` of a toolchain.
fn compiler_libraries(sysroot: &Path, version: &str) -> Vec<Found> {
    let found = |name: &str, file: PathBuf| Found { name: name.to_owned(), version: version.to_owned(), file };
    let mut libraries = Vec::new();
    for folder in ["lib", "bin"] {
        for file in regular_files(&sysroot.join(folder)) {
            let file_name = file_name(&file);
            let stem = file_name.strip_prefix("lib").unwrap_or(&file_name);
            if stem.starts_with("rustc_driver-") {
                libraries.push(found("rustc-driver", file));
            } else if stem.starts_with("LLVM") && file_name.starts_with("lib") {
                libraries.push(found("rustc-llvm", file));
            }
        }
    }
    for target in fs::read_dir(sysroot.join("lib").join("rustlib")).into_iter().flatten().flatten() {
        let lld = target.path().join("bin").join(format!("rust-lld{}", std::env::consts::EXE_SUFFIX));
        libraries.extend(lld.canonicalize().ok().map(|file| found("rust-lld", file)));
    }
    libraries
}

/// The regular files of a folder (links left out: each real file counts once).
fn regular_files(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    entries.filter(|entry| entry.file_type().is_ok_and(|kind| kind.is_file())).map(|entry| entry.path()).collect()
}

fn file_name(path: &Path) -> String {
    path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default()
}

fn clean(text: &str) -> String {
    text.chars().filter(|character| !is_deceptive(*character)).take(LINE).collect()
}

fn unknown() -> String {
    "unknown".to_owned()
}
