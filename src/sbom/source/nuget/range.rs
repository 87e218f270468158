//! Ranges of versions (NuGet documentation, "Package versioning", "Version ranges").

use std::cmp::Ordering;

use semver::Prerelease;

/// A version of up to four numbers. Floating ones (`1.*`) are kept as text.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Version {
    Fixed([u64; 4], Prerelease),
    Floating(String),
}

impl Version {
    fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        if text.contains('*') {
            return Some(Self::Floating(text.to_ascii_lowercase()));
        }
        let text = text.split_once('+').map_or(text, |(before, _)| before);
        let (numbers, pre) = text.split_once('-').map_or((text, ""), |(numbers, pre)| (numbers, pre));
        let mut parts = [0; 4];
        for (at, number) in numbers.split('.').enumerate() {
            *parts.get_mut(at)? = number.parse().ok()?;
        }
        // Labels are compared without regard to case.
        Some(Self::Fixed(parts, Prerelease::new(&pre.to_ascii_lowercase()).ok()?))
    }

    fn order(&self, other: &Self) -> Option<Ordering> {
        match (self, other) {
            (Self::Fixed(left, a), Self::Fixed(right, b)) => Some((left, a).cmp(&(right, b))),
            _ => None,
        }
    }
}

/// Each bound with whether it is part of the range; `None` is open.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Range {
    low: Option<(Version, bool)>,
    high: Option<(Version, bool)>,
}

impl Range {
    /// `1.0`, `[1.0]`, `(1.0, 2.0]` and the like; `None` where it is no range.
    pub(super) fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        let Some(inside) = text.strip_prefix(['[', '(']) else {
            return Some(Self { low: Some((Version::parse(text)?, true)), high: None });
        };
        let inside_out = inside.strip_suffix([']', ')'])?;
        let (opens, closes) = (text.starts_with('['), text.ends_with(']'));
        let bound = |text: &str, kept: bool| match text.trim() {
            "" => Some(None),
            text => Version::parse(text).map(|version| Some((version, kept))),
        };
        match inside_out.split_once(',') {
            Some((low, high)) => Some(Self { low: bound(low, opens)?, high: bound(high, closes)? }),
            None if opens && closes => {
                let version = Version::parse(inside_out)?;
                Some(Self { low: Some((version.clone(), true)), high: Some((version, true)) })
            }
            None => None,
        }
    }

    /// Whether it allows a version; `None` where that cannot be told.
    pub(super) fn allows(&self, version: &str) -> Option<bool> {
        let version = Version::parse(version)?;
        let side = |bound: &Option<(Version, bool)>, inner: Ordering| match bound {
            None => Some(true),
            Some((bound, kept)) => version.order(bound).map(|order| order == inner || (*kept && order.is_eq())),
        };
        Some(side(&self.low, Ordering::Greater)? && side(&self.high, Ordering::Less)?)
    }
}

#[cfg(test)]
mod tests {
    use super::Range;

    #[test]
    fn ranges_are_equal_in_every_spelling() {
        for (left, right) in [
            ("1.0", "[1.0.0, )"),
            ("1.0.0.0", "[1.0.0,)"),
            ("[1.0]", "[1.0.0, 1.0.0]"),
            ("(,2.0)", "(, 2.0.0)"),
            ("1.*", "[1.*, )"),
            ("1.0-Beta", "[1.0.0-beta, )"),
        ] {
            assert_eq!(Range::parse(left).expect(left), Range::parse(right).expect(right));
        }
        assert_ne!(Range::parse("1.0"), Range::parse("[1.0.1, )"));
        for text in ["", "x", "[1.0", "(1.0)", "1.0.0.0.0", "[1,2,3]", "$(V)"] {
            assert_eq!(Range::parse(text), None, "{text}");
        }
    }

    #[test]
    fn ranges_allow_what_lies_between_their_bounds() {
        for (range, yes, no) in [
            ("1.0", "1.0.1", "0.9"),
            ("[1.0]", "1.0.0", "1.0.1"),
            ("(1.0,2.0]", "2.0", "1.0"),
            ("[1.0,2.0)", "2.0-beta", "2.0"),
            ("1.0-rc.1", "1.0", "1.0-beta"),
        ] {
            let range = Range::parse(range).expect(range);
            assert_eq!((range.allows(yes), range.allows(no)), (Some(true), Some(false)), "{range:?}");
        }
        assert_eq!(Range::parse("1.*").expect("range").allows("1.0"), None);
    }
}
