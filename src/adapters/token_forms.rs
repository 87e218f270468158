//! How tokens write public keys and signatures (PKCS#11 v3.1, sections 6.3.3, 6.3.5 and 6.3.13), and how we do.

use crate::model::key::PublicKey;

/// `CKA_EC_PARAMS` of P-256: its object identifier, DER.
const P256: &[u8] = &[0x06, 0x08, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x03, 0x01, 0x07];
/// Of P-384.
const P384: &[u8] = &[0x06, 0x05, 0x2b, 0x81, 0x04, 0x00, 0x22];
/// Of Ed25519: its object identifier (RFC 8410).
const ED25519: &[u8] = &[0x06, 0x03, 0x2b, 0x65, 0x70];
/// Of Ed25519: its name as a PrintableString, as PKCS#11 v3.0 has it.
const EDWARDS25519: &[u8] = b"\x13\x0cedwards25519";

/// The public key of `CKA_EC_PARAMS` and `CKA_EC_POINT`; `None` for another curve or a point that is none.
pub(super) fn public_key(params: &[u8], point: &[u8]) -> Option<PublicKey> {
    match params {
        P256 => p256::ecdsa::VerifyingKey::from_sec1_bytes(octets(point, 65)?).ok().map(PublicKey::P256),
        P384 => p384::ecdsa::VerifyingKey::from_sec1_bytes(octets(point, 97)?).ok().map(PublicKey::P384),
        ED25519 | EDWARDS25519 => {
            let bytes: &[u8; 32] = octets(point, 32)?.try_into().ok()?;
            let key = ed25519_dalek::VerifyingKey::from_bytes(bytes).ok()?;
            // Small-order keys let one signature fit many messages.
            (!key.is_weak()).then_some(PublicKey::Ed25519(key))
        }
        _ => None,
    }
}

/// The content of a DER OCTET STRING of that length; some tokens leave the wrapping out.
fn octets(point: &[u8], length: usize) -> Option<&[u8]> {
    if point.len() == length {
        return Some(point);
    }
    match point {
        [0x04, size, content @ ..] if usize::from(*size) == length && content.len() == length => Some(content),
        _ => None,
    }
}

/// A token's signature as statements carry it: r and s become DER for ECDSA, Ed25519 stays. `None` when it is none.
pub(super) fn signature(key: &PublicKey, raw: Vec<u8>) -> Option<Vec<u8>> {
    match key {
        PublicKey::P256(_) => {
            p256::ecdsa::Signature::from_slice(&raw).ok().map(|signed| signed.to_der().as_bytes().to_vec())
        }
        PublicKey::P384(_) => {
            p384::ecdsa::Signature::from_slice(&raw).ok().map(|signed| signed.to_der().as_bytes().to_vec())
        }
        PublicKey::Ed25519(_) => (raw.len() == 64).then_some(raw),
        PublicKey::MlDsa(_) => None,
    }
}

#[cfg(test)]
mod tests {
    use signature::Signer;

    use super::{ED25519, EDWARDS25519, P256, P384, PublicKey, public_key, signature};

    fn wrapped(point: &[u8]) -> Vec<u8> {
        [&[0x04, u8::try_from(point.len()).expect("short")], point].concat()
    }

    #[test]
    fn reads_points_with_and_without_wrapping_and_no_others() {
        let p256 = p256::ecdsa::SigningKey::from_slice(&[7; 32]).expect("a key");
        let p384 = p384::ecdsa::SigningKey::from_slice(&[7; 48]).expect("a key");
        let edwards = ed25519_dalek::SigningKey::from_bytes(&[7; 32]).verifying_key();
        let short = p256.verifying_key().to_encoded_point(false).as_bytes().to_vec();
        let long = p384.verifying_key().to_encoded_point(false).as_bytes().to_vec();
        let flat = edwards.to_bytes().to_vec();
        let keys = [
            (P256, &short, PublicKey::P256(*p256.verifying_key())),
            (P384, &long, PublicKey::P384(*p384.verifying_key())),
            (ED25519, &flat, PublicKey::Ed25519(edwards)),
            (EDWARDS25519, &flat, PublicKey::Ed25519(edwards)),
        ];
        for (params, point, key) in keys {
            assert_eq!(public_key(params, point), Some(key.clone()));
            assert_eq!(public_key(params, &wrapped(point)), Some(key));
            assert_eq!(public_key(params, &[wrapped(point), vec![0]].concat()), None);
            assert_eq!(public_key(params, point.get(1..).expect("a rest")), None);
            assert_eq!(public_key(&[0x06, 0x05, 0x2b, 0x81, 0x04, 0x00, 0x0a], point), None);
        }
        assert_eq!(public_key(P384, &short), None);
        assert_eq!(public_key(ED25519, &[0; 32]), None, "a small-order point");
        let mut off_curve = short;
        off_curve[40] ^= 1;
        assert_eq!(public_key(P256, &off_curve), None);
    }

    #[test]
    fn turns_raw_signatures_into_ones_that_verify() {
        let secret = p256::ecdsa::SigningKey::from_slice(&[9; 32]).expect("a key");
        let raw: p256::ecdsa::Signature = secret.sign(b"message");
        let key = PublicKey::P256(*secret.verifying_key());
        let der = signature(&key, raw.to_bytes().to_vec()).expect("a signature");
        assert!(key.verify(b"message", &key.canonical(der)).is_ok());
        for wrong in [vec![], vec![0; 64], raw.to_bytes()[1..].to_vec(), [raw.to_bytes().to_vec(), vec![1]].concat()] {
            assert_eq!(signature(&key, wrong), None);
        }
        let edwards = PublicKey::Ed25519(ed25519_dalek::SigningKey::from_bytes(&[9; 32]).verifying_key());
        assert_eq!(signature(&edwards, vec![1; 63]), None);
    }
}
