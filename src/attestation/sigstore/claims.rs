//! What a Fulcio certificate says of its holder (<https://github.com/sigstore/fulcio/blob/main/docs/oid-info.md>).

use der::Decode;
use serde::Serialize;
use sigstore_crypto::{CertificateInfo, SubjectAltName};
use x509_cert::Certificate;

/// Whether a certificate carries timestamps of certificate logs (RFC 6962 section 3.3), or cannot be read.
pub(super) fn has_sct(der: &[u8]) -> bool {
    const SCTS: &str = "1.3.6.1.4.1.11129.2.4.2";
    let Ok(certificate) = Certificate::from_der(der) else { return true };
    let extensions = certificate.tbs_certificate.extensions.unwrap_or_default();
    extensions.iter().any(|extension| extension.extn_id.to_string() == SCTS)
}

/// The name in the certificate.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase", tag = "kind", content = "value")]
pub enum Subject {
    /// An e-mail address: a person signed in.
    Email(String),
    /// A URI: a workload, such as a workflow.
    Uri(String),
}

impl Subject {
    /// The value, whatever its kind.
    #[must_use]
    pub fn as_str(&self) -> &str {
        match self {
            Self::Email(value) | Self::Uri(value) => value,
        }
    }
}

/// Claims of a certificate; true only of one that was verified, and authorising nobody by themselves.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct CertificateClaims {
    /// Name in the certificate.
    pub subject: Option<Subject>,
    /// Issuer of the identity token (extension 8, or 1 in old certificates).
    pub issuer: Option<String>,
    /// Workflow that asked for the certificate, with its ref (extension 9).
    pub workflow: Option<String>,
    /// Commit of that workflow (extension 10).
    pub workflow_digest: Option<String>,
    /// Kind of runner (extension 11).
    pub runner: Option<String>,
    /// Repository (extension 12).
    pub repository: Option<String>,
    /// Commit that was built (extension 13).
    pub commit: Option<String>,
    /// Ref that was built (extension 14).
    pub reference: Option<String>,
    /// Number of the repository, which a rename does not change (extension 15).
    pub repository_id: Option<String>,
    /// Number of the owner (extension 17).
    pub owner_id: Option<String>,
    /// Top-level build instructions (extension 18).
    pub build_config: Option<String>,
    /// Commit of those (extension 19).
    pub build_config_digest: Option<String>,
    /// Event that started the run (extension 20).
    pub trigger: Option<String>,
    /// The run (extension 21).
    pub run: Option<String>,
    /// Whether the repository was public (extension 22).
    pub visibility: Option<String>,
    /// Deployment environment (extension 23).
    pub environment: Option<String>,
    /// Subject of the identity token (extension 24).
    pub token_subject: Option<String>,
}

impl CertificateClaims {
    /// Reads what the crate took from the certificate.
    pub(super) fn of(certificate: &CertificateInfo) -> Self {
        let claims = &certificate.ci_claims;
        let subject = certificate.identity.as_ref().map(|subject| match subject {
            SubjectAltName::Email(value) => Subject::Email(value.clone()),
            other => Subject::Uri(other.as_str().to_owned()),
        });
        Self {
            subject,
            issuer: certificate.issuer.clone(),
            workflow: claims.build_signer_uri.clone(),
            workflow_digest: claims.build_signer_digest.clone(),
            runner: claims.runner_environment.clone(),
            repository: claims.source_repository_uri.clone(),
            commit: claims.source_repository_digest.clone(),
            reference: claims.source_repository_ref.clone(),
            repository_id: claims.source_repository_identifier.clone(),
            owner_id: claims.source_repository_owner_identifier.clone(),
            build_config: claims.build_config_uri.clone(),
            build_config_digest: claims.build_config_digest.clone(),
            trigger: claims.build_trigger.clone(),
            run: claims.run_invocation_uri.clone(),
            visibility: claims.source_repository_visibility_at_signing.clone(),
            environment: claims.deployment_environment.clone(),
            token_subject: claims.token_subject.clone(),
        }
    }

    /// The name in the certificate, or words for its absence.
    #[must_use]
    pub fn subject_words(&self) -> &str {
        self.subject.as_ref().map_or("no name", Subject::as_str)
    }
}
