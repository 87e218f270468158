//! The certificate authority (Fulcio): a certificate for the one key of this process.

use crate::attestation::certificate_request::{self, IssuedCertificate};
use crate::attestation::identity_token::IdentityToken;
use crate::attestation::service_url::ServiceUrl;
use crate::attestation::sign::{Signer, SignerError};
use crate::model::time::Timestamp;

use super::client::{Client, MAX_ANSWER, Request};
use super::error::{Service, ServiceError};

/// Path of the interface below the authority's address.
const PATH: &str = "api/v2/signingCert";

/// Asks for a certificate and checks that it is one of this key, in force now.
///
/// # Errors
/// [`SignerError`].
pub fn certificate(
    client: &Client,
    authority: &ServiceUrl,
    token: &IdentityToken,
    key: &dyn Signer,
    expect_sct: bool,
    now: impl FnOnce() -> Timestamp,
) -> Result<IssuedCertificate, SignerError> {
    let service = Service::CertificateAuthority;
    let url = authority.join(PATH).map_err(|error| ServiceError::answer(service, authority, error))?;
    let body = certificate_request::request(token, key)?;
    let secrets: Vec<&str> = std::iter::once(token.secret()).chain(token.secret().split('.')).collect();
    let request = Request {
        service,
        url: &url,
        content: Some(("application/json", &body)),
        accept: "application/json",
        bearer: None,
        secrets: &secrets,
        limit: MAX_ANSWER,
    };
    let answer = client.send(&request)?.content(&request, &[200, 201])?;
    let issued = certificate_request::certificate_of_answer(&answer, key.public_key(), expect_sct, now());
    Ok(issued.map_err(|error| ServiceError::answer(service, authority, error))?)
}
