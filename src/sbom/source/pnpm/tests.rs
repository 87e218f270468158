//! The same project in each version, and what is refused.

use super::{FILE, LOCKFILE, WORKSPACE, more, read};
use crate::sbom::graph::{Completeness, ComponentGraph, Scope};
use crate::sbom::source::{Files, SourceError};

const DIGEST: &str = "sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=";
const PROJECT: &str = r#"{"name":"app","version":"1.0.0","dependencies":{"a":"^1.0.0","m":"npm:@s/real@2"},
    "devDependencies":{"d":"*"},"optionalDependencies":{"o":"1"}}"#;

const FIVE: &str = "lockfileVersion: 5.4
specifiers: {a: ^1.0.0, m: 'npm:@s/real@2', d: '*', o: '1'}
dependencies: {a: 1.0.0_d@3.0.0, m: /@s/real/2.0.0}
devDependencies: {d: 3.0.0}
optionalDependencies: {o: 1.0.0}
packages:
  /a/1.0.0_d@3.0.0:
    resolution: {integrity: DIGEST}
    dependencies: {b: 1.5.0}
    peerDependencies: {d: '*'}
    dev: false
  /b/1.5.0: {resolution: {integrity: DIGEST}}
  /@s/real/2.0.0: {resolution: {integrity: DIGEST}, optionalDependencies: {gone: 1.0.0}}
  /d/3.0.0: {resolution: {integrity: DIGEST}, dependencies: {e: github.com/o/e/0123456789012345678901234567890123456789}}
  /o/1.0.0: {resolution: {integrity: DIGEST}, optional: true}
  github.com/o/e/0123456789012345678901234567890123456789:
    resolution: {tarball: https://codeload.github.com/o/e/tar.gz/0123456789012345678901234567890123456789}
    name: e
    version: 0.1.0
";

const SIX: &str = "lockfileVersion: '6.0'
dependencies:
  a: {specifier: ^1.0.0, version: 1.0.0(d@3.0.0)}
  m: {specifier: 'npm:@s/real@2', version: /@s/real@2.0.0}
devDependencies:
  d: {specifier: '*', version: 3.0.0}
optionalDependencies:
  o: {specifier: '1', version: 1.0.0}
packages:
  /a@1.0.0(d@3.0.0):
    resolution: {integrity: DIGEST}
    dependencies: {b: 1.5.0}
  /b@1.5.0: {resolution: {integrity: DIGEST}}
  /@s/real@2.0.0: {resolution: {integrity: DIGEST}, optionalDependencies: {gone: 1.0.0}}
  /d@3.0.0: {resolution: {integrity: DIGEST}, dependencies: {e: github.com/o/e/0123456789012345678901234567890123456789}}
  /o@1.0.0: {resolution: {integrity: DIGEST}, optional: true}
  github.com/o/e/0123456789012345678901234567890123456789:
    resolution: {tarball: https://codeload.github.com/o/e/tar.gz/0123456789012345678901234567890123456789}
    name: e
    version: 0.1.0
";

const NINE: &str = "lockfileVersion: '9.0'
settings: {autoInstallPeers: true, excludeLinksFromLockfile: false}
importers:
  .:
    dependencies:
      a: {specifier: ^1.0.0, version: 1.0.0(d@3.0.0(f@1.0.0))}
      m: {specifier: 'npm:@s/real@2', version: '@s/real@2.0.0'}
    devDependencies:
      d: {specifier: '*', version: 3.0.0}
    optionalDependencies:
      o: {specifier: '1', version: 1.0.0}
packages:
  a@1.0.0: {resolution: {integrity: DIGEST}}
  b@1.5.0: {resolution: {integrity: DIGEST}}
  '@s/real@2.0.0': {resolution: {integrity: DIGEST}}
  d@3.0.0: {resolution: {integrity: DIGEST}}
  o@1.0.0: {resolution: {integrity: DIGEST}}
  e@https://codeload.github.com/o/e/tar.gz/0123456789012345678901234567890123456789:
    resolution: {tarball: https://codeload.github.com/o/e/tar.gz/0123456789012345678901234567890123456789}
    version: 0.1.0
snapshots:
  a@1.0.0(d@3.0.0(f@1.0.0)):
    dependencies: {b: 1.5.0}
  b@1.5.0: {}
  '@s/real@2.0.0': {optionalDependencies: {gone: 1.0.0}}
  d@3.0.0: {dependencies: {e: https://codeload.github.com/o/e/tar.gz/0123456789012345678901234567890123456789}}
  o@1.0.0: {}
  e@https://codeload.github.com/o/e/tar.gz/0123456789012345678901234567890123456789: {}
";

fn files(list: &[(&str, &str)]) -> Files {
    list.iter().map(|(name, text)| ((*name).to_owned(), text.replace("DIGEST", DIGEST).into_bytes())).collect()
}

fn graph(list: &[(&str, &str)]) -> Result<ComponentGraph, SourceError> {
    read(&files(list), "folder")?.graph(LOCKFILE, &[], None)
}

fn edges(graph: &ComponentGraph, purl: &str) -> Vec<String> {
    graph.dependencies(purl).map(str::to_owned).collect()
}

#[test]
fn every_version_gives_the_same_graph() {
    let all = [FIVE, SIX, NINE].map(|lock| graph(&[(LOCKFILE, lock), (FILE, PROJECT)]).expect("graph"));
    let [five, six, nine] = &all;
    assert_eq!(five, six);
    assert_eq!(six, nine);
    let direct = ["pkg:npm/%40s/real@2.0.0", "pkg:npm/a@1.0.0", "pkg:npm/d@3.0.0", "pkg:npm/o@1.0.0"];
    assert_eq!(edges(nine, "pkg:npm/app@1.0.0"), direct);
    assert_eq!(edges(nine, "pkg:npm/a@1.0.0"), ["pkg:npm/b@1.5.0"]);
    let scope = |purl| nine.component(purl).expect("component").scope;
    assert_eq!(scope("pkg:npm/b@1.5.0"), Scope::Shipped);
    assert_eq!(scope("pkg:npm/d@3.0.0"), Scope::DevelopmentOnly);
    let git = nine.components().find(|one| one.name == "e").expect("component");
    assert!(git.id.contains("vcs_url=git%2Bhttps:%2F%2Fgithub.com%2Fo%2Fe.git%40012345678"), "{}", git.id);
    assert_eq!((git.version.as_str(), git.hashes.len()), ("0.1.0", 0));
    assert_eq!(nine.component("pkg:npm/a@1.0.0").expect("component").hashes.len(), 1);
}

#[test]
fn a_manifest_that_asks_for_something_else_is_refused() {
    for lock in [FIVE, SIX, NINE] {
        for (old, new) in [
            ("^1.0.0", "^1.0.1"),
            ("\"d\":\"*\"", ""),
            ("\"d\":\"*\"", "\"d\":\"*\",\"n\":\"1\""),
            ("\"o\":\"1\"", ""),
            ("\"devDependencies\":{\"d\":\"*\"},", "\"devDependencies\":{},\"pnpm\":{\"overrides\":{\"b\":\"1\"}},"),
        ] {
            let refused = graph(&[(LOCKFILE, lock), (FILE, &PROJECT.replace(old, new))]);
            assert!(matches!(refused, Err(SourceError::OutOfStep { .. })), "{old} {new}: {refused:?}");
        }
    }
    assert!(matches!(graph(&[(LOCKFILE, NINE)]), Err(SourceError::Absent(name)) if name == FILE));
}

#[test]
fn an_override_decides_what_is_asked_for() {
    let lock = "lockfileVersion: '9.0'
overrides: {a: 2.0.0, 'x>b@>=1': 3.0.0, c: '-'}
patchedDependencies: {a: {hash: x, path: a.patch}}
catalogs: {default: {b: {specifier: ^1.0.0, version: 3.0.0}}}
importers:
  .:
    dependencies:
      a: {specifier: 2.0.0, version: 2.0.0(patch_hash=x)}
      b: {specifier: 3.0.0, version: 3.0.0}
packages:
  a@2.0.0: {resolution: {integrity: DIGEST}}
  b@3.0.0: {resolution: {integrity: DIGEST}}
snapshots:
  a@2.0.0(patch_hash=x): {}
  b@3.0.0: {}
";
    let manifest = r#"{"dependencies":{"a":"^1.0.0","b":"catalog:","c":"*"},"resolutions":{"a":"2.0.0"},
        "pnpm":{"overrides":{"x>b@>=1":"3.0.0","c":"-"},"patchedDependencies":{"a":"a.patch"}}}"#;
    let workspace = "catalog:\n  b: ^1.0.0\n";
    let of = |manifest: &str, workspace: &str| graph(&[(LOCKFILE, lock), (FILE, manifest), (WORKSPACE, workspace)]);
    assert_eq!(of(manifest, workspace).expect("graph").len(), 3);
    for (manifest, workspace) in [
        (manifest.replace("\"c\":\"-\"", "\"c\":\"1\""), workspace),
        (manifest.replace("\"a\":\"2.0.0\"", "\"a\":\"1.0.0\""), workspace),
        (manifest.replace("\"a\":\"a.patch\"", ""), workspace),
        (manifest.to_owned(), "catalog:\n  b: ^2.0.0\n"),
        (manifest.to_owned(), "# nothing\n"),
    ] {
        let refused = of(&manifest, workspace);
        assert!(matches!(refused, Err(SourceError::OutOfStep { .. })), "{manifest} {workspace}: {refused:?}");
    }
}

#[test]
fn workspace_members_are_projects_and_links_lead_to_them() {
    let lock = "lockfileVersion: '9.0'
importers:
  .: {}
  packages/a:
    dependencies:
      b: {specifier: 'workspace:*', version: 'link:../b'}
      c: {specifier: 'workspace:*', version: 'file:packages/c(x@1.0.0)'}
      out: {specifier: 'link:../../out', version: 'link:../../out'}
  packages/b: {}
  packages/c: {}
packages:
  c@file:packages/c: {resolution: {directory: packages/c, type: directory}}
snapshots:
  c@file:packages/c(x@1.0.0): {dependencies: {b: 'link:packages/b'}}
";
    let a =
        r#"{"name":"a","version":"1.0.0","dependencies":{"b":"workspace:*","c":"workspace:*","out":"link:../../out"}}"#;
    let mut list = vec![
        (LOCKFILE, lock),
        (FILE, r#"{"name":"root"}"#),
        (WORKSPACE, "packages:\n  - packages/*\n  - '!**/old'\n"),
        ("packages/a/package.json", a),
        ("packages/b/package.json", r#"{"name":"b","version":"1.0.0"}"#),
        ("packages/c/package.json", r#"{"name":"c","version":"1.0.0"}"#),
        ("packages/old/package.json", r#"{"name":"old"}"#),
    ];
    assert_eq!(more(&files(&list)), ["packages/*/package.json"]);
    let whole = graph(&list).expect("graph");
    assert_eq!(edges(&whole, "pkg:npm/a@1.0.0"), ["pkg:npm/b@1.0.0", "pkg:npm/c@1.0.0", "pkg:npm/out"]);
    assert_eq!(edges(&whole, "pkg:npm/c@1.0.0"), ["pkg:npm/b@1.0.0"]);
    assert!(
        matches!(whole.completeness(), Completeness::Incomplete { reason } if reason.contains("linked folders out "))
    );
    list.push(("packages/new/package.json", r#"{"name":"new"}"#));
    assert!(matches!(graph(&list), Err(SourceError::OutOfStep { .. })));
    list.retain(|(name, _)| !matches!(*name, "packages/new/package.json" | "packages/b/package.json"));
    assert!(matches!(graph(&list), Err(SourceError::Absent(name)) if name == "packages/b/package.json"));
}

#[test]
fn lockfiles_that_cannot_be_told_are_refused() {
    for (old, new, why) in [
        ("'9.0'", "'10.0'", "expected 5.0 to 5.4, 6.0, 6.1 or 9.0"),
        ("{b: 1.5.0}", "{b: 1.6.0}", "needs b 1.6.0, which is not locked"),
        ("version: 3.0.0}", "version: 4.0.0}", ". needs d 4.0.0, which is not locked"),
        ("  o@1.0.0: {}", "  x@1.0.0: {}", "snapshot x@1.0.0 is of no package"),
        (
            "b@1.5.0: {resolution: {integrity: DIGEST}}",
            "b@1.5.0: {resolution: {integrity: sha512-x}}",
            "b@1.5.0: integrity",
        ),
        ("b@1.5.0: {resolution", "b: {resolution", "key \"b\" (expected name and version)"),
        ("  .:", "  ../x: {}\n  .:", "lies outside the folder"),
        ("packages:", "packages: &x", "anchors"),
    ] {
        let lock = NINE.replacen(old, new, 1);
        let error = graph(&[(LOCKFILE, &lock), (FILE, PROJECT)]).expect_err(why).to_string();
        assert!(error.contains(why), "expected {why}: {error}");
    }
    for text in ["", "a", "[]", "lockfileVersion: 9.0", "lockfileVersion: {}", "lockfileVersion: '9.0'\npackages: []"] {
        let refused = graph(&[(LOCKFILE, text), (FILE, r#"{"dependencies":{"a":"1"}}"#)]);
        assert!(refused.is_err(), "{text}");
    }
}

#[test]
fn what_is_locked_is_what_the_specifier_means_and_its_address_serves_it() {
    for lock in [FIVE, SIX, NINE] {
        for (old, new, why) in [
            ("^1.0.0", "^2.0.0", "a is locked as a 1.0.0 (expected a ^2.0.0)"),
            ("npm:@s/real@2", "npm:@s/other@2", "m is locked as @s/real 2.0.0 (expected @s/other 2)"),
            ("npm:@s/real@2", "2", "m is locked as @s/real 2.0.0 (expected m 2)"),
        ] {
            let error = graph(&[(LOCKFILE, &lock.replace(old, new)), (FILE, &PROJECT.replace(old, new))]);
            let error = error.expect_err(why);
            assert!(matches!(error, SourceError::OutOfStep { .. }) && error.to_string().contains(why), "{error}");
        }
        let next = graph(&[(LOCKFILE, &lock.replace("^1.0.0", "next")), (FILE, &PROJECT.replace("^1.0.0", "next"))]);
        assert!(next.is_ok(), "a tag is not judged: {next:?}");
    }
    let of = |address: &str| {
        let old = "b@1.5.0: {resolution: {integrity: DIGEST}}";
        let new = format!("b@1.5.0: {{resolution: {{integrity: DIGEST, tarball: {address}}}}}");
        graph(&[(LOCKFILE, &NINE.replace(old, &new)), (FILE, PROJECT)])
    };
    assert!(of("https://r.example/b/-/b-1.5.0.tgz").is_ok() && of("https://r.example/download/b/abc").is_ok());
    let error = of("https://r.example/c/-/c-1.5.0.tgz").expect_err("refused").to_string();
    assert!(error.contains("b@1.5.0: its address serves c 1.5.0 (expected b 1.5.0)"), "{error}");
}
