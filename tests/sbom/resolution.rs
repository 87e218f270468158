//! Which packages are compiled: platforms, optional and weak features, build and development dependencies.

use batchseal::adapters::cargo::CargoError;
use batchseal::model::hint::Hint;
use batchseal::sbom::cargo::{CargoGraphError, Selection};

use crate::workspace::{Workspace, names};

const LINUX: &str = "x86_64-unknown-linux-gnu";
const WINDOWS: &str = "x86_64-pc-windows-msvc";

const APP: &str = r#"
build = "src/main.rs"
[features]
extra = ["dep:extra"]
renamed = ["rn"]
weak = ["helper?/big"]
strong = ["helper/big"]
[dependencies]
core = { path = "../core" }
mac = { path = "../mac" }
nobuild = { path = "../nobuild" }
extra = { path = "../extra", optional = true }
helper = { path = "../helper", optional = true }
rn = { package = "other", path = "../other", optional = true }
[build-dependencies]
builder = { path = "../builder" }
[dev-dependencies]
core = { path = "../core", features = ["test-extra"] }
devonly = { path = "../devonly" }
[target.'cfg(unix)'.dependencies]
onunix = { path = "../onunix" }
[target.'cfg(windows)'.dependencies]
onwindows = { path = "../onwindows" }
core = { path = "../core", features = ["win-extra"] }
"#;

const CORE: &str = r#"
[features]
default = ["std"]
std = []
test-extra = ["dep:heavy"]
host-extra = ["dep:hostdep"]
win-extra = ["dep:windep"]
[dependencies]
heavy = { path = "../heavy", optional = true }
hostdep = { path = "../hostdep", optional = true }
windep = { path = "../windep", optional = true }
"#;

fn workspace(resolver: &str) -> Workspace {
    let leaf = "";
    Workspace::new(
        resolver,
        &[
            ("app", APP),
            ("core", CORE),
            ("mac", "[lib]\nproc-macro = true\n[dependencies]\nsynlike = { path = \"../synlike\" }\n"),
            ("builder", "[dependencies]\ncore = { path = \"../core\", features = [\"host-extra\"] }\n"),
            ("nobuild", "build = false\n[build-dependencies]\nnever = { path = \"../never\" }\n"),
            (
                "helper",
                "[features]\nbig = [\"dep:bigdep\"]\n[dependencies]\nbigdep = { path = \"../bigdep\", optional = true }\n",
            ),
            ("synlike", leaf),
            ("heavy", leaf),
            ("hostdep", leaf),
            ("windep", leaf),
            ("never", leaf),
            ("extra", leaf),
            ("bigdep", leaf),
            ("other", leaf),
            ("devonly", leaf),
            ("onunix", leaf),
            ("onwindows", leaf),
        ],
    )
}

#[test]
fn takes_only_what_the_target_and_the_features_compile() {
    let workspace = workspace("2");
    let linux = workspace.names(&[], &[LINUX]);
    assert_eq!(linux["shipped"], "app core mac-less".replace("mac-less", "nobuild onunix"));
    assert_eq!(linux["build"], "builder hostdep mac synlike");
    let windows = workspace.names(&[], &[WINDOWS]);
    assert_eq!(windows["shipped"], "app core nobuild onwindows windep");
    let both = workspace.names(&[], &[LINUX, WINDOWS]);
    assert_eq!(both["shipped"], "app core nobuild onunix onwindows windep");
}

#[test]
fn optional_dependencies_follow_their_features() {
    let workspace = workspace("2");
    let shipped = |features: &[&str]| workspace.names(features, &[LINUX])["shipped"].clone();
    assert_eq!(shipped(&["extra"]), "app core extra nobuild onunix");
    assert_eq!(shipped(&["renamed"]), "app core nobuild onunix other");
    assert_eq!(shipped(&["weak"]), "app core nobuild onunix");
    assert_eq!(shipped(&["strong"]), "app bigdep core helper nobuild onunix");
    assert_eq!(shipped(&["helper"]), "app core helper nobuild onunix");
    assert_eq!(shipped(&["weak", "helper"]), "app bigdep core helper nobuild onunix");
    assert_eq!(shipped(&["helper", "weak"]), "app bigdep core helper nobuild onunix");
    assert_eq!(shipped(&["app/extra"]), "app core extra nobuild onunix");
    assert_eq!(shipped(&["core/test-extra"]), "app core heavy nobuild onunix");
}

#[test]
fn all_features_and_no_default_features_are_obeyed() {
    let workspace = workspace("2");
    let all = Selection { all_features: true, ..Selection::default() };
    let all = names(&workspace.graph(&all, &[LINUX]).expect("graph"));
    assert_eq!(all["shipped"], "app bigdep core extra helper nobuild onunix other");
    let none = Selection { no_default_features: true, ..Selection::default() };
    assert!(workspace.graph(&none, &[LINUX]).is_ok());
}

#[test]
fn resolver_one_unifies_features_as_cargo_does() {
    let linux = workspace("1").names(&[], &[LINUX]);
    assert_eq!(linux["shipped"], "app core heavy hostdep nobuild onunix windep");
    assert_eq!(linux["build"], "builder mac synlike");
}

#[test]
fn libraries_and_several_packages_can_be_selected() {
    let workspace = workspace("2");
    let of = |packages: &[&str]| {
        let packages = packages.iter().map(|name| (*name).to_owned()).collect();
        workspace.graph(&Selection { packages, ..Selection::default() }, &[LINUX])
    };
    assert_eq!(names(&of(&["builder"]).expect("graph"))["shipped"], "builder core hostdep");
    assert_eq!(names(&of(&["helper", "extra"]).expect("graph"))["shipped"], "extra helper");
    let macros = names(&of(&["mac"]).expect("graph"));
    assert_eq!((macros["shipped"].as_str(), macros["build"].as_str()), ("mac", "synlike"));
    let refusal = of(&["nosuch"]).expect_err("accepted");
    assert!(matches!(&refusal, CargoError::Graph(CargoGraphError::UnknownPackage { got, .. }) if got == "nosuch"));
}

#[test]
fn rejects_features_that_no_selected_package_has() {
    let workspace = workspace("2");
    let selection = Selection { features: vec!["nosuch".to_owned()], ..Selection::default() };
    assert!(workspace.graph(&selection, &[LINUX]).is_err());
}

#[test]
fn rejects_absent_and_stale_lockfiles_with_a_way_out() {
    let workspace = workspace("2");
    workspace
        .write("crates/heavy/Cargo.toml", "[package]\nname = \"heavy\"\nversion = \"2.0.0\"\nedition = \"2021\"\n");
    let stale = workspace.graph(&Selection::default(), &[LINUX]).expect_err("stale lockfile accepted");
    assert!(matches!(stale, CargoError::StaleLockfile), "{stale}");
    assert!(stale.hint().is_some_and(|hint| hint.contains("cargo update --workspace")));
    std::fs::remove_file(workspace.root.join("Cargo.lock")).expect("removed");
    let absent = workspace.graph(&Selection::default(), &[LINUX]).expect_err("absent lockfile accepted");
    assert!(matches!(absent, CargoError::NoLockfile), "{absent}");
    assert!(!workspace.root.join("Cargo.lock").exists());
}

#[test]
fn rejects_targets_that_rustc_does_not_know() {
    assert!(workspace("2").graph(&Selection::default(), &["no-such-target"]).is_err());
}
