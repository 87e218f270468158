//! Requests and answers, with a throw-away authority and, where it is installed, with `openssl ts`.

use batchseal::attestation::stamp::throw_away::ThrowAwayAuthority;
use batchseal::attestation::stamp::{
    Imprint, StampError, StampHash, request, response_of_token, token_of_response, token_of_stored_response, verify,
};

use crate::fixture::{message, token};
use crate::throw_away::{authority, day};

#[test]
fn takes_the_token_of_an_answer_to_its_own_request() {
    let tsa = authority();
    let imprint = Imprint::of(StampHash::Sha384, b"message");
    let asked = request(&imprint, u64::MAX).expect("request");
    let token = tsa.issue_for(&imprint, Some(u64::MAX), day()).expect("token");
    let answer = response_of_token(&token).expect("answer");
    assert_eq!(token_of_response(&answer, &asked).expect("token"), token);
    assert_eq!(verify(&token, b"message", &[tsa.authority()]).expect("stamp").hash, StampHash::Sha384);
}

#[test]
fn rejects_answers_to_other_requests() {
    let tsa = authority();
    let imprint = Imprint::of(StampHash::Sha256, b"message");
    let asked = request(&imprint, 7).expect("request");
    let answer = |tsa: &ThrowAwayAuthority, imprint: &Imprint, nonce| {
        response_of_token(&tsa.issue_for(imprint, nonce, day()).expect("token")).expect("answer")
    };
    let refused = |answer: &[u8]| token_of_response(answer, &asked).expect_err("another request");
    for nonce in [None, Some(8)] {
        assert_eq!(refused(&answer(&tsa, &imprint, nonce)), StampError::OtherRequest { what: "nonce" });
    }
    let other = Imprint::of(StampHash::Sha256, b"other");
    assert_eq!(refused(&answer(&tsa, &other, Some(7))), StampError::OtherRequest { what: "imprint" });
    let longer = Imprint::of(StampHash::Sha512, b"message");
    assert_eq!(refused(&answer(&tsa, &longer, Some(7))), StampError::OtherRequest { what: "imprint" });
    // version 1, the imprint, policy 1.2.3.4, the nonce
    let policy = with_policy(&asked);
    let error = token_of_response(&answer(&tsa, &imprint, Some(7)), &policy).expect_err("policy");
    assert_eq!(error, StampError::OtherRequest { what: "policy" });
}

/// The request with a policy before its nonce (the last six bytes: nonce and certReq).
fn with_policy(request: &[u8]) -> Vec<u8> {
    let mut bytes = request.to_vec();
    let at = bytes.len() - 6;
    bytes.splice(at..at, [6, 3, 0x2a, 3, 4]);
    bytes[1] += 5;
    bytes
}

#[test]
fn tells_why_an_authority_refused() {
    let asked = request(&Imprint::of(StampHash::Sha256, b"message"), 7).expect("request");
    // SEQUENCE { SEQUENCE { INTEGER 2, SEQUENCE { UTF8String "no\x1b" }, BIT STRING bit 0 and 14 } }
    let answer = [0x30, 14, 0x30, 12, 2, 1, 2, 0x30, 5, 12, 3, b'n', b'o', 0x1b, 3, 0];
    let error = token_of_response(&answer[..14], &asked).expect_err("truncated");
    assert!(matches!(error, StampError::Malformed { .. }), "{error}");
    let answer = [0x30, 17, 0x30, 15, 2, 1, 2, 0x30, 5, 12, 3, b'n', b'o', 0x1b, 3, 3, 1, 0x80, 0x02];
    let error = token_of_response(&answer, &asked).expect_err("refused").to_string();
    assert!(error.contains("rejection because of unknown or unsupported algorithm; its time source"), "{error}");
    assert!(error.contains("no") && !error.contains('\x1b'), "{error}");
    for status in 2..=5 {
        let answer = [0x30, 5, 0x30, 3, 2, 1, status];
        assert!(matches!(token_of_response(&answer, &asked), Err(StampError::Refused { .. })), "{status}");
    }
    for status in 0..=1 {
        assert_eq!(token_of_response(&[0x30, 5, 0x30, 3, 2, 1, status], &asked), Err(StampError::NoToken));
    }
}

#[test]
fn opens_stored_answers_that_only_say_granted() {
    let good = response_of_token(&token("p256")).expect("answer");
    assert_eq!(token_of_stored_response(&good).expect("token"), token("p256"));
    let at = good.windows(5).position(|bytes| bytes == [0x30, 3, 2, 1, 0]).expect("status");
    let mut modified = good.clone();
    modified[at + 4] = 1;
    assert_eq!(token_of_stored_response(&modified), Err(StampError::Wrapper));
    let mut longer = good.clone();
    longer.push(0);
    assert!(token_of_stored_response(&longer).is_err());
    assert!(token_of_stored_response(&token("p256")).is_err());
}

#[test]
fn rejects_an_answer_without_the_certificate_that_was_asked_for() {
    let imprint = Imprint::of(StampHash::Sha256, &message());
    let asked = request(&imprint, 7).expect("request");
    let without_nonce = response_of_token(&token("p256")).expect("answer");
    assert_eq!(token_of_response(&without_nonce, &asked), Err(StampError::OtherRequest { what: "nonce" }));
}
