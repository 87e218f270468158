//! One reading of every byte sequence, or none.

use super::{check, check_foreign};

#[test]
fn accepts_ordinary_json() {
    for text in ["{}", " [1, -2.5e3, \"a\\u00e9\\n\", true, null]\n", "{\"a\":{\"b\":[[]]}}", "9007199254740992", "0"] {
        assert!(check(text.as_bytes()).is_ok(), "{text}");
    }
}

#[test]
fn rejects_what_two_readers_could_read_differently() {
    for (text, reason) in [
        ("{\"a\":1,\"a\":2}", "duplicate key"),
        ("{\"a\":1,\"\\u0061\":2}", "duplicate key"),
        ("\u{feff}{}", "byte-order mark"),
        ("{} {}", "trailing bytes"),
        ("{}x", "trailing bytes"),
        ("9007199254740993", "2^53"),
        ("\"\\ud800\"", "malformed escape"),
        ("\"\\x\"", "malformed escape"),
        ("01", "malformed number"),
        ("[1,]", "unexpected character"),
        ("{\"a\":1,}", "expected a key"),
        ("\"a\nb\"", "control character"),
        ("\"abc", "unterminated"),
        ("\"abc\\", "unterminated"),
        ("NaN", "unexpected character"),
        ("", "unexpected end"),
        ("[1 2]", "expected ','"),
    ] {
        let error = check(text.as_bytes()).expect_err(text).to_string();
        assert!(error.contains(reason), "{text:?}: {error}");
    }
    assert!(check(b"\"\xff\"").is_err());
}

#[test]
fn foreign_documents_may_hold_larger_integers_and_nothing_else_more() {
    assert!(check_foreign(b"[9007199254740993]").is_ok());
    for text in ["{\"a\":1,\"a\":2}", "\u{feff}{}", "{} {}", "01"] {
        assert!(check_foreign(text.as_bytes()).is_err(), "{text:?}");
    }
}

#[test]
fn rejects_nesting_deeper_than_sixty_four() {
    let nested = |depth: usize| format!("{}{}", "[".repeat(depth), "]".repeat(depth));
    assert!(check(nested(64).as_bytes()).is_ok());
    assert!(check(nested(66).as_bytes()).is_err());
    assert!(check("[".repeat(1_000_000).as_bytes()).is_err());
}
