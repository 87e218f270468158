//! Small literals, each accept with its sibling reject.

use super::{LOCKFILE, SUMS, read};
use crate::sbom::source::{Files, Resolution, SourceError};

const HEAD: &str = "module example.org/pump\n\ngo 1.21\n";
const H1: &str = "h1:47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=";

fn of(manifest: &str, sum: &str) -> Result<Resolution, SourceError> {
    let files = [(LOCKFILE, manifest), (SUMS, sum)].map(|(name, text)| (name.to_owned(), text.as_bytes().to_vec()));
    read(&Files::from(files), "folder")
}

fn error(manifest: &str, sum: &str) -> String {
    of(manifest, sum).expect_err(manifest).to_string()
}

#[test]
fn every_required_module_is_a_dependency_of_the_main_module() {
    let text = format!("{HEAD}require example.org/a v1.0.0\nrequire (\n\t\"example.org/b/v2\" v2.0.0 // indirect\n)\n");
    let sum = format!("example.org/a v1.0.0 {H1}\nexample.org/a v1.0.0/go.mod {H1}\nexample.org/b/v2 v2.0.0 {H1}\n");
    let resolution = of(&text, &sum).expect("reads");
    let root = &resolution.projects[0].package;
    assert_eq!(root.purl, "pkg:golang/example.org/pump");
    let edges: Vec<&str> = root.depends_on.iter().map(String::as_str).collect();
    assert_eq!(edges, ["pkg:golang/example.org/a@v1.0.0", "pkg:golang/example.org/b/v2@v2.0.0"]);
    assert!(resolution.packages.iter().all(|package| package.hashes.len() == 1));
    assert!(resolution.incomplete.is_some_and(|reason| reason.contains("(1 of them") && !reason.contains("1.17")));
}

#[test]
fn a_module_without_requirements_needs_no_go_sum_and_is_complete() {
    let files = Files::from([(LOCKFILE.to_owned(), HEAD.as_bytes().to_vec())]);
    assert_eq!(read(&files, "folder").expect("reads").incomplete, None);
    assert!(matches!(read(&Files::new(), "folder"), Err(SourceError::Absent(_))));
}

#[test]
fn a_required_module_without_digest_is_out_of_step() {
    let text = format!("{HEAD}require example.org/a v1.0.0\n");
    for sum in ["", &format!("example.org/a v1.0.0/go.mod {H1}\n"), &format!("example.org/a v1.0.1 {H1}\n")] {
        assert!(matches!(of(&text, sum), Err(SourceError::OutOfStep { .. })), "{sum}");
    }
    let excluded = format!("{text}exclude example.org/a v1.0.0\n");
    assert!(error(&excluded, &format!("example.org/a v1.0.0 {H1}\n")).contains("excludes"));
}

#[test]
fn a_replaced_module_is_named_by_its_replacement() {
    let text = format!("{HEAD}require example.org/a v1.0.0\nreplace example.org/a => example.org/fork v1.0.2\n");
    let resolution = of(&text, &format!("example.org/fork v1.0.2 {H1}\n")).expect("reads");
    assert_eq!(resolution.packages[0].purl, "pkg:golang/example.org/fork@v1.0.2");
    assert!(resolution.incomplete.is_some_and(|text| text.contains("example.org/a by example.org/fork v1.0.2")));
    let both = format!("{text}replace example.org/a v1.0.0 => ./here\n");
    let resolution = of(&both, "").expect("the replacement of one version goes first");
    assert_eq!(resolution.packages[0].purl, "pkg:golang/example.org/a");
    assert!(of(&format!("{text}replace example.org/a v2.0.0 => ./here\n"), "").is_err());
}

#[test]
fn before_go_1_17_the_list_is_said_to_lack_indirect_modules() {
    let sum = format!("example.org/a v1.0.0 {H1}\n");
    for (go, said) in [("", true), ("go 1.16\n", true), ("go 1.17\n", false), ("go 1.25rc1\n", false)] {
        let text = format!("module example.org/pump\n{go}require example.org/a v1.0.0\n");
        let reason = of(&text, &sum).expect("reads").incomplete.expect("reason");
        assert_eq!(reason.contains("before Go 1.17") || reason.contains("for Go before 1.17"), said, "{go}");
    }
}

#[test]
fn refuses_what_go_refuses() {
    for (line, expected) in [
        ("require example.org/a main\n", "no version"),
        ("require example.org/a\n", "malformed directive"),
        ("require (\n", "not closed"),
        ("module b\n", "a second module"),
        ("need example.org/a v1.0.0\n", "unknown"),
        ("require \"example.org/a v1.0.0\n", "string is not closed"),
        ("replace example.org/a => b\n", "replace without"),
        ("replace a => ./b\nreplace a => ./c\n", "replaced twice"),
        ("require (\n\ta v1.0.0\n\ta v1.0.1\n)\n", "is required at"),
    ] {
        let got = error(&format!("{HEAD}{line}"), "");
        assert!(got.contains(expected), "{line}: {got}");
    }
    assert!(error("go 1.21\n", "").contains("no module"));
    let other = "h1:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=";
    for sum in ["a v1", "a v1 h1:?", "a v1 h1:AAAA", &format!("a v1 {H1}\na v1 {other}")] {
        assert!(error(HEAD, sum).contains("go.sum"), "{sum}");
    }
    let files = Files::from([(LOCKFILE.to_owned(), vec![0xff])]);
    assert!(read(&files, "folder").is_err());
    assert!(of(&"(".repeat(1_000_000), "").is_err());
}

const REQUIRES: &str = "require (\n\texample.org/a v1.0.0\n\texample.org/b v1.2.0 // indirect\n)\n";
const GRAPH: &str = "example.org/pump example.org/a@v1.0.0\nexample.org/pump example.org/b@v1.2.0\nexample.org/pump go@1.21\n\
    go@1.21 toolchain@go1.21\nexample.org/a@v1.0.0 example.org/b@v1.1.0\nexample.org/a@v1.0.0 example.org/t@v0.1.0\n\
    example.org/b@v1.1.0 example.org/old@v0.1.0\nexample.org/b@v1.2.0 example.org/a@v0.9.0\nexample.org/t@v0.1.0 example.org/b@v1.0.0\n";

fn with_graph(manifest: &str, graph: &str) -> Result<Resolution, SourceError> {
    let sum = format!("example.org/a v1.0.0 {H1}\nexample.org/b v1.2.0 {H1}\n");
    let files = [(LOCKFILE, manifest), (SUMS, &sum), (super::GRAPH, graph)];
    read(&files.map(|(name, text)| (name.to_owned(), text.as_bytes().to_vec())).into(), "folder")
}

#[test]
fn a_kept_graph_gives_the_edges_and_the_modules_that_are_not_built() {
    let resolution = with_graph(&format!("{HEAD}{REQUIRES}"), GRAPH).expect("reads");
    assert_eq!(resolution.incomplete, None);
    let graph = resolution.graph(LOCKFILE, &[], None).expect("graph");
    let edges = |purl: &str| graph.dependencies(purl).map(str::to_owned).collect::<Vec<_>>();
    let [a, b, t] = ["a@v1.0.0", "b@v1.2.0", "t@v0.1.0"].map(|one| format!("pkg:golang/example.org/{one}"));
    assert_eq!(edges("pkg:golang/example.org/pump"), [a.as_str(), b.as_str()]);
    assert_eq!((edges(&a), edges(&b), edges(&t)), (vec![b.clone(), t.clone()], vec![a], vec![b]));
    assert_eq!((graph.len(), graph.excluded().count), (4, 1), "nothing leads to what an unselected version requires");
    let scope = |purl: &str| graph.component(purl).expect("component").scope;
    assert_eq!(scope(&t), crate::sbom::graph::Scope::BuildTimeOnly);
    let before = format!("{HEAD}{REQUIRES}").replace("1.21", "1.16");
    let graph = with_graph(&before, GRAPH).expect("reads").graph(LOCKFILE, &[], None).expect("graph");
    assert_eq!(graph.component(&t).expect("component").scope, crate::sbom::graph::Scope::Shipped);
}

#[test]
fn a_graph_of_another_go_mod_is_refused() {
    for (from, to, why) in [
        (
            "pump example.org/a@v1.0.0",
            "pump example.org/a@v1.1.0",
            "requires v1.1.0 of example.org/a (expected v1.0.0)",
        ),
        ("example.org/pump example.org/b@v1.2.0\n", "", "requires nothing of example.org/b"),
        ("t@v0.1.0 example.org/b@v1.0.0", "t@v0.1.0 example.org/b@v1.10.0", "v1.10.0 of example.org/b is selected"),
        ("pump go@1.21", "pump example.org/c@v1.0.0", "requires example.org/c (expected nothing)"),
        ("example.org/pump example.org/a", "example.org/x example.org/a", "has no version (expected the main module"),
        ("example.org/t@v0.1.0\n", "example.org/t\n", "line 6: a requirement without a version"),
        ("example.org/t@v0.1.0\n", "example.org/t@main\n", "\"main\" is no version"),
    ] {
        let error = with_graph(&format!("{HEAD}{REQUIRES}"), &GRAPH.replacen(from, to, 1)).expect_err(why).to_string();
        assert!(error.contains(why), "expected {why}: {error}");
    }
}
