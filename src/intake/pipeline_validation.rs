//! Documents of kind `pipeline-validation`: with which definition, tools and command the pipeline was validated
//! (`docs/formats/pipeline-validation.md`). TOML.

use std::collections::BTreeSet;

use serde::Deserialize;

use crate::model::batch::SchemaVersion;
use crate::model::digest::Sha256Digest;

use super::people_toml::{self, MAX_ENTRIES, PeopleTomlError, value, visible};

/// Kind of the document.
pub const KIND: &str = "pipeline-validation";

/// Longest word of the command, or path, in bytes.
const MAX_WORD: usize = 4096;

/// A pipeline as it was validated.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PipelineValidation {
    /// Id of the validation report.
    pub report: String,
    /// Day on which the validation ended, `YYYY-MM-DD`.
    pub validated_on: String,
    /// The build command, word by word.
    pub command: Vec<String>,
    /// Committed files that define the pipeline; never empty, each path once.
    pub files: Vec<ValidatedFile>,
    /// Tools that did the work.
    pub tools: Vec<ValidatedTool>,
    /// Operating system of the runner, where the validation is bound to it.
    pub os_release: Option<String>,
    /// Image of the runner, where the validation is bound to it.
    pub runner_image: Option<String>,
}

/// A committed file.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct ValidatedFile {
    /// Path from the root, spelled as in `git/tree.txt`.
    pub path: String,
    /// SHA-256 of its bytes.
    pub sha256: Sha256Digest,
}

/// A compiler, linker or other program.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct ValidatedTool {
    /// Name as provenance states it.
    pub name: String,
    /// Version as provenance states it.
    pub version: String,
    /// SHA-256 of the binary, where the validation is bound to it.
    pub sha256: Option<Sha256Digest>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct ValidationWire {
    #[serde(rename = "schema")]
    _schema: SchemaVersion<1>,
    report: String,
    validated_on: toml::value::Datetime,
    command: Vec<String>,
    file: Vec<ValidatedFile>,
    #[serde(default)]
    tool: Vec<ValidatedTool>,
    os_release: Option<String>,
    runner_image: Option<String>,
}

/// Reads a document.
///
/// # Errors
/// [`PeopleTomlError`].
pub fn parse(bytes: &[u8]) -> Result<PipelineValidation, PeopleTomlError> {
    let wire: ValidationWire = people_toml::read(bytes)?;
    let optional = [("os-release", &wire.os_release), ("runner-image", &wire.runner_image)];
    let stated = optional.into_iter().filter_map(|(name, text)| Some((name, text.as_ref()?)));
    for (name, text) in stated.chain([("report", &wire.report)]) {
        visible(name, text.clone())?;
    }
    for (what, count) in [("words", wire.command.len()), ("files", wire.file.len()), ("tools", wire.tool.len())] {
        if count > MAX_ENTRIES {
            return Err(PeopleTomlError::TooMany { what, got: count });
        }
    }
    check_command(&wire.command)?;
    check_files(&wire.file)?;
    for tool in &wire.tool {
        visible("name of a tool", tool.name.clone())?;
        word("version of a tool", &tool.version)?;
    }
    Ok(PipelineValidation {
        report: wire.report,
        validated_on: people_toml::day("validated-on", wire.validated_on)?,
        command: wire.command,
        files: wire.file,
        tools: wire.tool,
        os_release: wire.os_release,
        runner_image: wire.runner_image,
    })
}

fn check_command(command: &[String]) -> Result<(), PeopleTomlError> {
    if command.first().is_none_or(String::is_empty) {
        return Err(value("command", "", "at least the program, such as [\"cargo\", \"build\"]"));
    }
    command.iter().try_for_each(|text| if text.is_empty() { Ok(()) } else { word("word of the command", text) })
}

fn check_files(files: &[ValidatedFile]) -> Result<(), PeopleTomlError> {
    if files.is_empty() {
        return Err(value("file", "", "at least one [[file]] that defines the pipeline"));
    }
    let mut seen = BTreeSet::new();
    for file in files {
        word("path of a file", &file.path)?;
        if !seen.insert(&file.path) {
            return Err(value("path of a file", &file.path, "each path once"));
        }
    }
    Ok(())
}

fn word(name: &str, text: &str) -> Result<(), PeopleTomlError> {
    if text.is_empty() || text.len() > MAX_WORD {
        return Err(value(name, text, "1 to 4096 bytes"));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::parse;

    const GOOD: &str = "schema = 1\nreport = \"PV-0001\"\nvalidated-on = 2026-10-01\n\
                        command = [\"make\", \"release\"]\nos-release = \"Example Linux 1\"\n\
                        [[file]]\npath = \"Makefile\"\nsha256 = \"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\"\n\
                        [[tool]]\nname = \"cc\"\nversion = \"cc 14.2\"\n";

    #[test]
    fn reads_files_tools_and_command() {
        let read = parse(GOOD.as_bytes()).expect("validation");
        assert_eq!((read.files.len(), read.tools.len(), read.command.len()), (1, 1, 2));
        assert_eq!((read.validated_on.as_str(), read.runner_image), ("2026-10-01", None));
    }

    #[test]
    fn rejects_what_is_absent_unknown_empty_or_repeated() {
        let file = GOOD.split("[[file]]").nth(1).and_then(|rest| rest.split("[[tool]]").next()).expect("file");
        for (from, to) in [
            ("schema = 1", "schema = 3"),
            ("report = \"PV-0001\"\n", ""),
            ("\"PV-0001\"", "\"\""),
            ("2026-10-01", "\"2026-10-01\""),
            ("[\"make\", \"release\"]", "[]"),
            ("[\"make\", \"release\"]", "[\"\"]"),
            ("aaaa", "sha256:aaaa"),
            ("path = ", "name = "),
            ("[[tool]]", &format!("[[file]]{file}[[tool]]")),
            (&format!("[[file]]{file}"), ""),
            (&format!("[[file]]{file}"), "file = []\n"),
            ("\"cc 14.2\"", "\"\""),
        ] {
            assert!(GOOD.contains(from), "{from}");
            assert!(parse(GOOD.replacen(from, to, 1).as_bytes()).is_err(), "{from} -> {to}");
        }
    }
}
