//! What the gate asks of the tiny device beyond its build, each as small as it may be.

use batchseal::adapters::clock;
use batchseal::model::digest::Sha256Digest;

/// Checks that wait for a person once all of this is there, each with an answer.
pub(crate) const ANSWERS: [&str; 6] = [
    "--answer",
    "RG-09=accept:the script is the one that was validated",
    "--answer",
    "RG-26=accept:the tests ran on this build",
    "--answer",
    "RG-31=accept:the residual risk is small",
];

/// Committed files by path, without the documents of the kind `left_out`; the pipeline is `Cargo.toml`, whose bytes are
/// given.
#[expect(clippy::too_many_lines, reason = "a list of small files")]
pub(crate) fn files(manifest: &str, command: &[&str], left_out: &str) -> Vec<(String, String)> {
    let today = clock::now().in_utc().date();
    let sha256 = Sha256Digest::of(manifest.as_bytes()).to_hex();
    let command: Vec<String> = command.iter().map(|word| format!("\"{word}\"")).collect();
    let mut list = "schema = 1\n[[tests]]\nfile = \"quality/junit.xml\"\nexecutor = \"example pipeline\"\n\
                    [[scan]]\nfile = \"quality/scan.json\"\n"
        .to_owned();
    let documents = [
        (
            "pipeline-validation",
            "toml",
            format!(
                "schema = 1\nreport = \"PV-1\"\nvalidated-on = 2026-01-02\ncommand = [{}]\n[[file]]\npath = \"Cargo.toml\"\nsha256 = \"{sha256}\"\n",
                command.join(", ")
            ),
        ),
        (
            "tool-qualification",
            "toml",
            format!(
                "schema = 1\ntool = \"batchseal\"\nversion = \"{}\"\nqualified-on = 2026-01-02\nexpires-on = 2099-12-31\nreport = \"TQ-1\"\nresult = \"passed\"\n",
                env!("CARGO_PKG_VERSION")
            ),
        ),
        (
            "kev-catalog",
            "json",
            format!(
                "{{\"catalogVersion\":\"1\",\"dateReleased\":\"{today}T00:00:00Z\",\"count\":1,\"vulnerabilities\":[{{\"cveID\":\"CVE-2021-44228\"}}]}}"
            ),
        ),
        (
            "trace",
            "csv",
            "id,kind,title,links\nREQ-1,requirement,It starts,\nRC-1,risk-control,It says its version,REQ-1\n"
                .to_owned(),
        ),
        (
            "anomaly-list",
            "csv",
            "id,title,severity,evaluation,rationale,security,risk-ref\nnone,,,,No anomaly is open in the tracker,,\n"
                .to_owned(),
        ),
        (
            "plan-checklist",
            "csv",
            "activity,document,status,reference,closed-on\nCode review,SDP-1,closed,REV-1,2026-01-02\n".to_owned(),
        ),
        ("risk-management-file", "md", "# Risk management file\n".to_owned()),
        ("validation-report", "md", "# Validation report\n".to_owned()),
    ];
    let mut files = vec![
        (
            "quality/junit.xml".to_owned(),
            "<testsuite tests=\"1\"><testcase name=\"REQ-1 it starts\"/></testsuite>\n".to_owned(),
        ),
        (
            "quality/scan.json".to_owned(),
            format!(
                "{{\"scanner\":{{\"uri\":\"https://example.invalid/scanner\",\"version\":\"1\",\"db\":{{\"uri\":\"https://example.invalid/db\",\"lastUpdate\":\"{today}T00:00:00Z\"}},\"result\":[]}},\
                 \"metadata\":{{\"scanStartedOn\":\"{today}T00:00:00Z\",\"scanFinishedOn\":\"{today}T00:00:01Z\"}}}}"
            ),
        ),
    ];
    for (kind, extension, text) in documents.into_iter().filter(|(kind, ..)| *kind != left_out) {
        list.push_str(&format!(
            "[[document]]\nkind = \"{kind}\"\nfile = \"quality/{kind}.{extension}\"\nid = \"DOC-1\"\nrevision = \"1\"\n\
             approver = \"Quality Lead (example)\"\napproved-on = 2026-01-02\ncovers = \"1.0.0\"\n"
        ));
        files.push((format!("quality/{kind}.{extension}"), text));
    }
    files.push(("evidence.toml".to_owned(), list));
    files
}
