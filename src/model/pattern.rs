//! Patterns that people write in policies.

/// Whether text matches a pattern in which `*` stands for any text; anchored at both ends.
///
/// Linear in practice and never deeper than one stack frame: on a mismatch only the last `*` grows.
#[must_use]
pub fn matches(pattern: &str, text: &str) -> bool {
    let (pattern, text) = (pattern.as_bytes(), text.as_bytes());
    let (mut at, mut from) = (0, 0);
    let mut star: Option<(usize, usize)> = None;
    while from < text.len() {
        match pattern.get(at) {
            Some(b'*') => {
                star = Some((at + 1, from));
                at += 1;
            }
            Some(byte) if *byte == text[from] => {
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
    pattern[at..].iter().all(|byte| *byte == b'*')
}
