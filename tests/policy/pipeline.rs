//! `[gate.changes]`, `[gate.builder]` and `[release] pipeline`.

use batchseal::policy::pipeline::{BuilderPolicy, Ci};
use batchseal::policy::release::Policy;

use crate::fixtures::{POLICY, altered, parse_policy};

fn with(tables: &str) -> Result<Policy, String> {
    parse_policy(&altered(POLICY, "[build]\n", &format!("{tables}\n[build]\n"))).map_err(|errors| errors.to_string())
}

fn builder(keys: &str) -> Result<BuilderPolicy, String> {
    with(&format!("[gate.builder]\n{keys}\n")).map(|policy| policy.gate.builder.expect("builder"))
}

#[test]
fn fills_in_trailers_and_expects_no_builder_by_default() {
    let policy = parse_policy(POLICY).unwrap_or_else(|errors| panic!("{errors}"));
    assert!(policy.gate.changes.trailers.iter().any(|name| name == "Change-Id"));
    assert_eq!(policy.gate.changes.review_trailers, ["Reviewed-by", "Approved-by"]);
    assert_eq!((policy.gate.changes.since, policy.gate.builder), (None, None));
    assert!(policy.release.pipeline.is_empty());
}

#[test]
fn reads_trailers_baseline_builder_and_pipeline_files() {
    let commit = "0123456789012345678901234567890123456789";
    let policy = with(&format!(
        "[gate.changes]\ntrailers = [\"Ticket\"]\nreview-trailers = [\"Audited-by\"]\nsince = \"{commit}\"\n"
    ))
    .expect("policy");
    assert_eq!(policy.gate.changes.since.map(|id| id.to_string()).as_deref(), Some(commit));
    assert_eq!((policy.gate.changes.trailers.len(), policy.gate.changes.review_trailers.len()), (1, 1));
    let local = builder("ci = \"local\"").expect("builder");
    assert_eq!((local.ci, local.ids), (Ci::Local, vec!["https://batchseal.dev/builder/local/v1".to_owned()]));
    let github = "ci = \"github-actions\"\nrepository = \"https://github.com/example/pump\"\n\
                  workflow = \".github/workflows/release.yml\"\nrunner = \"github-hosted\"";
    assert_eq!(builder(github).expect("builder").runner.as_deref(), Some("github-hosted"));
    let text = altered(POLICY, "purpose = \"demo\"\n", "purpose = \"demo\"\npipeline = [\".gitlab-ci.yml\"]\n");
    let policy = parse_policy(&text).unwrap_or_else(|errors| panic!("{errors}"));
    assert!(policy.release.kept_paths().any(|path| path == ".gitlab-ci.yml"));
}

#[test]
fn rejects_what_would_expect_nothing_or_anything() {
    for (tables, expected) in [
        ("[gate.changes]\ntrailers = []\n", "at least one trailer"),
        ("[gate.changes]\ntrailers = [\"Change-Id:\"]\n", "without a colon"),
        ("[gate.changes]\ntrailers = [\"Refs\", \"refs\"]\n", "each value once"),
        ("[gate.changes]\nreview-trailers = \"Reviewed-by\"\n", "at least one trailer"),
        ("[gate.changes]\nsince = \"v1.0.0\"\n", "a whole commit id"),
        ("[gate.changes]\nsince = \"0123456\"\n", "a whole commit id"),
        ("[gate.changes]\nuntil = \"0123456\"\n", "unknown key"),
        ("[gate.builder]\n", "where the build runs"),
        ("[gate.builder]\nci = \"jenkins\"\n", "\"github-actions\""),
        ("[gate.builder]\nci = \"local\"\nids = []\n", "at least one builder id"),
        ("[gate.builder]\nci = \"local\"\nrunner = \"github-hosted\"\n", "no other CI tells it"),
        (
            "[gate.builder]\nci = \"local\"\nrepository = \"https://token@github.com/example/pump\"\n",
            "without credentials",
        ),
        ("[gate.builder]\nci = \"local\"\nrepository = \"/srv/pump\"\n", "the URL of a repository"),
        ("[gate.builder]\nci = \"local\"\nrepository = \"https://github.com\"\n", "the URL of a repository"),
        ("[gate.builder]\nci = \"gitlab-ci\"\nrepository = \"https://gitlab.com/a/b\"\n", "gate.builder.workflow"),
        (
            "[gate.builder]\nci = \"github-actions\"\nworkflow = \".github/workflows/a.yml\"\n",
            "gate.builder.repository",
        ),
        ("[gate.builder]\nci = \"local\"\nworkflow = \"../a.yml\"\n", "gate.builder.workflow"),
    ] {
        let error = with(tables).expect_err(tables);
        assert!(error.contains(expected), "{error}");
    }
    let text = altered(POLICY, "purpose = \"demo\"\n", "purpose = \"demo\"\npipeline = [\"a.yml\", \"a.yml\"]\n");
    assert!(parse_policy(&text).is_err());
}
