//! Workspaces of path packages: Cargo resolves them without any registry.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use batchseal::adapters::cargo::{self, CargoError, GraphRequest};
use batchseal::sbom::cargo::Selection;
use batchseal::sbom::graph::{ComponentGraph, Scope};

/// A workspace in a temporary folder.
pub struct Workspace {
    _folder: tempfile::TempDir,
    pub root: PathBuf,
}

impl Workspace {
    /// Packages by name; each text is what follows `name` and `version` in the manifest.
    pub fn new(resolver: &str, packages: &[(&str, &str)]) -> Self {
        let folder = tempfile::tempdir().expect("folder");
        let workspace = Self { root: folder.path().to_path_buf(), _folder: folder };
        workspace.write(
            "Cargo.toml",
            &format!(
                "[workspace]\nresolver = \"{resolver}\"\nmembers = [\"crates/*\"]\ndefault-members = [\"crates/app\"]\n"
            ),
        );
        for (name, rest) in packages {
            let text = format!("[package]\nname = \"{name}\"\nversion = \"1.0.0\"\nedition = \"2021\"\n{rest}\n");
            workspace.write(&format!("crates/{name}/Cargo.toml"), &text);
            let source = if *name == "app" { "main.rs" } else { "lib.rs" };
            workspace.write(&format!("crates/{name}/src/{source}"), "fn main() {}\n");
        }
        workspace.lock();
        workspace
    }

    pub fn write(&self, path: &str, text: &str) {
        let path = self.root.join(path);
        fs::create_dir_all(path.parent().expect("parent")).expect("folder");
        fs::write(path, text).expect("file");
    }

    pub fn lock(&self) {
        let done = Command::new(env!("CARGO"))
            .args(["generate-lockfile", "--offline"])
            .current_dir(&self.root)
            .output()
            .expect("cargo runs");
        assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
    }

    pub fn graph(&self, selection: &Selection, targets: &[&str]) -> Result<ComponentGraph, CargoError> {
        graph(&self.root, selection, targets)
    }

    /// Names by scope.
    pub fn names(&self, features: &[&str], targets: &[&str]) -> BTreeMap<&'static str, String> {
        let selection =
            Selection { features: features.iter().map(|name| (*name).to_owned()).collect(), ..Selection::default() };
        names(&self.graph(&selection, targets).expect("graph"))
    }
}

pub fn graph(root: &Path, selection: &Selection, targets: &[&str]) -> Result<ComponentGraph, CargoError> {
    let targets: Vec<String> = targets.iter().map(|target| (*target).to_owned()).collect();
    cargo::component_graph(GraphRequest {
        name: None,
        folder: root,
        manifest: None,
        selection,
        targets: &targets,
        suppliers: &[],
        manufacturer: Some("Example Devices (demo)"),
        environment: None,
    })
}

pub fn names(graph: &ComponentGraph) -> BTreeMap<&'static str, String> {
    let of = |scope: Scope| {
        let names: Vec<&str> =
            graph.components().filter(|one| one.scope == scope).map(|one| one.name.as_str()).collect();
        names.join(" ")
    };
    BTreeMap::from([("shipped", of(Scope::Shipped)), ("build", of(Scope::BuildTimeOnly))])
}
