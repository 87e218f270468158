//! Declared components in a graph.

use super::{Covered, DeclaredError, Difference, add, compare, parse};
use crate::model::digest::Sha256Digest;
use crate::policy::components::DeclaredComponents;
use crate::sbom::graph::{Completeness, GraphError, Scope};

fn declared(entries: &[(&str, &str)]) -> DeclaredComponents {
    let entry = |(name, more): &(&str, &str)| {
        format!("[[component]]\nname = \"{name}\"\nversion = \"1\"\nkind = \"library\"\nsupplier = \"S\"\n{more}\n")
    };
    let text: String = entries.iter().map(entry).collect();
    parse(format!("schema = 1\n{text}").as_bytes(), "components.toml").unwrap_or_else(|errors| panic!("{errors}"))
}

fn covered(files: &[(&str, &str, &str)]) -> Covered {
    let mut covered = Covered::new();
    for (purl, path, content) in files {
        let digest = Sha256Digest::of(content.as_bytes());
        covered.entry((*purl).to_owned()).or_default().insert((*path).to_owned(), digest);
    }
    covered
}

#[test]
fn edges_go_to_declared_names_and_to_packages_of_the_graph() {
    let first = declared(&[
        ("app", "depends-on = []"),
        ("lib", "depends-on = []\nused-by = [\"app\"]\nscope = \"development-only\""),
    ]);
    let graph = add(None, &first, &Covered::new(), "components.toml").expect("graph");
    assert_eq!(graph.completeness(), &Completeness::Complete);
    assert_eq!(graph.dependencies("pkg:generic/app@1").collect::<Vec<_>>(), ["pkg:generic/lib@1"]);
    assert_eq!(graph.roots().map(|root| root.name.as_str()).collect::<Vec<_>>(), ["app"]);
    let more =
        declared(&[("rtos", "depends-on = [\"pkg:generic/lib\"]\nused-by = [\"product\", \"pkg:generic/app@1\"]")]);
    let graph = add(Some(graph), &more, &Covered::new(), "components.toml").expect("graph");
    assert_eq!(graph.component("pkg:generic/lib@1").map(|lib| lib.scope), Some(Scope::Shipped));
    assert_eq!(graph.roots().count(), 2);
}

#[test]
fn refuses_names_that_stand_for_nothing_or_for_several_and_repeated_components() {
    let add = |entries: &[(&str, &str)]| add(None, &declared(entries), &Covered::new(), "c.toml").expect_err("refused");
    let unknown = add(&[("a", "depends-on = [\"b\"]")]);
    assert!(matches!(&unknown, DeclaredError::Unknown { named, key: "depends-on", .. } if named == "b"), "{unknown}");
    let several = add(&[("a", "depends-on = [\"b\"]"), ("b", ""), ("b", "purl = \"pkg:github/o/b@1\"")]);
    assert!(matches!(&several, DeclaredError::Several { named, .. } if named == "b"), "{several}");
    let unreachable = add(&[("a", "used-by = [\"b\"]"), ("b", "used-by = [\"a\"]")]);
    assert!(matches!(unreachable, DeclaredError::Graph(GraphError::NoRoot)), "{unreachable}");
    let once = declared(&[("a", "")]);
    let graph = super::add(None, &once, &Covered::new(), "c.toml").expect("graph");
    let repeated = super::add(Some(graph), &once, &Covered::new(), "c.toml").expect_err("refused");
    assert!(matches!(repeated, DeclaredError::Repeated { .. }), "{repeated}");
}

#[test]
fn dependencies_that_nobody_has_stated_make_the_graph_incomplete() {
    let graph = add(None, &declared(&[("a", ""), ("b", "")]), &Covered::new(), "components.toml").expect("graph");
    let Completeness::Incomplete { reason } = graph.completeness() else { panic!("complete") };
    assert!(reason.contains("pkg:generic/a@1 and 1 more"), "{reason}");
}

#[test]
fn every_changed_vanished_and_new_file_is_named() {
    let own = declared(&[("a", "files = [\"a/**\"]")]);
    let purl = "pkg:generic/a@1";
    let before = covered(&[(purl, "a/1", "x"), (purl, "a/2", "x"), (purl, "a/3", "x")]);
    assert_eq!(compare(&own, &before, Some(&before)), Ok(()));
    let after = covered(&[(purl, "a/1", "x"), (purl, "a/2", "y"), (purl, "a/4", "x")]);
    let found: Vec<Difference> =
        compare(&own, &after, Some(&before)).expect_err("different").0.into_iter().map(|(_, one)| one).collect();
    let path = |name: &str| name.to_owned();
    assert_eq!(found, [Difference::Changed(path("a/2")), Difference::New(path("a/4")), Difference::Gone(path("a/3"))]);
    let found = compare(&own, &before, None).expect_err("unrecorded").0;
    assert_eq!(found, [(purl.to_owned(), Difference::NotRecorded)]);
    let stale = covered(&[(purl, "a/1", "x"), ("pkg:generic/gone@1", "g", "x")]);
    let found = compare(&own, &covered(&[(purl, "a/1", "x")]), Some(&stale)).expect_err("stale").0;
    assert_eq!(found, [("pkg:generic/gone@1".to_owned(), Difference::NotDeclared)]);
}

#[test]
fn a_digest_in_the_file_is_enough_and_must_hold() {
    let digest = Sha256Digest::of(b"model").to_hex();
    let own = declared(&[("m", &format!("files = [\"m.onnx\"]\nsha256 = \"{digest}\"\ndepends-on = []"))]);
    let good = covered(&[("pkg:generic/m@1", "m.onnx", "model")]);
    assert_eq!(compare(&own, &good, None), Ok(()));
    let graph = add(None, &own, &good, "components.toml").expect("graph");
    assert_eq!(graph.component("pkg:generic/m@1").and_then(|m| m.sha256()), Some(Sha256Digest::of(b"model")));
    let bad = covered(&[("pkg:generic/m@1", "m.onnx", "other")]);
    assert!(matches!(compare(&own, &bad, None).expect_err("other").0.as_slice(), [(_, Difference::Digest { .. })]));
    assert!(matches!(compare(&own, &Covered::new(), None).expect_err("none").0.as_slice(), [(_, Difference::Empty)]));
}
