//! Order of Debian versions: `[epoch:]upstream[-revision]` (`deb-version(7)`).

use std::cmp::Ordering;

/// Compares two versions; text that is no version is compared all the same.
pub(super) fn compare(a: &str, b: &str) -> Ordering {
    let ((epoch_a, a), (epoch_b, b)) = (epoch(a), epoch(b));
    let ((a, revision_a), (b, revision_b)) = (revision(a), revision(b));
    number(epoch_a, epoch_b).then_with(|| part(a, b)).then_with(|| part(revision_a, revision_b))
}

fn epoch(version: &str) -> (&[u8], &str) {
    version.split_once(':').map_or((b"".as_slice(), version), |(epoch, rest)| (epoch.as_bytes(), rest))
}

fn revision(version: &str) -> (&[u8], &[u8]) {
    let (upstream, revision) = version.rsplit_once('-').unwrap_or((version, ""));
    (upstream.as_bytes(), revision.as_bytes())
}

/// Text and numbers in turn, as they come.
fn part(mut a: &[u8], mut b: &[u8]) -> Ordering {
    while !a.is_empty() || !b.is_empty() {
        let (text_a, text_b);
        (text_a, a) = split(a, |byte| !byte.is_ascii_digit());
        (text_b, b) = split(b, |byte| !byte.is_ascii_digit());
        let (number_a, number_b);
        (number_a, a) = split(a, u8::is_ascii_digit);
        (number_b, b) = split(b, u8::is_ascii_digit);
        let order = text(text_a, text_b).then_with(|| number(number_a, number_b));
        if order != Ordering::Equal {
            return order;
        }
    }
    Ordering::Equal
}

fn split(text: &[u8], belongs: impl Fn(&u8) -> bool) -> (&[u8], &[u8]) {
    text.split_at(text.iter().position(|byte| !belongs(byte)).unwrap_or(text.len()))
}

/// `~` sorts before the end, letters before everything else.
fn text(a: &[u8], b: &[u8]) -> Ordering {
    let weight = |byte: Option<&u8>| match byte {
        Some(b'~') => -1,
        None => 0,
        Some(byte) if byte.is_ascii_alphabetic() => i32::from(*byte),
        Some(byte) => i32::from(*byte) + 256,
    };
    let orders = (0..a.len().max(b.len())).map(|at| weight(a.get(at)).cmp(&weight(b.get(at))));
    orders.into_iter().find(|order| *order != Ordering::Equal).unwrap_or(Ordering::Equal)
}

/// Of any length.
fn number(a: &[u8], b: &[u8]) -> Ordering {
    let significant = |digits: &'_ [u8]| digits.iter().position(|digit| *digit != b'0').unwrap_or(digits.len());
    let (a, b) = (&a[significant(a)..], &b[significant(b)..]);
    a.len().cmp(&b.len()).then_with(|| a.cmp(b))
}

#[cfg(test)]
mod tests {
    use std::cmp::Ordering;

    use super::compare;

    #[test]
    fn orders_versions_as_dpkg_does() {
        let ascending = [
            "0~~",
            "0~",
            "0",
            "1.0~rc1-1",
            "1.0",
            "1.0-1",
            "1.0-1+b1",
            "1.0a-1",
            "1.0+dfsg-1",
            "1.2-1",
            "1.10-1",
            "99999999999999999999999",
            "1:0.1",
            "2:0",
        ];
        for (at, a) in ascending.iter().enumerate() {
            for (other, b) in ascending.iter().enumerate() {
                assert_eq!(compare(a, b), at.cmp(&other), "{a} {b}");
            }
        }
    }

    #[test]
    fn leading_zeros_and_absent_parts_do_not_count() {
        for (a, b) in [("0:1.0", "1.0"), ("1.0-0", "1.0"), ("1.01", "1.1"), ("1.0-00", "1.0-0")] {
            assert_eq!(compare(a, b), Ordering::Equal, "{a} {b}");
        }
        assert_ne!(compare("1.0-1", "1.0"), Ordering::Equal);
    }
}
