//! RG-06: builder and source are the ones that the policy expects.
//!
//! Three sources are compared with the policy: the provenance's builder and repository, what the CI said of its run,
//! and, where a workload signed, the claims of its verified certificate. The first two are asserted by the pipeline.

use crate::gate::check::{Check, CheckMeta};
use crate::gate::evidence::{Evidence, Signed};
use crate::gate::judgement::Judgement;
use crate::model::outcome::{CheckId, Outcome, Severity};
use crate::model::provenance::Provenance;
use crate::model::result::CheckResult;
use crate::policy::pipeline::BuilderPolicy;

mod certificate;
mod run;

use run::Run;

static META: CheckMeta = CheckMeta {
    id: CheckId::new(6),
    slug: "builder-as-expected",
    title: "Builder and source are the ones that the policy expects",
    clauses: &["iso13485.7.5.1", "iec81001-5-1.5.1.2"],
    severity: Severity::Block,
    release_only: false,
    page: include_str!("../../../docs/checks/RG-06-builder-as-expected.md"),
};

const NEXT: &str = "Build where [gate.builder] says, or correct [gate.builder] and have the verifier accept the policy";

/// RG-06.
#[derive(Debug)]
pub struct BuilderAsExpected;

impl Check for BuilderAsExpected {
    fn meta(&self) -> &'static CheckMeta {
        &META
    }

    fn evaluate(&self, evidence: &Evidence<'_>, _earlier: &[CheckResult]) -> Outcome {
        let mut judgement = Judgement::default();
        for signed in judgement.provenance_of(evidence) {
            match &evidence.policy.gate.builder {
                Some(policy) => judge(signed, policy, evidence, &mut judgement),
                None => propose(signed, &mut judgement),
            }
        }
        judgement.conclude()
    }
}

fn judge(signed: &Signed<Provenance>, policy: &BuilderPolicy, evidence: &Evidence<'_>, judgement: &mut Judgement) {
    let about = &signed.entry;
    let provenance = &signed.statement.predicate;
    let builder = &provenance.run_details.builder.id;
    if !policy.ids.contains(builder) {
        let message = format!("builder is {builder} (expected {})", policy.ids.join(" or "));
        judgement.found("builder-differs", about, message, NEXT);
    }
    let definition = &provenance.build_definition;
    let runner = &definition.internal_parameters.runner;
    judgement.equal("ci-differs", (about, "CI"), (runner.ci.as_str(), policy.ci.as_str()), NEXT);
    let repository = definition.external_parameters.repository.as_deref();
    same_repository((about.as_str(), "repository"), repository, policy, judgement);
    Run::of(runner, policy.ci).judge(signed, policy, evidence.batch, judgement);
    judgement.saw(about, format!("{} (asserted by the pipeline)", words(signed)));
    if let Some(claims) = &signed.statement.origin().workload {
        certificate::judge(about.as_str(), claims, policy, judgement);
    }
}

/// Nobody stated what is expected: says what there is, in a form that can be copied.
fn propose(signed: &Signed<Provenance>, judgement: &mut Judgement) {
    let definition = &signed.statement.predicate.build_definition;
    let runner = &definition.internal_parameters.runner;
    let quoted = |text: &str| toml::Value::String(text.to_owned()).to_string();
    let mut keys = vec![format!("ci = {}", quoted(&runner.ci))];
    let repository = definition.external_parameters.repository.as_deref().and_then(place);
    keys.extend(repository.map(|place| format!("repository = {}", quoted(&format!("https://{place}")))));
    keys.extend(Run::told(runner).workflow.map(|path| format!("workflow = {}", quoted(&path))));
    let message =
        format!("the policy states no builder (got none, expected [gate.builder]); this build shows {}", words(signed));
    let next = format!("If that is the builder you want, write under [gate]: builder = {{ {} }}", keys.join(", "));
    judgement.found("builder-not-stated", &signed.entry, message, &next);
}

/// What the provenance shows, in one line.
fn words(signed: &Signed<Provenance>) -> String {
    let provenance = &signed.statement.predicate;
    let definition = &provenance.build_definition;
    let runner = &definition.internal_parameters.runner;
    let repository = definition.external_parameters.repository.as_deref().unwrap_or("no repository");
    let workflow = Run::told(runner).workflow.map(|path| format!(", workflow {path}")).unwrap_or_default();
    format!("builder {}, CI {}, {repository}{workflow}", provenance.run_details.builder.id, runner.ci)
}

/// Compares two addresses of a repository, whatever the scheme.
fn same_repository((about, what): (&str, &str), got: Option<&str>, policy: &BuilderPolicy, judgement: &mut Judgement) {
    let (is, wanted) = (got.and_then(place), policy.repository.as_deref().and_then(place));
    // An address that cannot be read equals nothing, not even none.
    if is != wanted || is.is_some() != got.is_some() {
        let said = |text: Option<&str>| text.unwrap_or("none").to_owned();
        let message = format!("{what} is {} (expected {})", said(got), said(policy.repository.as_deref()));
        judgement.found("repository-differs", about, message, NEXT);
    }
}

/// `host/path` of a repository's address.
fn place(url: &str) -> Option<String> {
    let url = crate::provenance::remote::parse(url).ok().flatten()?;
    let (_, rest) = url.split_once("://")?;
    let (authority, path) = rest.split_once('/')?;
    let host = authority.rsplit('@').next().unwrap_or_default().to_ascii_lowercase();
    let path = path.trim_matches('/');
    let path = path.strip_suffix(".git").unwrap_or(path);
    (!host.is_empty() && !path.is_empty()).then(|| format!("{host}/{path}"))
}

#[cfg(test)]
mod tests {
    use super::place;

    #[test]
    fn one_repository_has_one_place_whatever_the_scheme() {
        for url in [
            "https://github.com/example/pump",
            "https://GitHub.com/example/pump.git",
            "git@github.com:example/pump.git",
            "ssh://git@github.com/example/pump/",
        ] {
            assert_eq!(place(url).as_deref(), Some("github.com/example/pump"), "{url}");
        }
        for url in ["https://user:pw@github.com/example/pump", "/srv/pump.git", "https://github.com", "https:///x", ""]
        {
            assert_eq!(place(url), None, "{url}");
        }
        assert_ne!(place("https://github.com/Example/pump"), place("https://github.com/example/pump"));
    }
}
