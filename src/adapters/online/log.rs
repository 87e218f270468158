//! The transparency log (Rekor v1 and v2): the signature goes in, the entry with its proof comes out.

use crate::attestation::log_submission::Submission;
use crate::attestation::service_url::ServiceUrl;
use crate::attestation::signing_services::{LogService, LogVersion};
use crate::attestation::sigstore_bundle::LogEntry;

use super::client::{Answer, Client, MAX_ANSWER, Request};
use super::error::{Service, ServiceError};

const SERVICE: Service = Service::TransparencyLog;

/// Writes the signature into the log and checks that the answer is the entry of it, with its proof.
///
/// A log of version 1 that has the entry already (an earlier try whose answer was lost) says where it is;
/// one of version 2 has no way to ask for it, and the signing fails.
///
/// # Errors
/// [`ServiceError`].
pub fn submit(client: &Client, log: &LogService, submission: &Submission<'_>) -> Result<LogEntry, ServiceError> {
    let unusable = |error: &dyn std::fmt::Display| ServiceError::answer(SERVICE, &log.url, error);
    let url = log.url.join(log.version.path()).map_err(|error| unusable(&error))?;
    let content = submission.request(log.version).map_err(|error| unusable(&error))?;
    let request = request(&url, Some(("application/json", &content)));
    let answer = client.send(&request)?;
    let body = match (answer.status, log.version) {
        (409, LogVersion::V1) => existing(client, &url, &answer)?,
        _ => answer.content(&request, &[200, 201])?,
    };
    submission.entry_of_answer(log.version, &body).map_err(|error| unusable(&error))
}

fn request<'a>(url: &'a ServiceUrl, content: Option<(&'static str, &'a [u8])>) -> Request<'a> {
    Request {
        service: SERVICE,
        url,
        content,
        accept: "application/json",
        bearer: None,
        secrets: &[],
        limit: MAX_ANSWER,
    }
}

/// Gets the entry that a conflict names. Of its address only the identifier is taken: the host is ours.
fn existing(client: &Client, entries: &ServiceUrl, conflict: &Answer) -> Result<Vec<u8>, ServiceError> {
    let id = conflict.location.as_deref().and_then(|path| path.rsplit('/').next()).filter(|id| is_identifier(id));
    let id = id.ok_or_else(|| {
        ServiceError::answer(SERVICE, entries, "it has the entry already (409) and does not say where")
    })?;
    let url = entries.join(id).map_err(|error| ServiceError::answer(SERVICE, entries, error))?;
    let request = request(&url, None);
    client.send(&request)?.content(&request, &[200])
}

/// A leaf hash, with or without the tree's number before it.
fn is_identifier(text: &str) -> bool {
    (text.len() == 64 || text.len() == 80) && text.bytes().all(|byte| byte.is_ascii_hexdigit())
}
