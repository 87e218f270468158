//! The timestamp authority (RFC 3161 section 3.4): a stamp over the SHA-256 of a signature.

use rand_core::{OsRng, RngCore};

use crate::attestation::service_url::ServiceUrl;

use super::client::{Client, Request};
use super::error::{Service, ServiceError};
use super::stamp_exchange;

/// Largest answer, in bytes; a token with its chain is about five thousand.
const MAX_TOKEN: u64 = 64 * 1024;

/// Asks for a stamp over `signature` and checks that the token is of it and of this request.
///
/// # Errors
/// [`ServiceError`].
pub fn stamp(client: &Client, authority: &ServiceUrl, signature: &[u8]) -> Result<Vec<u8>, ServiceError> {
    let service = Service::TimestampAuthority;
    let mut nonce = [0; 8];
    OsRng.fill_bytes(&mut nonce);
    let query = stamp_exchange::request(signature, nonce);
    let request = Request {
        service,
        url: authority,
        content: Some(("application/timestamp-query", &query)),
        accept: "application/timestamp-reply",
        bearer: None,
        secrets: &[],
        limit: MAX_TOKEN,
    };
    let answer = client.send(&request)?.content(&request, &[200, 201])?;
    let token = stamp_exchange::token_of_response(&answer, signature, nonce);
    token.map_err(|reason| ServiceError::answer(service, authority, reason))
}
