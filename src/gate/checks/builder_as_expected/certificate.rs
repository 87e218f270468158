//! What the verified certificate of a workload says, compared with the policy. That its commit, issuer and numbers are
//! those of the trust file was verified before.

use crate::attestation::sigstore::CertificateClaims;
use crate::gate::judgement::Judgement;
use crate::policy::pipeline::BuilderPolicy;

use super::{NEXT, same_repository};

/// Compares claims; one that the policy expects and the certificate lacks is a finding.
pub(super) fn judge(about: &str, claims: &CertificateClaims, policy: &BuilderPolicy, judgement: &mut Judgement) {
    same_repository((about, "repository in the certificate"), claims.repository.as_deref(), policy, judgement);
    if let Some(expected) = &policy.workflow {
        let got = workflow(claims);
        let got = got.as_deref().unwrap_or("none");
        judgement.equal("workflow-differs", (about, "workflow in the certificate"), (got, expected.as_str()), NEXT);
    }
    if let Some(expected) = &policy.runner {
        let got = claims.runner.as_deref().unwrap_or("none");
        judgement.equal("runner-differs", (about, "runner in the certificate"), (got, expected.as_str()), NEXT);
    }
    let said = |text: &Option<String>| text.clone().unwrap_or_else(|| "nothing".to_owned());
    judgement.saw(
        about,
        format!(
            "its certificate says repository {}, workflow {}, runner {}",
            said(&claims.repository),
            said(&claims.build_config),
            said(&claims.runner)
        ),
    );
}

/// Path of the top-level build instructions inside the repository: `https://host/owner/name/<path>@<ref>`, with two
/// slashes before the path on GitLab.
fn workflow(claims: &CertificateClaims) -> Option<String> {
    let uri = claims.build_config.as_deref()?;
    let inside = uri.strip_prefix(claims.repository.as_deref()?)?.trim_start_matches('/');
    Some(inside.rsplit_once('@')?.0.to_owned())
}

#[cfg(test)]
mod tests {
    use super::{CertificateClaims, judge};
    use crate::gate::judgement::Judgement;
    use crate::policy::pipeline::{BuilderPolicy, Ci};

    fn claims(repository: &str, build_config: &str) -> CertificateClaims {
        CertificateClaims {
            repository: Some(repository.to_owned()),
            build_config: Some(build_config.to_owned()),
            runner: Some("github-hosted".to_owned()),
            ..CertificateClaims::default()
        }
    }

    fn codes(claims: &CertificateClaims, repository: &str, workflow: &str) -> Vec<String> {
        let policy = BuilderPolicy {
            ci: Ci::GitHubActions,
            ids: vec![Ci::GitHubActions.builder_id()],
            repository: Some(repository.to_owned()),
            workflow: Some(workflow.to_owned()),
            runner: Some("github-hosted".to_owned()),
        };
        let mut judgement = Judgement::default();
        judge("provenance", claims, &policy, &mut judgement);
        judgement.into_findings().into_iter().map(|finding| finding.code).collect()
    }

    #[test]
    fn accepts_the_expected_repository_and_workflow_of_both_forges() {
        let github = claims(
            "https://github.com/example/pump",
            "https://github.com/example/pump/.github/workflows/release.yml@refs/tags/v1",
        );
        assert!(codes(&github, "https://github.com/example/pump", ".github/workflows/release.yml").is_empty());
        let gitlab =
            claims("https://gitlab.com/example/pump", "https://gitlab.com/example/pump//.gitlab-ci.yml@refs/tags/v1");
        assert!(codes(&gitlab, "https://gitlab.com/example/pump", ".gitlab-ci.yml").is_empty());
    }

    #[test]
    fn rejects_another_repository_workflow_or_runner_and_claims_that_lack_them() {
        let other = claims("https://github.com/other/pump", "https://github.com/other/pump/w.yml@refs/tags/v1");
        assert_eq!(codes(&other, "https://github.com/example/pump", "w.yml"), ["repository-differs"]);
        assert_eq!(codes(&other, "https://github.com/other/pump", "v.yml"), ["workflow-differs"]);
        // A workflow of a repository whose name only begins like the expected one.
        let near = claims("https://github.com/example/pump", "https://github.com/example/pump2/w.yml@refs/tags/v1");
        assert_eq!(codes(&near, "https://github.com/example/pump", "w.yml"), ["workflow-differs"]);
        let silent = CertificateClaims::default();
        let expected = ["repository-differs", "workflow-differs", "runner-differs"];
        assert_eq!(codes(&silent, "https://github.com/example/pump", "w.yml"), expected);
    }
}
