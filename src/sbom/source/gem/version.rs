//! Versions and requirements of gems (rubygems, `Gem::Version` and `Gem::Requirement`).

use std::cmp::Ordering;

/// A number, or a word, which comes before every number: `1.0.pre` is before `1.0`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
enum Segment {
    Word(String),
    Number(u64),
}

/// Segments of a version; `None` where it is none.
fn segments(text: &str) -> Option<Vec<Segment>> {
    let mut found = Vec::new();
    for part in text.trim().replace('-', ".pre.").split('.') {
        let mut rest = part;
        if rest.is_empty() || !rest.bytes().all(|byte| byte.is_ascii_alphanumeric()) {
            return None;
        }
        while let Some(first) = rest.chars().next() {
            let is_number = first.is_ascii_digit();
            let end = rest.find(|letter: char| letter.is_ascii_digit() != is_number).unwrap_or(rest.len());
            let (word, after) = rest.split_at(end);
            found.push(if is_number { Segment::Number(word.parse().ok()?) } else { Segment::Word(word.to_owned()) });
            rest = after;
        }
    }
    Some(found)
}

/// What one version lacks at its end counts as zero.
fn compare(left: &[Segment], right: &[Segment]) -> Ordering {
    let zero = Segment::Number(0);
    let length = left.len().max(right.len());
    let at = |list: &[Segment], at: usize| list.get(at).cloned().unwrap_or_else(|| zero.clone());
    (0..length)
        .map(|index| at(left, index).cmp(&at(right, index)))
        .find(|order| order.is_ne())
        .unwrap_or(Ordering::Equal)
}

fn release(segments: &[Segment]) -> Vec<Segment> {
    segments.iter().take_while(|segment| matches!(segment, Segment::Number(_))).cloned().collect()
}

/// The release that `~>` ends before: the last number left out and the one before it raised.
fn bump(segments: &[Segment]) -> Vec<Segment> {
    let mut bumped = release(segments);
    if bumped.len() > 1 {
        bumped.pop();
    }
    if let Some(Segment::Number(last)) = bumped.last_mut() {
        *last = last.saturating_add(1);
    }
    bumped
}

/// Whether clauses such as `~> 1.2, >= 1.2.3` allow a version; `None` where either cannot be read.
pub(super) fn allows(requirement: &str, version: &str) -> Option<bool> {
    let version = segments(version)?;
    let mut all = true;
    for clause in requirement.split(',') {
        let clause = clause.trim();
        let end = clause.find(|letter: char| !"<>=!~".contains(letter)).unwrap_or(clause.len());
        let (operator, text) = clause.split_at(end);
        let wanted = segments(text)?;
        let order = compare(&version, &wanted);
        all &= match operator {
            "" | "=" => order.is_eq(),
            "!=" => order.is_ne(),
            ">" => order.is_gt(),
            "<" => order.is_lt(),
            ">=" => order.is_ge(),
            "<=" => order.is_le(),
            "~>" => order.is_ge() && compare(&release(&version), &bump(&wanted)).is_lt(),
            _ => return None,
        };
    }
    Some(all)
}

#[cfg(test)]
mod tests {
    use super::allows;

    #[test]
    fn requirements_allow_what_rubygems_lets_them() {
        for (requirement, yes, no) in [
            ("= 1.0", "1.0.0", "1.0.1"),
            ("1.0", "1", "1.1"),
            ("~> 1.2", "1.9", "2.0"),
            ("~> 1.2.3", "1.2.9", "1.3.0"),
            ("~> 2", "2.9", "3.0"),
            ("~> 1.2, >= 1.2.5", "1.3", "1.2.4"),
            (">= 1.0.pre", "1.0.rc1", "1.0.a"),
            ("< 2", "2.0.pre", "2.0"),
            ("~> 1.2", "1.2.rc1.1.9".get(..3).unwrap_or_default(), "2.0.pre"),
            ("!= 1.5", "1.5.1", "1.5.0"),
            ("> 1, <= 2", "2", "1"),
            (">= 1.0-1", "1.0", "1.0.a"),
        ] {
            assert_eq!(allows(requirement, yes), Some(true), "{requirement} {yes}");
            assert_eq!(allows(requirement, no), Some(false), "{requirement} {no}");
        }
        for (requirement, version) in
            [("=> 1", "1"), ("~> x!", "1"), (">= 1", ""), ("", "1"), (">= 1", "99999999999999999999")]
        {
            assert_eq!(allows(requirement, version), None, "{requirement:?}");
        }
    }
}
