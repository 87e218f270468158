//! Which algorithms count: the trust file's list for keys of pipelines and persons and for stamps; and ML-DSA.

use aws_lc_rs::encoding::AsDer;
use aws_lc_rs::signature::{
    KeyPair, ML_DSA_44_SIGNING, ML_DSA_65_SIGNING, ML_DSA_87_SIGNING, PqdsaKeyPair, PqdsaSigningAlgorithm,
};
use batchseal::attestation::sign::{Attestation, Signer, SignerError, attest};
use batchseal::attestation::stamp::throw_away::ThrowAwayAuthority;
use batchseal::attestation::stamp::{self, token_of_stored_response, verify_with};
use batchseal::attestation::verify::{Anchor, Enclosed, verify};
use batchseal::model::algorithm::{Algorithms, SignatureAlgorithm};
use batchseal::model::batch::Purpose;
use batchseal::model::digest::Sha256Digest;
use batchseal::model::document::Document;
use batchseal::model::key::PublicKey;
use batchseal::model::name::DeviceName;
use batchseal::model::time::Timestamp;
use batchseal::policy::facts::{DeviceFacts, Distribution, SafetyClass};
use batchseal::policy::trust::{SignatureDemand, StatementKind, Trust, TrustedDevice};
use rand_core::OsRng;

use super::company::statement;

pub(crate) fn device() -> TrustedDevice {
    TrustedDevice {
        name: DeviceName::parse("pump").unwrap(),
        facts: DeviceFacts {
            safety_class: SafetyClass::C,
            finished: true,
            cyber_device: true,
            life_supporting: false,
            implantable: false,
            distribution: Distribution::Commercial,
            tracking_order: false,
            eu_mdr: false,
        },
        policies: Vec::new(),
        allow_purpose: vec![Purpose::Production],
        tag_signature: SignatureDemand::IfPresent,
        commit_signature: SignatureDemand::IfPresent,
        record_signers: 1,
        approvals: Default::default(),
    }
}

/// A post-quantum key, as a program would hold it.
struct PostQuantum {
    pair: PqdsaKeyPair,
    length: usize,
    public: PublicKey,
}

impl PostQuantum {
    fn new(algorithm: &'static PqdsaSigningAlgorithm) -> Self {
        let pair = PqdsaKeyPair::generate(algorithm).unwrap();
        let public = PublicKey::parse_der(pair.public_key().as_der().unwrap().as_ref()).unwrap();
        Self { pair, length: algorithm.signature_len(), public }
    }
}

impl Signer for PostQuantum {
    fn public_key(&self) -> &PublicKey {
        &self.public
    }

    fn sign(&self, message: &[u8]) -> Result<Vec<u8>, SignerError> {
        let mut signature = vec![0; self.length];
        self.pair.sign(message, &mut signature).map_err(|error| SignerError::Key(error.to_string()))?;
        Ok(signature)
    }
}

fn judged(attestation: &Attestation, trust: &Trust) -> Result<(), String> {
    let batch_sha256 = Sha256Digest::of(b"batch");
    let anchor = Anchor { trust, batch_sha256, batch: None, day: "2026-11-24", enclosed: Enclosed::No };
    let verified = verify::<Document>(&attestation.bundle, StatementKind::Document, anchor);
    verified.map(|_| ()).map_err(|error| error.to_string())
}

#[test]
fn statements_signed_with_ml_dsa_verify_and_altered_ones_do_not() {
    for (algorithm, word) in
        [(&ML_DSA_44_SIGNING, "ml-dsa-44"), (&ML_DSA_65_SIGNING, "ml-dsa-65"), (&ML_DSA_87_SIGNING, "ml-dsa-87")]
    {
        let signer = PostQuantum::new(algorithm);
        let again = PublicKey::parse_pem(&signer.public.to_pem()).unwrap();
        assert_eq!((again.algorithm(), again.sha256()), (word, signer.public.sha256()));
        let mut trust = Trust::of_pipeline(again, device());
        let good = attest(&statement(), &signer).unwrap();
        assert_eq!(judged(&good, &trust), Ok(()));
        let text = String::from_utf8(good.bundle.clone()).unwrap();
        let at = text.find("\"sig\": \"").unwrap() + 40;
        let mut bytes = good.bundle.clone();
        bytes[at] = if bytes[at] == b'A' { b'B' } else { b'A' };
        let altered = Attestation { bundle: bytes, ..good.clone() };
        assert!(judged(&altered, &trust).unwrap_err().contains("signature does not verify"));
        trust.algorithms = Algorithms::only([SignatureAlgorithm::Ed25519]);
        let error = judged(&good, &trust).unwrap_err();
        assert!(error.contains(&format!("algorithm {word} is not on the trust file's list (expected one of ed25519)")));
    }
}

#[test]
fn only_listed_algorithms_count_for_stamps_and_their_certificates() {
    let time = |text: &str| Timestamp::parse(text).unwrap();
    let authority =
        ThrowAwayAuthority::new(&mut OsRng, time("2026-01-01T00:00:00Z"), time("2030-01-01T00:00:00Z")).unwrap();
    let token = authority.issue(b"message", time("2026-11-24T12:00:00Z")).unwrap();
    let response = stamp::response_of_token(&token).unwrap();
    let token = token_of_stored_response(&response).unwrap();
    let authorities = [authority.authority()];
    let under = |algorithms: &[SignatureAlgorithm]| {
        verify_with(token, b"message", &authorities, &Algorithms::only(algorithms.iter().copied()))
            .map(|_| ())
            .map_err(|error| error.to_string())
    };
    assert_eq!(under(&[SignatureAlgorithm::EcdsaP256Sha256]), Ok(()));
    let error = under(&[SignatureAlgorithm::EcdsaP384Sha384, SignatureAlgorithm::Ed25519]).unwrap_err();
    assert!(error.contains("time stamp does not count: algorithm ecdsa-p256-sha256 is not on the trust"), "{error}");
}
