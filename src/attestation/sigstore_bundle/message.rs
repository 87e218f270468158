//! A bundle over a plain file: its digest and signature in place of an envelope
//! (sigstore_bundle.proto, `message_signature`). Only written here; evidence is never of this kind.

use serde::Serialize;

use crate::attestation::sign::Witness;
use crate::model::base64;
use crate::model::digest::Sha256Digest;
use crate::model::json::{self, JsonError};

use super::wire::MaterialWire;
use super::{MEDIA_TYPE, Material, material_wire};

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct MessageBundleWire {
    media_type: &'static str,
    verification_material: MaterialWire,
    message_signature: MessageSignatureWire,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct MessageSignatureWire {
    message_digest: MessageDigestWire,
    #[serde(with = "base64::bytes")]
    signature: Vec<u8>,
}

#[derive(Serialize)]
struct MessageDigestWire {
    algorithm: &'static str,
    #[serde(with = "base64::bytes")]
    digest: Vec<u8>,
}

/// Writes a bundle of a file's signature.
///
/// # Errors
/// [`JsonError`] when it cannot be written as JSON.
pub fn encode_message(
    material: &Material,
    witness: &Witness,
    digest: Sha256Digest,
    signature: &[u8],
) -> Result<Vec<u8>, JsonError> {
    json::encode(&MessageBundleWire {
        media_type: MEDIA_TYPE,
        verification_material: material_wire(material, &witness.log_entries, &witness.stamps),
        message_signature: MessageSignatureWire {
            message_digest: MessageDigestWire { algorithm: "SHA2_256", digest: digest.as_bytes().to_vec() },
            signature: signature.to_vec(),
        },
    })
}

#[cfg(test)]
mod tests {
    use super::encode_message;
    use crate::attestation::sign::Witness;
    use crate::attestation::sigstore_bundle::{Material, SigstoreBundle};
    use crate::model::base64;
    use crate::model::digest::Sha256Digest;

    #[test]
    fn writes_digest_and_signature_and_no_envelope() {
        let digest = Sha256Digest::of(b"file");
        let witness = Witness { log_entries: Vec::new(), stamps: vec![vec![9]] };
        let bytes = encode_message(&Material::Certificates(vec![vec![7]]), &witness, digest, &[1]).expect("bytes");
        let value: serde_json::Value = serde_json::from_slice(&bytes).expect("JSON");
        let message = &value["messageSignature"];
        assert_eq!(message["messageDigest"]["algorithm"], "SHA2_256");
        assert_eq!(message["messageDigest"]["digest"], base64::encode(digest.as_bytes()));
        assert_eq!(message["signature"], base64::encode(&[1]));
        assert_eq!(value["verificationMaterial"]["certificate"]["rawBytes"], base64::encode(&[7]));
        assert!(value["dsseEnvelope"].is_null());
    }

    #[test]
    fn is_refused_where_evidence_is_read() {
        let material = Material::Key(Sha256Digest::of(b"key"));
        let bytes = encode_message(&material, &Witness::default(), Sha256Digest::of(b"file"), &[1]).expect("bytes");
        assert!(SigstoreBundle::decode(&bytes).is_err());
    }
}
