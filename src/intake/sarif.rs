//! SARIF 2.1.0 (OASIS, 2020-03-27): which tool ran, and how many results it has at each level.
//!
//! A result's level is its own, else that of the rule's default configuration, else `warning`; a result whose kind
//! is not `fail` has the level `none` (3.27.10). Results marked absent are of an earlier run and are not counted;
//! suppressed ones are counted apart. Overrides of rules by an invocation are not read.

mod wire;

use std::collections::HashMap;

use crate::model::json::{self, JsonError};

use wire::{LogWire, ResultWire, RuleWire, RunWire, SuppressionWire, ToolWire};

/// Largest log, in bytes.
pub const MAX_BYTES: usize = 64 << 20;

/// Most runs in a log.
const MAX_RUNS: usize = 1000;

/// Longest name or version kept, in characters.
const MAX_WORD: usize = 80;

/// What a log says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Log {
    /// Its runs, at least one.
    pub runs: Vec<Run>,
}

/// One run of one tool.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Run {
    /// Name of the tool.
    pub tool: String,
    /// Its version, where stated.
    pub version: Option<String>,
    /// Results by level.
    pub results: Counts,
}

/// Numbers of results.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Counts {
    /// Level `error`.
    pub error: usize,
    /// Level `warning`.
    pub warning: usize,
    /// Level `note`.
    pub note: usize,
    /// Level `none`.
    pub none: usize,
    /// Suppressed, whatever their level; not counted above.
    pub suppressed: usize,
}

impl Counts {
    /// `2 errors, 0 warnings, 1 note, 0 without level, 3 suppressed`.
    #[must_use]
    pub fn in_words(&self) -> String {
        use crate::model::text::counted;
        format!(
            "{}, {}, {}, {} without level, {} suppressed",
            counted(self.error, "error", "errors"),
            counted(self.warning, "warning", "warnings"),
            counted(self.note, "note", "notes"),
            self.none,
            self.suppressed
        )
    }
}

impl Log {
    /// Names of the tools, each once, in the order of the runs.
    #[must_use]
    pub fn tools(&self) -> String {
        distinct(self.runs.iter().map(|run| run.tool.clone()))
    }

    /// Versions of the tools, each once, in the order of the runs; `not stated` where there is none.
    #[must_use]
    pub fn versions(&self) -> String {
        let versions = self.runs.iter().map(|run| run.version.clone());
        distinct(versions.map(|version| version.unwrap_or_else(|| "not stated".to_owned())))
    }

    /// All results.
    #[must_use]
    pub fn results(&self) -> Counts {
        let add = |all: Counts, run: &Run| Counts {
            error: all.error + run.results.error,
            warning: all.warning + run.results.warning,
            note: all.note + run.results.note,
            none: all.none + run.results.none,
            suppressed: all.suppressed + run.results.suppressed,
        };
        self.runs.iter().fold(Counts::default(), add)
    }
}

fn distinct(words: impl Iterator<Item = String>) -> String {
    let mut seen = std::collections::HashSet::new();
    words.filter(|word| seen.insert(word.clone())).collect::<Vec<_>>().join(", ")
}

/// Why a log was refused. Runs are counted from 1.
#[derive(Debug, thiserror::Error)]
pub enum SarifError {
    /// Too many bytes.
    #[error("SARIF log has {0} bytes (expected at most {MAX_BYTES})")]
    TooLarge(usize),
    /// No JSON, or of another shape.
    #[error("SARIF log cannot be read: {0}")]
    Json(#[from] JsonError),
    /// Another version of the format.
    #[error("SARIF version is {0:?} (expected \"2.1.0\")")]
    Version(String),
    /// Without runs, or with too many.
    #[error("SARIF log has {0} runs (expected 1 to {MAX_RUNS})")]
    Runs(usize),
    /// A tool without a name.
    #[error("the tool of run {0} has no name")]
    Tool(usize),
    /// The tool did not look for anything, or wrote its results to another file.
    #[error("run {0} has no list of results (expected one, empty where nothing was found)")]
    NoResults(usize),
    /// The tool says that it did not end well.
    #[error("run {0} did not end well, by the tool's own word, so that results may be missing")]
    Unsuccessful(usize),
    /// A level that the format does not know.
    #[error("run {run} has a result of level {level:?} (expected error, warning, note or none)")]
    Level {
        /// Which run.
        run: usize,
        /// As given.
        level: String,
    },
}

/// Reads a log.
///
/// # Errors
/// [`SarifError`].
pub fn parse(bytes: &[u8]) -> Result<Log, SarifError> {
    if bytes.len() > MAX_BYTES {
        return Err(SarifError::TooLarge(bytes.len()));
    }
    // Some tools write a byte-order mark.
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    json::check_foreign(bytes)?;
    let wire: LogWire = serde_json::from_slice(bytes).map_err(JsonError::Shape)?;
    if wire.version != "2.1.0" {
        return Err(SarifError::Version(wire.version.chars().take(20).collect()));
    }
    let runs = wire.runs.unwrap_or_default();
    if runs.is_empty() || runs.len() > MAX_RUNS {
        return Err(SarifError::Runs(runs.len()));
    }
    let runs = runs.iter().enumerate().map(|(at, run)| read_run(at + 1, run)).collect::<Result<_, _>>()?;
    Ok(Log { runs })
}

fn read_run(number: usize, run: &RunWire) -> Result<Run, SarifError> {
    let driver = &run.tool.driver;
    let word = |text: &str| crate::model::text::for_terminal(text.trim()).chars().take(MAX_WORD).collect::<String>();
    if !crate::model::text::shows_something(&driver.name) {
        return Err(SarifError::Tool(number));
    }
    if run.invocations.iter().any(|invocation| invocation.execution_successful == Some(false)) {
        return Err(SarifError::Unsuccessful(number));
    }
    let results = run.results.as_ref().ok_or(SarifError::NoResults(number))?;
    let rules = Rules::of(&run.tool);
    let mut counts = Counts::default();
    for result in results.iter().filter(|result| result.baseline_state.as_deref() != Some("absent")) {
        let level = rules.level_of(result);
        let place = match level {
            _ if is_suppressed(result) => &mut counts.suppressed,
            "error" => &mut counts.error,
            "warning" => &mut counts.warning,
            "note" => &mut counts.note,
            "none" => &mut counts.none,
            other => return Err(SarifError::Level { run: number, level: other.chars().take(20).collect() }),
        };
        *place += 1;
    }
    let version = driver.semantic_version.as_deref().or(driver.version.as_deref());
    let version = version.filter(|text| crate::model::text::shows_something(text)).map(word);
    Ok(Run { tool: word(&driver.name), version, results: counts })
}

/// A suppression counts once it is accepted; without a status it is (3.35.3).
fn is_suppressed(result: &ResultWire) -> bool {
    let counts = |one: &SuppressionWire| one.status.as_deref().is_none_or(|status| status == "accepted");
    result.suppressions.as_ref().is_some_and(|all| !all.is_empty() && all.iter().all(counts))
}

/// Default levels of rules, of the driver first and then of each extension.
struct Rules<'a> {
    components: Vec<(&'a [RuleWire], HashMap<&'a str, usize>)>,
}

impl<'a> Rules<'a> {
    fn of(tool: &'a ToolWire) -> Self {
        let components = std::iter::once(&tool.driver).chain(&tool.extensions).map(|component| {
            let ids = component.rules.iter().enumerate().map(|(at, rule)| (rule.id.as_str(), at));
            (component.rules.as_slice(), ids.collect())
        });
        Self { components: components.collect() }
    }

    fn level_of<'r>(&'r self, result: &'r ResultWire) -> &'r str {
        if result.kind.as_deref().is_some_and(|kind| kind != "fail") {
            return "none";
        }
        result.level.as_deref().or_else(|| self.default_of(result)).unwrap_or("warning")
    }

    fn default_of(&self, result: &ResultWire) -> Option<&str> {
        let reference = result.rule.as_ref();
        let place = |index: Option<i64>| index.and_then(|index| usize::try_from(index).ok());
        let extension = reference.and_then(|rule| place(rule.tool_component.as_ref()?.index));
        let (rules, ids) = self.components.get(extension.map_or(0, |extension| extension.saturating_add(1)))?;
        let index = place(result.rule_index).or_else(|| place(reference?.index));
        let id = result.rule_id.as_deref().or_else(|| reference?.id.as_deref());
        // A rule's id may be that of a rule above it in a hierarchy, `CA1000/1` of `CA1000` (3.27.5).
        let by_id = |id: &str| ids.get(id).or_else(|| ids.get(id.rsplit_once('/')?.0)).copied();
        let rule = rules.get(index.or_else(|| by_id(id?))?)?;
        rule.default_configuration.as_ref()?.level.as_deref()
    }
}

#[cfg(test)]
mod tests;
