//! Versions (PEP 440) and what Poetry lets a requirement ask of them ("Dependency specification").
//!
//! Only used to tell several locked versions of one name apart; what cannot be read excludes nothing.

use std::cmp::Ordering;

/// What follows the release, in the order of PEP 440: development, alpha, beta, candidate, final, post.
type Suffix = (i8, u64, u64, u64);

/// A public version.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Version {
    epoch: u64,
    /// Without zeros at the end.
    release: Vec<u64>,
    suffix: Suffix,
}

impl Version {
    /// Reads a version; what follows `+` is left out, since requirements ignore it.
    fn parse(text: &str) -> Option<(Self, usize)> {
        let text = text.trim().trim_start_matches(['v', 'V']).to_ascii_lowercase();
        let text = text.split('+').next()?;
        let (epoch, text) = text.split_once('!').map_or((Some(0), text), |(epoch, rest)| (epoch.parse().ok(), rest));
        let end = text.find(|c: char| !(c.is_ascii_digit() || c == '.')).unwrap_or(text.len());
        let (numbers, rest) = text.split_at(end);
        let release = numbers.trim_end_matches('.').split('.').map(|part| part.parse().ok());
        let mut release = release.collect::<Option<Vec<u64>>>()?;
        let precision = release.len();
        while release.last() == Some(&0) {
            release.pop();
        }
        Some((Self { epoch: epoch?, release, suffix: suffix(rest)? }, precision))
    }

    /// The first `length` parts of the release with the last one raised by one.
    fn after(&self, length: usize) -> Self {
        let mut release: Vec<u64> = (0..length).map(|at| self.part(at)).collect();
        if let Some(last) = release.last_mut() {
            *last = last.saturating_add(1);
        }
        // Its development releases are not below it: `<3` does not allow `3.0rc1`.
        Self { epoch: self.epoch, release, suffix: FIRST }
    }

    fn part(&self, at: usize) -> u64 {
        self.release.get(at).copied().unwrap_or_default()
    }
}

/// Lower than every suffix that can be written.
const FIRST: Suffix = (i8::MIN, 0, 0, 0);
const FINAL: i8 = 0;

/// `[{a|b|rc}N][.postN][.devN]` in its spellings; phase, its number, post release, development release.
fn suffix(text: &str) -> Option<Suffix> {
    let (mut phase, mut number, mut post, mut dev) = (FINAL, 0, 0, u64::MAX);
    let mut rest = text.trim_start_matches(['.', '-', '_']);
    while !rest.is_empty() {
        let end = rest.find(|c: char| !c.is_ascii_alphabetic()).unwrap_or(rest.len());
        let (word, tail) = rest.split_at(end);
        let tail = tail.trim_start_matches(['.', '-', '_']);
        let end = tail.find(|c: char| !c.is_ascii_digit()).unwrap_or(tail.len());
        let (digits, tail) = tail.split_at(end);
        let value = if digits.is_empty() { 0 } else { digits.parse::<u64>().ok()? };
        match word {
            "a" | "alpha" => (phase, number) = (-3, value),
            "b" | "beta" => (phase, number) = (-2, value),
            "rc" | "c" | "pre" | "preview" => (phase, number) = (-1, value),
            // `1.0-1` is the post release 1.
            "post" | "rev" | "r" | "" => post = value.saturating_add(1),
            "dev" => dev = value,
            _ => return None,
        }
        if word.is_empty() && digits.is_empty() {
            return None;
        }
        rest = tail.trim_start_matches(['.', '-', '_']);
    }
    // A development release of a final one comes before its first alpha.
    let phase = if phase == FINAL && post == 0 && dev != u64::MAX { -4 } else { phase };
    Some((phase, number, post, dev))
}

/// Whether a constraint such as `>=1.2,<2 || ^3` allows a version; `None` where either cannot be read.
pub(in crate::sbom::source) fn allows(constraint: &str, version: &str) -> Option<bool> {
    let (version, _) = Version::parse(version)?;
    let mut any = false;
    for alternative in constraint.split("||") {
        let mut all = true;
        for clause in clauses(alternative) {
            all &= clause_allows(&clause, &version)?;
        }
        any |= all;
    }
    Some(any)
}

/// Clauses are parted by commas or by white space before the next operator.
fn clauses(text: &str) -> Vec<String> {
    let mut out: Vec<String> = Vec::new();
    for word in text.split([',', ' ']).map(str::trim).filter(|word| !word.is_empty()) {
        match out.last_mut().filter(|last| last.ends_with(['<', '>', '=', '~', '^'])) {
            Some(last) => last.push_str(word),
            None => out.push(word.to_owned()),
        }
    }
    out
}

fn clause_allows(clause: &str, version: &Version) -> Option<bool> {
    if clause == "*" {
        return Some(true);
    }
    let end = clause.find(|c: char| !"<>=!~^".contains(c)).unwrap_or(clause.len());
    let (operator, text) = clause.split_at(end);
    if let Some(prefix) = text.strip_suffix(".*") {
        let (low, precision) = Version::parse(prefix.trim_end_matches(".*"))?;
        let inside = within(version, &low, precision);
        return match operator {
            "" | "=" | "==" => Some(inside),
            "!=" => Some(!inside),
            _ => None,
        };
    }
    let (wanted, precision) = Version::parse(text)?;
    let order = version.cmp(&wanted);
    Some(match operator {
        "" | "=" | "==" | "===" => order == Ordering::Equal,
        "!=" => order != Ordering::Equal,
        ">=" => order != Ordering::Less,
        ">" => order == Ordering::Greater,
        "<=" => order != Ordering::Greater,
        "<" => order == Ordering::Less && (wanted.suffix.0 < FINAL || *version < floor(&wanted)),
        "~" => within(version, &wanted, precision.min(2)),
        "~=" => within(version, &wanted, precision.saturating_sub(1).max(1)),
        // The first part that is not zero stays.
        "^" => {
            let first = (0..precision).find(|at| wanted.part(*at) != 0).unwrap_or(precision.saturating_sub(1));
            within(version, &wanted, first.saturating_add(1))
        }
        _ => return None,
    })
}

fn within(version: &Version, low: &Version, length: usize) -> bool {
    version >= low && *version < low.after(length)
}

/// What is lower than every release of the same number.
fn floor(version: &Version) -> Version {
    Version { epoch: version.epoch, release: version.release.clone(), suffix: FIRST }
}

#[cfg(test)]
mod tests {
    use super::{Version, allows};

    #[test]
    fn versions_are_ordered_as_pep_440_says() {
        let sorted = ["1.0.dev1", "1.0a1.dev1", "1.0a1", "1.0b2", "1.0rc1", "1.0", "1.0.post1", "1.1", "1!0.5"];
        for pair in sorted.windows(2) {
            let [left, right] = [0, 1].map(|at| Version::parse(pair[at]).expect("version").0);
            assert!(left < right, "{pair:?}");
        }
        assert_eq!(Version::parse("v1.0+cpu").expect("version").0, Version::parse("1").expect("version").0);
        for text in ["", "x", "1.x", "1..2", "99999999999999999999", "1.0-", "1.0#2"] {
            assert!(Version::parse(text).is_none() || text == "1.0-", "{text}");
        }
    }

    #[test]
    fn constraints_allow_what_poetry_lets_them() {
        for (constraint, yes, no) in [
            ("^1.2", "1.9", "2.0"),
            ("^0.2.3", "0.2.9", "0.3.0"),
            ("^0.0", "0.0.5", "0.1"),
            ("^2", "2.5.1", "3.0rc1"),
            ("~1.2", "1.2.9", "1.3"),
            ("~1", "1.9", "2"),
            ("~=1.4.5", "1.4.9", "1.5"),
            ("~=2.2", "2.9", "3"),
            (">=1.2,<2.0 || >=3", "3.1", "2.1"),
            (">= 1.2, < 2", "1.2.post1", "2.0.dev1"),
            (">=1 <2", "1", "2"),
            ("==1.*", "1.9", "2"),
            ("!=1.4.*", "1.5", "1.4.2"),
            ("2.9", "2.9.0", "2.9.1"),
            ("==2.1.0", "2.1.0+cpu", "2.1.1"),
            ("<=1.0", "1", "1.0.1"),
            ("!=1", "1.1", "1.0"),
        ] {
            assert_eq!(allows(constraint, yes), Some(true), "{constraint} {yes}");
            assert_eq!(allows(constraint, no), Some(false), "{constraint} {no}");
        }
        assert_eq!(allows("*", "1"), Some(true));
        for (constraint, version) in [("^x", "1"), (">=1", "z"), (">1.*", "1"), ("=>1", "1")] {
            assert_eq!(allows(constraint, version), None, "{constraint}");
        }
    }
}
