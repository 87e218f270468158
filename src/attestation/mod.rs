//! Attestations: statements frozen to bytes, signed as DSSE, stored as Sigstore bundles, verified.
//!
//! [`verified::Verified`] has its only constructor in this layer, so nothing above can hold an
//! unverified statement by mistake.

pub mod dsse;
pub mod sign;
pub mod sigstore_bundle;
pub mod sshsig;
pub mod stamp;
pub mod verified;
pub mod verify;
