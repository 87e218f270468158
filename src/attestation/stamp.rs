//! RFC 3161 stamps (stand-in until merged).

use crate::model::time::Timestamp;
use crate::policy::anchors::StampAuthority;

/// A stamp that verified.
#[derive(Debug)]
pub struct VerifiedStamp {
    /// Time.
    pub time: Timestamp,
    /// Authority.
    pub authority: String,
}

/// Why not.
#[derive(Debug, thiserror::Error)]
#[error("stamps are not read yet")]
pub struct StampError;

/// Token.
///
/// # Errors
/// Always.
pub fn token_in(_response: &[u8]) -> Result<&[u8], StampError> {
    Err(StampError)
}

/// Refuses.
///
/// # Errors
/// Always.
pub fn verify(_token: &[u8], _message: &[u8], _authorities: &[StampAuthority]) -> Result<VerifiedStamp, StampError> {
    Err(StampError)
}
