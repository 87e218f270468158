//! What certificates, logs and stamps are judged against: the anchors of a `trust.toml`.

use super::trust::Window;

/// `[[sigstore]]`: an instance of Sigstore and what its witnesses must say.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SigstoreInstance {
    /// Name for people and for signers.
    pub name: String,
    /// Bytes of its `trusted_root.json`.
    pub trusted_root: Vec<u8>,
    /// Distinct transparency logs that must include a signature.
    pub logs: usize,
    /// Whether a certificate must carry a certificate-log timestamp.
    pub sct: bool,
    /// Stamps that must date a signature.
    pub stamps: usize,
}

/// `[[timestamp-authority]]`: a time stamp authority (RFC 3161) of the verifier's own choice.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StampAuthority {
    /// Name for people.
    pub name: String,
    /// X.509 certificates, DER. Each one is an anchor: a root or an intermediate stands for all
    /// below it, a signer's own certificate for that signer only.
    pub certificates: Vec<Vec<u8>>,
    /// Window in which its stamps count, compared with the day of the stamp.
    pub window: Window,
}

/// `[[certificate-root]]`: a company's own certificate authority.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CertificateRoot {
    /// Name for people and for signers.
    pub name: String,
    /// Its certificates, DER: the root, perhaps intermediates.
    pub certificates: Vec<Vec<u8>>,
    /// Window in which signatures under it count.
    pub window: Window,
}
