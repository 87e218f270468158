//! Time stamps by RFC 3161 (with RFC 5816): asked for, read and verified.
//!
//! A stamp is the only trusted time beside that of a transparency log. The rules, in the order in
//! which [`verify`] holds them (docs/reference/stamps.md):
//!
//! 1. strict DER: SignedData v3 around one TSTInfo v1, one signer, nothing that no signature covers;
//! 2. the imprint is the digest of the message;
//! 3. the signed attributes name the content's type and digest, and by ESSCertIDv2 the signer;
//! 4. the signer's certificate is for time stamping only, with a key on the closed list;
//! 5. the signature verifies;
//! 6. a path valid at the time of the stamp leads to a certificate of a trusted authority;
//! 7. the day lies in the window in which that authority counts.

use der::Decode;

use crate::model::algorithm::Algorithms;
use crate::model::time::Timestamp;
use crate::policy::anchors::StampAuthority;
use crate::policy::error::quote;

mod attributes;
mod chain;
mod error;
mod exchange;
mod hash;
mod info;
mod key;
mod oid;
mod signer;
mod status;
pub mod throw_away;
mod token;
mod walk;
mod write;

pub(super) use chain::reason as chain_fault;
pub use error::{PurposeFault, StampError};
pub use exchange::{request, response_of_token, token_of_response, token_of_stored_response};
pub use hash::{Imprint, StampHash};
pub(super) use key::certificate_algorithm;
pub(super) use signer::{is_authority, validity as certificate_validity};
pub use token::MAX_TOKEN;

use signer::Signer;
use token::Token;

/// A stamp that a trusted authority stands for. Made only by [`verify`].
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct VerifiedStamp {
    /// When the message existed: UTC, fractions of a second dropped.
    pub time: Timestamp,
    /// Largest deviation that the authority states, rounded up to seconds.
    pub accuracy_seconds: Option<u32>,
    /// Name of the authority in the trust file.
    pub authority: String,
    /// Serial number of the stamp, hexadecimal.
    pub serial: String,
    /// First end of a certificate on the path from the signer to the authority: renew before it.
    pub until: Timestamp,
    /// Digest algorithm of the imprint.
    pub hash: StampHash,
}

/// What a stamp says, believed by nobody yet: for showing claims.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StampClaims {
    /// Time.
    pub time: Timestamp,
    /// Who is claimed to have signed, in quotes and escaped.
    pub authority: String,
    /// Serial number, hexadecimal.
    pub serial: String,
    /// What it is over.
    pub imprint: Imprint,
}

/// Verifies a TimeStampToken over `message` against the authorities that the verifier trusts.
///
/// # Errors
/// [`StampError`], which names the first rule that does not hold.
pub fn verify(token: &[u8], message: &[u8], authorities: &[StampAuthority]) -> Result<VerifiedStamp, StampError> {
    verify_with(token, message, authorities, &Algorithms::default())
}

/// The same, where the verifier accepts only some algorithms of the closed list.
///
/// # Errors
/// [`StampError`], which names the first rule that does not hold.
pub fn verify_with(
    token: &[u8],
    message: &[u8],
    authorities: &[StampAuthority],
    algorithms: &Algorithms,
) -> Result<VerifiedStamp, StampError> {
    let token = Token::read(token)?;
    let imprint = &token.info.imprint;
    if *imprint != Imprint::of(imprint.hash(), message) {
        return Err(StampError::Imprint { hash: imprint.hash() });
    }
    let reference = attributes::check(&token)?;
    let signer = Signer::find(&token, reference, authorities)?;
    let algorithm = key::verify(&signer, &token.signer, &attributes::signed_bytes(token.signer.attributes)?)?;
    algorithms.permit(algorithm).map_err(StampError::Algorithm)?;
    let time = token.info.time;
    let (authority, until) = chain::verify(&signer, &token.certificates, (authorities, algorithms), time)?;
    Ok(VerifiedStamp {
        time,
        accuracy_seconds: token.info.accuracy_seconds,
        authority: authority.name.clone(),
        serial: token.info.serial,
        until,
        hash: token.info.imprint.hash(),
    })
}

/// Reads what a TimeStampToken says. Proves nothing.
///
/// # Errors
/// [`StampError`] when the token has not the form that [`verify`] asks for.
pub fn claims(token: &[u8]) -> Result<StampClaims, StampError> {
    let token = Token::read(token)?;
    let named = token.certificates.iter().find_map(|der| {
        let certificate = x509_cert::Certificate::from_der(der).ok()?;
        token.signer.id.is_of(&certificate).then(|| quote(&certificate.tbs_certificate.subject.to_string()))
    });
    Ok(StampClaims {
        time: token.info.time,
        authority: named.unwrap_or_else(|| token.signer.id.to_string()),
        serial: token.info.serial,
        imprint: token.info.imprint,
    })
}
