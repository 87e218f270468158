//! Ranges of versions as npm, pnpm and Yarn take them (`node-semver`, "Ranges").
//!
//! Only used to see that a locked version is one that was asked for. What is no range (tags, addresses,
//! folders) is not judged, and pre-releases are judged by their order alone, which lets more pass.

use semver::{BuildMetadata, Prerelease, Version};

/// Most alternatives of one range, and most comparators of one of them.
const MAX_PARTS: usize = 200;

/// Whether a range of the registry allows a version; `None` where either is none.
pub(super) fn allows(range: &str, version: &str) -> Option<bool> {
    let version = bare(Version::parse(version.trim().trim_start_matches(['v', '='])).ok()?);
    let mut any = false;
    for (at, alternative) in range.split("||").enumerate() {
        let bounds = bounds(alternative).filter(|_| at < MAX_PARTS)?;
        any |= bounds.iter().all(|bound| bound.holds(&version));
    }
    Some(any)
}

/// Name and range behind an alias `npm:<name>@<range>`.
pub(super) fn alias(range: &str) -> Option<(&str, &str)> {
    let (name, range) = super::package_json::split_descriptor(range.strip_prefix("npm:")?)?;
    Some((name, range.trim_start_matches('@')))
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Side {
    From,
    Above,
    UpTo,
    Below,
}

struct Bound(Side, Version);

impl Bound {
    fn holds(&self, version: &Version) -> bool {
        match self.0 {
            Side::From => *version >= self.1,
            Side::Above => *version > self.1,
            Side::UpTo => *version <= self.1,
            Side::Below => *version < self.1,
        }
    }
}

/// The build of a version takes no part in its order.
fn bare(version: Version) -> Version {
    Version { build: BuildMetadata::EMPTY, ..version }
}

/// The comparators of one alternative; `None` where it is no range.
fn bounds(text: &str) -> Option<Vec<Bound>> {
    if let Some((low, high)) = text.split_once(" - ") {
        let (low, high) = (Partial::parse(low.trim())?, Partial::parse(high.trim())?);
        return Some([low.from(Side::From), high.from(Side::UpTo)].into_iter().flatten().collect());
    }
    let mut bounds = Vec::new();
    let mut operator = "";
    for (at, word) in text.split_ascii_whitespace().enumerate() {
        let end = word.find(|letter: char| !"<>=^~".contains(letter)).unwrap_or(word.len());
        let (own, rest) = word.split_at(end);
        if at >= MAX_PARTS || (!operator.is_empty() && !own.is_empty()) {
            return None;
        }
        operator = if own.is_empty() { operator } else { own };
        // An operator may stand apart from its version.
        if !rest.is_empty() {
            bounds.extend(comparator(operator, &Partial::parse(rest)?)?);
            operator = "";
        }
    }
    operator.is_empty().then_some(bounds)
}

fn comparator(operator: &str, partial: &Partial) -> Option<Vec<Bound>> {
    let one = |side| partial.from(side).into_iter().collect();
    Some(match operator {
        "" | "=" if partial.given == 3 => vec![Bound(Side::From, partial.low()), Bound(Side::UpTo, partial.low())],
        "" | "=" => partial.within(partial.given),
        "~" | "~>" => partial.within(partial.given.min(2)),
        "^" => partial.within(partial.caret()),
        ">=" => one(Side::From),
        ">" => one(Side::Above),
        "<=" => one(Side::UpTo),
        "<" => one(Side::Below),
        _ => return None,
    })
}

/// A version of which only the first numbers may be given.
struct Partial {
    numbers: [u64; 3],
    given: usize,
    pre: Prerelease,
}

impl Partial {
    fn parse(text: &str) -> Option<Self> {
        let text = text.trim_start_matches(['v', '=']);
        let text = text.split_once('+').map_or(text, |(before, _)| before);
        let (numbers, pre) = text.split_once('-').map_or((text, ""), |(numbers, pre)| (numbers, pre));
        let mut partial = Self { numbers: [0; 3], given: 0, pre: Prerelease::new(pre).ok()? };
        let mut open = false;
        for (at, part) in numbers.split('.').enumerate() {
            open |= matches!(part, "x" | "X" | "*");
            if !open {
                *partial.numbers.get_mut(at)? = part.parse().ok()?;
                partial.given = at + 1;
            } else if at > 2 || !(matches!(part, "x" | "X" | "*") || part.bytes().all(|byte| byte.is_ascii_digit())) {
                return None;
            }
        }
        Some(partial)
    }

    fn low(&self) -> Version {
        let [major, minor, patch] = self.numbers;
        Version { major, minor, patch, pre: self.pre.clone(), build: BuildMetadata::EMPTY }
    }

    /// What follows all versions that begin with the first `kept` numbers.
    fn next(&self, kept: usize) -> Version {
        let mut numbers = [0; 3];
        for (number, own) in numbers.iter_mut().zip(self.numbers).take(kept) {
            *number = own;
        }
        if let Some(last) = kept.checked_sub(1).and_then(|at| numbers.get_mut(at)) {
            *last = last.saturating_add(1);
        }
        let [major, minor, patch] = numbers;
        // Pre-releases of what follows are not in the range: `^1.0.0` does not allow `2.0.0-rc.1`.
        let pre = Prerelease::new("0").unwrap_or(Prerelease::EMPTY);
        Version { major, minor, patch, pre, build: BuildMetadata::EMPTY }
    }

    /// From this version up to what has other numbers than the first `kept`; none of them: any version.
    fn within(&self, kept: usize) -> Vec<Bound> {
        if kept == 0 {
            return Vec::new();
        }
        vec![Bound(Side::From, self.low()), Bound(Side::Below, self.next(kept))]
    }

    /// Numbers that a caret keeps: up to the first that is not zero.
    fn caret(&self) -> usize {
        let first = self.numbers.iter().take(self.given).position(|number| *number != 0);
        first.map_or(self.given, |at| at + 1)
    }

    /// One side of a range. `>1` begins with `2.0.0`, and `<=1` ends before it.
    fn from(&self, side: Side) -> Option<Bound> {
        if self.given == 0 {
            return None;
        }
        let whole = self.given == 3;
        Some(match side {
            Side::From | Side::Below => Bound(side, self.low()),
            Side::Above | Side::UpTo if whole => Bound(side, self.low()),
            Side::Above => Bound(Side::From, self.next(self.given)),
            Side::UpTo => Bound(Side::Below, self.next(self.given)),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::{alias, allows};

    #[test]
    fn ranges_allow_what_npm_lets_them() {
        for (range, yes, no) in [
            ("^1.2.3", "1.9.0", "2.0.0"),
            ("^1.2.3", "1.2.3", "1.2.2"),
            ("^0.2.3", "0.2.9", "0.3.0"),
            ("^0.0.3", "0.0.3", "0.0.4"),
            ("^0.0.3-beta", "0.0.3-pr.2", "0.0.4"),
            ("^0.x", "0.9.1", "1.0.0"),
            ("^0.0", "0.0.9", "0.1.0"),
            ("^1.x", "1.9.1", "2.0.0"),
            ("~1.2.3", "1.2.9", "1.3.0"),
            ("~1", "1.9.0", "2.0.0"),
            ("~> 1.2", "1.2.9", "1.3.0"),
            ("1.2.3", "1.2.3", "1.2.4"),
            ("=1.2.3", "1.2.3+b", "1.2.4"),
            ("v1.2.3", "1.2.3", "1.2.4"),
            ("1.2", "1.2.7", "1.3.0"),
            ("1.x.x", "1.9.0", "2.0.0"),
            ("1 - 2.3", "2.3.9", "2.4.0"),
            ("1.2.3 - 2.3.4", "2.3.4", "2.3.5"),
            (">= 1.2 <2", "1.9.0", "2.0.0"),
            (">1", "2.0.0", "1.9.9"),
            ("<=1", "1.9.9", "2.0.0"),
            ("<1.2.0 || ^3", "3.1.0", "2.0.0"),
            ("^1.0.0-rc.1", "1.0.0-rc.2", "1.0.0-beta.1"),
            ("^1.0.0", "1.5.0", "2.0.0-rc.1"),
        ] {
            assert_eq!(allows(range, yes), Some(true), "{range} {yes}");
            assert_eq!(allows(range, no), Some(false), "{range} {no}");
        }
        for any in ["", "*", " ", "x", "1 || *", ">=0"] {
            assert_eq!(allows(any, "7.0.0"), Some(true), "{any:?}");
        }
    }

    #[test]
    fn what_is_no_range_is_not_judged() {
        for range in [
            "latest",
            "next",
            "file:../a",
            "git+ssh://h/a",
            "o/r",
            "workspace:*",
            ">=",
            "> < 1",
            "1.2.3.4",
            "npm:a@1",
            "1,2",
            "=> 1",
            "1.y",
        ] {
            assert_eq!(allows(range, "1.0.0"), None, "{range}");
        }
        assert_eq!(allows("^1", "no version"), None);
        let many = "1 ".repeat(100_000);
        assert_eq!((allows(&many, "1.0.0"), allows(&many.replace(' ', "||"), "1.0.0")), (None, None));
    }

    #[test]
    fn an_alias_has_a_name_and_a_range() {
        assert_eq!(alias("npm:a@^1"), Some(("a", "^1")));
        assert_eq!(alias("npm:@s/a@1.0.0"), Some(("@s/a", "1.0.0")));
        assert_eq!(["npm:@s/a", "npm:a", "npm:^1.0.0", "^1"].map(alias), [None; 4]);
    }
}
