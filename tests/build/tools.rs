//! The toolchain behind shims and links.

use std::ffi::OsString;
use std::fs;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::Path;

use batchseal::adapters::build::runner;
use batchseal::adapters::build::toolchain::{ToolchainError, describe};
use batchseal::model::digest::Sha256Digest;
use batchseal::model::provenance::Tool;

use crate::environment;

fn script(path: &Path, body: &str) {
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(path, format!("#!/bin/sh\n{body}\n")).unwrap();
    fs::set_permissions(path, fs::Permissions::from_mode(0o755)).unwrap();
}

fn tool<'a>(tools: &'a [Tool], name: &str) -> Option<&'a Tool> {
    tools.iter().find(|tool| tool.name == name)
}

/// A work tree, a proxy that answers like rustup's, and the toolchain behind it.
fn place() -> (tempfile::TempDir, String) {
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path();
    let body = format!(
        "case \"$1\" in --print) echo {}/chain-$RUSTUP_TOOLCHAIN;; --version) echo rustc 9.9.9-$RUSTUP_TOOLCHAIN; echo more;; esac",
        root.display()
    );
    script(&root.join("shims/rustc"), &body);
    script(&root.join("shims/cargo"), "echo cargo 9.9.9");
    for chain in ["chain-", "chain-beta"] {
        script(&root.join(chain).join("bin/rustc"), &format!("# the real one of {chain}"));
        script(&root.join(chain).join("bin/cargo"), "# the real cargo");
        fs::create_dir_all(root.join(chain).join("lib")).unwrap();
        fs::write(root.join(chain).join("lib/librustc_driver-0.so"), chain).unwrap();
    }
    script(&root.join("real/gcc-14"), "case \"$1\" in -print*) echo ld.example;; *) echo gcc 14;; esac");
    script(&root.join("real/ld.example"), "exit 1");
    symlink("../real/gcc-14", root.join("shims/cc")).unwrap();
    symlink("../real/ld.example", root.join("shims/ld.example")).unwrap();
    fs::create_dir(root.join("tree")).unwrap();
    let path = format!("{}/shims:/usr/bin:/bin", root.display());
    (folder, path)
}

fn described(command: &[&str], cargo: bool) -> (tempfile::TempDir, Result<Vec<Tool>, ToolchainError>) {
    let (folder, path) = place();
    let tree = folder.path().join("tree");
    let mut environment = environment(&[], &tree);
    environment.variables.insert("PATH".into(), path.into());
    script(&tree.join("build.sh"), &format!("touch {}/ran", tree.display()));
    let command: Vec<OsString> = command.iter().map(OsString::from).collect();
    let tools = describe(&command, cargo, &tree, &environment);
    (folder, tools)
}

#[test]
fn hashes_the_real_binaries_behind_shims_and_links() {
    let (folder, tools) = described(&["cargo", "build"], false);
    let tools = tools.unwrap();
    let names: Vec<&str> = tools.iter().map(|tool| tool.name.as_str()).collect();
    assert_eq!(names, ["cargo", "cc", "ld", "rustc", "rustc-driver"]);
    let rustc = tool(&tools, "rustc").unwrap();
    assert_eq!(rustc.sha256, Sha256Digest::of(&fs::read(folder.path().join("chain-/bin/rustc")).unwrap()));
    assert_eq!((rustc.version.as_str(), rustc.file_name.as_str()), ("rustc 9.9.9-", "rustc"));
    let cc = tool(&tools, "cc").unwrap();
    assert_eq!((cc.version.as_str(), cc.file_name.as_str()), ("gcc 14", "gcc-14"));
    let ld = tool(&tools, "ld").unwrap();
    assert_eq!((ld.version.as_str(), ld.file_name.as_str()), ("unknown", "ld.example"));
}

#[test]
fn follows_the_toolchain_named_on_the_command_line() {
    let (folder, tools) = described(&["cargo", "+beta", "build"], false);
    let tools = tools.unwrap();
    let real = fs::read(folder.path().join("chain-beta/bin/rustc")).unwrap();
    assert_eq!(tool(&tools, "rustc").unwrap().sha256, Sha256Digest::of(&real));
    assert_eq!(tool(&tools, "rustc").unwrap().version, "rustc 9.9.9-beta");
}

#[test]
fn never_runs_a_build_script_for_its_version() {
    let (folder, tools) = described(&["./build.sh"], false);
    let tools = tools.unwrap();
    assert_eq!(tool(&tools, "build.sh").unwrap().version, "part of the work tree");
    assert!(tool(&tools, "rustc").is_none());
    assert!(!folder.path().join("tree/ran").exists());
}

#[test]
fn refuses_a_cargo_build_without_a_compiler() {
    let folder = tempfile::tempdir().unwrap();
    let mut environment = environment(&[], folder.path());
    environment.variables.insert("PATH".into(), folder.path().into());
    let error = describe(&["make".into()], true, folder.path(), &environment).unwrap_err();
    assert!(matches!(error, ToolchainError::NoRustc { .. }), "{error}");
    assert!(describe(&["make".into()], false, folder.path(), &environment).unwrap().is_empty());
}

#[test]
fn describes_this_machine() {
    let runner = runner::describe();
    assert_eq!((runner.os.as_str(), runner.arch.as_str()), (std::env::consts::OS, std::env::consts::ARCH));
    if cfg!(target_os = "linux") {
        assert!(runner.kernel.is_some());
    }
}

#[test]
fn describes_the_toolchain_that_builds_these_tests() {
    let tree = Path::new(env!("CARGO_MANIFEST_DIR"));
    let names = ["HOME", "CARGO_HOME", "RUSTUP_HOME", "RUSTUP_TOOLCHAIN"];
    let own: Vec<(&str, String)> = names.iter().filter_map(|name| Some((*name, std::env::var(name).ok()?))).collect();
    let given: Vec<(&str, &str)> = own.iter().map(|(name, value)| (*name, value.as_str())).collect();
    let tools = describe(&["cargo".into(), "build".into()], true, tree, &environment(&given, tree)).unwrap();
    for name in ["cargo", "rustc", "rustc-driver"] {
        let tool = tool(&tools, name).unwrap_or_else(|| panic!("{name} not in {tools:?}"));
        assert!(tool.version.starts_with("cargo 1.") || tool.version.starts_with("rustc 1."), "{tool:?}");
    }
    println!("{tools:#?}");
}
