//! Patterns that people write in policies.

/// Whether text matches a pattern in which `*` stands for any text; anchored at both ends.
///
/// Linear in practice and never deeper than one stack frame: on a mismatch only the last `*` grows.
#[must_use]
pub fn matches(pattern: &str, text: &str) -> bool {
    grow(pattern.as_bytes(), text.as_bytes(), |wanted| *wanted == b'*', |wanted, found| wanted == found)
}

/// Whether a path with `/` matches a pattern in which `*` stands for any text inside one part and a
/// part `**` for any number of parts, none too; anchored at both ends.
#[must_use]
pub fn matches_path(pattern: &str, path: &[u8]) -> bool {
    let wanted: Vec<&[u8]> = pattern.as_bytes().split(|byte| *byte == b'/').collect();
    let found: Vec<&[u8]> = path.split(|byte| *byte == b'/').collect();
    let inside =
        |wanted: &&[u8], found: &&[u8]| grow(wanted, found, |byte| *byte == b'*', |wanted, found| wanted == found);
    grow(&wanted, &found, |part| *part == b"**", inside)
}

/// Matches one by one; on a mismatch only the last star takes one more.
fn grow<T>(pattern: &[T], text: &[T], is_star: impl Fn(&T) -> bool, fits: impl Fn(&T, &T) -> bool) -> bool {
    let (mut at, mut from) = (0, 0);
    let mut star: Option<(usize, usize)> = None;
    while let Some(found) = text.get(from) {
        match pattern.get(at) {
            Some(wanted) if is_star(wanted) => {
                star = Some((at + 1, from));
                at += 1;
            }
            Some(wanted) if fits(wanted, found) => {
                at += 1;
                from += 1;
            }
            _ => {
                let Some((after, start)) = star else { return false };
                star = Some((after, start + 1));
                at = after;
                from = start + 1;
            }
        }
    }
    pattern.get(at..).is_some_and(|rest| rest.iter().all(is_star))
}

#[cfg(test)]
mod tests {
    use super::{matches, matches_path};

    #[test]
    fn one_star_stays_inside_a_part_and_two_cross_parts() {
        for (pattern, path) in [
            ("third_party/zlib/**", "third_party/zlib/adler32.c"),
            ("third_party/zlib/**", "third_party/zlib/contrib/a/.b"),
            ("**/*.onnx", "m.onnx"),
            ("**/*.onnx", "a/b/m.onnx"),
            ("a/**/b/*.c", "a/b/x.c"),
            ("a/**/b/*.c", "a/b/c/b/x.c"),
            ("a/*/c", "a/b/c"),
            ("a", "a"),
        ] {
            assert!(matches_path(pattern, path.as_bytes()), "{pattern} {path}");
        }
        for (pattern, path) in [
            ("third_party/zlib/*", "third_party/zlib/contrib/a"),
            ("third_party/zlib/**", "third_party/zlib2/a"),
            ("a/*/c", "a/c"),
            ("a/**/b/*.c", "a/b"),
            ("a", "a/b"),
            ("*", ""),
            ("", "a"),
        ] {
            assert_eq!(matches_path(pattern, path.as_bytes()), pattern == "*", "{pattern} {path}");
        }
    }

    #[test]
    fn hostile_patterns_end_soon() {
        assert!(!matches(&"*a".repeat(400), &"a".repeat(399)));
        assert!(!matches_path(&"**/a/".repeat(200), "a/".repeat(199).as_bytes()));
    }
}
