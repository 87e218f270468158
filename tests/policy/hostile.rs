//! Files made to hurt: no panic, no flood, no deep recursion.

use batchseal::policy::error::{MAX_PROBLEMS, PolicyErrors};
use batchseal::policy::release::Policy;
use batchseal::policy::trust::Trust;

use crate::fixtures::{POLICY, altered, key_files, parse_policy, parse_trust, trust};

/// xorshift64: the same sequence on every machine.
struct Random(u64);

impl Random {
    fn below(&mut self, limit: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 % (limit as u64)).unwrap()
    }
}

fn mutate(text: &[u8], random: &mut Random) -> Vec<u8> {
    const PIECES: [&[u8]; 12] =
        [b"\"", b"[", b"]", b"{", b"}", b"=", b"\n", b"\xff", b"\xc3\xa4", b"[[a]]\n", b"'''", b"# FILL IN"];
    let mut bytes = text.to_vec();
    for _ in 0..=random.below(4) {
        let at = random.below(bytes.len());
        match random.below(4) {
            0 => bytes[at] = u8::try_from(random.below(256)).unwrap(),
            1 => drop(bytes.drain(at..(at + 1 + random.below(20)).min(bytes.len()))),
            2 => drop(bytes.splice(at..at, PIECES[random.below(PIECES.len())].iter().copied())),
            _ => bytes.truncate(at.max(1)),
        }
        if bytes.is_empty() {
            bytes.push(b'a');
        }
    }
    bytes
}

fn sound(errors: &PolicyErrors) {
    assert!(!errors.problems.is_empty() && errors.problems.len() <= MAX_PROBLEMS);
    for problem in &errors.problems {
        assert!(problem.place.line >= 1 && problem.place.column >= 1 && !problem.key.is_empty());
        assert!(!problem.to_string().contains(['\n', '\u{1b}']), "{problem}");
    }
}

#[test]
fn altered_bytes_never_panic() {
    let mut random = Random(0x9e37_79b9_7f4a_7c15);
    let (policy, trust) = (POLICY.as_bytes().to_vec(), trust().into_bytes());
    let mut refused = 0;
    for _ in 0..3000 {
        if let Err(errors) = Policy::parse(&mutate(&policy, &mut random), "batchseal.toml") {
            sound(&errors);
            refused += 1;
        }
        if let Err(errors) = Trust::parse(&mutate(&trust, &mut random), "trust.toml", &key_files) {
            sound(&errors);
            refused += 1;
        }
    }
    assert!(refused > 3000, "{refused}");
}

#[test]
fn rejects_files_over_the_limit_and_takes_them_up_to_it() {
    let fitting = format!("{POLICY}#{}", "x".repeat(batchseal::policy::MAX_FILE - POLICY.len() - 1));
    assert!(parse_policy(&fitting).is_ok());
    let message = parse_policy(&format!("{fitting}x")).unwrap_err().to_string();
    assert!(message.starts_with("batchseal.toml:1:1: file: got 1048577 bytes, expected at most 1048576"), "{message}");
}

#[test]
fn rejects_deep_nesting_without_overflow() {
    for (open, close) in [("[", "]"), ("{ a = ", " }")] {
        let depth = 100_000;
        let text = format!("schema = 1\nx = {}1{}", open.repeat(depth), close.repeat(depth));
        assert!(parse_policy(&text).is_err());
        assert!(parse_trust(&text).is_err());
    }
    assert!(parse_policy(&format!("{}x = 1", "a.".repeat(100_000))).is_err());
    assert!(parse_policy(&format!("[{}x]", "a.".repeat(100_000))).is_err());
}

#[test]
fn rejects_bytes_that_are_no_text_and_says_where() {
    let mut bytes = POLICY.as_bytes().to_vec();
    bytes[20] = 0xff;
    let message = Policy::parse(&bytes, "batchseal.toml").unwrap_err().to_string();
    assert!(message.starts_with("batchseal.toml:3:1: file: got bytes that are not UTF-8"), "{message}");
    for bytes in [&b""[..], b"\0", b"\xff", b"=", b"\xef\xbb\xbf"] {
        sound(&Policy::parse(bytes, "batchseal.toml").unwrap_err());
    }
}

#[test]
fn a_flood_of_mistakes_is_cut_short() {
    let unknown: String = (0..5000).map(|number| format!("k{number} = 1\n")).collect();
    let errors = parse_policy(&format!("{unknown}{POLICY}")).unwrap_err();
    assert_eq!((errors.problems.len(), errors.further), (MAX_PROBLEMS, 4900));
    assert!(errors.to_string().ends_with("batchseal.toml: and 4900 more"));
    let broken = "= \n".repeat(300_000);
    let errors = parse_policy(&broken).unwrap_err();
    assert_eq!(errors.problems.len(), 1);
}

#[test]
fn foreign_text_in_keys_and_values_is_escaped() {
    let text = altered(POLICY, "schema = 1", "schema = 1\n\"a\\u001B[2Jb\" = 1");
    let message = parse_policy(&text).unwrap_err().to_string();
    assert!(message.contains("batchseal.toml:2:1: \"a\\u{1b}[2Jb\": got an unknown key"), "{message}");
    let text = altered(POLICY, "\"demo\"", &format!("\"{}\"", "x".repeat(500)));
    assert!(parse_policy(&text).unwrap_err().to_string().len() < 300);
}
