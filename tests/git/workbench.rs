//! Repositories in temporary folders, built by the `git` program in a scrubbed environment.

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use batchseal::adapters::git::Repository;
use tempfile::TempDir;

/// One repository; its folder goes when the last clone of the guard goes.
pub(crate) struct Bench {
    _guard: TempDir,
    pub(crate) root: PathBuf,
}

impl Bench {
    /// An empty repository on branch `main`; `None`, said aloud, without `git`.
    pub(crate) fn empty() -> Option<Self> {
        Self::with_format("sha1")
    }

    pub(crate) fn with_format(format: &str) -> Option<Self> {
        let guard = TempDir::new().expect("temporary folder");
        let root = guard.path().join("work");
        std::fs::create_dir(&root).expect("folder");
        let bench = Self { _guard: guard, root };
        let made =
            command(&bench.root, &["init", "--quiet", "-b", "main", &format!("--object-format={format}")]).output();
        match made {
            Ok(output) if output.status.success() => Some(bench),
            Ok(output) => panic!("git init: {}", String::from_utf8_lossy(&output.stderr)),
            Err(error) => {
                println!("skipped: git cannot be started: {error}");
                None
            }
        }
    }

    /// Three files, one commit, annotated tag `v1.0.0`.
    pub(crate) fn released() -> Option<Self> {
        let bench = Self::empty()?;
        bench.fill();
        Some(bench)
    }

    pub(crate) fn fill(&self) {
        self.write("Cargo.lock", "version = 4\n");
        self.write("src/main.rs", "fn main() {}\n");
        self.write("README.md", "# Pump\n");
        self.commit("first");
        self.git(&["tag", "-a", "-m", "release 1.0.0", "v1.0.0"]);
    }

    /// A folder beside the work tree, inside the same guard.
    pub(crate) fn beside(&self, name: &str) -> PathBuf {
        self.root.parent().expect("parent").join(name)
    }

    pub(crate) fn write(&self, path: &str, content: &str) {
        let path = self.root.join(path);
        std::fs::create_dir_all(path.parent().expect("parent")).expect("folder");
        std::fs::write(path, content).expect("file");
    }

    pub(crate) fn commit(&self, message: &str) {
        self.git(&["add", "--all"]);
        self.git(&["commit", "--quiet", "--allow-empty", "-m", message]);
    }

    /// Runs git and returns standard output; a failure is a panic.
    pub(crate) fn git(&self, arguments: &[&str]) -> Vec<u8> {
        git_in(&self.root, arguments)
    }

    /// Standard output as one trimmed line.
    pub(crate) fn line(&self, arguments: &[&str]) -> String {
        String::from_utf8(self.git(arguments)).expect("UTF-8").trim().to_owned()
    }

    pub(crate) fn open(&self) -> Repository {
        Repository::discover(&self.root).expect("repository")
    }

    pub(crate) fn changes(&self) -> Vec<String> {
        self.open().changes().expect("changes")
    }
}

pub(crate) fn git_in(folder: &Path, arguments: &[&str]) -> Vec<u8> {
    let output = try_git(folder, arguments);
    assert!(output.status.success(), "git {arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
    output.stdout
}

pub(crate) fn try_git(folder: &Path, arguments: &[&str]) -> Output {
    command(folder, arguments).output().expect("git")
}

fn command(folder: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new("git");
    command
        .current_dir(folder)
        .env_clear()
        .env("PATH", std::env::var_os("PATH").unwrap_or_default())
        .env("HOME", folder)
        .env("GIT_CONFIG_GLOBAL", "/dev/null")
        .env("GIT_CONFIG_NOSYSTEM", "1")
        .env("GIT_AUTHOR_NAME", "Developer (example)")
        .env("GIT_AUTHOR_EMAIL", "developer@example.invalid")
        .env("GIT_AUTHOR_DATE", "1790000000 +0200")
        .env("GIT_COMMITTER_NAME", "Integrator (example)")
        .env("GIT_COMMITTER_EMAIL", "integrator@example.invalid")
        .env("GIT_COMMITTER_DATE", "1790000100 -0330")
        .args(["-c", "protocol.file.allow=always", "-c", "advice.detachedHead=false", "-c", "commit.gpgSign=false"])
        .args(arguments);
    command
}
