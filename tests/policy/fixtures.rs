//! Good texts that the tests alter, and keys made from fixed bytes.

use batchseal::model::key::PublicKey;
use batchseal::policy::error::PolicyErrors;
use batchseal::policy::release::Policy;
use batchseal::policy::trust::Trust;

/// A `batchseal.toml` with every key but `all-features`; line numbers matter to the tests.
pub(crate) const POLICY: &str = r#"schema = 1
[device]
name = "infusion-pump-controller"
manufacturer = "Example Devices (demo)"
safety-class = "C"
finished = true
cyber-device = true
life-supporting = true
implantable = false
mdf = "MDF-0001 rev 3"
support-end = 2036-12-31
udi = { scope = "embedded", di = "00860000000109" }
[release]
tag = "v{version}"
purpose = "demo"
first-release = true
branches = ["main", "release/1.x"]
approvals = ["reviewer", "authoriser"]
artifacts = [
  { path = "target/release/pumpctl", name = "pumpctl-linux", target = "x86_64-unknown-linux-gnu" },
  { path = "fw/boot.bin", name = "boot.bin", built-elsewhere = true },
]
[release.cargo]
packages = ["pumpctl"]
profile = "release"
features = ["tls"]
no-default-features = true
manifest = "Cargo.toml"
[signing]
key = "env:BATCHSEAL_KEY"
passphrase = "env:BATCHSEAL_PASSPHRASE"
[gate]
sbom-profiles = ["fda-2026"]
[gate.severity]
RG-14 = "block"
[build]
environment = ["CC", "SOURCE_DATE_EPOCH"]
[[supplier]]
purl = "pkg:cargo/serde*"
name = "serde-rs developers"
[[supplier]]
purl = "pkg:cargo/old"
unknown-because = "upstream is abandoned"
"#;

/// A `trust.toml`; `@SIGNER@`, `@SSH1@`, `@SSH2@` stand for keys.
const TRUST: &str = r#"schema = 1
serial = 3
skew = 60
[[device]]
name = "infusion-pump-controller"
facts = { safety-class = "C", cyber-device = true, life-supporting = true, implantable = false, finished = true }
policies = ["sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"]
allow-purpose = ["production", "demo"]
[[signer]]
name = "release pipeline"
may-sign = ["provenance", "sbom", "record"]
key-file = "pipeline.pub"
valid-from = 2026-01-01
[[signer]]
name = "test bench"
may-sign = ["tests"]
key = """
@SIGNER@"""
[[person]]
name = "Release Manager (example)"
roles = ["authoriser"]
ssh-key = "@SSH1@"
valid-from = 2026-01-01
valid-until = 2027-12-31
[[person]]
name = "Reviewer (example)"
roles = ["reviewer"]
ssh-keys = ["@SSH2@"]
revoked = 2027-06-01
[unsafe]
no-trusted-time = true
"#;

fn ed25519(seed: u8) -> ed25519_dalek::VerifyingKey {
    ed25519_dalek::SigningKey::from_bytes(&[seed; 32]).verifying_key()
}

/// PEM of an Ed25519 public key.
pub(crate) fn pem(seed: u8) -> String {
    PublicKey::Ed25519(ed25519(seed)).to_pem()
}

/// OpenSSH line of the same key.
pub(crate) fn ssh(seed: u8) -> String {
    let key = ssh_key::public::Ed25519PublicKey(ed25519(seed).to_bytes());
    ssh_key::PublicKey::new(key.into(), "someone").to_openssh().unwrap()
}

/// OpenSSH line of an ECDSA P-256 key, and PEM of the same.
pub(crate) fn p256_key(seed: u8) -> (String, String) {
    let secret = p256::ecdsa::SigningKey::from_slice(&[seed; 32]).unwrap();
    let key = *secret.verifying_key();
    let ssh = ssh_key::public::EcdsaPublicKey::NistP256(key.to_encoded_point(false));
    (ssh_key::PublicKey::new(ssh.into(), "").to_openssh().unwrap(), PublicKey::P256(key).to_pem())
}

/// A good `trust.toml`.
pub(crate) fn trust() -> String {
    TRUST.replace("@SIGNER@", &pem(2)).replace("@SSH1@", &ssh(3)).replace("@SSH2@", &ssh(4))
}

/// Reads `pipeline.pub` only.
pub(crate) fn key_files(name: &str) -> Result<Vec<u8>, String> {
    match name {
        "pipeline.pub" => Ok(pem(1).into_bytes()),
        "binary.pub" => Ok(vec![0xff, 0xfe]),
        "private.pem" => Ok(b"-----BEGIN PRIVATE KEY-----\nhunter2\n-----END PRIVATE KEY-----\n".to_vec()),
        other => Err(format!("reading {other} failed")),
    }
}

pub(crate) fn parse_policy(text: &str) -> Result<Policy, PolicyErrors> {
    Policy::parse(text.as_bytes(), "batchseal.toml")
}

pub(crate) fn parse_trust(text: &str) -> Result<Trust, PolicyErrors> {
    Trust::parse(text.as_bytes(), "trust.toml", &key_files)
}

/// The text with one thing changed; the thing must be there.
pub(crate) fn altered(text: &str, from: &str, to: &str) -> String {
    assert!(text.contains(from), "{from:?} is not in the good text");
    text.replacen(from, to, 1)
}
