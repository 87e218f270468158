//! One small sample a dialect, shaped as its program writes it, and what must be refused.

use super::{CaseOutcome, JunitError, Report, fold, parse};
use crate::model::document::TestVerdict;

fn read(report: &str) -> Report {
    parse(report.as_bytes()).unwrap_or_else(|error| panic!("{error}\n{report}"))
}

#[track_caller]
fn assert_cases(report: &str, expected: &[(&str, CaseOutcome, &str)]) -> Report {
    let read = read(report);
    let got: Vec<(&str, CaseOutcome, &str)> = read
        .cases
        .iter()
        .map(|(name, case)| (name.as_str(), case.outcome, case.why.as_deref().unwrap_or_default()))
        .collect();
    assert_eq!(got, expected);
    read
}

use CaseOutcome::{Failed, Passed, Warned};

#[test]
fn surefire_keeps_reruns_flakes_skips_and_failures_of_a_class() {
    let report = r#"<?xml version="1.0" encoding="UTF-8"?>
<testsuite xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" version="3.0.2" name="com.example.PumpTest"
    time="1.204" tests="5" errors="1" skipped="1" failures="1" flakes="1" timestamp="2026-11-23T09:00:00">
  <properties><property name="java.version" value="21.0.4"/><property name="os.name" value="Linux"/></properties>
  <testcase name="starts" classname="com.example.PumpTest" time="0.01"/>
  <testcase name="stops" classname="com.example.PumpTest" time="0.01">
    <skipped message="needs the pump"/>
  </testcase>
  <testcase name="alarms" classname="com.example.PumpTest" time="0.02">
    <flakyFailure message="too late" type="AssertionError"><stackTrace>at x</stackTrace></flakyFailure>
    <flakyError type="IOException"><stackTrace>at y</stackTrace></flakyError>
  </testcase>
  <testcase name="doses" classname="com.example.PumpTest" time="0.02">
    <failure message="expected 2 was 3" type="AssertionError">at z</failure>
    <rerunFailure message="expected 2 was 3" type="AssertionError"><stackTrace>at z</stackTrace></rerunFailure>
  </testcase>
  <testcase name="" classname="com.example.PumpTest" time="0.0"><error type="IllegalState">setup</error></testcase>
</testsuite>"#;
    let read = assert_cases(
        report,
        &[
            ("com.example.PumpTest", Failed, "failed: setup"),
            ("com.example.PumpTest::alarms", Warned, "passed after 2 failed attempts"),
            ("com.example.PumpTest::doses", Failed, "failed (1 attempt after it failed too): expected 2 was 3"),
            ("com.example.PumpTest::starts", Passed, ""),
            ("com.example.PumpTest::stops", Warned, "skipped: needs the pump"),
        ],
    );
    assert_eq!(read.properties.get("java.version").map(String::as_str), Some("21.0.4"));
    assert_eq!(read.times, Some(("2026-11-23T09:00:00".to_owned(), "2026-11-23T09:00:00".to_owned())));
}

/// Pytest counts a failure in call and teardown once (two elements), and an error in teardown alone twice (one).
#[test]
fn pytest_counts_teardowns_its_own_way() {
    let report = r#"<?xml version="1.0" encoding="utf-8"?><testsuites name="pytest tests"><testsuite name="pytest"
errors="2" failures="1" skipped="2" tests="6" time="0.043" timestamp="2026-11-23T09:03:29.947361+00:00" hostname="vm">
<testcase classname="test_a" name="test_teardown" time="0.0"><error message="failed on teardown">x</error></testcase>
<testcase classname="test_a" name="test_double" time="0.0"><failure message="assert 0">x</failure></testcase>
<testcase classname="test_a" name="test_double" time="0.0"><error message="failed on teardown">x</error></testcase>
<testcase classname="test_a" name="test_p[1]" time="0.0"><properties><property name="req" value="SRS-1" /></properties>
</testcase>
<testcase classname="test_a" name="test_skip"><skipped type="pytest.skip" message="no pump">t.py:9: no pump</skipped></testcase>
<testcase classname="test_a" name="test_x"><skipped type="pytest.xfail" message="" /></testcase>
</testsuite></testsuites>"#;
    let read = assert_cases(
        report,
        &[
            ("test_a::test_double", Failed, "failed: assert 0"),
            ("test_a::test_p[1]", Passed, ""),
            ("test_a::test_skip", Warned, "skipped: no pump"),
            ("test_a::test_teardown", Failed, "failed: failed on teardown"),
            ("test_a::test_x", Warned, "skipped, without a reason"),
        ],
    );
    assert_eq!(read.cases["test_a::test_p[1]"].properties, [("req".to_owned(), "SRS-1".to_owned())]);
}

#[test]
fn nextest_counts_skipped_tests_as_disabled() {
    let report = r#"<?xml version="1.0" encoding="UTF-8"?>
<testsuites name="nextest-run" tests="3" failures="1" errors="0" uuid="6ba8" timestamp="2026-11-23T09:00:00.000+00:00" time="0.8">
  <testsuite name="pumpctl::bin/pumpctl" tests="3" disabled="1" errors="0" failures="1">
    <testcase name="dose::is_bounded" classname="pumpctl::bin/pumpctl" time="0.012"><flakyFailure timestamp="x"
      time="0.01" message="exit code 101" type="test failure with exit code 101">thread panicked</flakyFailure></testcase>
    <testcase name="dose::stops" classname="pumpctl::bin/pumpctl" time="0.012"><failure message="thread panicked"
      type="test failure with exit code 101">x</failure><rerunFailure time="0.01" type="test failure"/></testcase>
    <testcase name="dose::slow" classname="pumpctl::bin/pumpctl"><skipped/></testcase>
  </testsuite>
</testsuites>"#;
    assert_cases(
        report,
        &[
            ("pumpctl::bin/pumpctl::dose::is_bounded", Warned, "passed after 1 failed attempt"),
            ("pumpctl::bin/pumpctl::dose::slow", Warned, "skipped, without a reason"),
            ("pumpctl::bin/pumpctl::dose::stops", Failed, "failed (1 attempt after it failed too): thread panicked"),
        ],
    );
}

#[test]
fn jest_junit_keeps_skips_and_refuses_a_suite_that_broke_unseen() {
    let report = r#"<?xml version="1.0" encoding="UTF-8"?>
<testsuites name="jest tests" tests="2" failures="0" errors="0" time="1.2">
  <testsuite name="dose" errors="0" failures="0" skipped="1" timestamp="2026-11-23T09:00:00" time="0.6" tests="2">
    <testcase classname="dose is bounded" name="dose is bounded" time="0.004"></testcase>
    <testcase classname="dose is logged" name="dose is logged" time="0"><skipped/></testcase>
  </testsuite>
</testsuites>"#;
    assert_cases(
        report,
        &[
            ("dose is bounded::dose is bounded", Passed, ""),
            ("dose is logged::dose is logged", Warned, "skipped, without a reason"),
        ],
    );
    // A suite whose file cannot be loaded has an error and no test case, unless reportTestSuiteErrors is set.
    let broken = r#"<testsuites><testsuite name="ok" tests="1"><testcase name="a"/></testsuite>
        <testsuite name="broken" errors="1" failures="0" skipped="0" tests="0"/></testsuites>"#;
    assert!(matches!(parse(broken.as_bytes()), Err(JunitError::Count { attribute: "errors", .. })));
}

#[test]
fn gtest_keeps_disabled_and_skipped_tests_and_failures_outside_of_any() {
    let report = r#"<?xml version="1.0" encoding="UTF-8"?>
<testsuites tests="5" failures="2" disabled="1" errors="0" time="0.1" timestamp="2026-11-23T09:00:00.1" name="AllTests">
  <testsuite name="Dose" tests="4" failures="1" disabled="1" skipped="1" errors="0" time="0.1" timestamp="2026-11-23T09:00:00.2">
    <testcase name="Bounded" file="d.cc" line="3" status="run" result="completed" time="0." classname="Dose" />
    <testcase name="DISABLED_Old" file="d.cc" line="9" status="notrun" result="suppressed" time="0." classname="Dose" />
    <testcase name="Hardware" status="run" result="skipped" classname="Dose"><skipped message="d.cc:12&#x0A;no pump"><![CDATA[d.cc:12
no pump]]></skipped></testcase>
    <testcase name="Stops" status="run" result="completed" classname="Dose">
      <failure message="d.cc:20&#x0A;Value of: x" type=""><![CDATA[d.cc:20]]></failure>
      <failure message="d.cc:21" type=""><![CDATA[d.cc:21]]></failure>
    </testcase>
  </testsuite>
  <testsuite name="NonTestSuiteFailure" tests="1" failures="1" disabled="0" skipped="0" errors="0" time="0">
    <testcase name="" status="run" result="completed" time="0" classname=""><failure message="teardown" type=""/></testcase>
  </testsuite>
</testsuites>"#;
    assert_cases(
        report,
        &[
            ("Dose::Bounded", Passed, ""),
            ("Dose::DISABLED_Old", Warned, "disabled"),
            ("Dose::Hardware", Warned, "skipped: d.cc:12"),
            ("Dose::Stops", Failed, "failed: d.cc:20"),
            ("NonTestSuiteFailure", Failed, "failed: teardown"),
        ],
    );
}

#[test]
fn go_junit_report_keeps_subtests_and_failed_builds() {
    let report = r#"<?xml version="1.0" encoding="UTF-8"?>
<testsuites tests="4" failures="1" errors="1" skipped="1">
	<testsuite name="example.com/pump/dose" tests="3" failures="1" errors="0" id="0" hostname="vm" skipped="1" time="0.003" timestamp="2026-11-23T09:00:00Z">
		<properties><property name="go.version" value="go1.25.1 linux/amd64"></property></properties>
		<testcase name="TestDose" classname="example.com/pump/dose" time="0.000"></testcase>
		<testcase name="TestDose/bounded" classname="example.com/pump/dose" time="0.000"><failure message="Failed"><![CDATA[    d_test.go:9: too much]]></failure></testcase>
		<testcase name="TestPump" classname="example.com/pump/dose" time="0.000"><skipped message="d_test.go:12: no pump"></skipped></testcase>
	</testsuite>
	<testsuite name="example.com/pump/alarm" tests="1" failures="0" errors="1" id="1" time="0.000">
		<testcase name="[build failed]" classname="example.com/pump/alarm" time="0.000"><error message="Build error"/></testcase>
	</testsuite>
</testsuites>"#;
    assert_cases(
        report,
        &[
            ("example.com/pump/alarm::[build failed]", Failed, "failed: Build error"),
            ("example.com/pump/dose::TestDose", Passed, ""),
            ("example.com/pump/dose::TestDose/bounded", Failed, "failed: Failed"),
            ("example.com/pump/dose::TestPump", Warned, "skipped: d_test.go:12: no pump"),
        ],
    );
}

#[test]
fn nested_suites_count_their_own_cases_or_all() {
    for (outer, fits) in [("3", true), ("1", true), ("2", false), ("4", false)] {
        let report = format!(
            r#"<testsuites><testsuite name="outer" tests="{outer}"><testcase name="a"/><testsuite name="inner" tests="2">
            <testcase name="b"/><testcase name="c"/></testsuite></testsuite></testsuites>"#
        );
        assert_eq!(parse(report.as_bytes()).is_ok(), fits, "{outer}");
    }
    let deep = format!("{}<testcase name='a'/>{}", "<testsuite>".repeat(70), "</testsuite>".repeat(70));
    assert!(matches!(parse(deep.as_bytes()), Err(JunitError::TooDeep(_))));
    let hostile = format!("<testsuite>{}{}</testsuite>", "<a>".repeat(100_000), "</a>".repeat(100_000));
    assert!(parse(hostile.as_bytes()).is_err());
}

#[test]
fn a_name_has_its_worst_outcome_in_one_report_and_in_merged_shards() {
    let report =
        r#"<testsuite><testcase name="t"/><testcase name="t"><error/></testcase><testcase name="t"/></testsuite>"#;
    assert_eq!(read(report).cases["t"].outcome, Failed);
    let mut all = read(r#"<testsuite><testcase name="a"/><testcase name="b"/></testsuite>"#);
    all.merge(read(r#"<testsuite><testcase name="a"><skipped/></testcase></testsuite>"#));
    all.merge(read(r#"<testsuite><testcase name="b"><failure/></testcase><testcase name="c"/></testsuite>"#));
    let outcomes: Vec<CaseOutcome> = all.cases.values().map(|case| case.outcome).collect();
    assert_eq!(outcomes, [Warned, Failed, Passed]);
    assert_eq!(all.elements, 5);
    assert_eq!(fold(&all).result, TestVerdict::Failed);
    assert_eq!(fold(&all).passed, ["c"]);
}

#[test]
fn a_status_alone_decides_where_no_element_does() {
    for (status, outcome) in
        [("run", Passed), ("PASSED", Passed), ("notrun", Warned), ("fail", Failed), ("inconclusive", Warned)]
    {
        let report = format!(r#"<testsuite><testcase name="t" status="{status}"/></testsuite>"#);
        assert_eq!(read(&report).cases["t"].outcome, outcome, "{status}");
    }
}

#[test]
fn a_suite_that_broke_as_a_whole_is_a_failure() {
    let report = r#"<testsuite name="s" errors="1"><testcase name="t"/><error message="crashed"/></testsuite>"#;
    assert_cases(report, &[("s", Failed, "failed outside of its test cases: crashed"), ("t", Passed, "")]);
}

#[test]
fn rejects_reports_that_show_nothing() {
    assert!(matches!(parse(b"<testsuites/>"), Err(JunitError::Empty)));
    assert!(matches!(parse(b"<html/>"), Err(JunitError::Root(_))));
    assert!(matches!(parse(b"<testsuite><testcase/></testsuite>"), Err(JunitError::Unnamed(_))));
    assert!(matches!(parse(b"<testsuite><testcase name=''/></testsuite>"), Err(JunitError::Unnamed(_))));
    assert!(matches!(parse(b"<testsuite><x><testcase name='a'/></x></testsuite>"), Err(JunitError::Outside { .. })));
    assert!(matches!(parse(b"<testsuite><testcase name='a'>"), Err(JunitError::Xml(_))));
    assert!(matches!(parse(b"\xff"), Err(JunitError::NotUtf8(0))));
}

#[test]
fn rejects_reports_whose_numbers_do_not_fit() {
    for (numbers, attribute) in [
        (r#"tests="2""#, "tests"),
        (r#"tests="0""#, "tests"),
        (r#"tests="one""#, "tests"),
        (r#"tests="1" failures="1""#, "failures"),
        (r#"errors="2""#, "errors"),
        (r#"skipped="1""#, "skipped"),
        (r#"disabled="1""#, "disabled"),
        (r#"flakes="1""#, "flakes"),
    ] {
        for report in [
            format!(r#"<testsuite name="s" {numbers}><testcase name="a"/></testsuite>"#),
            format!(r#"<testsuites {numbers}><testsuite name="s"><testcase name="a"/></testsuite></testsuites>"#),
        ] {
            let error = parse(report.as_bytes()).expect_err(&report);
            assert!(matches!(&error, JunitError::Count { attribute: at, .. } if *at == attribute), "{error}");
        }
    }
    let hidden = br#"<testsuite failures="0"><testcase name="a"><failure/></testcase></testsuite>"#;
    assert!(matches!(parse(hidden), Err(JunitError::Count { attribute: "failures", .. })));
}

#[test]
fn rejects_entity_expansion() {
    let bomb = br#"<!DOCTYPE x [<!ENTITY a "aaaa">]><testsuite><testcase name="&a;"/></testsuite>"#;
    assert!(matches!(parse(bomb), Err(JunitError::Xml(_))));
}
