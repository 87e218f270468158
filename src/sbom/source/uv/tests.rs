//! Small literals, each accept with its sibling reject.

use crate::sbom::source::{Files, SourceError};

use super::{LOCKFILE, MANIFEST, more, read};

const FOLDER: &str = "device";

fn files(lock: &str, manifest: &str) -> Files {
    let lock = format!("version = 1\nrevision = 3\n{lock}");
    [(LOCKFILE, lock), (MANIFEST, manifest.to_owned())].map(|(name, text)| (name.to_owned(), text.into_bytes())).into()
}

fn error(files: &Files) -> SourceError {
    read(files, FOLDER).expect_err("refused")
}

const MANIFEST_OF_A: &str = "[project]\nname = \"A\"\nversion = \"1\"\ndependencies = [\"b >= 2\"]\n";
const A: &str = "[[package]]\nname = \"a\"\nversion = \"1\"\nsource = { editable = \".\" }\n";
const ASKED: &str = "[package.metadata]\nrequires-dist = [{ name = \"b\", specifier = \">=2\" }]\n";

fn b(version: &str) -> String {
    format!("[[package]]\nname = \"b\"\nversion = \"{version}\"\nsource = {{ registry = \"r\" }}\n")
}

fn lock(dependencies: &str, rest: &str) -> String {
    format!("{A}dependencies = [{dependencies}]\n{ASKED}{rest}")
}

#[test]
fn forks_of_one_name_stay_apart() {
    let edge = "{ name = \"b\", version = \"3\", source = { registry = \"r\" } }";
    let both = format!("{}{}", b("2"), b("3"));
    let resolution = read(&files(&lock(edge, &both), MANIFEST_OF_A), FOLDER).expect("resolution");
    assert_eq!(resolution.packages.len(), 2);
    assert_eq!(resolution.projects[0].package.depends_on.iter().collect::<Vec<_>>(), ["pkg:pypi/b@3"]);
    for edge in [
        "{ name = \"b\" }",
        "{ name = \"b\", version = \"3\" }",
        "{ name = \"b\", version = \"4\", source = { registry = \"r\" } }",
    ] {
        assert!(error(&files(&lock(edge, &both), MANIFEST_OF_A)).to_string().contains("not unique"), "{edge}");
    }
}

#[test]
fn an_edge_to_nothing_and_a_package_twice_are_refused() {
    assert!(error(&files(&lock("{ name = \"c\" }", &b("2")), MANIFEST_OF_A)).to_string().contains("not locked"));
    let twice = format!("{}{}", b("2"), b("2"));
    assert!(error(&files(&lock("", &twice), MANIFEST_OF_A)).to_string().contains("locked twice"));
}

#[test]
fn a_locked_version_outside_the_requirement_is_refused() {
    let of = |version: &str, change: fn(String) -> String| {
        read(&files(&change(lock("{ name = \"b\" }", &b(version))), MANIFEST_OF_A), FOLDER)
    };
    assert!(of("2.5", |lock| lock).is_ok());
    let error = of("1.9", |lock| lock).expect_err("refused");
    assert!(matches!(&error, SourceError::OutOfStep { .. }), "{error}");
    assert!(error.to_string().contains("b is locked at 1.9 (expected >=2)"), "{error}");
    let marked = |lock: String| lock.replace("\">=2\" }", "\">=2\", marker = \"os_name == 'nt'\" }");
    assert!(of("1.9", marked).is_ok(), "what holds under a condition may be locked for no platform");
    let extra = |lock: String| lock.replace("\">=2\" }", "\">=2\", marker = \"extra == 'x'\" }");
    assert!(of("1.9", extra).is_err());
    let overridden = |lock: String| format!("[manifest]\noverrides = [{{ name = \"b\", specifier = \"<2\" }}]\n{lock}");
    assert!(of("1.9", overridden).is_ok());
    assert!(of("x", |lock| lock).is_ok(), "what is no version is not judged");
}

#[test]
fn members_of_a_workspace_are_projects_with_manifests_of_their_own() {
    let member = "[[package]]\nname = \"b\"\nversion = \"2\"\nsource = { editable = \"libs/b\" }\n";
    let lock = format!("[manifest]\nmembers = [\"a\", \"b\"]\n{}", lock("{ name = \"b\" }", member));
    let mut all = files(&lock, MANIFEST_OF_A);
    assert_eq!(more(&all), [MANIFEST, "libs/b/pyproject.toml"]);
    assert!(matches!(error(&all), SourceError::Absent(path) if path == "libs/b/pyproject.toml"));
    all.insert("libs/b/pyproject.toml".to_owned(), b"[project]\nname = \"b\"\nversion = \"2\"\n".to_vec());
    assert_eq!(read(&all, FOLDER).expect("resolution").projects.len(), 2);
}

#[test]
fn groups_of_a_root_without_project_belong_to_the_folder() {
    let lock = format!("[manifest]\ndependency-groups = {{ dev = [{{ name = \"b\" }}] }}\n{}", b("2"));
    let all = files(&lock, "[dependency-groups]\ndev = [\"b\"]\n");
    let resolution = read(&all, FOLDER).expect("resolution");
    assert_eq!(resolution.projects[0].package.purl, "pkg:pypi/device");
    assert_eq!(resolution.projects[0].development.len(), 1);
    assert!(matches!(error(&files(&lock, "")), SourceError::OutOfStep { .. }));
}

#[test]
fn other_versions_and_hostile_bytes_are_refused() {
    let mut all = files("", MANIFEST_OF_A);
    assert!(matches!(error(&all), SourceError::OutOfStep { .. }));
    let deep = format!("version = 1\nx = {}", "[".repeat(100_000));
    for bytes in
        [&b"\xff"[..], b"version = 1\nversion = 1\n", b"version = \"1\"", b"", b"[[package]]\n", deep.as_bytes()]
    {
        all.insert(LOCKFILE.to_owned(), bytes.to_vec());
        assert!(matches!(error(&all), SourceError::Malformed { .. }));
        assert!(more(&all).is_empty());
    }
    all.insert(LOCKFILE.to_owned(), b"version = 2\n".to_vec());
    assert!(matches!(error(&all), SourceError::Version { .. }));
    all.remove(LOCKFILE);
    assert!(matches!(error(&all), SourceError::Absent(_)));
}
