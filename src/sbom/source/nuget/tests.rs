//! Small literals, each accept with its sibling reject.

use super::{LOCKFILE, read};
use crate::sbom::source::{Files, Resolution, SourceError};

fn of(text: &str) -> Result<Resolution, SourceError> {
    read(&Files::from([(LOCKFILE.to_owned(), text.as_bytes().to_vec())]), "App")
}

fn lock(sections: &str) -> String {
    format!(r#"{{"version":1,"dependencies":{{{sections}}}}}"#)
}

fn shipped(resolution: &Resolution, name: &str) -> Vec<String> {
    let project = resolution.projects.iter().find(|project| project.package.name == name).expect(name);
    project.package.depends_on.iter().cloned().collect()
}

#[test]
fn frameworks_are_resolved_each_on_its_own() {
    let digest = format!("{}==", "A".repeat(86));
    let text = lock(&format!(
        r#""net6.0":{{"A":{{"type":"Direct","requested":"[1.0.0, )","resolved":"1.0.0","contentHash":"{digest}",
        "dependencies":{{"b":"1.0.0"}}}},"B":{{"type":"Transitive","resolved":"1.0.0"}}}},
        "net8.0":{{"a":{{"type":"Direct","resolved":"1.0.0","dependencies":{{"B":"1.0.0"}}}},
        "B":{{"type":"CentralTransitive","resolved":"2.0.0"}}}},
        "net8.0/linux-x64":{{"R":{{"type":"Transitive","resolved":"3.0.0","dependencies":{{"B":"1.0.0"}}}}}}"#
    ));
    let resolution = of(&text).expect("reads");
    assert_eq!(shipped(&resolution, "App"), ["pkg:nuget/A@1.0.0"]);
    let edges: Vec<(&str, usize)> =
        resolution.packages.iter().map(|package| (package.purl.as_str(), package.depends_on.len())).collect();
    assert!(edges.contains(&("pkg:nuget/R@3.0.0", 1)));
    assert_eq!(resolution.packages[0].hashes.len(), 1);
    let graph = resolution.graph(LOCKFILE, &[], None).expect("graph");
    let of_a: Vec<&str> = graph.dependencies("pkg:nuget/A@1.0.0").collect();
    assert_eq!(of_a, ["pkg:nuget/B@1.0.0", "pkg:nuget/B@2.0.0"]);
}

#[test]
fn referenced_projects_are_projects() {
    let one =
        r#""lib":{"type":"Project","dependencies":{"P":"[1.0.0, )"}},"P":{"type":"Transitive","resolved":"1.0.0"}"#;
    let resolution = of(&lock(&format!(r#""net8.0":{{{one}}}"#))).expect("reads");
    assert_eq!(shipped(&resolution, "App"), ["pkg:nuget/lib"]);
    assert_eq!(shipped(&resolution, "lib"), ["pkg:nuget/P@1.0.0"]);
    assert_eq!(resolution.incomplete, None);
    let two = format!(r#""net8.0":{{{one},"top":{{"type":"Project","dependencies":{{"Lib":"1.0.0"}}}}}}"#);
    let resolution = of(&lock(&two)).expect("reads");
    assert_eq!(shipped(&resolution, "App"), ["pkg:nuget/top"]);
    assert!(resolution.incomplete.is_some());
}

#[test]
fn refuses_what_nuget_does_not_write() {
    for text in [
        r#""net8.0":{"A":{"type":"Direct","resolved":"1.0.0","dependencies":{"B":"1.0.0"}}}"#,
        r#""net8.0":{"A":{"type":"Direct"}}"#,
        r#""net8.0":{"A":{"type":"Other","resolved":"1.0.0"}}"#,
        r#""net8.0":{"A":{"type":"Direct","resolved":1}}"#,
        r#""net8.0":{"A":{"type":"Direct","resolved":"1.0.0","contentHash":"AAAA"}}"#,
        r#""net8.0":{"A":{"type":"Direct","resolved":"1.0.0"},"a":{"type":"Direct","resolved":"1.0.0"}}"#,
        r#""net8.0":{},"net8.0":{}"#,
    ] {
        assert!(matches!(of(&lock(text)), Err(SourceError::Malformed { .. })), "{text}");
    }
    assert!(matches!(of(r#"{"version":9}"#), Err(SourceError::Version { .. })));
    assert!(of("[").is_err() && of(r#"{"version":1}"#).is_ok());
    assert!(matches!(read(&Files::new(), "App"), Err(SourceError::Absent(_))));
}

#[test]
fn a_project_file_that_asks_for_something_else_is_refused() {
    let text = lock(
        r#""net8.0":{"A":{"type":"Direct","requested":"[1.0.0, )","resolved":"1.0.0"},"B":{"type":"Transitive","resolved":"1.0.0"}},
        "net8.0/linux-x64":{}"#,
    );
    let of = |project: &str, lock: &str| {
        let project = format!("<Project><ItemGroup>{project}</ItemGroup></Project>");
        let files = [(LOCKFILE, lock), ("App.csproj", project.as_str())];
        read(&files.map(|(name, text)| (name.to_owned(), text.as_bytes().to_vec())).into(), "App")
    };
    let a = r#"<PackageReference Include="a" Version="1.0" />"#;
    assert!(of(a, &text).is_ok() && of("", &text).is_ok());
    for (project, text, why) in [
        (a.replace("1.0", "1.1"), text.clone(), "A is locked for [1.0.0, ) (expected 1.1) for net8.0"),
        (
            format!(r#"{a}<PackageReference Include="B" Version="1.0" />"#),
            text.clone(),
            "b is referenced, but not locked",
        ),
        (a.replace("\"a\"", "\"C\""), text.clone(), "c is referenced"),
        (
            a.to_owned(),
            text.replace(r#""resolved":"1.0.0"},"B""#, r#""resolved":"0.9.0"},"B""#),
            "A is locked at 0.9.0",
        ),
    ] {
        let error = of(&project, &text).expect_err(why);
        assert!(matches!(error, SourceError::OutOfStep { .. }) && error.to_string().contains(why), "{error}");
    }
    assert!(matches!(of("<", &text), Err(SourceError::Malformed { .. })));
}
