//! What a search sees and cannot read: named on standard error, and no SBOM is complete without it.

use std::path::Path;
use std::process::{Command, Output};

use batchseal::sbom::document::{Aggregate, Document};

const LOCKED: &str = "org.example:core:1.0=runtimeClasspath\nempty=\n";

fn write(root: &Path, name: &str, text: &str) {
    let path = root.join(name);
    std::fs::create_dir_all(path.parent().expect("folder")).expect("folder");
    std::fs::write(path, text).expect("written");
}

fn run(root: &Path) -> Output {
    Command::new(env!("CARGO_BIN_EXE_batchseal")).args(["sbom", "--path"]).arg(root).output().expect("batchseal runs")
}

/// What was told, and whether the SBOM says that it is incomplete for want of what was not read.
fn told(root: &Path) -> (String, bool) {
    let done = run(root);
    let told = String::from_utf8_lossy(&done.stderr).into_owned();
    assert_eq!(done.status.code(), Some(0), "{told}");
    let document = Document::parse(&done.stdout).expect("document");
    let incomplete = document.compositions.iter().any(|one| one.aggregate == Aggregate::Incomplete);
    let named = String::from_utf8_lossy(&done.stdout).contains("not read: ");
    assert!(incomplete || !named);
    (told, named)
}

/// A lockfile that is read, so that there is an SBOM.
fn folder() -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("folder");
    write(folder.path(), "dependency-tree.tgf", "1 org.example:app:jar:1.0\n#\n");
    write(
        folder.path(),
        "pom.xml",
        "<project><groupId>org.example</groupId><artifactId>app</artifactId><version>1.0</version></project>",
    );
    folder
}

#[test]
fn manifests_without_a_lockfile_are_named_and_the_sbom_is_incomplete() {
    let folder = folder();
    let root = folder.path();
    write(root, "ui/package.json", r#"{"dependencies":{"a":"1"}}"#);
    write(root, "api/pyproject.toml", "[project]\nname = \"api\"\ndependencies = [\"b\"]\n");
    write(root, "core/Cargo.toml", "[package]\nname = \"core\"\n[dependencies]\nserde = \"1\"\n");
    write(root, "gradle.lockfile", LOCKED);
    write(root, "app/build.gradle", "dependencies { }");
    write(root, "net/App.csproj", "<Project><PackageReference Include=\"A\" Version=\"1\" /></Project>");
    write(root, "ios/Package.swift", ".package(url: \"u\", from: \"1.0.0\")");
    write(root, "ios/Podfile", "pod 'A'");
    let (told, incomplete) = told(root);
    let scripts = ["app/build.gradle", "net/App.csproj", "ios/Package.swift", "ios/Podfile"];
    for manifest in ["ui/package.json", "api/pyproject.toml", "core/Cargo.toml"].into_iter().chain(scripts) {
        assert!(told.contains(&format!("warning: {manifest} has no lockfile\n")), "{told}");
    }
    assert!(!told.contains("pom.xml has no"), "{told}");
    assert!(incomplete);
}

#[test]
fn members_and_manifests_without_dependencies_and_those_that_do_not_ship_need_no_lockfile() {
    let folder = folder();
    let root = folder.path();
    write(root, "module/pom.xml", "<project/>");
    write(root, "api/pyproject.toml", "[project]\nname = \"api\"\ndependencies = [\"b\"]\n");
    write(root, "api/requirements.txt", "b==1.0\n    # via -r requirements.in\n");
    write(root, "ui/package.json", r#"{"type":"module"}"#);
    write(root, "core/Cargo.toml", "[package]\nname = \"core\"\n");
    write(root, "app/build.gradle", "dependencies { }");
    write(root, "app/gradle.lockfile", LOCKED);
    write(root, "build.gradle", "plugins { }");
    write(root, "examples/demo/package.json", r#"{"dependencies":{"a":"1"}}"#);
    let (told, incomplete) = told(root);
    assert!(!told.contains("has no lockfile"), "{told}");
    assert!(!incomplete);
}

#[cfg(unix)]
#[test]
fn links_and_folders_that_are_not_searched_are_named() {
    use std::os::unix::ffi::OsStrExt;

    let folder = folder();
    let root = folder.path();
    write(root, "elsewhere/real", LOCKED);
    std::os::unix::fs::symlink("elsewhere/real", root.join("gradle.lockfile")).expect("link");
    std::fs::create_dir(root.join(std::ffi::OsStr::from_bytes(b"caf\xe9"))).expect("folder");
    let deep = (1..=25).map(|depth| format!("d{depth}")).collect::<Vec<_>>().join("/");
    write(root, &format!("{deep}/gradle.lockfile"), LOCKED);
    let (told, incomplete) = told(root);
    assert!(told.contains("warning: gradle.lockfile is a link\n"), "{told}");
    assert!(told.contains("was not searched: its name is not UTF-8"), "{told}");
    assert!(told.contains(&format!("warning: folder {deep} was not searched")), "{told}");
    assert!(incomplete);
}

#[test]
fn where_nothing_else_is_there_the_error_names_the_manifests() {
    let folder = tempfile::tempdir().expect("folder");
    (0..12).for_each(|at| write(folder.path(), &format!("gem{at:02}/Gemfile"), ""));
    let done = run(folder.path());
    let told = String::from_utf8_lossy(&done.stderr);
    assert_eq!(done.status.code(), Some(3), "{told}");
    assert!(told.contains("holds no lockfile") && told.contains("gem00/Gemfile has no lockfile"), "{told}");
    assert!(told.contains("and 7 more"), "{told}");
}

#[test]
fn many_are_counted() {
    let folder = folder();
    (0..12).for_each(|at| write(folder.path(), &format!("gem{at:02}/Gemfile"), ""));
    let (told, incomplete) = told(folder.path());
    assert!(told.contains("gem09/Gemfile") && !told.contains("gem10/Gemfile"), "{told}");
    assert!(told.contains("warning: and 2 more that were not read"), "{told}");
    assert!(incomplete);
}
