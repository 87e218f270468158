//! Trees as Maven writes them, and what it never writes.

use super::{JSON, MANIFEST, TEXT, TGF, read_json, read_text, read_tgf};
use crate::sbom::graph::{ComponentGraph, Scope};
use crate::sbom::source::{Files, Resolution, SourceError};

const POM: &str =
    "<project xmlns='http://maven.apache.org/POM/4.0.0'><groupId>o.e</groupId><artifactId>pump</artifactId>
<version>1</version><dependencies><dependency><groupId>g</groupId><artifactId>a</artifactId><version>1</version>
</dependency><dependency><groupId>g</groupId><artifactId>t</artifactId><version>${t}</version></dependency>
</dependencies></project>";

const PLAIN: &str = "o.e:pump:jar:1
+- g:a:jar:1:compile
|  \\- g:b:jar:linux:2:runtime (optional)
\\- g:t:jar:3:test
   \\- g:c:zip:4:compile
";

const VERBOSE: &str = "o.e:pump:jar:1
+- g:a:jar:1:compile
|  +- g:b:jar:2:compile (version managed from 1)
|  \\- (g:c:jar:3:compile - omitted for conflict with 4)
\\- g:t:jar:3:test
   +- g:c:jar:4:compile
   \\- (g:b:jar:2:compile - version managed from 1; omitted for duplicate)
";

fn files(name: &str, text: &str, pom: &str) -> Files {
    Files::from([(name.to_owned(), text.as_bytes().to_vec()), (MANIFEST.to_owned(), pom.as_bytes().to_vec())])
}

fn of(text: &str) -> Result<Resolution, SourceError> {
    read_text(&files(TEXT, text, POM), "pump")
}

fn scopes(graph: &ComponentGraph) -> Vec<(&str, Scope)> {
    graph.components().map(|component| (component.id.as_str(), component.scope)).collect()
}

#[test]
fn what_ships_below_a_test_is_a_dependency_of_the_project() {
    let resolution = of(PLAIN).expect("reads");
    assert!(resolution.incomplete.is_some());
    let graph = resolution.graph(TEXT, &[], None).expect("graph");
    let expected = [
        ("pkg:maven/g/a@1", Scope::Shipped),
        ("pkg:maven/g/b@2?classifier=linux", Scope::Shipped),
        ("pkg:maven/g/c@4?type=zip", Scope::Shipped),
        ("pkg:maven/g/t@3", Scope::DevelopmentOnly),
        ("pkg:maven/o.e/pump@1", Scope::Shipped),
    ];
    assert_eq!(scopes(&graph), expected);
}

#[test]
fn an_edge_to_what_is_omitted_leads_to_what_was_taken() {
    let resolution = of(VERBOSE).expect("reads");
    assert_eq!(resolution.incomplete, None);
    let graph = resolution.graph(TEXT, &[], None).expect("graph");
    assert!(graph.dependencies("pkg:maven/g/a@1").eq(["pkg:maven/g/b@2", "pkg:maven/g/c@4"]));
    assert!(graph.dependencies("pkg:maven/g/t@3").eq(["pkg:maven/g/b@2", "pkg:maven/g/c@4"]));
    assert!(graph.dependencies("pkg:maven/o.e/pump@1").eq(["pkg:maven/g/a@1", "pkg:maven/g/t@3"]));
    assert!(scopes(&graph).contains(&("pkg:maven/g/c@4", Scope::Shipped)));
}

#[test]
fn all_spellings_say_the_same() {
    let tgf = "1 o.e:pump:jar:1\n2 g:a:jar:1:compile\n3 g:b:jar:linux:2:runtime (optional) \n4 g:t:jar:3:test\n\
               5 g:c:zip:4:compile\n#\n2 3 runtime\n1 2 compile\n4 5 compile\n1 4 test\n";
    let node = |artifact: &str, version: &str, more: &str, scope: &str, children: &str| {
        format!(
            r#"{{"groupId":"g","artifactId":"{artifact}","version":"{version}",{more},"scope":"{scope}",
            "optional":"false","children":[{children}]}}"#
        )
    };
    let b = node("b", "2", r#""type":"jar","classifier":"linux""#, "runtime", "");
    let c = node("c", "4", r#""type":"zip","classifier":"""#, "compile", "");
    let a = node("a", "1", r#""type":"jar","classifier":"""#, "compile", &b);
    let t = node("t", "3", r#""type":"jar","classifier":"""#, "test", &c);
    let json = node("pump", "1", r#""type":"jar","classifier":"""#, "", &format!("{a},{t}")).replacen(
        r#""groupId":"g""#,
        r#""groupId":"o.e""#,
        1,
    );
    let graph = |resolution: Result<Resolution, SourceError>| {
        resolution.expect("reads").graph("", &[], None).expect("graph").into_parts()
    };
    let expected = graph(of(PLAIN));
    for parts in [graph(read_tgf(&files(TGF, tgf, POM), "")), graph(read_json(&files(JSON, &json, POM), ""))] {
        assert_eq!(parts.components, expected.components);
        assert_eq!(parts.edges, expected.edges);
    }
    let twice = json
        .replace(r#""artifactId":"c","version":"4","type":"zip""#, r#""artifactId":"a","version":"4","type":"jar""#);
    let error = read_json(&files(JSON, &twice, POM), "").expect_err("two versions").to_string();
    assert!(error.contains("does not say which"), "{error}");
}

#[test]
fn several_projects_may_be_in_one_file() {
    let core = "o.e:core:bundle:1\n\\- g:x:jar:1:provided\n";
    let text = format!("{PLAIN}{core}").replace("g:a:jar:1", "o.e:core:jar:1").replace("g:c:", "g:x:");
    let pom = POM.replace("<groupId>g</groupId><artifactId>a<", "<groupId>o.e</groupId><artifactId>core<");
    let resolution = read_text(&files(TEXT, &text, &pom), "").expect("reads");
    assert_eq!(resolution.projects.len(), 2);
    let graph = resolution.graph(TEXT, &[], None).expect("graph");
    let expected = ["pkg:maven/g/b@2?classifier=linux", "pkg:maven/g/x@1"];
    assert!(graph.dependencies("pkg:maven/o.e/core@1").eq(expected));
    let error = of(&format!("{PLAIN}{PLAIN}")).expect_err("twice").to_string();
    assert!(error.contains("is there twice"), "{error}");
}

#[test]
fn refuses_a_tree_of_another_manifest() {
    for (old, new, expected) in [
        ("pump:jar:1", "pump:jar:2", "it is of o.e:pump:2 (expected o.e:pump:1)"),
        ("o.e:pump", "o.f:pump", "expected o.e:pump:1"),
        ("g:a:jar:1", "g:a:jar:2", "g:a is in the tree at 2 (expected 1)"),
        ("g:a:jar:1", "g:z:jar:1", "g:a is not below"),
        ("\\- g:t", "+- g:y:jar:1:compile\n\\- g:t", "g:y is below o.e:pump:1 and not asked for"),
    ] {
        let error = of(&PLAIN.replace(old, new)).expect_err(new);
        assert!(matches!(error, SourceError::OutOfStep { .. }), "{error}");
        assert!(error.to_string().contains(expected), "{error}");
    }
    // A parent may add dependencies; a range is no version.
    let pom = POM
        .replace("<groupId>o.e</groupId>", "<parent><groupId>o.e</groupId><version>1</version></parent>")
        .replace("<version>1</version>\n</dependency>", "<version>[0,9]</version>\n</dependency>");
    let more = PLAIN.replace("\\- g:t", "+- g:y:jar:1:compile\n\\- g:t").replace("g:a:jar:1", "g:a:jar:2");
    assert!(read_text(&files(TEXT, &more, &pom), "").is_ok());
}

#[test]
fn refuses_what_maven_does_not_write() {
    for text in [
        "",
        "[INFO] o.e:pump:jar:1",
        "o.e:pump:jar",
        "o.e:pump:jar:1\n|  \\- g:a:jar:1:compile",
        "o.e:pump:jar:1\n+- g:a:jar:1:other",
        "o.e:pump:jar:1\n+- g:a:jar:1",
        "o.e:pump:jar:1\n+- g::jar:1:compile",
        "o.e:pump:jar:1\n+- g:../a:jar:1:compile",
        "o.e:pump:jar:1\n+- (g:a:jar:1:compile - omitted for duplicate)",
        "o.e:pump:jar:1\n+- (g:a:jar:1:compile - other)",
        "o.e:pump:jar:1\n+- g:a:jar:1:compile\n+- g:a:jar:2:compile",
    ] {
        assert!(matches!(of(text), Err(SourceError::Malformed { .. })), "{text}");
    }
    for text in [
        "1 o.e:pump:jar:1\n#\n1 1 compile",
        "1 o.e:pump:jar:1\n1 g:a:jar:1:compile\n#",
        "1 o.e:pump:jar:1\n#\n1 2 compile",
        "1 o.e:pump:jar:1\n2 o.e:pump:jar:1\n#",
        "1 o.e:pump:jar:1\n#\n#",
        "1",
        "1 o.e:pump:jar:1\n2 g:a:jar:1:compile\n3 g:b:jar:1:compile\n#\n2 3 compile\n3 2 compile",
        "1 o.e:pump:jar:1\n2 g:a:jar:1:compile\n#\n1 2 compile\n1 2 compile",
    ] {
        let got = read_tgf(&files(TGF, text, POM), "");
        assert!(matches!(got, Err(SourceError::Malformed { .. })), "{text}");
    }
    for json in ["[", "{}", r#"{"groupId":1}"#, &r#"{"children":["#.repeat(100_000)] {
        assert!(matches!(read_json(&files(JSON, json, POM), ""), Err(SourceError::Malformed { .. })));
    }
    let text = Files::from([(TEXT.to_owned(), PLAIN.as_bytes().to_vec())]);
    assert!(matches!(read_text(&text, ""), Err(SourceError::Absent(_))));
    for pom in ["<a/>", "<!DOCTYPE x><project/>", "<project>", "", &"<project>".repeat(300_000)] {
        assert!(matches!(read_text(&files(TEXT, PLAIN, pom), ""), Err(SourceError::Malformed { .. })), "{pom:.20}");
    }
    assert!(matches!(read_text(&files(TEXT, PLAIN, "<project/>"), ""), Err(SourceError::OutOfStep { .. })));
}

#[test]
fn large_trees_are_read_in_linear_time() {
    let mut text = "o.e:pump:jar:1\n+- g:a:jar:1:compile\n\\- g:t:jar:3:test\n".to_owned();
    for at in 0..50_000 {
        text.push_str(&format!("   +- g:n{at}:jar:1:test\n   |  \\- (g:n0:jar:1:test - omitted for duplicate)\n"));
    }
    assert_eq!(of(&text).expect("reads").graph(TEXT, &[], None).expect("graph").len(), 50_003);
}
