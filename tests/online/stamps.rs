//! Keys of one's own, with stamps.

use std::sync::Arc;

use batchseal::adapters::online::stamped::Stamped;
use batchseal::adapters::pipeline_key::{KeyAlgorithm, PipelineKey};
use batchseal::attestation::sign::{Signer, attest_bytes};
use batchseal::attestation::sigstore_bundle::{Material, SigstoreBundle};

use crate::instance::{sha256, stamp, stamp_reply};
use crate::server::{Reply, Server, steady};

#[test]
fn adds_a_stamp_of_each_authority_over_the_signature() {
    let server = Server::start(|_, asked| stamp_reply(stamp(asked, |_| {})));
    for algorithm in [KeyAlgorithm::Ed25519, KeyAlgorithm::P384] {
        let authorities = vec![server.url("/a"), server.url("/b")];
        let signer = Stamped::new(PipelineKey::generate(algorithm), Arc::new(steady()), authorities);
        let bundle = SigstoreBundle::decode(&attest_bytes(b"{}".to_vec(), &signer).unwrap().bundle).unwrap();
        assert_eq!((bundle.material, bundle.stamps.len()), (Material::Key(signer.public_key().sha256()), 2));
        for asked in server.asked().iter().rev().take(2) {
            assert_eq!(asked.body[22..54], sha256(&bundle.signature));
            assert_eq!(asked.header("content-type"), Some("application/timestamp-query"));
        }
    }
}

#[test]
fn signs_nothing_when_a_stamp_is_missing_or_refused() {
    let refusal = [&[0x30, 12, 0x30, 10, 2, 1, 2, 0x30, 5, 12, 3][..], b"no!"].concat();
    for (reply, reason) in [
        (Reply::json(503, "closed"), "answered 503: closed"),
        (stamp_reply(refusal), "refused the request: rejection"),
        (stamp_reply(vec![0x30, 5, 0x30, 3, 2, 1, 0]), "without a time stamp"),
        (stamp_reply(Vec::new()), "strict DER"),
        (stamp_reply(vec![0x30, 0x80]), "strict DER"),
    ] {
        let server = Server::script(vec![reply]);
        let key = PipelineKey::generate(KeyAlgorithm::P256);
        let signer = Stamped::new(key, Arc::new(steady()), vec![server.url("/tsa")]);
        let error = attest_bytes(b"{}".to_vec(), &signer).unwrap_err().to_string();
        assert!(error.starts_with("timestamp authority http://127.0.0.1:") && error.contains(reason), "{error}");
    }
}
