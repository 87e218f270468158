//! The machine the build runs on and what its CI says of itself.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::Read;

use crate::model::provenance::Runner;
use crate::model::text::is_deceptive;
use crate::provenance::redact::Redactions;

/// Longest fact recorded, in characters.
const LONGEST: usize = 400;

/// What GitHub Actions says of a run (docs.github.com, "Variables reference"); never a token.
const GITHUB: &[&str] = &[
    "GITHUB_ACTOR_ID",
    "GITHUB_EVENT_NAME",
    "GITHUB_JOB",
    "GITHUB_REF",
    "GITHUB_REF_PROTECTED",
    "GITHUB_REPOSITORY",
    "GITHUB_REPOSITORY_ID",
    "GITHUB_REPOSITORY_OWNER_ID",
    "GITHUB_RUN_ATTEMPT",
    "GITHUB_RUN_ID",
    "GITHUB_SERVER_URL",
    "GITHUB_SHA",
    "GITHUB_WORKFLOW_REF",
    "GITHUB_WORKFLOW_SHA",
    "ImageOS",
    "ImageVersion",
    "RUNNER_ARCH",
    "RUNNER_ENVIRONMENT",
    "RUNNER_OS",
];

/// What GitLab CI says of a job (docs.gitlab.com, "Predefined CI/CD variables reference"); never a token.
const GITLAB: &[&str] = &[
    "CI_COMMIT_REF_PROTECTED",
    "CI_COMMIT_SHA",
    "CI_COMMIT_TAG",
    "CI_CONFIG_PATH",
    "CI_JOB_ID",
    "CI_JOB_IMAGE",
    "CI_JOB_NAME",
    "CI_PIPELINE_ID",
    "CI_PIPELINE_SOURCE",
    "CI_PROJECT_ID",
    "CI_PROJECT_NAMESPACE_ID",
    "CI_PROJECT_PATH",
    "CI_RUNNER_ID",
    "CI_RUNNER_VERSION",
    "CI_SERVER_URL",
    "CI_SERVER_VERSION",
];

/// Describes this machine.
#[must_use]
pub fn describe() -> Runner {
    let (ci, ci_facts) = ci(&|name| std::env::var(name).ok());
    let os_release = ["/etc/os-release", "/usr/lib/os-release"].iter().find_map(|path| read_text(path));
    Runner {
        os: std::env::consts::OS.to_owned(),
        arch: std::env::consts::ARCH.to_owned(),
        os_release: os_release.as_deref().and_then(pretty_name),
        kernel: read_text("/proc/sys/kernel/osrelease").map(|text| clean(text.trim())),
        ci: ci.to_owned(),
        ci_facts,
    }
}

/// Kind of CI and its facts, from a view of the environment.
#[must_use]
pub fn ci(variable: &dyn Fn(&str) -> Option<String>) -> (&'static str, BTreeMap<String, String>) {
    let set = |name: &str| variable(name).is_some_and(|value| !value.is_empty() && value != "false" && value != "0");
    let (kind, names): (_, &[&str]) = if set("GITHUB_ACTIONS") {
        ("github-actions", GITHUB)
    } else if set("GITLAB_CI") {
        ("gitlab-ci", GITLAB)
    } else if set("CI") {
        ("other", &[])
    } else {
        ("local", &[])
    };
    let redactions = Redactions::default();
    let facts = names
        .iter()
        .filter_map(|name| Some(((*name).to_owned(), redactions.text(&clean(&variable(name)?)))))
        .filter(|(_, value)| !value.is_empty())
        .collect();
    (kind, facts)
}

/// The links that distributions put there are followed: the file is the system's own.
fn read_text(path: &str) -> Option<String> {
    // Files of /proc say that they are empty, so they are read to their end whatever their size.
    let mut text = String::new();
    File::open(path).ok()?.take(64 * 1024).read_to_string(&mut text).ok()?;
    Some(text)
}

/// `PRETTY_NAME` of os-release(5).
fn pretty_name(text: &str) -> Option<String> {
    let value = text.lines().find_map(|line| line.trim().strip_prefix("PRETTY_NAME="))?;
    let value = clean(value.trim_matches(['"', '\'']));
    (!value.is_empty()).then_some(value)
}

fn clean(text: &str) -> String {
    text.chars().filter(|character| !is_deceptive(*character)).take(LONGEST).collect()
}

#[cfg(test)]
mod tests {
    use super::{ci, pretty_name};

    fn view<'a>(variables: &'a [(&'a str, &'a str)]) -> impl Fn(&str) -> Option<String> + 'a {
        |name| variables.iter().find(|(n, _)| *n == name).map(|(_, value)| (*value).to_owned())
    }

    #[test]
    fn tells_the_ci_and_takes_only_listed_facts() {
        let variables = [
            ("GITHUB_ACTIONS", "true"),
            ("CI", "true"),
            ("GITHUB_RUN_ID", "77"),
            ("GITHUB_TOKEN", "secret"),
            ("ACTIONS_ID_TOKEN_REQUEST_TOKEN", "secret"),
            ("CI_JOB_ID", "9"),
            ("GITHUB_SHA", ""),
        ];
        let (kind, facts) = ci(&view(&variables));
        assert_eq!(kind, "github-actions");
        assert_eq!(facts.into_iter().collect::<Vec<_>>(), [("GITHUB_RUN_ID".to_owned(), "77".to_owned())]);
        let image = [("GITLAB_CI", "true"), ("CI_JOB_IMAGE", "https://u:secretpw@registry.example/i")];
        let (kind, facts) = ci(&view(&image));
        assert_eq!(kind, "gitlab-ci");
        assert_eq!(facts["CI_JOB_IMAGE"], "https://[redacted:url-credentials]@registry.example/i");
    }

    #[test]
    fn takes_no_ci_for_granted() {
        assert_eq!(ci(&view(&[("CI", "true")])).0, "other");
        assert_eq!(ci(&view(&[("CI", "false"), ("GITHUB_ACTIONS", "")])).0, "local");
        assert_eq!(ci(&view(&[])).0, "local");
    }

    #[test]
    fn reads_the_name_of_the_distribution() {
        assert_eq!(pretty_name("ID=x\nPRETTY_NAME=\"Example Linux 1\"\n").as_deref(), Some("Example Linux 1"));
        assert_eq!(pretty_name("ID=x\n"), None);
    }
}
