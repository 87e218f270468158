//! Lockfiles and graphs as Conan 1 and 2 write them, and what they never write.

use super::{GRAPH, LOCKFILE, MANIFEST, read, read_graph};
use crate::sbom::graph::{ComponentGraph, Scope};
use crate::sbom::source::{Files, Resolution, SourceError};

/// Conan 1.66 with a profile for the host and one for the build.
const OLD: &str = r#"{"graph_lock":{"nodes":{
    "0":{"options":"","requires":["1"],"build_requires":["4"],"path":"conanfile.txt","context":"host"},
    "1":{"ref":"poco/1.13.3@user/channel","package_id":"ab","requires":["2"],"build_requires":["3"],"context":"host"},
    "2":{"ref":"zlib/1.3.1#0123","package_id":"ab","python_requires":["script/0.1"],"context":"host"},
    "3":{"ref":"cmake/3.30.1","context":"build"},
    "4":{"ref":"gtest/1.15.0","build_requires":["3"],"context":"host"}},"revisions_enabled":true},
    "version":"0.4","profile_host":"[settings]\n"}"#;

const NEW: &str = r#"{"version":"0.5","requires":["zlib/1.3.1#0123%1795557342.57","poco/1.13.3@user/channel#45%17",
    "gtest/1.15.0#67"],"build_requires":["cmake/3.30.1#89%1"],"python_requires":["script/0.1#ab"],"config_requires":[]}"#;

const ASKED: &str =
    "# ours\n[requires]\npoco/1.13.3@user/channel # yes\n[test_requires]\ngtest/[>=1 <2]\n[options]\na/*:b=c\n";

const EDGES: &str = r#"{"graph":{"nodes":{
    "0":{"ref":"conanfile","name":null,"version":null,"license":null,"dependencies":{
        "1":{"ref":"poco","direct":true,"build":false,"test":false},"2":{"direct":false,"build":false,"test":false},
        "4":{"direct":true,"build":false,"test":true}},"python_requires":null},
    "1":{"ref":"poco/1.13.3@user/channel#45","name":"poco","version":"1.13.3","license":"BSL-1.0","dependencies":{
        "2":{"direct":true,"build":false,"test":false},"3":{"direct":true,"build":true,"test":false}}},
    "2":{"ref":"zlib/1.3.1#0123","name":"zlib","version":"1.3.1","license":["Zlib","MIT"],"dependencies":{},
        "python_requires":{"script/0.1#ab":{"path":"/p"}}},
    "3":{"ref":"cmake/3.30.1#89","name":"cmake","version":"3.30.1","license":null,"dependencies":{}},
    "4":{"ref":"gtest/1.15.0#67","name":"gtest","version":"1.15.0","license":null,"dependencies":{
        "3":{"direct":true,"build":true,"test":false}}}},
    "root":{"0":"conanfile"},"error":null}}"#;

fn files(named: &[(&str, &str)]) -> Files {
    named.iter().map(|(name, text)| ((*name).to_owned(), text.as_bytes().to_vec())).collect()
}

fn graph(resolution: Result<Resolution, SourceError>) -> ComponentGraph {
    resolution.expect("reads").graph(LOCKFILE, &[], None).expect("graph")
}

fn scope(graph: &ComponentGraph, name: &str) -> Scope {
    graph.components().find(|component| component.name == name).map(|component| component.scope).expect(name)
}

#[test]
fn what_builds_a_package_is_not_shipped_with_it() {
    let graph = graph(read(&files(&[(LOCKFILE, OLD)]), "app"));
    let edges: Vec<&str> = graph.dependencies("pkg:conan/poco@1.13.3?channel=channel&user=user").collect();
    assert_eq!(edges, ["pkg:conan/cmake@3.30.1", "pkg:conan/zlib@1.3.1?rrev=0123"]);
    for (name, expected) in
        [("zlib", Scope::Shipped), ("cmake", Scope::BuildTimeOnly), ("script", Scope::BuildTimeOnly)]
    {
        assert_eq!(scope(&graph, name), expected, "{name}");
    }
    assert_eq!(graph.len(), 6);
}

#[test]
fn lists_have_no_edges_and_a_graph_beside_them_has() {
    let flat = read(&files(&[(LOCKFILE, NEW), (MANIFEST, ASKED)]), "app").expect("reads");
    assert!(flat.incomplete.is_some());
    let flat = graph(Ok(flat));
    let whole = read(&files(&[(LOCKFILE, NEW), (MANIFEST, ASKED), (GRAPH, EDGES)]), "app").expect("reads");
    assert_eq!(whole.incomplete, None);
    let whole = graph(Ok(whole));
    for graph in [&flat, &whole] {
        for (name, expected) in [
            ("poco", Scope::Shipped),
            ("zlib", Scope::Shipped),
            ("cmake", Scope::BuildTimeOnly),
            ("script", Scope::BuildTimeOnly),
            ("gtest", Scope::DevelopmentOnly),
        ] {
            assert_eq!(scope(graph, name), expected, "{name}");
        }
        assert_eq!(graph.len(), 6);
    }
    let poco = "pkg:conan/poco@1.13.3?channel=channel&rrev=45&user=user";
    assert!(whole.dependencies(poco).eq(["pkg:conan/cmake@3.30.1?rrev=89", "pkg:conan/zlib@1.3.1?rrev=0123"]));
    assert!(flat.dependencies(poco).next().is_none());
    assert_eq!(graph(read_graph(&files(&[(GRAPH, EDGES)]), "app")).into_parts().edges, whole.into_parts().edges);
}

#[test]
fn refuses_a_manifest_or_a_lockfile_that_does_not_fit() {
    let more = format!("{ASKED}[requires]\nfmt/11.0.2\n");
    let newer = ASKED.replace("poco/1.13.3", "poco/1.14.0");
    let less = ASKED.replace("poco/1.13.3@user/channel", "");
    for (lock, graph, manifest) in [
        (OLD, None, more.as_str()),
        (NEW, None, &more),
        (NEW, Some(EDGES), &more),
        (OLD, None, &newer),
        (NEW, None, &newer),
        (OLD, None, &less),
        (NEW, Some(EDGES), &less),
    ] {
        let mut named = files(&[(LOCKFILE, lock), (MANIFEST, manifest)]);
        named.extend(graph.map(|graph| (GRAPH.to_owned(), graph.as_bytes().to_vec())));
        assert!(matches!(read(&named, "app"), Err(SourceError::OutOfStep { .. })), "{lock:.30} {manifest}");
    }
    let other = NEW.replace("zlib/1.3.1#0123", "zlib/1.3.1#4567");
    let error = read_graph(&files(&[(LOCKFILE, &other), (GRAPH, EDGES)]), "app").expect_err("another revision");
    assert!(error.to_string().contains("zlib/1.3.1#0123 is not locked"), "{error}");
    assert!(read(&files(&[(LOCKFILE, OLD), (MANIFEST, ASKED)]), "app").is_ok());
}

#[test]
fn refuses_what_conan_does_not_write() {
    for (old, new) in [("0.4", "0.3"), ("0.4", "0.5")] {
        let got = read(&files(&[(LOCKFILE, &OLD.replace(old, new))]), "app");
        assert!(matches!(got, Err(SourceError::Version { .. })), "{new}");
    }
    assert!(matches!(read(&files(&[(LOCKFILE, &NEW.replace("0.5", "0.6"))]), "app"), Err(SourceError::Version { .. })));
    for text in [
        OLD.replace("\"2\"]", "\"9\"]"),
        OLD.replace("zlib/1.3.1", "zlib"),
        OLD.replace("\"ref\":\"cmake/3.30.1\",", ""),
        OLD.replace("\"requires\":[\"2\"]", "\"requires\":[\"2\",\"0\"]"),
        NEW.replace("zlib/1.3.1", "zlib/[>1]"),
        NEW.replace("zlib/1.3.1", "../1.3.1"),
        "[".repeat(100_000),
    ] {
        assert!(matches!(read(&files(&[(LOCKFILE, &text)]), "app"), Err(SourceError::Malformed { .. })), "{text:.300}");
    }
    for text in [
        EDGES.replace("\"root\":{\"0\"", "\"root\":{\"9\""),
        EDGES.replace("\"error\":null", "\"error\":{\"type\":\"x\"}"),
        EDGES.replace("\"4\":{\"direct\"", "\"9\":{\"direct\""),
    ] {
        assert!(
            matches!(read_graph(&files(&[(GRAPH, &text)]), "app"), Err(SourceError::Malformed { .. })),
            "{text:.300}"
        );
    }
    for manifest in ["zlib/1", "[requires\n", "[requires]\nzlib\n"] {
        let got = read(&files(&[(LOCKFILE, NEW), (MANIFEST, manifest)]), "app");
        assert!(matches!(got, Err(SourceError::Malformed { .. })), "{manifest}");
    }
    assert!(matches!(read(&Files::new(), "app"), Err(SourceError::Absent(_))));
    assert!(matches!(read_graph(&Files::new(), "app"), Err(SourceError::Absent(_))));
}
