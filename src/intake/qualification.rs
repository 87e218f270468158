//! Documents of kind `tool-qualification`: that a version of a tool was qualified for its use, and until when
//! (`docs/formats/tool-qualification.md`). JSON as `qualify` writes it, or TOML as people write it.

use serde::{Deserialize, Serialize};

use crate::model::batch::SchemaVersion;
use crate::model::digest::Sha256Digest;
use crate::model::json;
use crate::model::time::is_day;

use super::people_toml::{self, MAX_ENTRIES, PeopleTomlError, value, visible};

/// Kind of the document.
pub const KIND: &str = "tool-qualification";

/// A qualification of one version of one tool.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct ToolQualification {
    /// Format version.
    pub schema_version: SchemaVersion<1>,
    /// Name of the tool as it states itself, such as `batchseal`.
    pub tool: String,
    /// Its version.
    pub version: String,
    /// Binaries that were qualified; any binary of the version where none is listed.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub binaries: Vec<QualifiedBinary>,
    /// Day on which the qualification ended, `YYYY-MM-DD`.
    pub qualified_on: String,
    /// Last day on which it counts, `YYYY-MM-DD`.
    pub expires_on: String,
    /// Id of the qualification report.
    pub report: String,
    /// How it ended.
    pub result: QualificationResult,
}

/// One binary of a tool.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct QualifiedBinary {
    /// Target triple or other name of its platform.
    pub platform: String,
    /// SHA-256 of its bytes.
    pub sha256: Sha256Digest,
}

/// How a qualification ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum QualificationResult {
    /// Every test gave what was expected.
    Passed,
    /// Some did not.
    Failed,
}

/// The same as people write it.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct QualificationWire {
    schema: SchemaVersion<1>,
    tool: String,
    version: String,
    #[serde(default)]
    binary: Vec<QualifiedBinary>,
    qualified_on: toml::value::Datetime,
    expires_on: toml::value::Datetime,
    report: String,
    result: QualificationResult,
}

/// Reads a document: JSON where it begins with `{`, else TOML.
///
/// # Errors
/// [`PeopleTomlError`].
pub fn parse(bytes: &[u8]) -> Result<ToolQualification, PeopleTomlError> {
    let is_json = bytes.iter().find(|byte| !byte.is_ascii_whitespace()) == Some(&b'{');
    let qualification = if is_json {
        json::decode(bytes).map_err(|error| PeopleTomlError::Malformed(error.to_string()))?
    } else {
        of_wire(people_toml::read(bytes)?)?
    };
    check(&qualification)?;
    Ok(qualification)
}

fn of_wire(wire: QualificationWire) -> Result<ToolQualification, PeopleTomlError> {
    Ok(ToolQualification {
        schema_version: wire.schema,
        tool: wire.tool,
        version: wire.version,
        binaries: wire.binary,
        qualified_on: people_toml::day("qualified-on", wire.qualified_on)?,
        expires_on: people_toml::day("expires-on", wire.expires_on)?,
        report: wire.report,
        result: wire.result,
    })
}

fn check(qualification: &ToolQualification) -> Result<(), PeopleTomlError> {
    let ToolQualification { tool, version, binaries, qualified_on, expires_on, report, .. } = qualification;
    for (name, text) in [("tool", tool), ("version", version), ("report", report)] {
        visible(name, text.clone())?;
    }
    for binary in binaries {
        visible("platform", binary.platform.clone())?;
    }
    if binaries.len() > MAX_ENTRIES {
        return Err(PeopleTomlError::TooMany { what: "binaries", got: binaries.len() });
    }
    for (name, day) in [("qualified on", qualified_on), ("expires on", expires_on)] {
        if !is_day(day) {
            return Err(value(name, day, "a day such as 2026-11-23"));
        }
    }
    if expires_on < qualified_on {
        return Err(value("expires on", expires_on, "the day of qualification or a later one"));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::{QualificationResult, parse};
    use crate::model::json;

    const TOML: &str = "schema = 1\ntool = \"batchseal\"\nversion = \"0.1.0\"\nqualified-on = 2026-11-20\n\
                        expires-on = 2027-11-20\nreport = \"TQ-0001\"\nresult = \"passed\"\n";

    #[test]
    fn reads_toml_and_json_of_the_same_content() {
        let binary = format!("[[binary]]\nplatform = \"x86_64-unknown-linux-gnu\"\nsha256 = \"{}\"\n", "ab".repeat(32));
        let read = parse(format!("{TOML}{binary}").as_bytes()).expect("qualification");
        assert_eq!((read.expires_on.as_str(), read.binaries.len()), ("2027-11-20", 1));
        assert_eq!(read.result, QualificationResult::Passed);
        assert_eq!(parse(&json::encode(&read).expect("JSON")), Ok(read));
    }

    #[test]
    fn rejects_what_is_absent_unknown_or_no_day() {
        for (from, to) in [
            ("schema = 1", "schema = 2"),
            ("tool = \"batchseal\"\n", ""),
            ("tool = \"batchseal\"", "tool = \" \""),
            ("result", "verdict"),
            ("passed", "nearly passed"),
            ("2026-11-20", "\"2026-11-20\""),
            ("2026-11-20", "2026-11-20T00:00:00Z"),
            ("2027-11-20", "2026-11-19"),
        ] {
            assert!(TOML.contains(from), "{from}");
            assert!(parse(TOML.replacen(from, to, 1).as_bytes()).is_err(), "{to}");
        }
        let json =
            String::from_utf8(json::encode(&parse(TOML.as_bytes()).expect("good")).expect("JSON")).expect("text");
        assert!(parse(json.replace("2026-11-20", "2026-02-30").as_bytes()).is_err());
        assert!(parse(b"{}").is_err() && parse(b"").is_err() && parse(&[0xff]).is_err());
        assert!(parse(&vec![b'#'; 2 << 20]).is_err());
    }
}
