//! Which environment variables the build sees, and how they are recorded.

use std::collections::BTreeMap;
use std::ffi::{OsStr, OsString};
use std::path::Path;

use crate::model::text::is_deceptive;
use crate::policy::release::{KeySource, SigningPolicy};
use crate::provenance::redact::{Redactions, Secret};

use super::names::{self, is_secret};
use super::places::Places;

/// What decides beside the built-in lists.
#[derive(Debug, Clone, Copy)]
pub struct EnvironmentRules<'a> {
    /// `build-environment` of the policy: exact names.
    pub listed: &'a [String],
    /// Names that hold the signing key, its passphrase or its PIN ([`reserved_names`]).
    pub reserved: &'a [String],
    /// The user's home folder, recorded as `~`.
    pub home: Option<&'a Path>,
    /// The work tree, recorded as `.`.
    pub work_tree: &'a Path,
}

/// The environment of a build.
#[derive(Clone)]
pub struct BuildEnvironment {
    /// What the child gets, and nothing else.
    pub variables: BTreeMap<OsString, OsString>,
    /// The same for the provenance: redacted, home as `~`, work tree as `.`.
    pub recorded: BTreeMap<String, String>,
    /// Names that the policy lists and that are refused all the same, sorted.
    pub refused: Vec<String>,
    /// What must not appear in anything that is kept.
    pub redactions: Redactions,
}

impl std::fmt::Debug for BuildEnvironment {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("BuildEnvironment").field("recorded", &self.recorded).finish_non_exhaustive()
    }
}

/// Names of the variables that lead to the signing key.
#[must_use]
pub fn reserved_names(signing: &SigningPolicy) -> Vec<String> {
    // What every build needs is no secret, even where the signer's program is let see it too.
    let shared = |name: &str| matches!(signing.key, KeySource::Program(_)) && names::is_built_in(name);
    signing.secret_variables().into_iter().filter(|name| !shared(name)).collect()
}

/// The build's environment, from this program's own.
#[must_use]
pub fn current(rules: &EnvironmentRules<'_>) -> BuildEnvironment {
    select(std::env::vars_os(), rules)
}

/// The build's environment, from given variables.
#[must_use]
pub fn select(
    variables: impl IntoIterator<Item = (OsString, OsString)>,
    rules: &EnvironmentRules<'_>,
) -> BuildEnvironment {
    let mut passed = BTreeMap::new();
    let mut secrets = Vec::new();
    for (name, value) in variables {
        let text = name.to_str().unwrap_or_default();
        if may_pass(text, rules) {
            passed.insert(name, value);
        } else if is_secret(text, rules.reserved) || holds_secret_form(&value) {
            secrets.push(Secret { name: text.to_owned(), value: value.into_encoded_bytes() });
        }
    }
    let redactions = Redactions::new(&secrets);
    let places = Places::new(rules.work_tree, rules.home);
    let recorded = passed
        .iter()
        .map(|(name, value)| {
            let shown = redactions.text(&places.shorten(&value.to_string_lossy()));
            (name.to_string_lossy().into_owned(), shown)
        })
        .collect();
    let mut refused: Vec<String> =
        rules.listed.iter().filter(|name| is_secret(name, rules.reserved)).cloned().collect();
    refused.sort();
    refused.dedup();
    BuildEnvironment { variables: passed, recorded, refused, redactions }
}

fn may_pass(name: &str, rules: &EnvironmentRules<'_>) -> bool {
    if name.is_empty() || name.chars().any(is_deceptive) || is_secret(name, rules.reserved) {
        return false;
    }
    names::is_built_in(name) || rules.listed.iter().any(|listed| listed == name)
}

fn holds_secret_form(value: &OsStr) -> bool {
    Redactions::default().finds_in(value.as_encoded_bytes())
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use crate::policy::release::{KeySource, SignerProgram, SigningPolicy};

    use super::{EnvironmentRules, reserved_names, select};

    fn rules<'a>(listed: &'a [String], reserved: &'a [String]) -> EnvironmentRules<'a> {
        EnvironmentRules {
            listed,
            reserved,
            home: Some(Path::new("/home/dev")),
            work_tree: Path::new("/home/dev/pump"),
        }
    }

    #[test]
    fn passes_the_listed_names_and_nothing_else() {
        let listed = ["VENDOR_SDK".to_owned(), "MY_TOKEN".to_owned(), "SIGN_WITH".to_owned(), "ACTIONS_X".to_owned()];
        let reserved = ["SIGN_WITH".to_owned()];
        let all = [
            ("PATH", "/home/dev/.cargo/bin:/usr/bin"),
            ("HOME", "/home/dev"),
            ("LC_ALL", "C"),
            ("VENDOR_SDK", "/opt/sdk"),
            ("CARGO_TARGET_DIR", "/home/dev/pump/out"),
            ("CARGO_REGISTRY_TOKEN", "aaaaaaaa"),
            ("CARGO_REGISTRIES_X_TOKEN", "bbbbbbbb"),
            ("CARGO_REGISTRIES_X_INDEX", "sparse+https://x/"),
            ("SSH_AUTH_SOCK", "/tmp/agent"),
            ("MY_TOKEN", "cccccccc"),
            ("SIGN_WITH", "dddddddd"),
            ("UNKNOWN", "1"),
            ("ACTIONS_X", "1"),
            ("HTTPS_PROXY", "http://u:proxy-password@proxy:1"),
            ("CARGO_MANIFEST_DIR", "/x"),
        ];
        let selected = select(all.map(|(n, v)| (n.into(), v.into())), &rules(&listed, &reserved));
        let names: Vec<&str> = selected.recorded.keys().map(String::as_str).collect();
        let expected =
            ["CARGO_REGISTRIES_X_INDEX", "CARGO_TARGET_DIR", "HOME", "HTTPS_PROXY", "LC_ALL", "PATH", "VENDOR_SDK"];
        assert_eq!(names, expected);
        assert_eq!(selected.variables.len(), expected.len());
        assert_eq!(selected.recorded["PATH"], "~/.cargo/bin:/usr/bin");
        assert_eq!(selected.recorded["CARGO_TARGET_DIR"], "./out");
        assert_eq!(selected.recorded["HTTPS_PROXY"], "http://[redacted:url-credentials]@proxy:1");
        assert_eq!(selected.refused, ["ACTIONS_X", "MY_TOKEN", "SIGN_WITH"]);
        assert_eq!(selected.redactions.text("x cccccccc dddddddd"), "x [redacted:MY_TOKEN] [redacted:SIGN_WITH]");
    }

    #[test]
    fn passes_no_pin_and_nothing_that_only_the_signers_program_may_see() {
        let program = SignerProgram {
            command: vec!["/bin/sign".to_owned()],
            public_key: "p.pub".to_owned(),
            environment: vec!["HOME".to_owned(), "KMS_REGION".to_owned()],
        };
        let pin = KeySource::parse("pkcs11:object=k?pin-source=env:CC").expect("a source");
        for (key, passed) in [(pin, ["HOME", "KMS_REGION"]), (KeySource::Program(program), ["CC", "HOME"])] {
            let reserved = reserved_names(&SigningPolicy::of(key));
            let listed = ["CC".to_owned(), "KMS_REGION".to_owned()];
            let all = [("CC", "84217-pin"), ("HOME", "/h"), ("KMS_REGION", "eu")];
            let selected = select(all.map(|(n, v)| (n.into(), v.into())), &rules(&listed, &reserved));
            assert_eq!(selected.variables.keys().collect::<Vec<_>>(), passed);
        }
    }
}
