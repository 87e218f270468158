//! Bytes of good tokens flipped, dropped, added and exchanged.

use batchseal::attestation::stamp::{StampError, claims, token_of_stored_response, verify};

use crate::fixture::{message, token, trusted};

/// One value that was good, with what is verified against it.
fn accepts(token: &[u8]) -> bool {
    verify(token, &message(), &trusted()).is_ok()
}

#[test]
fn no_byte_of_a_token_can_be_changed() {
    for name in ["p256", "rsa3072", "rsa3072-pss", "key-identifier"] {
        let good = token(name);
        assert!(accepts(&good));
        for at in 0..good.len() {
            // Every bit of the small token; of the large ones, whose signatures take longer, two bits.
            let masks: &[u8] = if name == "p256" { &[1, 2, 4, 8, 16, 32, 64, 128, 255] } else { &[1, 32] };
            for mask in masks {
                let mut bad = good.clone();
                bad[at] ^= mask;
                assert!(!accepts(&bad), "{name}: byte {at} is not covered (mask {mask})");
                let _ = claims(&bad);
                let _ = token_of_stored_response(&bad);
            }
        }
    }
}

#[test]
fn no_byte_can_be_dropped_or_added() {
    let good = token("p256");
    for length in 0..good.len() {
        assert!(!accepts(&good[..length]), "{length} bytes");
    }
    for at in 0..=good.len() {
        let mut longer = good.clone();
        longer.insert(at, 0);
        assert!(!accepts(&longer), "byte added at {at}");
    }
}

#[test]
fn rejects_what_is_larger_than_any_token() {
    let huge = vec![0x30; 64 * 1024 + 1];
    assert_eq!(verify(&huge, &message(), &trusted()), Err(StampError::TooLarge { got: 64 * 1024 + 1 }));
}

/// A TLV, with its length rewritten, for every constructed value around a position.
fn with_value(outer: &[u8], path: &[usize], change: &dyn Fn(&mut Vec<Vec<u8>>)) -> Vec<u8> {
    let (header, content) = split(outer);
    let mut parts = parts(content);
    match path {
        [] => change(&mut parts),
        [first, rest @ ..] => parts[*first] = with_value(&parts[*first], rest, change),
    }
    let content = parts.concat();
    let mut whole = vec![outer[0]];
    assert!(header > 0);
    match content.len() {
        length @ 0..128 => whole.push(u8::try_from(length).expect("short")),
        length => {
            let length = u32::try_from(length).expect("small").to_be_bytes();
            let from = length.iter().position(|byte| *byte != 0).expect("not zero");
            whole.push(0x80 | u8::try_from(4 - from).expect("small"));
            whole.extend_from_slice(&length[from..]);
        }
    }
    whole.extend(content);
    whole
}

fn split(tlv: &[u8]) -> (usize, &[u8]) {
    let header = if tlv[1] < 0x80 { 2 } else { 2 + usize::from(tlv[1] & 0x7f) };
    let length = if tlv[1] < 0x80 {
        usize::from(tlv[1])
    } else {
        tlv[2..header].iter().fold(0, |length, byte| length << 8 | usize::from(*byte))
    };
    (header, &tlv[header..header + length])
}

fn parts(mut content: &[u8]) -> Vec<Vec<u8>> {
    let mut parts = Vec::new();
    while !content.is_empty() {
        let (header, inner) = split(content);
        let (part, rest) = content.split_at(header + inner.len());
        parts.push(part.to_vec());
        content = rest;
    }
    parts
}

/// SignedData, and its SignerInfo: 0 version, 1 signer, 2 digest, 3 attributes, 4 algorithm, 5 signature.
const SIGNED_DATA: [usize; 2] = [1, 0];
const SIGNER: [usize; 4] = [1, 0, 4, 0];
const ATTRIBUTES: [usize; 5] = [1, 0, 4, 0, 3];

fn changed(path: &[usize], change: &dyn Fn(&mut Vec<Vec<u8>>)) -> StampError {
    let bad = with_value(&token("p256"), path, change);
    verify(&bad, &message(), &trusted()).expect_err("changed")
}

#[test]
fn rebuilding_without_a_change_gives_the_same_token() {
    assert_eq!(with_value(&token("p256"), &ATTRIBUTES, &|_| {}), token("p256"));
}

#[test]
fn rejects_what_no_signature_covers() {
    let unsigned = changed(&SIGNER, &|parts| parts.push(vec![0xa1, 0]));
    assert_eq!(unsigned, StampError::UnsignedAttributes);
    assert_eq!(changed(&SIGNED_DATA, &|parts| parts.insert(4, vec![0xa1, 0])), StampError::RevocationLists);
    let twice = changed(&[1, 0, 1], &|parts| parts.push(parts[0].clone()));
    assert_eq!(twice, StampError::DigestAlgorithms);
    assert_eq!(changed(&[1, 0, 1], &Vec::clear), StampError::DigestAlgorithms);
}

#[test]
fn rejects_other_counts_of_signers_and_other_versions() {
    assert_eq!(changed(&[1, 0, 4], &|parts| parts.push(parts[0].clone())), StampError::Signers { got: 2 });
    assert_eq!(changed(&[1, 0, 4], &Vec::clear), StampError::Signers { got: 0 });
    let version = changed(&SIGNED_DATA, &|parts| parts[0] = vec![2, 1, 1]);
    assert!(matches!(version, StampError::Version { part: "SignedData", got: 1, .. }), "{version}");
    let signer = changed(&SIGNER, &|parts| parts[0] = vec![2, 1, 3]);
    assert!(matches!(signer, StampError::Version { part: "SignerInfo", got: 3, .. }), "{signer}");
    let kind = changed(&[], &|parts| parts[0] = vec![6, 9, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 7, 1]);
    assert!(matches!(kind, StampError::NotSignedData { .. }), "{kind}");
    let content = changed(&[1, 0, 2], &|parts| parts[0] = vec![6, 9, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 7, 1]);
    assert!(matches!(content, StampError::ContentKind { .. }), "{content}");
}

#[test]
fn rejects_signed_attributes_that_are_missing_repeated_or_have_two_values() {
    assert_eq!(changed(&SIGNER, &|parts| drop(parts.remove(3))), StampError::NoSignedAttributes);
    let count = {
        let good = token("p256");
        let (mut value, mut inner) = (good.as_slice().to_vec(), Vec::new());
        for at in ATTRIBUTES {
            inner = parts(split(&value).1);
            value.clone_from(&inner[at]);
        }
        drop(inner);
        parts(split(&value).1).len()
    };
    let mut named = Vec::new();
    for at in 0..count {
        match changed(&ATTRIBUTES, &|parts| drop(parts.remove(at))) {
            StampError::AttributeMissing { name } => named.push(name),
            // Signing time: asked for by nobody, and signed all the same.
            StampError::Signature => {}
            other => panic!("{at}: {other}"),
        }
        let again = changed(&ATTRIBUTES, &|parts| parts.push(parts[at].clone()));
        assert!(matches!(again, StampError::AttributeRepeated { .. } | StampError::Signature), "{at}: {again}");
        let path = [ATTRIBUTES.as_slice(), &[at, 1]].concat();
        let values = changed(&path, &|parts| parts.push(parts[0].clone()));
        assert!(matches!(values, StampError::AttributeRepeated { .. } | StampError::Signature), "{at}: {values}");
    }
    named.sort_unstable();
    assert_eq!(named, ["content-type", "message-digest", "signing-certificate-v2"]);
}

#[test]
fn rejects_a_token_whose_certificates_were_taken_out_or_swapped() {
    let none = changed(&SIGNED_DATA, &|parts| drop(parts.remove(3)));
    assert!(matches!(none, StampError::SignerUnknown { .. }), "{none}");
    let other = token("p384");
    let (_, content) = split(&other);
    let signed = parts(split(&parts(content)[1]).1);
    let theirs = parts(split(&signed[0]).1)[3].clone();
    let swapped = changed(&SIGNED_DATA, &|parts| parts[3].clone_from(&theirs));
    assert!(matches!(swapped, StampError::SignerUnknown { .. }), "{swapped}");
}
