//! Attestations: statements frozen to bytes, signed as DSSE, stored as Sigstore bundles, verified.
//!
//! [`verified::Verified`] has its only constructor in this layer, so nothing above can hold an
//! unverified statement by mistake.

pub mod approval_error;
pub mod approval_withdrawal;
pub mod authenticate;
pub mod certificate_chain;
pub mod certificate_holder;
pub mod certificate_request;
pub mod concession;
pub mod dsse;
pub mod git_signature;
pub mod identity_token;
pub mod inclusion;
pub mod keyless;
pub mod log_submission;
pub mod person;
pub mod service_url;
pub mod sign;
pub mod signing_services;
pub mod sigstore;
pub mod sigstore_bundle;
pub mod sshsig;
pub mod stamp;
pub mod verified;
pub mod verify;
