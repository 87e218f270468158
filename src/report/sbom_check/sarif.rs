//! As SARIF 2.1.0 (OASIS, 2020-03-27): one rule for each attribute of a profile, one result for each gap.
//!
//! A component has no line of its own, so results point to the first line of the file and name the
//! component as a logical location. Viewers that tell results apart by line get a fingerprint instead.

use serde::Serialize;

use crate::model::digest::Sha256Digest;
use crate::model::json::{self, JsonError};
use crate::model::text::for_terminal;
use crate::sbom::profile::{DOCUMENT, Element, Gap, Need, Profile};

use super::{Checked, label};

const SCHEMA: &str = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json";

const HOME: &str = "https://batchseal.dev";

#[derive(Serialize)]
struct Log<'a> {
    #[serde(rename = "$schema")]
    schema: &'static str,
    version: &'static str,
    runs: [Run<'a>; 1],
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Run<'a> {
    tool: Tool<'a>,
    artifacts: [Artifact<'a>; 1],
    results: Vec<SarifResult<'a>>,
    column_kind: &'static str,
}

#[derive(Serialize)]
struct Tool<'a> {
    driver: Driver<'a>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Driver<'a> {
    name: &'static str,
    information_uri: &'static str,
    version: &'a str,
    rules: Vec<Rule>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Rule {
    id: String,
    short_description: Message,
    full_description: Message,
    default_configuration: Configuration,
}

#[derive(Serialize)]
struct Configuration {
    level: &'static str,
}

#[derive(Serialize)]
struct Message {
    text: String,
}

#[derive(Serialize)]
struct Artifact<'a> {
    location: ArtifactLocation<'a>,
    hashes: Hashes,
}

#[derive(Serialize)]
struct Hashes {
    #[serde(rename = "sha-256")]
    sha256: Sha256Digest,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct SarifResult<'a> {
    rule_id: String,
    rule_index: usize,
    kind: &'static str,
    level: &'static str,
    message: Message,
    locations: [Location<'a>; 1],
    partial_fingerprints: Fingerprints,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Location<'a> {
    physical_location: PhysicalLocation<'a>,
    logical_locations: [LogicalLocation<'a>; 1],
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct PhysicalLocation<'a> {
    artifact_location: ArtifactLocation<'a>,
    region: Region,
}

#[derive(Serialize)]
struct ArtifactLocation<'a> {
    uri: &'a str,
    index: usize,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Region {
    start_line: usize,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct LogicalLocation<'a> {
    name: &'a str,
    fully_qualified_name: &'a str,
    kind: &'static str,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Fingerprints {
    primary_location_line_hash: String,
}

/// The log.
///
/// # Errors
/// [`JsonError`] when it cannot be written as JSON.
pub fn sarif(checked: &Checked<'_>, tool_version: &str) -> Result<Vec<u8>, JsonError> {
    let uri = uri(checked.file);
    let (mut rules, mut results) = (Vec::new(), Vec::new());
    for (profile, report) in &checked.profiles {
        let first = rules.len();
        rules.extend(report.counts.iter().map(|count| rule(profile, count.element)));
        for gap in &report.gaps {
            let position = report.counts.iter().position(|count| count.element == gap.element).unwrap_or(0);
            results.push(result(profile, gap, first + position, &uri));
        }
    }
    let location = ArtifactLocation { uri: &uri, index: 0 };
    json::encode(&Log {
        schema: SCHEMA,
        version: "2.1.0",
        runs: [Run {
            tool: Tool { driver: Driver { name: "batchseal", information_uri: HOME, version: tool_version, rules } },
            artifacts: [Artifact { location, hashes: Hashes { sha256: checked.sha256 } }],
            results,
            column_kind: "unicodeCodePoints",
        }],
    })
}

fn rule_id(profile: &Profile, element: &Element) -> String {
    format!("{}/{}", profile.id.as_str(), element.attribute.slug())
}

fn rule(profile: &Profile, element: &Element) -> Rule {
    let asked = format!("{} asks for {} ({}).", profile.title, element.name, element.need.as_str());
    Rule {
        id: rule_id(profile, element),
        short_description: Message { text: format!("{} is there", element.name) },
        full_description: Message { text: asked },
        default_configuration: Configuration { level: level(element.need) },
    }
}

const fn level(need: Need) -> &'static str {
    match need {
        Need::Required => "error",
        Need::Recommended => "note",
    }
}

fn result<'a>(profile: &Profile, gap: &Gap<'a>, rule_index: usize, uri: &'a str) -> SarifResult<'a> {
    let rule_id = rule_id(profile, gap.element);
    let about = gap.about();
    let fingerprint = Sha256Digest::of(format!("{rule_id}\n{about}").as_bytes()).to_hex();
    let fingerprint: String = fingerprint.chars().take(16).chain(":1".chars()).collect();
    SarifResult {
        rule_id,
        rule_index,
        kind: if gap.is_declared() { "review" } else { "fail" },
        level: if gap.is_declared() { "none" } else { level(gap.element.need) },
        message: Message { text: message(gap) },
        locations: [Location {
            physical_location: PhysicalLocation {
                artifact_location: ArtifactLocation { uri, index: 0 },
                region: Region { start_line: 1 },
            },
            logical_locations: [LogicalLocation {
                name: gap.item.map_or(DOCUMENT, |item| item.name.as_str()),
                fully_qualified_name: about,
                kind: if gap.item.is_some() { "component" } else { "document" },
            }],
        }],
        partial_fingerprints: Fingerprints { primary_location_line_hash: fingerprint },
    }
}

fn message(gap: &Gap<'_>) -> String {
    let about = gap.item.map_or_else(|| "the document".to_owned(), label);
    let what = if gap.is_declared() { "is declared unknown for" } else { "is missing for" };
    let why = gap.presence.note().or_else(|| gap.presence.justification());
    let why = why.map(|why| format!(": {why}")).unwrap_or_default();
    plain(&format!("{} {what} {about}{why}", gap.element.name))
}

/// Text without links (`[text](target)`) and placeholders (`{0}`), which message strings may hold
/// (SARIF 2.1.0, 3.11.5 and 3.11.6).
fn plain(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    for letter in for_terminal(text).chars() {
        match letter {
            '[' | ']' | '\\' => plain.extend(['\\', letter]),
            '{' | '}' => plain.extend([letter, letter]),
            other => plain.push(other),
        }
    }
    plain
}

/// The path as a URI reference (RFC 3986): relative stays relative, as code scanning wants it.
fn uri(path: &str) -> String {
    let path = path.strip_prefix("./").unwrap_or(path);
    let mut uri = if path.starts_with('/') { "file://".to_owned() } else { String::new() };
    for byte in path.bytes() {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' | b'/' => uri.push(char::from(byte)),
            b'\\' => uri.push('/'),
            other => uri.push_str(&format!("%{other:02X}")),
        }
    }
    uri
}

#[cfg(test)]
mod tests {
    use super::{plain, uri};

    #[test]
    fn messages_hold_no_links_and_no_placeholders() {
        assert_eq!(plain("[x](http://e) {0}\u{1b}"), "\\[x\\](http://e) {{0}}\\\\u{{1b}}");
    }

    #[test]
    fn paths_become_uri_references() {
        assert_eq!(uri("./out/my sbom:1.json"), "out/my%20sbom%3A1.json");
        assert_eq!(uri("/tmp/a.json"), "file:///tmp/a.json");
        assert_eq!(uri("ä#?.json"), "%C3%A4%23%3F.json");
    }
}
