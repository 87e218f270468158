//! LCOV tracefiles (geninfo(1)): sections from `SF:` to `end_of_record`, lines as `DA:`, branches as `BRDA:`.
//!
//! Lines are counted from `DA:` records, each line of a section once. The totals `LF`, `LH`, `BRF` and `BRH` come
//! from the writer's own sums, which differ between writers; they must only be possible.

use std::collections::BTreeMap;

use super::{Coverage, CoverageError, Covered, Format};

/// Records that we pass over: names, functions, conditions, versions.
const OTHERS: [&str; 14] =
    ["TN", "VER", "FN", "FNDA", "FNF", "FNH", "FNL", "FNA", "MCDC", "MCF", "MCH", "BRC", "BA", "KF"];

/// Longest record shown, in characters.
const MAX_SHOWN: usize = 60;

/// Whether the text begins as a tracefile does.
pub(super) fn begins(text: &str) -> bool {
    ["TN:", "SF:", "VER:", "#"].iter().any(|start| text.starts_with(start)) && text.contains("SF:")
}

/// A section in the making.
#[derive(Default)]
struct Section {
    lines: BTreeMap<u64, bool>,
    branches: Covered,
    found: Totals,
}

/// What the writer sums up: found and hit.
#[derive(Default)]
struct Totals {
    lines: (Option<u64>, Option<u64>),
    branches: (Option<u64>, Option<u64>),
}

pub(super) fn parse(text: &str) -> Result<Coverage, CoverageError> {
    let (mut lines, mut branches) = (Covered::default(), Covered::default());
    let mut section: Option<Section> = None;
    for (at, record) in text.lines().enumerate() {
        let record = record.trim_end();
        let refused =
            |expected| CoverageError::Record { line: at + 1, got: record.chars().take(MAX_SHOWN).collect(), expected };
        if record.is_empty() || record.starts_with('#') {
            continue;
        }
        if record == "end_of_record" {
            let ended = section.take().ok_or_else(|| refused("SF: before end_of_record"))?;
            ended.close(&mut lines, &mut branches)?;
            continue;
        }
        let (key, value) = record.split_once(':').ok_or_else(|| refused("a record such as DA:12,1"))?;
        match (key, &mut section) {
            ("SF", None) => section = Some(Section::default()),
            ("SF", Some(_)) => return Err(refused("end_of_record before the next SF:")),
            (key, _) if OTHERS.contains(&key) => {}
            (key, Some(section)) => section.take(key, value).map_err(refused)?,
            (_, None) => return Err(refused("SF: before any other record")),
        }
    }
    if section.is_some() {
        return Err(CoverageError::Unended);
    }
    let branches = (branches.valid > 0).then_some(branches);
    Ok(Coverage { format: Format::Lcov, version: None, lines, branches })
}

impl Section {
    /// Takes a record; what was expected where it is none.
    fn take(&mut self, key: &str, value: &str) -> Result<(), &'static str> {
        let total = || value.trim().parse::<u64>().map(Some).map_err(|_| "a whole number");
        match key {
            "DA" => {
                let expected = "DA:<line>,<count>";
                let mut parts = value.split(',');
                let line = parts.next().and_then(|line| line.trim().parse().ok()).ok_or(expected)?;
                // Old versions of gcov give negative counts where the counter overflowed: it ran.
                let count: i128 = parts.next().and_then(|count| count.trim().parse().ok()).ok_or(expected)?;
                *self.lines.entry(line).or_default() |= count != 0;
            }
            "BRDA" => {
                // The third field, the branch, may be an expression with commas of its own.
                let (_, taken) = value.rsplit_once(',').ok_or("BRDA:<line>,<block>,<branch>,<taken>")?;
                let taken = taken.trim();
                if taken != "-" && taken.parse::<i128>().is_err() {
                    return Err("BRDA:<line>,<block>,<branch>,<taken>, taken being a number or -");
                }
                self.branches.add(!matches!(taken, "-" | "0"));
            }
            "LF" => self.found.lines.0 = total()?,
            "LH" => self.found.lines.1 = total()?,
            "BRF" => self.found.branches.0 = total()?,
            "BRH" => self.found.branches.1 = total()?,
            _ => return Err("a record of geninfo(1)"),
        }
        Ok(())
    }

    fn close(self, lines: &mut Covered, branches: &mut Covered) -> Result<(), CoverageError> {
        for (what, (found, hit)) in [("lines", self.found.lines), ("branches", self.found.branches)] {
            if let (Some(found), Some(hit)) = (found, hit) {
                Covered::new(what, hit, found)?;
            }
        }
        self.lines.values().for_each(|ran| lines.add(*ran));
        branches.covered += self.branches.covered;
        branches.valid += self.branches.valid;
        Ok(())
    }
}
