//! Company certificates of a pipeline's key: which files are taken, and which are refused in which words.

use std::path::Path;

use batchseal::adapters::pipeline_signer::{PipelineSignerError, SigningSource};
use batchseal::attestation::certificate_chain::{CertificateChain, ChainError, MAX_CERTIFICATES};
use batchseal::attestation::sign::{Signer, attest_bytes};
use batchseal::attestation::sigstore_bundle::{Material, SigstoreBundle};
use batchseal::model::key::PublicKey;
use batchseal::policy::release::{KeySource, SigningPolicy};

use super::tools::{chmod, has, must};

/// Extensions by section for `openssl req -config`.
const CONFIG: &str = "[req]\ndistinguished_name = dn\nprompt = no\n[dn]\nCN = unused\n\
    [ca]\nbasicConstraints = critical, CA:TRUE\nkeyUsage = critical, keyCertSign\n\
    [leaf]\nkeyUsage = critical, digitalSignature\nextendedKeyUsage = codeSigning\n\
    [bare]\nsubjectKeyIdentifier = hash\n\
    [tls]\nextendedKeyUsage = serverAuth\n\
    [agree]\nkeyUsage = critical, keyAgreement\n\
    [leafca]\nbasicConstraints = critical, CA:TRUE\nkeyUsage = critical, digitalSignature\n\
    [nosign]\nbasicConstraints = critical, CA:TRUE\nkeyUsage = critical, digitalSignature\n\
    [noca]\nbasicConstraints = critical, CA:FALSE\n\
    [garbled]\n2.5.29.15 = DER:05:00\n\
    [names]\nkeyUsage = critical, digitalSignature\nsubjectAltName = URI:https://a.example, URI:https://b.example\n\
    [fulcio]\nkeyUsage = critical, digitalSignature\nsubjectAltName = URI:https://a.example\n\
    1.3.6.1.4.1.57264.1.8 = ASN1:UTF8String:https://issuer.example\n\
    [fulcionames]\nkeyUsage = critical, digitalSignature\n\
    subjectAltName = URI:https://a.example, URI:https://b.example\n\
    1.3.6.1.4.1.57264.1.8 = ASN1:UTF8String:https://issuer.example\n";

/// Makes `NAME.key` and `NAME.pem` in the folder, signed by `issuer` (itself for a root).
pub(crate) fn certificate(folder: &Path, name: &str, issuer: &str, section: &str, more: &[&str]) {
    let (key, pem, subject) = (format!("{name}.key"), format!("{name}.pem"), format!("/CN={name}"));
    if !folder.join(&key).exists() {
        must(folder, &["openssl", "genpkey", "-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-256", "-out", &key]);
        chmod(&folder.join(&key), 0o600);
    }
    let mut line = vec!["openssl", "req", "-new", "-x509", "-config", "req.cnf", "-extensions", section];
    line.extend(["-subj", &subject, "-key", &key, "-out", &pem]);
    let (ca, ca_key) = (format!("{issuer}.pem"), format!("{issuer}.key"));
    if issuer != name {
        line.extend(["-CA", &ca, "-CAkey", &ca_key]);
    }
    line.extend(more);
    must(folder, &line);
}

/// A company: root, intermediate, and leaves of all kinds. `None` where OpenSSL cannot make them.
pub(crate) fn company() -> Option<tempfile::TempDir> {
    if !has("openssl") {
        return None;
    }
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path();
    if !must(path, &["openssl", "version"]).starts_with("OpenSSL 3") {
        println!("skipped: openssl is no OpenSSL 3");
        return None;
    }
    std::fs::write(path.join("req.cnf"), CONFIG).unwrap();
    certificate(path, "root", "root", "ca", &[]);
    certificate(path, "inter", "root", "ca", &[]);
    certificate(path, "pipeline", "inter", "leaf", &[]);
    Some(folder)
}

pub(crate) fn pem(folder: &Path, names: &[&str]) -> String {
    names.iter().map(|name| std::fs::read_to_string(folder.join(format!("{name}.pem"))).unwrap()).collect()
}

pub(crate) fn key(folder: &Path, name: &str) -> PublicKey {
    PublicKey::parse_pem(&must(folder, &["openssl", "pkey", "-in", &format!("{name}.key"), "-pubout"])).unwrap()
}

#[test]
fn puts_the_leaf_and_the_intermediates_into_the_bundle() {
    let Some(folder) = company() else { return };
    let path = folder.path();
    std::fs::write(path.join("chain.pem"), pem(path, &["pipeline", "inter"])).unwrap();
    let file = KeySource::File("pipeline.key".to_owned());
    let policy = SigningPolicy { certificates: Some("chain.pem".to_owned()), ..SigningPolicy::of(file) };
    let signer = SigningSource::new(&policy, path).open().unwrap();
    assert_eq!(signer.certificates().len(), 2);
    let bundle = SigstoreBundle::decode(&attest_bytes(b"{}".to_vec(), &signer).unwrap().bundle).unwrap();
    assert_eq!(bundle.material, Material::Certificates(signer.certificates()));

    std::fs::write(path.join("chain.pem"), pem(path, &["pipeline", "inter", "root"])).unwrap();
    let refused = SigningSource::new(&policy, path).open().unwrap_err();
    assert!(matches!(refused, PipelineSignerError::Chain { source: ChainError::Root(3), .. }), "{refused}");
    assert!(refused.to_string().contains("is a root"), "{refused}");
}

#[test]
fn takes_chains_with_and_without_extended_key_usage_and_text_between() {
    let Some(folder) = company() else { return };
    let path = folder.path();
    let own = key(path, "pipeline");
    for section in ["leaf", "bare"] {
        certificate(path, "pipeline", "inter", section, &[]);
        let text = format!("subject: x\n{}\nissuer: y\n{}", pem(path, &["pipeline"]), pem(path, &["inter"]));
        assert_eq!(CertificateChain::parse_pem(&text, &own).unwrap().certificates().len(), 2, "{section}");
    }
    assert_eq!(CertificateChain::parse_pem(&pem(path, &["pipeline"]), &own).unwrap().certificates().len(), 1);
}

#[test]
fn does_not_judge_validity() {
    let Some(folder) = company() else { return };
    let path = folder.path();
    certificate(path, "pipeline", "inter", "leaf", &["-days", "1"]);
    assert!(CertificateChain::parse_pem(&pem(path, &["pipeline", "inter"]), &key(path, "pipeline")).is_ok());
}

#[test]
fn refuses_leaves_of_other_keys_and_uses() {
    let Some(folder) = company() else { return };
    let path = folder.path();
    let own = key(path, "pipeline");
    certificate(path, "other", "inter", "leaf", &[]);
    let other = CertificateChain::parse_pem(&pem(path, &["other", "inter"]), &own);
    assert!(matches!(other, Err(ChainError::OtherKey { .. })), "{other:?}");
    let reversed = CertificateChain::parse_pem(&pem(path, &["inter", "pipeline"]), &own);
    assert!(matches!(reversed, Err(ChainError::OtherKey { .. })), "{reversed:?}");
    for (section, word) in [("tls", "code signing"), ("agree", "digitalSignature"), ("leafca", "authority")] {
        certificate(path, "pipeline", "inter", section, &[]);
        let refused = CertificateChain::parse_pem(&pem(path, &["pipeline", "inter"]), &own).unwrap_err();
        assert!(matches!(&refused, ChainError::Use(why) if why.contains(word)), "{section}: {refused}");
    }
}

#[test]
fn refuses_gaps_strangers_and_broken_algorithms() {
    let Some(folder) = company() else { return };
    let path = folder.path();
    let own = key(path, "pipeline");
    certificate(path, "stranger", "root", "ca", &[]);
    certificate(path, "late", "inter", "leaf", &[]);
    let parse = |text: &str| CertificateChain::parse_pem(text, &own);
    assert_eq!(parse(&pem(path, &["pipeline", "stranger"])), Err(ChainError::Order(1)));
    assert_eq!(parse(&pem(path, &["pipeline", "late"])), Err(ChainError::NotAuthority(2)));
    certificate(path, "pipeline", "inter", "leaf", &["-sha1"]);
    assert_eq!(parse(&pem(path, &["pipeline", "inter"])), Err(ChainError::Algorithm(1, "ECDSA with SHA-1")));
    certificate(path, "pipeline", "pipeline", "leaf", &[]);
    assert_eq!(parse(&pem(path, &["pipeline"])), Err(ChainError::Root(1)));
}

#[test]
fn refuses_files_that_are_no_chain() {
    let Some(folder) = company() else { return };
    let path = folder.path();
    let own = key(path, "pipeline");
    let parse = |text: &str| CertificateChain::parse_pem(text, &own).unwrap_err();
    let good = pem(path, &["pipeline", "inter"]);
    assert_eq!(parse(""), ChainError::Empty);
    assert_eq!(parse(&pem(path, &["pipeline"]).repeat(MAX_CERTIFICATES + 1)), ChainError::TooMany);
    let secret = std::fs::read_to_string(path.join("pipeline.key")).unwrap();
    assert_eq!(parse(&format!("{good}{secret}")), ChainError::Label("PRIVATE KEY".to_owned()));
    assert_eq!(parse(good.get(..200).unwrap()), ChainError::Damaged(1));
    assert_eq!(parse("-----BEGIN CERTIFICATE-----\nMAA=\n-----END CERTIFICATE-----\n"), ChainError::Damaged(1));
}
