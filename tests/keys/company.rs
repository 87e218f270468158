//! Statements signed with a company's certificates, judged under a trust file: what the leaf, its uses and the root
//! must be.

use std::path::Path;

use batchseal::adapters::pipeline_key::PipelineKey;
use batchseal::adapters::pipeline_signer::PipelineSigner;
use batchseal::attestation::sign::{Attestation, attest};
use batchseal::attestation::verify::{Anchor, Enclosed, verify};
use batchseal::model::algorithm::{Algorithms, SignatureAlgorithm};
use batchseal::model::batch::{BATCH_ENTRY, SchemaVersion};
use batchseal::model::digest::Sha256Digest;
use batchseal::model::document::{ContentRef, Document};
use batchseal::model::key::PublicKey;
use batchseal::model::name::EntryName;
use batchseal::model::statement::{Statement, Subject};
use batchseal::policy::anchors::{CertificateRoot, SigstoreInstance};
use batchseal::policy::certificates_of_pem;
use batchseal::policy::identity::{CertificateIdentity, SignerIdentity};
use batchseal::policy::trust::{Person, StatementKind, Trust, Window};

use super::algorithms::device;
use super::chains::{certificate, company, key, pem};

pub(crate) fn statement() -> Statement<Document> {
    let predicate = Document {
        schema_version: SchemaVersion,
        kind: "risk-management-file".to_owned(),
        document_id: "RMF-0001".to_owned(),
        revision: "3".to_owned(),
        approver: None,
        approved_on: None,
        covers_version: None,
        content: ContentRef {
            entry: EntryName::parse("evidence/documents/risk.txt").unwrap(),
            sha256: Sha256Digest::of(b"risk"),
            size: 4,
        },
    };
    Statement { subject: vec![Subject::new(BATCH_ENTRY, Sha256Digest::of(b"batch"))], predicate }
}

/// Signed with the pipeline's key under these certificates.
fn signed(folder: &Path, chain: &[&str]) -> Attestation {
    let pem_of_key = std::fs::read_to_string(folder.join("pipeline.key")).unwrap();
    let key = PipelineKey::from_pem(pem_of_key.as_bytes(), None).unwrap();
    let certificates = certificates_of_pem(pem(folder, chain).as_bytes()).unwrap();
    attest(&statement(), &PipelineSigner::new(Box::new(key), certificates)).unwrap()
}

fn trust(folder: &Path, root: &str) -> Trust {
    let identity = CertificateIdentity { root: "company".to_owned(), subject: "CN=pipeline".to_owned() };
    let mut trust = Trust::of_pipeline_identity(SignerIdentity::Certificate(identity), device());
    let certificates = certificates_of_pem(pem(folder, &[root]).as_bytes()).unwrap();
    trust.certificate_roots =
        vec![CertificateRoot { name: "company".to_owned(), certificates, window: Window::default() }];
    trust
}

fn judged_on(attestation: &Attestation, trust: &Trust, day: &str) -> Result<(), String> {
    let batch_sha256 = Sha256Digest::of(b"batch");
    let anchor = Anchor { trust, batch_sha256, batch: None, day, enclosed: Enclosed::No };
    let verified = verify::<Document>(&attestation.bundle, StatementKind::Document, anchor);
    verified.map(|_| ()).map_err(|error| error.to_string())
}

/// Today, since the certificates are made now.
fn judged(attestation: &Attestation, trust: &Trust) -> Result<(), String> {
    judged_on(attestation, trust, &tomorrow())
}

fn tomorrow() -> String {
    batchseal::adapters::clock::now().plus_seconds(86_400).in_utc().date()
}

fn refused(attestation: &Attestation, trust: &Trust, words: &str) {
    let error = judged(attestation, trust).expect_err("was believed");
    assert!(error.contains(words), "{words:?} is not in {error:?}");
}

/// The company once more with certificates that last.
fn lasting() -> Option<tempfile::TempDir> {
    let folder = company()?;
    for (name, issuer, section) in [("root", "root", "ca"), ("inter", "root", "ca"), ("pipeline", "inter", "leaf")] {
        certificate(folder.path(), name, issuer, section, &["-days", "3650"]);
    }
    Some(folder)
}

#[test]
fn a_chain_to_the_root_of_the_trust_file_is_believed() {
    let Some(folder) = lasting() else { return };
    let trust = trust(folder.path(), "root");
    assert_eq!(judged(&signed(folder.path(), &["pipeline", "inter"]), &trust), Ok(()));
    assert!(judged_on(&signed(folder.path(), &["pipeline", "inter"]), &trust, "2019-01-01").is_err());
}

#[test]
fn the_root_must_be_valid_at_that_time_whatever_the_chain_is() {
    let Some(folder) = lasting() else { return };
    let path = folder.path();
    let good = signed(path, &["pipeline", "inter"]);
    certificate(path, "root", "root", "ca", &["-days", "2"]);
    let trust = trust(path, "root");
    assert_eq!(judged(&good, &trust), Ok(()));
    let later = batchseal::adapters::clock::now().plus_seconds(10 * 86_400).in_utc().date();
    let error = judged_on(&good, &trust, &later).unwrap_err();
    assert!(error.contains("no certificate of the root was valid then"), "{error}");
}

#[test]
fn the_root_must_be_a_certificate_authority() {
    let Some(folder) = lasting() else { return };
    let path = folder.path();
    let good = signed(path, &["pipeline", "inter"]);
    for section in ["bare", "noca", "nosign"] {
        certificate(path, "root", "root", section, &["-days", "3650"]);
        refused(&good, &trust(path, "root"), "no certificate of the root is a certificate authority's");
    }
}

#[test]
fn a_key_usage_that_cannot_be_read_refuses_the_certificate() {
    let Some(folder) = lasting() else { return };
    let path = folder.path();
    for section in ["garbled", "agree"] {
        certificate(path, "pipeline", "inter", section, &["-days", "3650"]);
        refused(&signed(path, &["pipeline", "inter"]), &trust(path, "root"), "is not for signing");
    }
}

#[test]
fn a_person_never_signs_for_a_pipeline_not_even_under_a_certificate() {
    let Some(folder) = lasting() else { return };
    let path = folder.path();
    let mut trust = trust(path, "root");
    let PublicKey::P256(point) = key(path, "pipeline") else { panic!("no P-256 key") };
    let ssh = ssh_key::public::EcdsaPublicKey::NistP256(point.to_encoded_point(false));
    trust.persons = vec![Person {
        name: "Release Manager (example)".to_owned(),
        roles: std::collections::BTreeSet::new(),
        deputy_for: Vec::new(),
        ssh_keys: vec![ssh_key::PublicKey::new(ssh.into(), "")],
        window: Window::default(),
    }];
    let words = "is of the key of \"Release Manager (example)\" in the roster, and persons do not sign for pipelines";
    refused(&signed(path, &["pipeline", "inter"]), &trust, words);
}

#[test]
fn a_workload_has_exactly_one_name_and_a_company_may_give_several() {
    let Some(folder) = lasting() else { return };
    let path = folder.path();
    let mut trust = trust(path, "root");
    certificate(path, "pipeline", "inter", "names", &["-days", "3650"]);
    assert_eq!(judged(&signed(path, &["pipeline", "inter"]), &trust), Ok(()));
    trust.sigstore = vec![SigstoreInstance {
        name: "instance".to_owned(),
        trusted_root: b"{}".to_vec(),
        logs: 1,
        sct: false,
        stamps: 0,
    }];
    certificate(path, "pipeline", "inter", "fulcionames", &["-days", "3650"]);
    refused(&signed(path, &["pipeline"]), &trust, "certificate of a workload has 2 names (expected 1)");
    certificate(path, "pipeline", "inter", "fulcio", &["-days", "3650"]);
    refused(&signed(path, &["pipeline"]), &trust, "trusted root of \"instance\"");
}

#[test]
fn every_signature_of_the_path_is_by_an_algorithm_of_the_list() {
    let Some(folder) = lasting() else { return };
    let path = folder.path();
    let mut trust = trust(path, "root");
    certificate(path, "pipeline", "inter", "leaf", &["-days", "3650", "-sha384"]);
    let good = signed(path, &["pipeline", "inter"]);
    assert_eq!(judged(&good, &trust), Ok(()));
    trust.algorithms = Algorithms::only([SignatureAlgorithm::EcdsaP256Sha256, SignatureAlgorithm::Ed25519]);
    refused(
        &good,
        &trust,
        "certificate of CN=pipeline does not count: algorithm ecdsa-p256-sha384 is not on the trust",
    );
    trust.algorithms = Algorithms::only([SignatureAlgorithm::EcdsaP256Sha256, SignatureAlgorithm::EcdsaP256Sha384]);
    assert_eq!(judged(&good, &trust), Ok(()));
}

#[test]
fn a_small_rsa_authority_does_not_count() {
    let Some(folder) = lasting() else { return };
    let path = folder.path();
    super::tools::must(path, &["openssl", "genrsa", "-out", "root.key", "2048"]);
    certificate(path, "root", "root", "ca", &["-days", "3650"]);
    certificate(path, "inter", "root", "ca", &["-days", "3650"]);
    let good = signed(path, &["pipeline", "inter"]);
    refused(&good, &trust(path, "root"), "RSA of 2048 bits");
}
