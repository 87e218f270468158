//! Authorities that the verifier trusts to say when something was signed.

use super::trust::Window;

/// A time stamp authority (RFC 3161) of the verifier's own choice.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StampAuthority {
    /// Name for people.
    pub name: String,
    /// X.509 certificates, DER. Each one is an anchor: a root or an intermediate stands for all signers
    /// below it, a signer's own certificate for that signer only.
    pub certificates: Vec<Vec<u8>>,
    /// Window in which its stamps count, compared with the day of the stamp.
    pub window: Window,
}
