//! A lockfile as Composer writes it, and what is refused.

use super::{LOCKFILE, MANIFEST, content_hash, is_platform, read};
use crate::sbom::graph::{ComponentGraph, Scope};
use crate::sbom::licence::Licence;
use crate::sbom::source::{Files, SourceError};

const PROJECT: &str = r#"{"name":"Acme/App","require":{"php":">=8","ext-json":"*","Acme/A":"^1.0","own/thing":"*"},
    "require-dev":{"acme/d":"*"},"replace":{"own/thing":"*"}}"#;

const LOCK: &str = r#"{"content-hash":"HASH","packages":[
    {"name":"acme/a","version":"v1.2.0","source":{"type":"git","url":"https://u:p@example.org/a.git","reference":"01ab"},
     "dist":{"type":"zip","url":"https://example.org/a.zip","shasum":"da39a3ee5e6b4b0d3255bfef95601890afd80709"},
     "require":{"php":">=7","psr/log":"^1","virtual/x":"*","old/name":"*"},"license":["MIT","GPL-2.0-or-later"]},
    {"name":"psr/log","version":"dev-main","require":[],
     "source":{"type":"git","url":"https://example.org/log.git","reference":"0123"},"license":["MIT"]},
    {"name":"acme/x","version":"2.0","provide":{"virtual/x":"1.0"},"replace":{"old/name":"self.version"}}],
    "packages-dev":[{"name":"acme/d","version":"1.0","require":{"psr/log":"*"},"provide":{"virtual/x":"1.0"}}]}"#;

fn graph(lock: &str, manifest: &str) -> Result<ComponentGraph, SourceError> {
    let hash = content_hash::of(manifest.as_bytes()).ok().flatten().unwrap_or_default();
    let lock = lock.replace("HASH", &hash).into_bytes();
    let files: Files = [(LOCKFILE.to_owned(), lock), (MANIFEST.to_owned(), manifest.as_bytes().to_vec())].into();
    read(&files, "folder")?.graph(LOCKFILE, &[], None)
}

fn edges(graph: &ComponentGraph, name: &str) -> Vec<String> {
    let of = graph.components().find(|one| one.name == name).expect("component");
    graph.dependencies(&of.id).map(|purl| graph.component(purl).expect("component").name.clone()).collect()
}

#[test]
fn requirements_lead_to_packages_and_to_what_stands_in_for_them() {
    let graph = graph(LOCK, PROJECT).expect("graph");
    assert_eq!(edges(&graph, "Acme/App"), ["acme/a", "acme/d"]);
    // What ships is answered by what ships.
    assert_eq!(edges(&graph, "acme/a"), ["acme/x", "psr/log"]);
    assert_eq!(edges(&graph, "acme/d"), ["psr/log"]);
    let of = |name: &str| graph.components().find(|one| one.name == name).expect("component");
    assert_eq!(of("acme/d").scope, Scope::DevelopmentOnly);
    assert_eq!(of("acme/x").scope, Scope::Shipped);
    assert_eq!(of("acme/a").id, "pkg:composer/acme/a@v1.2.0");
    assert_eq!(of("acme/a").licence, Licence::Expression("MIT OR GPL-2.0-or-later".to_owned()));
    assert_eq!(of("acme/a").source_url.as_deref(), Some("https://example.org/a.git"));
    assert!(of("acme/a").hashes.is_empty());
    assert!(of("psr/log").id.contains("vcs_url=git%2Bhttps:%2F%2Fexample.org%2Flog.git%400123"));
    assert_eq!(of("Acme/App").id, "pkg:composer/acme/app");
}

#[test]
fn content_hash_is_that_of_composer() {
    // Each value is what Composer 2.5 wrote for the manifest.
    for (manifest, hash) in [
        (r#"{"require":{"php":">=8"},"name":"a/b","autoload":{}}"#, "3dca40ea753d26ff30539ad5999437ec"),
        (
            "{\"extra\":{\"z\":{},\"a\":{\"0\":\"x\",\"1\":\"y\"},\"c\":{\"5\":1},\"e\":\"\u{e9}/\u{2028}\u{1f600}\\t\\\"\",\
             \"f\":null,\"g\":true,\"h\":-5},\"config\":{\"platform\":{\"php\":\"8.1\"},\"sort-packages\":true},\
             \"name\":\"a/b\",\"repositories\":[]}",
            "4fba59089afee00966bcc9d8e7b1363b",
        ),
    ] {
        assert_eq!(content_hash::of(manifest.as_bytes()).expect("JSON").as_deref(), Some(hash));
    }
    assert_eq!(content_hash::of(br#"{"extra":{"a":0.1}}"#).expect("JSON"), None);
}

#[test]
fn a_manifest_that_was_not_locked_is_refused() {
    let changed = PROJECT.replace("^1.0", "^1.1");
    let lock = LOCK.replace("HASH", &content_hash::of(PROJECT.as_bytes()).expect("JSON").expect("hash"));
    assert!(graph(&lock, PROJECT).is_ok());
    for (lock, manifest) in [
        (lock.as_str(), changed.as_str()),
        (LOCK, &PROJECT.replace("Acme/A", "acme/b")),
        (LOCK, &PROJECT.replace("acme/d", "acme/e")),
        (LOCK, &PROJECT.replace("\"own/thing\":\"*\"},\n", "\"other/thing\":\"*\"},\n")),
        // Without a hash, names are all that can be compared.
        (&LOCK.replace("\"content-hash\":\"HASH\",", ""), &PROJECT.replace("Acme/A", "acme/b")),
    ] {
        let refused = graph(lock, manifest);
        assert!(matches!(refused, Err(SourceError::OutOfStep { .. })), "{manifest}: {refused:?}");
    }
}

#[test]
fn lockfiles_that_cannot_be_told_are_refused() {
    for (old, new, why) in [
        ("psr/log\":\"^1", "psr/gone\":\"^1", "acme/a needs psr/gone, which is not locked"),
        ("\"name\":\"acme/x\"", "\"name\":\"ACME/A\"", "ACME/A is locked twice"),
        ("\"version\":\"2.0\",", "", "version"),
        ("\"require\":[]", "\"require\":[1]", "composer.lock cannot be read"),
        ("\"name\":\"acme/x\"", "\"name\":\"\"", "package URL"),
    ] {
        let error = graph(&LOCK.replacen(old, new, 1), PROJECT).expect_err(why).to_string();
        assert!(error.contains(why), "expected {why}: {error}");
    }
    for text in ["", "[]", "{}", r#"{"packages":{}}"#, &"[".repeat(100_000)] {
        assert!(graph(text, PROJECT).is_err());
    }
    for text in ["", "[]", r#"{"require":[1]}"#, r#"{"require":{"a":1}}"#, &"[".repeat(100_000)] {
        assert!(graph(LOCK, text).is_err());
    }
    assert!(matches!(read(&Files::new(), "folder"), Err(SourceError::Absent(_))));
}

#[test]
fn platform_requirements_are_no_packages() {
    assert!(["php", "ext-json", "lib-icu-zoneinfo", "composer-runtime-api", "hhvm"].into_iter().all(is_platform));
    assert!(!["phpunit/php", "ext-", "ext-a/b", "composer/composer"].into_iter().any(is_platform));
}

#[test]
fn everything_providing_everything_is_refused_and_sets_no_memory_aside() {
    let lock = |count: usize| {
        let package =
            |at| format!(r#"{{"name":"a/p{at}","version":"1","require":{{"v/x":"*"}},"provide":{{"v/x":"1"}}}}"#);
        let packages: Vec<String> = (0..count).map(package).collect();
        format!(r#"{{"content-hash":"HASH","packages":[{}]}}"#, packages.join(","))
    };
    let manifest = r#"{"require":{"v/x":"*"}}"#;
    assert_eq!(graph(&lock(20), manifest).expect("graph").len(), 21);
    let error = graph(&lock(4_000), manifest).expect_err("refused").to_string();
    assert!(error.contains("more than 1000000 possible providers"), "{error}");
}
