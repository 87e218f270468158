//! The timestamp authority (RFC 3161 section 3.4): a stamp over the SHA-256 of a signature.

use rand_core::{OsRng, RngCore};

use crate::attestation::service_url::ServiceUrl;
use crate::attestation::stamp::{self, Imprint, StampHash};

use super::client::{Client, Request};
use super::error::{Service, ServiceError};

/// Largest answer, in bytes.
const MAX_ANSWER: u64 = 80 * 1024;

/// Asks an authority for a stamp over a message: DER of a TimeStampResp that says nothing but "granted".
///
/// # Errors
/// [`ServiceError`], also when what came back is not over this message or answers another request.
pub fn stamp(client: &Client, authority: &ServiceUrl, message: &[u8]) -> Result<Vec<u8>, ServiceError> {
    let service = Service::TimestampAuthority;
    let broken = |error: stamp::StampError| ServiceError::answer(service, authority, error.to_string());
    let query = stamp::request(&Imprint::of(StampHash::Sha256, message), OsRng.next_u64()).map_err(broken)?;
    let request = Request {
        service,
        url: authority,
        content: Some(("application/timestamp-query", &query)),
        accept: "application/timestamp-reply",
        bearer: None,
        secrets: &[],
        limit: MAX_ANSWER,
    };
    let answer = client.send(&request)?.content(&request, &[200, 201])?;
    let token = stamp::token_of_response(&answer, &query).map_err(broken)?;
    stamp::response_of_token(&token).map_err(broken)
}
