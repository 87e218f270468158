//! RG-06.

use batchseal::gate::checks::builder_as_expected::BuilderAsExpected as Check;
use batchseal::model::outcome::Outcome;
use batchseal::policy::pipeline::{BuilderPolicy, Ci};

use crate::fixture::{World, assert_found, assert_satisfied};

const REPOSITORY: &str = "https://github.com/example/pump";
const WORKFLOW: &str = ".github/workflows/release.yml";

fn expecting(ci: Ci) -> BuilderPolicy {
    BuilderPolicy { ci, ids: vec![ci.builder_id()], repository: None, workflow: None, runner: None }
}

/// The fixture's build on somebody's machine, expected there.
fn local() -> World {
    let mut world = World::new();
    world.policy.gate.builder = Some(expecting(Ci::Local));
    world
}

/// A build in CI with the facts that it tells; `{commit}` stands for the batch's.
fn in_ci(ci: Ci, repository: &str, workflow: &str, facts: &[(&str, &str)]) -> World {
    let mut world = World::new();
    let commit = world.batch.commit.to_string();
    let built = world.built();
    built.run_details.builder.id = ci.builder_id();
    built.build_definition.external_parameters.repository = Some(format!("{repository}.git"));
    let runner = &mut built.build_definition.internal_parameters.runner;
    runner.ci = ci.as_str().to_owned();
    let fact = |(name, value): &(&str, &str)| ((*name).to_owned(), value.replace("{commit}", &commit));
    runner.ci_facts = facts.iter().map(fact).collect();
    let (repository, workflow) = (Some(repository.to_owned()), Some(workflow.to_owned()));
    world.policy.gate.builder = Some(BuilderPolicy { repository, workflow, ..expecting(ci) });
    world
}

fn github() -> World {
    let facts = [
        ("GITHUB_SERVER_URL", "https://github.com"),
        ("GITHUB_REPOSITORY", "example/pump"),
        ("GITHUB_WORKFLOW_REF", "example/pump/.github/workflows/release.yml@refs/tags/v1.2.3"),
        ("GITHUB_SHA", "{commit}"),
        ("GITHUB_WORKFLOW_SHA", "{commit}"),
        ("GITHUB_REF", "refs/tags/v1.2.3"),
        ("RUNNER_ENVIRONMENT", "github-hosted"),
    ];
    in_ci(Ci::GitHubActions, REPOSITORY, WORKFLOW, &facts)
}

fn gitlab() -> World {
    let facts = [
        ("CI_SERVER_URL", "https://gitlab.example/"),
        ("CI_PROJECT_PATH", "device/pump"),
        ("CI_CONFIG_PATH", ".gitlab-ci.yml"),
        ("CI_COMMIT_SHA", "{commit}"),
        ("CI_COMMIT_TAG", "v1.2.3"),
    ];
    in_ci(Ci::GitLabCi, "https://gitlab.example/device/pump", ".gitlab-ci.yml", &facts)
}

fn tells(world: &mut World, name: &str, value: &str) {
    let facts = &mut world.built().build_definition.internal_parameters.runner.ci_facts;
    assert!(facts.insert(name.to_owned(), value.to_owned()).is_some(), "{name}");
}

#[test]
fn accepts_the_expected_builder_of_each_place() {
    assert_satisfied(&local().candidate(&Check), &["builder/local/v1", "asserted by the pipeline"]);
    assert_satisfied(&github().candidate(&Check), &["CI github-actions", WORKFLOW]);
    assert_satisfied(&gitlab().candidate(&Check), &["CI gitlab-ci", ".gitlab-ci.yml"]);
    let mut hosted = github();
    hosted.policy.gate.builder.as_mut().unwrap().runner = Some("github-hosted".to_owned());
    assert_satisfied(&hosted.candidate(&Check), &["github.com/example/pump"]);
}

#[test]
fn says_what_to_write_where_nothing_is_stated() {
    let mut world = github();
    world.policy.gate.builder = None;
    let outcome = world.candidate(&Check);
    assert_found(&outcome, &["builder-not-stated"]);
    let Outcome::Violated { findings } = outcome else { panic!() };
    let expected = "builder = { ci = \"github-actions\", repository = \"https://github.com/example/pump\", workflow = \".github/workflows/release.yml\" }";
    assert!(findings[0].next.ends_with(expected), "{}", findings[0].next);
}

#[test]
fn rejects_another_builder_ci_and_repository() {
    let mut world = local();
    world.built().run_details.builder.id = "https://builder.example/v1".to_owned();
    assert_found(&world.candidate(&Check), &["builder-differs"]);
    let mut world = local();
    world.built().build_definition.external_parameters.repository = Some(REPOSITORY.to_owned());
    assert_found(&world.candidate(&Check), &["repository-differs"]);
    let mut world = github();
    world.policy.gate.builder = Some(expecting(Ci::Local));
    assert_found(&world.candidate(&Check), &["builder-differs", "ci-differs", "repository-differs"]);
    let mut world = github();
    tells(&mut world, "GITHUB_REPOSITORY", "fork/pump");
    assert_found(&world.candidate(&Check), &["ci-fact-missing", "repository-differs"]);
    let mut world = gitlab();
    world.built().build_definition.external_parameters.repository = None;
    assert_found(&world.candidate(&Check), &["repository-differs"]);
}

#[test]
fn rejects_another_workflow_commit_tag_and_runner() {
    let other = "5".repeat(40);
    for (name, value, code) in [
        ("GITHUB_WORKFLOW_REF", "example/pump/.github/workflows/nightly.yml@refs/tags/v1.2.3", "workflow-differs"),
        ("GITHUB_SHA", other.as_str(), "other-commit-run"),
        ("GITHUB_WORKFLOW_SHA", other.as_str(), "workflow-of-other-commit"),
        ("GITHUB_REF", "refs/tags/v1.2.4", "other-tag-run"),
        ("RUNNER_ENVIRONMENT", "self-hosted", "runner-differs"),
    ] {
        let mut world = github();
        world.policy.gate.builder.as_mut().unwrap().runner = Some("github-hosted".to_owned());
        tells(&mut world, name, value);
        assert_found(&world.candidate(&Check), &[code]);
    }
    let mut world = gitlab();
    tells(&mut world, "CI_CONFIG_PATH", ".gitlab-ci.yml@other/project");
    assert_found(&world.candidate(&Check), &["workflow-differs"]);
}

#[test]
fn rejects_facts_that_the_ci_did_not_tell_and_missing_provenance() {
    let mut world = gitlab();
    world.built().build_definition.internal_parameters.runner.ci_facts.clear();
    assert_found(&world.candidate(&Check), &["ci-fact-missing"]);
    let mut world = local();
    world.provenance.clear();
    assert_found(&world.candidate(&Check), &["no-provenance"]);
}
