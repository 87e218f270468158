//! Literals in each of the three versions.

use std::collections::BTreeMap;

use super::{FILE, LOCKFILE, SHRINKWRAP, more, read, read_shrinkwrap};
use crate::sbom::graph::{ComponentGraph, Scope};
use crate::sbom::source::{Files, SourceError};

const PROJECT: &str = r#"{"name":"app","version":"1.0.0","dependencies":{"a":"^1.0.0"},"devDependencies":{"d":"*"}}"#;

fn files(list: &[(&str, &str)]) -> Files {
    list.iter().map(|(name, text)| ((*name).to_owned(), text.as_bytes().to_vec())).collect()
}

fn graph(lockfile: &str, manifest: &str) -> Result<ComponentGraph, SourceError> {
    read(&files(&[(LOCKFILE, lockfile), (FILE, manifest)]), "folder")?.graph(LOCKFILE, &[], None)
}

fn lock(packages: &str) -> String {
    let root = r#""":{"name":"app","version":"1.0.0","dependencies":{"a":"^1.0.0"},"devDependencies":{"d":"*"}}"#;
    format!(r#"{{"lockfileVersion":3,"packages":{{{root},{packages}}}}}"#)
}

fn edges(graph: &ComponentGraph, purl: &str) -> Vec<String> {
    graph.dependencies(purl).map(str::to_owned).collect()
}

#[test]
fn an_edge_leads_to_the_nearest_installed_folder() {
    let lock = lock(
        r#""node_modules/a":{"version":"1.0.0","dependencies":{"b":"^1.0.0"}},
        "node_modules/a/node_modules/b":{"version":"1.5.0"},
        "node_modules/b":{"version":"2.0.0","dependencies":{"d":"*"}},
        "node_modules/d":{"version":"3.0.0","dev":true,"dependencies":{"b":"^2.0.0"}}"#,
    );
    let graph = graph(&lock, PROJECT).expect("graph");
    assert_eq!(edges(&graph, "pkg:npm/app@1.0.0"), ["pkg:npm/a@1.0.0", "pkg:npm/d@3.0.0"]);
    assert_eq!(edges(&graph, "pkg:npm/a@1.0.0"), ["pkg:npm/b@1.5.0"]);
    assert_eq!(edges(&graph, "pkg:npm/d@3.0.0"), ["pkg:npm/b@2.0.0"]);
    let scopes: BTreeMap<&str, Scope> = graph.components().map(|one| (one.id.as_str(), one.scope)).collect();
    assert_eq!(scopes["pkg:npm/b@1.5.0"], Scope::Shipped);
    assert_eq!(scopes["pkg:npm/b@2.0.0"], Scope::DevelopmentOnly);
    assert_eq!(scopes["pkg:npm/d@3.0.0"], Scope::DevelopmentOnly);
}

#[test]
fn version_one_gives_the_graph_of_version_three() {
    let nested = r#"{"lockfileVersion":1,"requires":true,"dependencies":{
        "a":{"version":"1.0.0","requires":{"b":"^1.0.0"},"dependencies":{"b":{"version":"1.5.0"}}},
        "b":{"version":"2.0.0"},
        "d":{"version":"npm:@s/real@3.0.0","dev":true,"requires":{"b":"^2.0.0"}}}}"#;
    let graph = graph(nested, &PROJECT.replace("\"*\"", "\"npm:@s/real@*\"")).expect("graph");
    assert_eq!(edges(&graph, "pkg:npm/a@1.0.0"), ["pkg:npm/b@1.5.0"]);
    assert_eq!(edges(&graph, "pkg:npm/%40s/real@3.0.0"), ["pkg:npm/b@2.0.0"]);
}

#[test]
fn a_lockfile_that_lacks_a_package_is_refused_unless_it_is_optional() {
    let missing =
        r#""node_modules/a":{"version":"1.0.0","dependencies":{"b":"*"}},"node_modules/d":{"version":"1.0.0"}"#;
    let message = graph(&lock(missing), PROJECT).expect_err("accepted").to_string();
    assert!(message.contains("node_modules/a needs b"), "{message}");
    let optional = missing.replace("\"dependencies\"", "\"optionalDependencies\"");
    assert_eq!(graph(&lock(&optional), PROJECT).expect("graph").len(), 3);
}

#[test]
fn a_manifest_that_asks_for_something_else_is_refused() {
    let whole = lock(r#""node_modules/a":{"version":"1.0.0"},"node_modules/d":{"version":"1.0.0"}"#);
    assert!(graph(&whole, PROJECT).is_ok());
    for manifest in [
        PROJECT.replace("^1.0.0", "^2.0.0"),
        PROJECT.replace("\"d\":\"*\"", ""),
        PROJECT.replace("\"d\":\"*\"", "\"d\":\"*\",\"e\":\"*\""),
    ] {
        assert!(matches!(graph(&whole, &manifest), Err(SourceError::OutOfStep { .. })), "{manifest}");
    }
    let lone = read(&files(&[(LOCKFILE, &whole)]), "folder");
    assert!(matches!(lone, Err(SourceError::Absent(name)) if name == FILE));
}

#[test]
fn workspace_members_are_projects_and_their_manifests_are_compared() {
    let lock = r#"{"lockfileVersion":3,"packages":{"":{"name":"app","workspaces":["packages/*"]},
        "node_modules/m":{"resolved":"packages/m","link":true},
        "packages/m":{"version":"0.1.0","dependencies":{"a":"1"}},
        "packages/m/node_modules/a":{"version":"1.0.0"}}}"#;
    let root = r#"{"name":"app","workspaces":["packages/*"]}"#;
    let member = |range: &str| format!(r#"{{"name":"m","version":"0.1.0","dependencies":{{"a":"{range}"}}}}"#);
    let of = |range| files(&[(LOCKFILE, lock), (FILE, root), ("packages/m/package.json", &member(range))]);
    assert_eq!(more(&of("1")), ["packages/m/package.json", "packages/*/package.json"]);
    let graph = read(&of("1"), "folder").expect("read").graph(LOCKFILE, &[], None).expect("graph");
    assert_eq!(edges(&graph, "pkg:npm/app"), ["pkg:npm/m@0.1.0"]);
    assert_eq!(edges(&graph, "pkg:npm/m@0.1.0"), ["pkg:npm/a@1.0.0"]);
    assert!(matches!(read(&of("2"), "folder"), Err(SourceError::OutOfStep { .. })));
    let mut unlocked = of("1");
    unlocked.insert("packages/n/package.json".to_owned(), br#"{"name":"n"}"#.to_vec());
    assert!(
        matches!(read(&unlocked, "folder"), Err(SourceError::OutOfStep { manifest, .. }) if manifest.contains("/n/"))
    );
}

#[test]
fn only_strong_digests_are_kept_and_unreadable_ones_refused() {
    let sha512 = format!("sha512-{}==", "A".repeat(86));
    let of = |integrity: &str| {
        let packages = format!(
            r#""node_modules/a":{{"version":"1.0.0","integrity":"{integrity}"}},"node_modules/d":{{"version":"1.0.0"}}"#
        );
        let graph = graph(&lock(&packages), PROJECT)?;
        Ok::<_, SourceError>(graph.component("pkg:npm/a@1.0.0").expect("component").hashes.len())
    };
    assert_eq!(of(&sha512).expect("graph"), 1);
    assert_eq!(of(&format!("sha1-AAAAAAAAAAAAAAAAAAAAAAAAAAA= {sha512}")).expect("graph"), 1);
    for weak in ["sha1-AAAAAAAAAAAAAAAAAAAAAAAAAAA=", "md5-AAAA", ""] {
        assert_eq!(of(weak).expect("graph"), 0, "{weak}");
    }
    for unreadable in ["sha512-AAAA", "sha512", "sha512-*"] {
        let error = of(unreadable).expect_err("accepted").to_string();
        assert!(error.contains("node_modules/a: integrity"), "{error}");
    }
}

#[test]
fn packages_from_git_keep_their_commit_and_lose_credentials() {
    let packages = r#""node_modules/a":{"version":"1.0.0","resolved":"git+ssh://git@example.org/o/a.git#0123abcd"},
        "node_modules/d":{"version":"1.0.0"}"#;
    let graph = graph(&lock(packages), PROJECT).expect("graph");
    let git = graph.components().find(|one| one.name == "a").expect("component");
    assert!(git.id.contains("vcs_url=git%2Bssh:%2F%2Fexample.org%2Fo%2Fa.git%400123abcd"), "{}", git.id);
}

#[test]
fn hostile_lockfiles_give_errors_and_no_crash() {
    let deep = format!("{}{}", "{\"dependencies\":{\"a\":".repeat(50_000), "1}}".repeat(50_000));
    for text in [
        "",
        "{}",
        "[]",
        "null",
        r#"{"lockfileVersion":4,"packages":{}}"#,
        r#"{"lockfileVersion":3}"#,
        r#"{"lockfileVersion":3,"packages":{}}"#,
        r#"{"lockfileVersion":3,"packages":{"":{},"":{}}}"#,
        r#"{"lockfileVersion":3,"packages":{"":{"dependencies":["a"]}}}"#,
        &deep,
    ] {
        assert!(graph(text, "{}").is_err(), "{}", text.chars().take(80).collect::<String>());
    }
    assert!(read(&files(&[]), "folder").is_err());
    let bytes: Files = [(LOCKFILE.to_owned(), vec![0xff; 32]), (FILE.to_owned(), b"{}".to_vec())].into();
    assert!(read(&bytes, "folder").is_err());
}

#[test]
fn a_shrinkwrap_is_read_as_a_lockfile_under_its_own_name() {
    let lock = lock(
        r#""node_modules/a":{"version":"1.0.0"},"node_modules/d":{"version":"3.0.0","dev":true},
        "packages/m":{"version":"1.0.0"}"#,
    );
    let of = |manifest| files(&[(SHRINKWRAP, &lock), (FILE, manifest)]);
    let mut same = read(&files(&[(LOCKFILE, &lock), (FILE, PROJECT)]), "folder").expect("read");
    let source = "the registry's package archive, as locked in npm-shrinkwrap.json";
    for package in &mut same.packages {
        package.hash_of = package.hash_of.take().map(|_| source.to_owned());
    }
    assert_eq!(read_shrinkwrap(&of(PROJECT), "folder").expect("read"), same);
    assert_eq!(more(&of(PROJECT)), ["packages/m/package.json"]);
    let error = read_shrinkwrap(&of("{}"), "folder").expect_err("refused").to_string();
    assert!(error.starts_with("npm-shrinkwrap.json does not fit package.json"), "{error}");
    let lone = read_shrinkwrap(&files(&[(LOCKFILE, &lock), (FILE, PROJECT)]), "folder").expect_err("refused");
    assert!(matches!(lone, SourceError::Absent(file) if file == SHRINKWRAP));
}

#[test]
fn a_locked_version_outside_the_range_asked_for_is_refused() {
    let of = |version: &str, manifest: &str| {
        let packages = format!(
            r#""node_modules/a":{{"version":"{version}","dependencies":{{"d":"^9.0.0"}}}},"node_modules/d":{{"version":"1.0.0"}}"#
        );
        graph(&lock(&packages), manifest)
    };
    assert!(of("1.5.0", PROJECT).is_ok(), "what packages ask for is npm's business");
    let error = of("2.0.0", PROJECT).expect_err("accepted");
    assert!(matches!(error, SourceError::OutOfStep { .. }), "{error}");
    assert!(error.to_string().contains("a is locked at 2.0.0 (expected ^1.0.0)"), "{error}");
    assert!(of("2.0.0", &PROJECT.replacen('{', r#"{"overrides":{"b":{"a@^1":"2.0.0"}},"#, 1)).is_ok(), "overridden");
    assert!(of("2.0.0", &PROJECT.replacen('{', r#"{"overrides":{"d":"2.0.0"},"#, 1)).is_err(), "another is");
    let nested = r#"{"lockfileVersion":1,"dependencies":{"a":{"version":"2.0.0"},"d":{"version":"1.0.0"}}}"#;
    assert!(graph(nested, PROJECT).is_err() && graph(&nested.replace("2.0.0", "1.0.0"), PROJECT).is_ok());
}

#[test]
fn an_entry_that_holds_another_package_is_refused() {
    let of = |a: &str, range: &str| {
        let manifest = PROJECT.replace("^1.0.0", range);
        graph(
            &lock(&format!(r#""node_modules/a":{{{a}}},"node_modules/d":{{"version":"1.0.0"}}"#))
                .replace("^1.0.0", range),
            &manifest,
        )
    };
    let registry = |file: &str| format!(r#""version":"1.0.0","resolved":"https://r.example/{file}.tgz""#);
    let git = r#""version":"1.0.0","resolved":"git+ssh://git@example.org/o/other.git#0123abcd""#;
    for (entry, range) in [
        (registry("a/-/a-1.0.0"), "^1.0.0"),
        (registry("archives/of-nothing"), "https://r.example/archives/of-nothing.tgz"),
        (format!(r#""name":"b",{}"#, registry("b/-/b-1.0.0")), "npm:b@^1.0.0"),
        (format!(r#""name":"b",{}"#, registry("b/-/b-1.0.0")), "https://r.example/b/-/b-1.0.0.tgz"),
        (format!(r#""name":"b",{git}"#), "git+ssh://git@example.org/o/other.git"),
    ] {
        assert!(of(&entry, range).is_ok(), "{entry}: {:?}", of(&entry, range).err());
    }
    for (entry, range, why) in [
        (registry("b/-/b-1.0.0"), "^1.0.0", "serves b 1.0.0 (expected a 1.0.0)"),
        (registry("@s/a/-/a-1.0.0"), "^1.0.0", "serves @s/a"),
        (registry("a/-/a-0.9.0"), "^1.0.0", "serves a 0.9.0"),
        (registry("a/-/b-1.0.0"), "^1.0.0", "a file of another name"),
        (format!(r#""name":"b",{}"#, registry("b/-/b-1.0.0")), "^1.0.0", "holds b 1.0.0 (expected a ^1.0.0)"),
        (registry("a/-/a-1.0.0"), "npm:b@^1.0.0", "holds a 1.0.0 (expected b ^1.0.0)"),
    ] {
        let error = of(&entry, range).expect_err("accepted").to_string();
        assert!(error.contains(why), "expected {why}: {error}");
    }
}
