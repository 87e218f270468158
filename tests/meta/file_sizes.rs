//! Files stay small enough to be read in one go: 300 lines is the aim, 400 the limit.

use crate::sources::{files, read};

const AIM: usize = 300;
const LIMIT: usize = 400;

fn longer_than(lines: usize) -> Vec<String> {
    let mut paths = files("src", &["rs"]);
    paths.extend(files("tests", &["rs"]));
    assert!(paths.len() > 40, "sources not found");
    let sized = paths.into_iter().map(|path| (read(&path).lines().count(), path));
    sized.filter(|(count, _)| *count > lines).map(|(count, path)| format!("{path}: {count} lines")).collect()
}

#[test]
fn no_file_is_longer_than_the_limit() {
    for line in longer_than(AIM) {
        println!("longer than {AIM}: {line}");
    }
    let over = longer_than(LIMIT);
    assert!(over.is_empty(), "longer than {LIMIT}: {}", over.join(", "));
}

#[test]
fn every_source_file_says_what_it_is_for() {
    for path in files("src", &["rs"]).into_iter().chain(files("tests", &["rs"])) {
        assert!(read(&path).starts_with("//!"), "{path} does not open with //!");
    }
}
