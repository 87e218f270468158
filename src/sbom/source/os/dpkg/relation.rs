//! Relations between packages: `a (>= 1.2) | b:any, c` (Debian Policy 7.1).

use std::cmp::Ordering;

use super::version;

/// One package that a relation names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Atom<'a> {
    pub(super) name: &'a str,
    /// Architecture, `any` or `native`, where one is named.
    pub(super) arch: Option<&'a str>,
    /// Operator and version.
    pub(super) wanted: Option<(&'a str, &'a str)>,
}

const OPERATORS: [&str; 7] = ["<<", "<=", ">=", ">>", "=", "<", ">"];

impl<'a> Atom<'a> {
    fn read(text: &'a str) -> Result<Self, String> {
        let fail = || format!("{text:.80?} is no relation (expected name, or name (>= version))");
        let (head, wanted) = match text.split_once('(') {
            None => (text, None),
            Some((head, rest)) => {
                let inside = rest.trim_end().strip_suffix(')').ok_or_else(fail)?.trim();
                let operator = OPERATORS.into_iter().find(|known| inside.starts_with(known)).ok_or_else(fail)?;
                (head, Some((operator, inside[operator.len()..].trim())))
            }
        };
        let head = head.trim();
        let (name, arch) = head.split_once(':').map_or((head, None), |(name, arch)| (name, Some(arch)));
        let is_word = |text: &str| !text.is_empty() && !text.contains(char::is_whitespace);
        if !is_word(name) || !arch.is_none_or(is_word) || wanted.is_some_and(|(_, version)| !is_word(version)) {
            return Err(fail());
        }
        Ok(Self { name, arch, wanted })
    }

    /// The version that is provided, where the relation stands in `Provides`.
    pub(super) fn version(&self) -> Option<&'a str> {
        self.wanted.filter(|(operator, _)| *operator == "=").map(|(_, version)| version)
    }

    /// Whether a version, or a thing without one, is as wanted.
    pub(super) fn fits(&self, provided: Option<&str>) -> bool {
        let Some((operator, wanted)) = self.wanted else { return true };
        let Some(order) = provided.map(|provided| version::compare(provided, wanted)) else { return false };
        match operator {
            "<<" => order == Ordering::Less,
            ">>" => order == Ordering::Greater,
            "=" => order == Ordering::Equal,
            // The old `<` and `>` mean the same as `<=` and `>=`.
            "<=" | "<" => order != Ordering::Greater,
            _ => order != Ordering::Less,
        }
    }
}

/// A field: what is needed, each with its alternatives.
pub(super) fn read(field: &str) -> Result<Vec<Vec<Atom<'_>>>, String> {
    let parts = field.split(',').map(str::trim).filter(|part| !part.is_empty());
    parts.map(|part| part.split('|').map(|text| Atom::read(text.trim())).collect()).collect()
}

/// As people write it.
pub(super) fn written(alternatives: &[Atom<'_>]) -> String {
    let one = |atom: &Atom<'_>| match atom.wanted {
        Some((operator, version)) => format!("{} ({operator} {version})", atom.name),
        None => atom.name.to_owned(),
    };
    alternatives.iter().take(8).map(one).collect::<Vec<_>>().join(" | ")
}

#[cfg(test)]
mod tests {
    use super::{read, written};

    #[test]
    fn reads_alternatives_versions_and_architectures() {
        let field = "libc6 (>= 2.36), debconf (>= 0.5) | debconf-2.0, perl:any, a(<<1)";
        let read = read(field).expect("relations");
        let words: Vec<String> = read.iter().map(|alternatives| written(alternatives)).collect();
        assert_eq!(words, ["libc6 (>= 2.36)", "debconf (>= 0.5) | debconf-2.0", "perl", "a (<< 1)"]);
        assert_eq!(read[2][0].arch, Some("any"));
    }

    #[test]
    fn refuses_what_is_no_relation() {
        for field in ["a (1)", "a (>= 1", "a b", "| a", "a (>= )", "a:", "a |", "a (>= 1) x"] {
            assert!(read(field).is_err(), "{field}");
        }
    }

    #[test]
    fn versions_fit_by_their_operator() {
        for (field, version, fits) in [
            ("a (>= 2)", Some("2"), true),
            ("a (>= 2)", Some("2~rc1"), false),
            ("a (<< 2)", Some("2~rc1"), true),
            ("a (>> 2)", Some("1:0"), true),
            ("a (= 2)", Some("2-0"), true),
            ("a (<= 2)", Some("3"), false),
            ("a (>= 2)", None, false),
            ("a", None, true),
        ] {
            assert_eq!(read(field).expect("relation")[0][0].fits(version), fits, "{field} {version:?}");
        }
    }
}
