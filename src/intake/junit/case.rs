//! One `<testcase>`: its name, how it ended and why.

use roxmltree::Node;

use super::{Case, CaseOutcome, JunitError};

/// Longest test name kept, in characters.
const MAX_TEST_NAME: usize = 400;

/// Longest reason or property kept, in characters.
const MAX_WORDS: usize = 200;

/// Most properties kept of one test.
pub(super) const MAX_PROPERTIES: usize = 100;

/// A case as read, with what suites count.
pub(super) struct Read {
    pub(super) name: String,
    pub(super) case: Case,
    /// `failure` elements.
    pub(super) failures: usize,
    /// `error` elements.
    pub(super) errors: usize,
    /// Whether a `skipped` element is there.
    pub(super) skipped: bool,
    /// Whether it is said not to have run.
    pub(super) idle: bool,
    /// Whether it passed after a failure.
    pub(super) flaky: bool,
}

/// Reads a case of the suite of this name.
pub(super) fn read(node: Node<'_, '_>, suite: &str) -> Result<Read, JunitError> {
    let children = |tags: &[&str]| {
        let fits = |child: &Node<'_, '_>| tags.iter().any(|tag| child.has_tag_name(*tag));
        node.children().filter(fits).count()
    };
    let (failures, errors) = (children(&["failure"]), children(&["error"]));
    let reruns = children(&["rerunFailure", "rerunError"]);
    let flaky = children(&["flakyFailure", "flakyError"]);
    let said = Said::of(node);
    let skipped = child(node, &["skipped"]);
    let disabled = children(&["disabled"]) > 0 || said == Said::NotRun;
    let (outcome, why) = if failures + errors + reruns > 0 || said == Said::Failed {
        (CaseOutcome::Failed, Some(failure_in_words(node, reruns)))
    } else if let Some(skipped) = skipped {
        (CaseOutcome::Warned, Some(skip_in_words(skipped)))
    } else if disabled {
        (CaseOutcome::Warned, Some("disabled".to_owned()))
    } else if flaky > 0 {
        let attempts = crate::model::text::counted(flaky, "failed attempt", "failed attempts");
        (CaseOutcome::Warned, Some(format!("passed after {attempts}")))
    } else if let Said::Other(word) = said {
        (CaseOutcome::Warned, Some(format!("ended with the status {word:?}")))
    } else {
        (CaseOutcome::Passed, None)
    };
    Ok(Read {
        name: name_of(node, suite)?,
        case: Case { outcome, why, properties: properties(node) },
        failures,
        errors,
        skipped: skipped.is_some(),
        idle: disabled,
        flaky: flaky > 0,
    })
}

/// What `status` and `result` say (gtest, CTest); absent and unremarkable words say nothing.
#[derive(PartialEq, Eq)]
enum Said {
    Nothing,
    NotRun,
    Failed,
    Other(String),
}

impl Said {
    fn of(node: Node<'_, '_>) -> Self {
        let words = ["result", "status"].into_iter().filter_map(|key| node.attribute(key));
        let said: Vec<Self> = words.map(Self::word).collect();
        let first = |wanted: &dyn Fn(&Self) -> bool| said.iter().position(wanted);
        let at = first(&|said| *said == Self::Failed)
            .or_else(|| first(&|said| *said == Self::NotRun))
            .or_else(|| first(&|said| matches!(said, Self::Other(_))));
        at.and_then(|at| said.into_iter().nth(at)).unwrap_or(Self::Nothing)
    }

    fn word(word: &str) -> Self {
        match word.to_ascii_lowercase().as_str() {
            "" | "run" | "completed" | "finished" | "pass" | "passed" | "ok" | "success" | "successful" => {
                Self::Nothing
            }
            "notrun" | "not run" | "disabled" | "suppressed" | "skipped" | "ignored" | "pending" => Self::NotRun,
            "fail" | "failed" | "failure" | "error" | "errored" | "broken" => Self::Failed,
            _ => Self::Other(word.chars().take(40).collect()),
        }
    }
}

/// `class::name`. A failure outside of any test has an empty name: Surefire names the class then, gtest the suite.
fn name_of(node: Node<'_, '_>, suite: &str) -> Result<String, JunitError> {
    let given = |key| node.attribute(key).filter(|text| !text.trim().is_empty());
    let full = match (given("classname"), given("name")) {
        (Some(class), Some(name)) => format!("{class}::{name}"),
        (None, Some(name)) => name.to_owned(),
        (Some(class), None) if node.has_attribute("name") => class.to_owned(),
        (None, None) if node.has_attribute("name") && !suite.is_empty() => suite.to_owned(),
        _ => return Err(JunitError::Unnamed(node.range().start)),
    };
    Ok(full.chars().take(MAX_TEST_NAME).collect())
}

fn child<'a, 'i>(node: Node<'a, 'i>, tags: &[&str]) -> Option<Node<'a, 'i>> {
    node.children().find(|child| tags.iter().any(|tag| child.has_tag_name(*tag)))
}

fn failure_in_words(node: Node<'_, '_>, reruns: usize) -> String {
    let cause = child(node, &["failure", "error", "rerunFailure", "rerunError"]);
    let again = if reruns > 0 {
        format!(" ({} too)", crate::model::text::counted(reruns, "attempt after it failed", "attempts after it failed"))
    } else {
        String::new()
    };
    match cause.and_then(message) {
        Some(message) => format!("failed{again}: {message}"),
        None => format!("failed{again}"),
    }
}

fn skip_in_words(skipped: Node<'_, '_>) -> String {
    message(skipped).map_or_else(|| "skipped, without a reason".to_owned(), |message| format!("skipped: {message}"))
}

/// The attribute `message`, else the first line of the text.
pub(super) fn message(node: Node<'_, '_>) -> Option<String> {
    let text = node.attribute("message").filter(|text| !text.trim().is_empty()).or_else(|| node.text())?;
    let line = text.lines().map(str::trim).find(|line| !line.is_empty())?;
    Some(line.chars().take(MAX_WORDS).collect())
}

/// `<properties>` below a case or a suite.
pub(super) fn properties(node: Node<'_, '_>) -> Vec<(String, String)> {
    let lists = node.children().filter(|child| child.has_tag_name("properties"));
    let all = lists.flat_map(|list| list.children().filter(|child| child.has_tag_name("property")));
    let kept = |text: &str| text.chars().take(MAX_WORDS).collect::<String>();
    let pairs = all.filter_map(|property| {
        let name = property.attribute("name").filter(|name| !name.is_empty())?;
        let value = property.attribute("value").or_else(|| property.text()).unwrap_or_default();
        Some((kept(name), kept(value)))
    });
    pairs.take(MAX_PROPERTIES).collect()
}
