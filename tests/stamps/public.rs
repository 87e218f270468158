//! Stamps that public authorities made, in the Sigstore bundles of real releases.

use std::path::PathBuf;

use batchseal::attestation::stamp::{claims, response_of_token, token_of_stored_response, verify};
use batchseal::model::base64;
use batchseal::policy::anchors::StampAuthority;
use batchseal::policy::trust::Window;
use serde_json::Value;

/// Bundle, trusted root, time of the stamp.
const BUNDLES: [(&str, &str, &str); 3] = [
    ("conda-attestation-rekor2.sigstore.json", "trusted_root_staging.json", "2"),
    ("cosign-v3-blob.sigstore.json", "trusted_root.public-good.json", "2025-12-03T18:36:42Z"),
    ("github-private-attestation.sigstore.json", "trusted_root_github.json", "2026-03-02T09:52:15Z"),
];

fn json(path: PathBuf) -> Option<Value> {
    let Ok(bytes) = std::fs::read(&path) else {
        println!("skipped: {} is not there", path.display());
        return None;
    };
    Some(serde_json::from_slice(&bytes).expect("JSON"))
}

fn bytes(value: &Value) -> Vec<u8> {
    base64::decode(value.as_str().expect("text")).expect("base64")
}

/// Every authority of a trusted root, by number, with its days.
fn authorities(root: &Value) -> Vec<StampAuthority> {
    let day = |value: &Value| value.as_str().map(|time| time[..10].to_owned());
    let authority = |(number, one): (usize, &Value)| StampAuthority {
        name: number.to_string(),
        certificates: one["certChain"]["certificates"]
            .as_array()
            .expect("chain")
            .iter()
            .map(|one| bytes(&one["rawBytes"]))
            .collect(),
        window: Window {
            valid_from: day(&one["validFor"]["start"]),
            valid_until: day(&one["validFor"]["end"]),
            revoked: None,
        },
    };
    root["timestampAuthorities"].as_array().expect("authorities").iter().enumerate().map(authority).collect()
}

#[test]
fn believes_public_stamps_and_refuses_them_over_other_bytes_or_from_other_authorities() {
    let data = std::env::var_os("BATCHSEAL_SHARED_DATA")
        .map_or_else(|| PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../shared/data"), PathBuf::from);
    for (bundle, root, time) in BUNDLES {
        let (Some(read), Some(root)) = (json(data.join("bundles").join(bundle)), json(data.join("bundles").join(root)))
        else {
            continue;
        };
        let stamps = &read["verificationMaterial"]["timestampVerificationData"]["rfc3161Timestamps"];
        let response = bytes(&stamps[0]["signedTimestamp"]);
        let token = token_of_stored_response(&response).expect("token");
        assert_eq!(response_of_token(token).expect("response"), response, "{bundle}");
        let signature = read.pointer("/dsseEnvelope/signatures/0/sig").or(read.pointer("/messageSignature/signature"));
        let signature = bytes(signature.expect("signature"));
        let known = authorities(&root);
        let stamp = verify(token, &signature, &known).unwrap_or_else(|error| panic!("{bundle}: {error}"));
        assert!(stamp.time.to_string().starts_with(time), "{bundle}: {}", stamp.time);
        assert_eq!(claims(token).expect("claims").serial, stamp.serial);
        println!("{bundle}: {stamp:?}");
        assert!(verify(token, b"other", &known).is_err());
        let others: Vec<StampAuthority> = known.into_iter().filter(|one| one.name != stamp.authority).collect();
        assert!(verify(token, &signature, &others).is_err(), "{bundle}");
    }
}
