//! Logs as common tools write them, and what shows nothing.

use super::{Counts, SarifError, parse};

const LOG: &str = r#"{"$schema": "https://json.schemastore.org/sarif-2.1.0.json", "version": "2.1.0", "runs": [{
  "tool": {"driver": {"name": "Analyzer", "semanticVersion": "2.3.1", "version": "2.3.1-beta", "rules": [
     {"id": "A1", "defaultConfiguration": {"level": "error"}}, {"id": "A2"}]},
   "extensions": [{"name": "pack", "rules": [{"id": "X1", "defaultConfiguration": {"level": "note"}}]}]},
  "invocations": [{"executionSuccessful": true}],
  "results": [
    {"ruleId": "A1", "message": {"text": "x"}},
    {"ruleId": "A1/sub", "message": {"text": "x"}},
    {"ruleIndex": 1, "message": {"text": "x"}},
    {"ruleId": "A1", "level": "note", "message": {"text": "x"}},
    {"rule": {"index": 0, "toolComponent": {"index": 0}}, "message": {"text": "x"}},
    {"ruleId": "A1", "kind": "informational", "message": {"text": "x"}},
    {"ruleId": "A1", "suppressions": [{"kind": "inSource"}], "message": {"text": "x"}},
    {"ruleId": "A2", "suppressions": [{"kind": "external", "status": "rejected"}], "message": {"text": "x"}},
    {"ruleId": "A1", "baselineState": "absent", "message": {"text": "x"}}
  ]}]}"#;

#[test]
fn counts_results_by_the_level_of_result_and_rule() {
    let log = parse(LOG.as_bytes()).expect("log");
    assert_eq!((log.tools().as_str(), log.versions().as_str()), ("Analyzer", "2.3.1"));
    assert_eq!(log.results(), Counts { error: 2, warning: 2, note: 2, none: 1, suppressed: 1 });
    assert_eq!(log.results().in_words(), "2 errors, 2 warnings, 2 notes, 1 without level, 1 suppressed");
    let marked = [b"\xef\xbb\xbf".as_slice(), LOG.as_bytes()].concat();
    assert_eq!(parse(&marked).expect("with a mark"), log);
}

#[test]
fn several_runs_are_named_once_each() {
    let run = |name: &str, version: &str| {
        format!(r#"{{"tool": {{"driver": {{"name": "{name}"{version}}}}}, "results": []}}"#)
    };
    let runs = [run("a", r#", "version": "1""#), run("b", ""), run("a", r#", "version": "1""#)].join(",");
    let log = parse(format!(r#"{{"version": "2.1.0", "runs": [{runs}]}}"#).as_bytes()).expect("log");
    assert_eq!((log.tools().as_str(), log.versions().as_str()), ("a, b", "1, not stated"));
    assert_eq!(log.results(), Counts::default());
}

#[test]
fn rejects_logs_that_show_nothing_or_contradict_the_format() {
    let error = |text: &str| parse(text.as_bytes()).expect_err(text);
    assert!(matches!(error(&LOG.replace("\"2.1.0\", \"runs", "\"2.0.0\", \"runs")), SarifError::Version(_)));
    assert!(matches!(error(r#"{"version": "2.1.0", "runs": []}"#), SarifError::Runs(0)));
    assert!(matches!(error(r#"{"version": "2.1.0"}"#), SarifError::Runs(0)));
    assert!(matches!(error(&LOG.replace("\"results\"", "\"other\"")), SarifError::NoResults(1)));
    assert!(matches!(error(&LOG.replace("\"Analyzer\"", "\" \"")), SarifError::Tool(1)));
    assert!(matches!(error(&LOG.replace("true", "false")), SarifError::Unsuccessful(1)));
    assert!(matches!(
        error(&LOG.replace("\"level\": \"note\"", "\"level\": \"bad\"")),
        SarifError::Level { run: 1, .. }
    ));
    assert!(matches!(error("[]"), SarifError::Json(_)));
    assert!(matches!(error(r#"{"version": "2.1.0", "version": "2.1.0", "runs": []}"#), SarifError::Json(_)));
    assert!(matches!(error(&format!("{}{}", "[".repeat(200), "]".repeat(200))), SarifError::Json(_)));
}

#[test]
fn indexes_out_of_range_choose_the_default_level() {
    let text = r#"{"version": "2.1.0", "runs": [{"tool": {"driver": {"name": "a", "rules": []}}, "results": [
        {"ruleIndex": -1}, {"ruleIndex": 99}, {"rule": {"toolComponent": {"index": 9223372036854775807}, "index": 0}}]}]}"#;
    assert_eq!(parse(text.as_bytes()).expect("log").results().warning, 3);
}
