//! Small literals, each accept with its sibling reject.

use super::{LOCKFILE, MANIFEST, is_name, read};
use crate::sbom::graph::Scope;
use crate::sbom::source::{Files, Resolution, SourceError};

const HEX: &str = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

fn of(packages: &str, manifest: Option<&str>) -> Result<Resolution, SourceError> {
    let lock = format!("lock-version = \"1.0\"\ncreated-by = \"x\"\n{}", packages.replace("HEX", HEX));
    let mut files = Files::from([(LOCKFILE.to_owned(), lock.into_bytes())]);
    files.extend(manifest.map(|text| (MANIFEST.to_owned(), text.as_bytes().to_vec())));
    read(&files, "device")
}

fn package(name: &str, rest: &str) -> String {
    format!(
        "[[packages]]\nname = \"{name}\"\nversion = \"1.0\"\n{rest}\n\
         wheels = [{{ url = \"https://h/{name}-1.0-py3-none-any.whl\", hashes = {{ sha256 = \"HEX\" }} }}]\n"
    )
}

const OTHERS: &str = "[[packages]]\nname = \"V\"\nversion = \"2\"\n\
    vcs = { type = \"git\", url = \"https://u:p@h.org/o/v.git\", commit-id = \"abcd\" }\n\
    [[packages]]\nname = \"own\"\ndirectory = { path = \".\", editable = true }\n\
    [[packages]]\nname = \"arc\"\narchive = { url = \"https://h/arc.zip\", hashes = { sha512 = \"DIGEST\", md5 = \"x\" } }\n";

#[test]
fn sources_of_every_kind_are_read() {
    let text = format!("{}{}", package("A_b", ""), OTHERS.replace("DIGEST", &HEX.repeat(2)));
    let found = of(&text, None).expect("reads");
    assert_eq!(found.projects[0].package.purl, "pkg:pypi/own");
    let purls: Vec<&str> = found.packages.iter().map(|package| package.purl.as_str()).collect();
    assert_eq!(purls[0], "pkg:pypi/a-b@1.0");
    assert!(purls[1].starts_with("pkg:pypi/v@2?vcs_url=git") && !purls[1].contains("u:p"), "{}", purls[1]);
    assert_eq!(found.packages[0].hash_of.as_deref(), Some("built distribution A_b-1.0-py3-none-any.whl"));
    assert_eq!((found.packages[2].hashes.len(), found.packages[1].source_url.as_deref()), (1, None));
    assert!(found.incomplete.is_some());
    assert_eq!(found.projects[0].package.depends_on.len(), 3);
}

#[test]
fn edges_are_followed_where_they_are_written_and_groups_do_not_ship() {
    let text = [
        package("a", "dependencies = [{ name = \"b\" }]"),
        package("b", "dependencies = [{ name = \"c\", version = \"1.0\" }]"),
        package("c", "dependencies = [{ name = \"b\" }]"),
        package("t", "marker = \"'test' in dependency_groups\""),
        package("m", "marker = \"'main' in dependency_groups\""),
    ];
    let found = of(&format!("default-groups = [\"main\"]\n{}", text.concat()), None).expect("reads");
    let ships: Vec<_> = found.projects[0].package.depends_on.iter().cloned().collect();
    assert_eq!(ships, ["pkg:pypi/a@1.0", "pkg:pypi/m@1.0"]);
    let graph = found.graph(LOCKFILE, &[], None).expect("graph");
    let test = graph.component("pkg:pypi/t@1.0").expect("component");
    assert_eq!((graph.len(), test.scope), (6, Scope::DevelopmentOnly));
    let circle = of(&text[1..3].concat(), None).expect("reads").graph(LOCKFILE, &[], None).expect("graph");
    assert_eq!(circle.len(), 3, "a circle that nothing leads to is not lost");
    let error = of(&text[..2].concat(), None).expect_err("refused").to_string();
    assert!(error.contains("needs \"c\", which is not locked"), "{error}");
}

#[test]
fn a_project_that_asks_for_something_else_is_refused() {
    let manifest = |asked: &str| format!("[project]\nname = \"x\"\ndependencies = [{asked}]\n");
    for asked in ["\"A>=1\"", "\"b; python_version < '3'\"", ""] {
        assert!(of(&package("a", ""), Some(&manifest(asked))).is_ok(), "{asked}");
    }
    for (asked, why) in [("\"a>=2\"", "a is locked at 1.0 (expected >=2)"), ("\"b\"", "b is not locked (expected it)")]
    {
        let error = of(&package("a", ""), Some(&manifest(asked))).expect_err("refused");
        assert!(matches!(&error, SourceError::OutOfStep { .. }) && error.to_string().contains(why), "{error}");
    }
}

#[test]
fn what_the_specification_forbids_is_refused() {
    for (text, why) in [
        ("[[packages]]\nname = \"a\"\n".to_owned(), "expected one of vcs"),
        (package("a", "directory = { path = \"x\" }"), "expected one of vcs"),
        (package("a", "").replace("{ sha256 = \"HEX\" }", "{}"), "without hashes"),
        (package("a", "").replace("HEX", "00"), "is no digest"),
        (package("a", "").replace("url = \"https://h/a-1.0-py3-none-any.whl\", ", ""), "without name"),
        (package("a/b", ""), "not the name"),
        (OTHERS.replace("url = \"https://u:p@h.org/o/v.git\", ", ""), "without url and path"),
    ] {
        let error = of(&text, None).expect_err(why).to_string();
        assert!(error.contains(why), "expected {why}: {error}");
    }
    let version = Files::from([(LOCKFILE.to_owned(), b"lock-version = \"2.0\"\npackages = []\n".to_vec())]);
    assert!(matches!(read(&version, "x"), Err(SourceError::Version { .. })));
    assert!(matches!(read(&Files::new(), "x"), Err(SourceError::Absent(_))));
    assert!(is_name("pylock.toml") && is_name("pylock.dev.toml"));
    assert!(["pylock..toml", "pylock.a.b.toml", "lock.toml", "pylock"].iter().all(|name| !is_name(name)));
}
