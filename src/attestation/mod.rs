//! Attestations: statements frozen to bytes, signed as DSSE, stored as Sigstore bundles, verified.
//!
//! [`verified::Verified`] has its only constructor in this layer, so nothing above can hold an
//! unverified statement by mistake.

pub mod authenticate;
pub mod certificate_chain;
pub mod certificate_holder;
pub mod dsse;
pub mod keyless;
pub mod sign;
pub mod sigstore;
pub mod sigstore_bundle;
pub mod sshsig;
pub mod stamp;
pub mod verified;
pub mod verify;
