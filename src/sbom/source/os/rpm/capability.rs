//! What a package provides or requires: a name with a range of versions (`rpmds(8)`, `rpmvercmp`).

use std::cmp::Ordering;

/// Bits of the flags (`rpmds.h`).
pub(super) const LESS: u32 = 1 << 1;
pub(super) const GREATER: u32 = 1 << 2;
pub(super) const EQUAL: u32 = 1 << 3;
/// Asks for a feature of rpm itself.
const RPMLIB: u32 = 1 << 24;
/// Need not be met.
const MISSING_OK: u32 = 1 << 19;

/// A name with a range of versions.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Capability<'a> {
    pub(super) name: &'a [u8],
    pub(super) flags: u32,
    /// `[epoch:]version[-release]`, empty where there is none.
    pub(super) version: &'a [u8],
}

impl Capability<'_> {
    /// Whether it must be met by a package.
    pub(super) fn is_needed(&self) -> bool {
        self.flags & (RPMLIB | MISSING_OK) == 0 && !self.name.starts_with(b"rpmlib(")
    }

    /// Whether two ranges of one name have a version in common; a range without a version is all versions.
    pub(super) fn overlaps(&self, other: &Self) -> bool {
        let is_all = |range: &Self| range.flags & (LESS | GREATER | EQUAL) == 0 || range.version.is_empty();
        if is_all(self) || is_all(other) {
            return true;
        }
        let both = |bit| self.flags & bit != 0 && other.flags & bit != 0;
        match compare(self.version, other.version) {
            Ordering::Less => self.flags & GREATER != 0 || other.flags & LESS != 0,
            Ordering::Greater => self.flags & LESS != 0 || other.flags & GREATER != 0,
            Ordering::Equal => both(EQUAL) || both(LESS) || both(GREATER),
        }
    }

    /// As people write it.
    pub(super) fn written(&self) -> String {
        let mut text = String::from_utf8_lossy(self.name).into_owned();
        let signs = [(LESS, '<'), (GREATER, '>'), (EQUAL, '=')];
        let operator: String = signs.iter().filter(|(bit, _)| self.flags & bit != 0).map(|(_, sign)| *sign).collect();
        if !operator.is_empty() {
            text.push_str(&format!(" {operator} {}", String::from_utf8_lossy(self.version)));
        }
        text
    }
}

/// Compares `[epoch:]version[-release]`; a release counts only where both have one.
fn compare(a: &[u8], b: &[u8]) -> Ordering {
    let ((epoch_a, a), (epoch_b, b)) = (epoch(a), epoch(b));
    let ((a, release_a), (b, release_b)) = (release(a), release(b));
    let order = part(epoch_a, epoch_b).then_with(|| part(a, b));
    match (release_a, release_b) {
        (Some(one), Some(two)) => order.then_with(|| part(one, two)),
        _ => order,
    }
}

fn epoch(version: &[u8]) -> (&[u8], &[u8]) {
    let digits = version.iter().take_while(|byte| byte.is_ascii_digit()).count();
    match version.get(digits) {
        Some(b':') if digits > 0 => (&version[..digits], &version[digits + 1..]),
        Some(b':') => (b"0", &version[1..]),
        _ => (b"0", version),
    }
}

fn release(version: &[u8]) -> (&[u8], Option<&[u8]>) {
    match version.iter().rposition(|byte| *byte == b'-') {
        Some(at) => (&version[..at], Some(&version[at + 1..])),
        None => (version, None),
    }
}

/// `rpmvercmp`: runs of digits and of letters in turn; `~` sorts before the end, `^` after it.
fn part(mut a: &[u8], mut b: &[u8]) -> Ordering {
    loop {
        (a, b) = (skip(a), skip(b));
        match (a.first(), b.first()) {
            (Some(b'~'), Some(b'~')) | (Some(b'^'), Some(b'^')) => {
                (a, b) = (&a[1..], &b[1..]);
                continue;
            }
            (Some(b'~'), _) => return Ordering::Less,
            (_, Some(b'~')) => return Ordering::Greater,
            (Some(b'^'), None) => return Ordering::Greater,
            (None, Some(b'^')) => return Ordering::Less,
            (Some(b'^'), _) => return Ordering::Less,
            (_, Some(b'^')) => return Ordering::Greater,
            (None, None) => return Ordering::Equal,
            (None, _) => return Ordering::Less,
            (_, None) => return Ordering::Greater,
            _ => {}
        }
        let digits = a[0].is_ascii_digit();
        let (run_a, run_b);
        (run_a, a) = run(a, digits);
        (run_b, b) = run(b, digits);
        let order = match (run_b.is_empty(), digits) {
            // Digits are newer than letters.
            (true, true) => Ordering::Greater,
            (true, false) => Ordering::Less,
            (false, true) => number(run_a, run_b),
            (false, false) => run_a.cmp(run_b),
        };
        if order != Ordering::Equal {
            return order;
        }
    }
}

fn skip(text: &[u8]) -> &[u8] {
    let counts = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'~' | b'^');
    &text[text.iter().position(counts).unwrap_or(text.len())..]
}

fn run(text: &[u8], digits: bool) -> (&[u8], &[u8]) {
    let belongs = |byte: &u8| if digits { byte.is_ascii_digit() } else { byte.is_ascii_alphabetic() };
    text.split_at(text.iter().position(|byte| !belongs(byte)).unwrap_or(text.len()))
}

fn number(a: &[u8], b: &[u8]) -> Ordering {
    let significant = |digits: &[u8]| digits.iter().position(|digit| *digit != b'0').unwrap_or(digits.len());
    let (a, b) = (&a[significant(a)..], &b[significant(b)..]);
    a.len().cmp(&b.len()).then_with(|| a.cmp(b))
}

#[cfg(test)]
mod tests {
    use std::cmp::Ordering;

    use super::{Capability, EQUAL, GREATER, LESS, compare};

    #[test]
    fn orders_versions_as_rpm_does() {
        for (a, b, order) in [
            ("1.0", "1.0", Ordering::Equal),
            ("1.0", "2.0", Ordering::Less),
            ("2.0.1a", "2.0.1", Ordering::Greater),
            ("5.5p1", "5.5p10", Ordering::Less),
            ("10xyz", "10.1xyz", Ordering::Less),
            ("xyz10", "xyz10.1", Ordering::Less),
            ("1.0~rc1", "1.0", Ordering::Less),
            ("1.0^git1", "1.0", Ordering::Greater),
            ("1.0^git1", "1.01", Ordering::Less),
            ("1.0~rc1^git1", "1.0~rc1", Ordering::Greater),
            ("2_0", "2.0", Ordering::Equal),
            ("1:1", "2", Ordering::Greater),
            ("1.0-1", "1.0", Ordering::Equal),
            ("1.0-1", "1.0-2", Ordering::Less),
            ("0:1", "1", Ordering::Equal),
        ] {
            assert_eq!(compare(a.as_bytes(), b.as_bytes()), order, "{a} {b}");
            assert_eq!(compare(b.as_bytes(), a.as_bytes()), order.reverse(), "{b} {a}");
        }
    }

    #[test]
    fn ranges_overlap_where_a_version_is_in_both() {
        let range = |flags, version: &'static str| Capability { name: b"x", flags, version: version.as_bytes() };
        assert!(range(EQUAL, "2-1").overlaps(&range(GREATER | EQUAL, "2")));
        assert!(!range(EQUAL, "2-1").overlaps(&range(GREATER, "2-1")));
        assert!(range(EQUAL, "2").overlaps(&range(0, "")) && range(0, "").overlaps(&range(EQUAL, "2")));
        assert!(!range(EQUAL, "3").overlaps(&range(LESS, "3")) && !range(EQUAL, "1").overlaps(&range(EQUAL, "2")));
    }
}
