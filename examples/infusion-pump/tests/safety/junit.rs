//! JUnit XML, as much of it as this report needs.

use std::fmt::Write as _;

/// Result of one case.
pub struct Result {
    /// Requirement id.
    pub requirement: &'static str,
    /// Name.
    pub name: &'static str,
    /// Duration.
    pub seconds: f64,
    /// Why it failed.
    pub failure: Option<String>,
}

/// The report.
pub struct Report<'a> {
    /// Results in order.
    pub results: &'a [Result],
    /// SHA-256 of the binary before the run.
    pub artifact_before: &'a str,
    /// SHA-256 of the binary after the run.
    pub artifact_after: &'a str,
}

impl Report<'_> {
    /// The document.
    pub fn to_xml(&self) -> String {
        let failures = self.results.iter().filter(|result| result.failure.is_some()).count();
        let seconds: f64 = self.results.iter().map(|result| result.seconds).sum();
        let counts = format!(
            "tests=\"{}\" failures=\"{failures}\" errors=\"0\" skipped=\"0\" time=\"{seconds:.3}\"",
            self.results.len()
        );
        let mut xml = format!(
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites name=\"pumpctl\" {counts}>\n  <testsuite name=\"safety\" {counts}>\n    <properties>\n"
        );
        let properties = [
            ("version", pumpctl::about::VERSION),
            ("artifact.sha256.before", self.artifact_before),
            ("artifact.sha256.after", self.artifact_after),
        ];
        for (name, value) in properties {
            let _ = writeln!(xml, "      <property name=\"{name}\" value=\"{}\"/>", escaped(value));
        }
        xml.push_str("    </properties>\n");
        for result in self.results {
            case(&mut xml, result);
        }
        xml.push_str("  </testsuite>\n</testsuites>\n");
        xml
    }
}

fn case(xml: &mut String, result: &Result) {
    let name = escaped(&format!("{} {}", result.requirement, result.name));
    let _ = write!(xml, "    <testcase classname=\"safety\" name=\"{name}\" time=\"{:.3}\"", result.seconds);
    match &result.failure {
        None => xml.push_str("/>\n"),
        Some(failure) => {
            let _ = writeln!(xml, ">\n      <failure message=\"{}\"/>\n    </testcase>", escaped(failure));
        }
    }
}

fn escaped(text: &str) -> String {
    let mut out = String::new();
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            c if c.is_control() => out.push('\u{fffd}'),
            c => out.push(c),
        }
    }
    out
}
