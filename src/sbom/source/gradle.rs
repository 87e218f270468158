//! Gradle: `gradle.lockfile` (Gradle User Manual, "Locking Versions", lock state format).
//!
//! One line per module, `group:artifact:version=configuration,...`, and one line `empty=...` of the
//! configurations that resolve to nothing. There are no digests, no edges and no manifest that could
//! be read without running it.

use std::collections::BTreeSet;

use super::{Files, Package, Project, Resolution, SourceError};
use crate::sbom::purl;

/// Name of the lockfile.
pub(super) const LOCKFILE: &str = "gradle.lockfile";
const NO_EDGES: &str =
    "it names no edges between modules: all are shown as dependencies of the project, and it has no digests";

/// Reads `gradle.lockfile`.
///
/// # Errors
/// [`SourceError`] where it is absent or malformed.
pub(super) fn read(files: &Files, folder: &str) -> Result<Resolution, SourceError> {
    let text = super::text(files, LOCKFILE)?;
    let mut root = Package::new(folder, "", purl::generic(folder, "", None)?);
    let (mut packages, mut development, mut seen, mut has_empty) =
        (Vec::new(), BTreeSet::new(), BTreeSet::new(), false);
    for (at, line) in text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty() && !line.starts_with('#')) {
        let fail = |message: String| SourceError::malformed(LOCKFILE, format!("line {}: {message}", at + 1));
        let (module, configurations) =
            line.trim_end().split_once('=').ok_or_else(|| fail("expected module=configurations".to_owned()))?;
        if module == "empty" {
            if std::mem::replace(&mut has_empty, true) {
                return Err(fail("a second line of empty configurations".to_owned()));
            }
            continue;
        }
        let mut parts = module.split(':');
        let (Some(group), Some(name), Some(version), None) = (parts.next(), parts.next(), parts.next(), parts.next())
        else {
            return Err(fail(format!("{module:?} is no module (expected group:artifact:version)")));
        };
        if [group, name, version].iter().any(|part| part.is_empty() || part.contains(['/', ' '])) {
            return Err(fail(format!("{module:?} is no module (expected group:artifact:version)")));
        }
        // Configurations that hold another version of a module are on a line of their own.
        if !seen.insert(module) {
            return Err(fail(format!("{module} is locked twice")));
        }
        let names = || configurations.split(',');
        if names().any(str::is_empty) {
            return Err(fail("expected at least one configuration".to_owned()));
        }
        let purl = purl::package("maven", &format!("{group}/{name}"), version)?;
        // Configurations of the source sets for tests: "testCompileClasspath", "testRuntimeClasspath", ...
        let only = if names().all(|name| name.starts_with("test")) { &mut development } else { &mut root.depends_on };
        only.insert(purl.clone());
        packages.push(Package::new(&format!("{group}:{name}"), version, purl));
    }
    let incomplete = (!packages.is_empty()).then(|| NO_EDGES.to_owned());
    Ok(Resolution { projects: vec![Project { development, ..Project::new(root) }], packages, incomplete })
}

#[cfg(test)]
mod tests {
    use super::{LOCKFILE, read};
    use crate::sbom::source::{Files, Resolution, SourceError};

    const HEAD: &str = "# This is a Gradle generated file for dependency locking.\n";

    fn of(text: &str) -> Result<Resolution, SourceError> {
        read(&Files::from([(LOCKFILE.to_owned(), text.as_bytes().to_vec())]), "app")
    }

    #[test]
    fn what_only_tests_use_is_development() {
        let text = format!(
            "{HEAD}org.a:one:1.0=compileClasspath,testCompileClasspath\norg.a:two:2.0.RELEASE=testRuntimeClasspath\n\
             org.a:one:1.1=runtimeClasspath\nempty=annotationProcessor\n"
        );
        let resolution = of(&text).expect("reads");
        let project = &resolution.projects[0];
        let shipped: Vec<&str> = project.package.depends_on.iter().map(String::as_str).collect();
        assert_eq!(shipped, ["pkg:maven/org.a/one@1.0", "pkg:maven/org.a/one@1.1"]);
        assert!(project.development.iter().eq(["pkg:maven/org.a/two@2.0.RELEASE"]));
        assert!(resolution.incomplete.is_some());
        assert_eq!(resolution.graph(LOCKFILE, &[], None).expect("graph").len(), 4);
    }

    #[test]
    fn a_lockfile_of_empty_configurations_is_complete() {
        let resolution = of(&format!("{HEAD}empty=\r\n")).expect("reads");
        assert!(resolution.packages.is_empty() && resolution.incomplete.is_none());
        assert!(matches!(read(&Files::new(), "app"), Err(SourceError::Absent(_))));
    }

    #[test]
    fn refuses_lines_of_another_form() {
        for (text, expected) in [
            ("org.a:one:1.0\n", "expected module="),
            ("org.a:one=test\n", "is no module"),
            ("org.a:one:1:2=test\n", "is no module"),
            ("org.a::1=test\n", "is no module"),
            ("org.a/b:c:1=test\n", "is no module"),
            ("org.a:one:1=\n", "at least one configuration"),
            ("org.a:one:1=a,,b\n", "at least one configuration"),
            ("org.a:one:1=a\norg.a:one:1=b\n", "locked twice"),
            ("empty=\nempty=\n", "second line"),
        ] {
            let got = of(text).expect_err(text).to_string();
            assert!(got.contains(expected), "{text}: {got}");
        }
        assert!(read(&Files::from([(LOCKFILE.to_owned(), vec![0xff])]), "app").is_err());
    }
}
